"""Check the settings by asking Slack and careCycle."""

from collections.abc import AsyncIterator

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks import notices
from blocks.workspace import help as help_card
from bot.carecycle.http import open_http
from bot.carecycle.parameter_probe import verdicts
from bot.cli.doctor.line import Line
from bot.clock import Clock
from bot.config import Settings
from bot.errors import BotError
from bot.manifest import scopes
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word


async def online() -> list[Line]:
    """Return what Slack and careCycle say about the settings."""
    return [line async for line in _online()]


async def _online() -> AsyncIterator[Line]:
    settings, _ = Settings.read()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
        client = AsyncWebClient(base_url=settings.slack_api_url, session=session)
        if settings.slack_bot_token:
            yield await _token(client, settings.slack_bot_token.get_secret_value())
        if settings.slack_app_token:
            yield await _app_token(client, settings.slack_app_token.get_secret_value())
        if settings.slack_client_id and settings.slack_client_secret:
            yield await _credentials(client, settings.slack_client_id, settings.slack_client_secret.get_secret_value())
        yield await _blocks(client, settings.command)
    async for line in _carecycle(settings):
        yield line


async def _token(client: AsyncWebClient, token: str) -> Line:
    try:
        answer = await client.auth_test(token=token)
    except SLACK_TROUBLE as error:
        return _refused("SLACK_BOT_TOKEN", error, "reinstall the app")
    granted = {scope.strip() for scope in str(answer.headers.get("x-oauth-scopes", "")).split(",")}
    if lacking := [scope for scope in scopes() if scope not in granted]:
        return Line(
            False, f"the Slack app lacks the scopes {', '.join(lacking)}: update it from the manifest, reinstall"
        )
    return Line(True, f"Slack takes the token: workspace {answer.get('team')}, bot {answer.get('user')}")


async def _app_token(client: AsyncWebClient, token: str) -> Line:
    try:
        await client.apps_connections_open(app_token=token)
    except SLACK_TROUBLE as error:
        return _refused("SLACK_APP_TOKEN", error, "make a new one with the scope connections:write")
    return Line(True, "Slack takes the app token")


async def _credentials(client: AsyncWebClient, client_id: str, secret: str) -> Line:
    """Check the client id and secret with an invalid code: Slack checks them before it checks the code."""
    try:
        await client.oauth_v2_access(client_id=client_id, client_secret=secret, code="doctor")
    except SLACK_TROUBLE as error:
        if slack_word(error) in ("invalid_code", "code_already_used"):
            return Line(True, "Slack takes SLACK_CLIENT_ID and SLACK_CLIENT_SECRET")
        return _refused("SLACK_CLIENT_ID or SLACK_CLIENT_SECRET", error, "copy both from Basic Information")
    return Line(None, "Slack took a code that is none")


def _refused(name: str, error: BaseException, remedy: str) -> Line:
    if isinstance(error, SlackApiError):
        return Line(False, f"{name} was refused by Slack ({slack_word(error)}): {remedy}")
    return Line(False, f"Slack did not answer ({slack_word(error)})")


async def _blocks(client: AsyncWebClient, command: str) -> Line:
    """Check the help message with Slack's own validator, which needs no token."""
    sample = list(help_card.card(command, {}).blocks)
    try:
        await client.api_call("blocks.validate", json={"blocks": sample})
    except SLACK_TROUBLE as error:
        return Line(None, f"Slack’s blocks.validate did not take the help message ({slack_word(error)})")
    return Line(True, "Slack’s blocks.validate takes the help message")


async def _carecycle(settings: Settings) -> AsyncIterator[Line]:
    if (key := settings.carecycle_api_key) is None:
        return
    clock = Clock()
    async with open_http(settings.carecycle_base_url, clock) as http:
        try:
            async for verdict in verdicts(http, key, settings.carecycle_params):
                yield _parameter(verdict.name, verdict.sent_as, verdict.known)
        except BotError as error:
            yield Line(False, notices.plain_reason(error, clock.now()))
        else:
            yield Line(True, "careCycle takes the key")


def _parameter(name: str, sent_as: str, known: bool | None) -> Line:
    if known:
        return Line(True, f"careCycle knows the query parameter {sent_as}")
    if known is None:
        return Line(None, f"nothing could be told about the query parameter {sent_as}")
    return Line(None, f"careCycle ignores the query parameter {sent_as}: set CARECYCLE_PARAMS={name}=its-true-name")
