"""Break a careCycle key that worked, and see who was told."""

import asyncio
from typing import Any

from bot.store import alerts
from playground.samples import SUNRISE
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP
from tests.drivers.modals import KEY, carecycle_of
from tests.drivers.slash_command import ask, finished

OWNER, ADMIN, MEMBER = "U01OWNER", "U02ADMIN", "U03MEMBER"
REFUSED = "no longer accepts this workspace’s key: it was revoked or has expired"
Lines = list[dict[str, Any]]


def direct(here: World, user: str = OWNER) -> list[Message]:
    """Return the direct messages to this person."""
    return [message for message in here.slack.workspace.messages if message.channel == f"D-{user}"]


async def quiet(here: World) -> None:
    """Wait until every notification that is due was sent."""
    await finished(here)
    async with asyncio.timeout(15):
        while await alerts.due(here.bot.db, here.bot.services.clock.now()):  # noqa: ASYNC110 - nobody says when
            await asyncio.sleep(0.02)
        await here.bot.notifications.settle(15)  # what was claimed is on its way


def revoke(here: World, key: str = KEY) -> None:
    carecycle_of(here).keys.pop(key)


def restore(here: World, key: str = KEY) -> None:
    carecycle_of(here).keys[key] = SUNRISE


def events(log_lines: Lines, *said: str) -> list[str]:
    return [line["event"] for line in log_lines if line["event"] in said]


async def ask_all(here: World) -> None:
    """Let everybody ask at once, for one campaign and for several, and then one person once more."""
    ids = list(carecycle_of(here).campaigns)[:4]
    typed = (AEP, " ".join(ids), ids[2])
    await asyncio.gather(*(ask(here, text, user=user) for text in typed for user in here.slack.workspace.people))
    await ask(here, AEP)
    await quiet(here)
