"""Find workspaces that left while the bot was down, by trying every installation's token once a day.

Slack repeats the event of a removal only a few times; a bot that was down for longer would keep a key forever.
"""

import asyncio
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.records import Installation
from bot.slack.context.services import Services
from bot.slack.install.uninstall import forget
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.store import installations

_GONE = {"account_inactive", "token_revoked"}  # Slack's codes for a removal; `invalid_auth` may be trouble at Slack
_HOUR, _DAY = 3600.0, 24 * 3600.0  # seconds
_TICK = timedelta(seconds=1)  # `installations.forget` adds it, because Slack's times are in whole seconds
_PAUSE = 1.0  # seconds between two calls: nobody waits for them
_log = structlog.get_logger("slack")
Suspects = dict[str, datetime]  # when each was installed, by the installation's id


async def keep_looking(client: AsyncWebClient, services: Services) -> None:
    """Check until canceled. What seems gone is checked again an hour later, and only then forgotten."""
    suspects: Suspects = {}
    pause = _HOUR  # before the first check, too, so that a bot that restarts every night also checks
    while True:
        await asyncio.sleep(pause)
        try:
            suspects = await look(client, services, suspects, pause=_PAUSE)
        except BotError as error:
            _log.warning("installations were not looked at", error=type(error).__name__)
        pause = _HOUR if suspects else _DAY


async def look(client: AsyncWebClient, services: Services, suspects: Suspects, *, pause: float = 0) -> Suspects:
    """Try every token, and return the installations that seem gone for the first time.

    Forget those that seem gone and were `suspects` already. `pause` is the seconds between two calls.
    Raise StoreUnavailable.
    """
    found: Suspects = {}
    for id_ in await installations.ids(services.db):
        began, installed = services.clock.now(), await installations.find(services.db, id_, None)
        if installed and await _is_gone(installed, client):
            if suspects.get(id_) == installed.installed_at:
                await forget(id_, began - _TICK, services)  # it stays if the app was added again in the meantime
            else:
                found[id_] = installed.installed_at
        await asyncio.sleep(pause)
    return found


async def _is_gone(installed: Installation, client: AsyncWebClient) -> bool:
    try:
        await client.auth_test(token=installed.bot_token.get_secret_value())
    except SLACK_TROUBLE as error:
        return slack_word(error) in _GONE
    return False
