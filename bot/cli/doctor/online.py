"""Check the settings by asking Slack and careCycle."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks.workspace import help as help_card
from bot.carecycle.http import Http, open_http
from bot.carecycle.parameter_probe import verdicts
from bot.carecycle.rate_limit import Asker
from bot.cli.doctor.line import Line
from bot.cli.reasons import carecycle_host, carecycle_reason, host
from bot.clock import Clock
from bot.config import Settings
from bot.errors import BotError, KeyForbidden, KeyRefused, KeyRejected, RateLimited, Unavailable, Unreadable
from bot.manifest import CHANNELS_JOIN, FILES_WRITE, optional_scopes, scopes
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word

_KEYS: dict[type[BotError], str] = {
    KeyRejected: "make a new CARECYCLE_API_KEY",
    KeyForbidden: "give CARECYCLE_API_KEY the permission to read campaigns",
}
_WITHOUT = {  # what is not offered without an optional scope
    CHANNELS_JOIN: "the form of a digest has no Join the channel, and says how to invite the app",
    FILES_WRITE: "the campaigns of a digest are not offered as CSV",
}
_NOBODYS_KEY = SecretStr("cc_nobody")


def online(settings: Settings, wrong: Mapping[str, str]) -> list[Line]:
    """Return what Slack and careCycle say about the settings, as `Settings.read` returned them.

    With a wrong value among them nobody is asked: a token or a key might go to a default address.
    """
    if wrong:
        return [Line(None, "Slack and careCycle were not asked, because of the settings that are wrong")]
    return asyncio.run(_asked(settings))


async def _asked(settings: Settings) -> list[Line]:
    try:
        about_slack = [line async for line in _slack(settings)]
    except _NoAnswer as error:
        name = host(settings.slack_api_url)
        about_slack = [Line(False, f"{name} does not answer ({error})", f"let this machine reach {name}")]
    return [*about_slack, *[line async for line in _carecycle(settings)]]


class _NoAnswer(Exception):
    """Slack did not answer, so there is no use in asking it more. The text is the kind of failure."""


async def _slack(settings: Settings) -> AsyncIterator[Line]:
    """Yield a line for each thing Slack says. Raise _NoAnswer when it says nothing."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
        client = AsyncWebClient(base_url=settings.slack_api_url, session=session)
        if settings.slack_app_token:
            yield await _app_token(client, settings.slack_app_token.get_secret_value())
        if settings.slack_bot_token:
            async for line in _token(client, settings.slack_bot_token.get_secret_value()):
                yield line
        if settings.slack_client_id and settings.slack_client_secret:
            yield await _credentials(client, settings.slack_client_id, settings.slack_client_secret.get_secret_value())
        yield await _blocks(client, settings.command)


async def _token(client: AsyncWebClient, token: str) -> AsyncIterator[Line]:
    try:
        answer = await client.auth_test(token=token)
    except SLACK_TROUBLE as error:
        yield _refused("SLACK_BOT_TOKEN", error, "reinstall the app and copy SLACK_BOT_TOKEN from it")
        return
    granted = {scope.strip() for scope in str(answer.headers.get("x-oauth-scopes", "")).split(",")}
    if lacking := [scope for scope in scopes() if scope not in granted]:
        said = f"the Slack app lacks the scopes {', '.join(lacking)}"
        yield Line(False, said, "paste what `campaign-bot manifest` prints into the app’s settings, and reinstall it")
    else:
        yield Line(True, f"Slack accepts SLACK_BOT_TOKEN: workspace {answer.get('team')}, bot {answer.get('user')}")
    for scope in optional_scopes():
        if scope not in granted:
            yield Line(None, f"the optional scope {scope} is not granted: {_WITHOUT[scope]}")


async def _app_token(client: AsyncWebClient, token: str) -> Line:
    try:
        await client.apps_connections_open(app_token=token)
    except SLACK_TROUBLE as error:
        return _refused("SLACK_APP_TOKEN", error, "make a new SLACK_APP_TOKEN with the scope connections:write")
    return Line(True, "Slack accepts SLACK_APP_TOKEN")


async def _credentials(client: AsyncWebClient, client_id: str, secret: str) -> Line:
    """Check the client id and secret with an invalid code: Slack checks them before it checks the code."""
    try:
        await client.oauth_v2_access(client_id=client_id, client_secret=secret, code="doctor")
    except SLACK_TROUBLE as error:
        if slack_word(error) in ("invalid_code", "code_already_used"):
            return Line(True, "Slack accepts SLACK_CLIENT_ID and SLACK_CLIENT_SECRET")
        both = "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"
        return _refused(both, error, f"copy {both} from Basic Information")
    return Line(None, "Slack took a code that is none")


def _refused(name: str, error: BaseException, remedy: str) -> Line:
    if isinstance(error, SlackApiError):
        return Line(False, f"Slack does not accept {name} ({slack_word(error)})", remedy)
    raise _NoAnswer(slack_word(error)) from error


async def _blocks(client: AsyncWebClient, command: str) -> Line:
    """Check the help message with Slack's own validator, which needs no token."""
    sample = list(help_card.card(command, ()).blocks)
    try:
        await client.api_call("blocks.validate", json={"blocks": sample})
    except SlackApiError as error:
        return Line(None, f"Slack’s blocks.validate did not take the help message ({slack_word(error)})")
    except SLACK_TROUBLE as error:
        raise _NoAnswer(slack_word(error)) from error
    return Line(True, "Slack’s blocks.validate takes the help message")


async def _carecycle(settings: Settings) -> AsyncIterator[Line]:
    key, clock = settings.carecycle_api_key, Clock()
    async with open_http(settings.carecycle_base_url, clock) as http:
        if key is None:
            yield await _without_a_key(http, settings, clock)
            return
        try:
            async for verdict in verdicts(http, key, settings.carecycle_params):
                yield _parameter(verdict.name, verdict.sent_as, verdict.known)
        except BotError as error:
            yield _trouble(error, settings, clock)
        else:
            yield Line(True, "careCycle accepts CARECYCLE_API_KEY")


async def _without_a_key(http: Http, settings: Settings, clock: Clock) -> Line:
    """Check that careCycle's API answers at its address: it refuses a key that nobody has."""
    try:
        await http.get_json(_NOBODYS_KEY, "/v2/campaigns", {}, asker=Asker.PERSON, within=10, of_list=True)
    except (KeyForbidden, KeyRefused, KeyRejected, RateLimited):
        return Line(
            True, f"careCycle’s API answers at {carecycle_host(settings)} (no key is set here, so none was tried)"
        )
    except BotError as error:
        return _trouble(error, settings, clock)
    said = f"{carecycle_host(settings)} is not careCycle’s API: it accepts any key"
    return Line(False, said, "correct CARECYCLE_BASE_URL")


def _trouble(error: BotError, settings: Settings, clock: Clock) -> Line:
    remedy = _KEYS.get(type(error))
    if isinstance(error, Unavailable):
        remedy = f"let this machine reach {carecycle_host(settings)}"
    elif isinstance(error, Unreadable) and error.what == "address":
        remedy = "correct CARECYCLE_BASE_URL"
    return Line(False, carecycle_reason(error, settings, clock.now()), remedy)


def _parameter(name: str, sent_as: str, known: bool | None) -> Line:
    if known:
        return Line(True, f"careCycle knows the query parameter {sent_as}")
    if known is None:
        return Line(None, f"nothing could be told about the query parameter {sent_as}")
    return Line(None, f"careCycle ignores the query parameter {sent_as}: set CARECYCLE_PARAMS={name}=its-true-name")
