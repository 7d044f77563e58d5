"""Says what is set up, what is not, and the next step, line by line."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks import help as help_card
from blocks import notices
from bot.carecycle.http import open_http
from bot.carecycle.probe import verdicts
from bot.clock import Clock
from bot.config import Settings
from bot.errors import BotError
from bot.manifest import scopes
from bot.slack.errors import SLACK_TROUBLE, slack_word


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at. `ok` False: the bot cannot run like this; None: good to know."""

    ok: bool | None
    says: str

    def __str__(self) -> str:
        return {True: "ok      ", False: "wrong   ", None: "note    "}[self.ok] + self.says


def offline() -> Iterator[Line]:
    """What the settings alone tell."""
    settings, wrong = Settings.read()
    for name, text in wrong.items():
        yield Line(False, f"{name} {text}")
    missing = settings.missing()
    for name, where in missing.items():
        if name not in wrong:
            yield Line(False, f"{name} is not set: {where}")
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "CARECYCLE_API_KEY"):
        if getattr(settings, name.lower()) is not None:
            yield Line(True, f"{name} is set")
    yield _way_of_running(settings)
    yield Line(None, f"careCycle is asked at {settings.carecycle_base_url}; links open {settings.carecycle_link}")


async def online() -> list[Line]:
    """What Slack and careCycle say to these settings."""
    return [line async for line in _online()]


async def _online() -> AsyncIterator[Line]:
    settings, _ = Settings.read()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
        client = AsyncWebClient(base_url=settings.slack_api_url, session=session)
        if settings.slack_bot_token:
            yield await _token(client, settings.slack_bot_token.get_secret_value())
        if settings.slack_app_token:
            yield await _app_token(client, settings.slack_app_token.get_secret_value())
        yield await _blocks(client, settings.command)
    async for line in _carecycle(settings):
        yield line


def _way_of_running(settings: Settings) -> Line:
    if settings.slack_app_token:
        return Line(None, "runs in Socket Mode: no public address needed, one workspace")
    return Line(None, f"runs over HTTP on {settings.host}:{settings.port}: Slack must reach its /slack/events")


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


def _refused(name: str, error: BaseException, remedy: str) -> Line:
    if isinstance(error, SlackApiError):
        return Line(False, f"{name} was refused by Slack ({slack_word(error)}): {remedy}")
    return Line(False, f"Slack did not answer ({slack_word(error)})")


async def _blocks(client: AsyncWebClient, command: str) -> Line:
    """Slack's own validator on a message of ours; it takes no token."""
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
