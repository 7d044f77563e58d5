"""Somebody dies while a digest is introduced, or its owner is asked on its last day: it is said once at most.

As with every notification, whoever claimed it and died may have said it, so nobody repeats it. Nothing else is lost.
"""

import asyncio
from pathlib import Path

import pytest

from bot.config import Settings
from bot.digests.announcement import INTRODUCED_AFTER
from bot.digests.timetable import Timetable
from bot.store import announcements, deliveries, digests
from playground.slack.workspace import Conversation
from tests.drivers.killed_processes import HTTP, OWNER, Replicas, mortals
from tests.plugins import machine_clock
from tests.samples.digests import delivery, digest, keep

CLAIMED = "after announcements"  # and Slack may have it
pytestmark = pytest.mark.timeout(600)  # deaths, one after the other


def introductions(some: Replicas, id_: str) -> int:
    """How often the digest was introduced in its channel."""
    return sum(one.channel == f"C{id_}X" for one in some.world.slack.workspace.messages)


def questions(some: Replicas, id_: str) -> int:
    """How often its owner was asked whether it goes on."""
    told = [one.text for one in some.world.slack.workspace.messages if one.channel == f"D-{OWNER}"]
    return sum(f"*Digest {id_}*" in one for one in told)


async def begin(some: Replicas, id_: str, how: str, at: int = 1, *, has_ended: bool) -> None:
    """Make a digest whose introduction is due, or one whose last slot has gone out, and say where somebody dies."""
    channel, now = f"C{id_}X", machine_clock.now()
    some.world.slack.workspace.channels[channel] = Conversation(channel, id_, bot_is_member=True)
    if how in HTTP:
        some.world.strikes[id_] = how
    some.set_trap(id_, 0 if how in HTTP else at, how)
    timetable = Timetable("UTC", cron="0 0 29 2 *", ends=now.date() if has_ended else None)
    one = digest(id_, channel_id=channel, owner_id=OWNER, timetable=timetable, next_due=None)
    await keep(some.db, one, when=now if has_ended else now - INTRODUCED_AFTER)
    if has_ended:
        run = delivery(f"{id_}:slot", id_, kind="scheduled", due=now, wanted_at=now, channel_id=channel)
        await deliveries.add(some.db, run, now)
        await deliveries.sent(some.db, run, "1.1", now)


async def settled(some: Replicas, id_: str) -> str:
    """Wait until somebody has died, and nothing more is to be said, and return where that was."""
    async with asyncio.timeout(40):
        while not some.where_died(id_) or await is_to_be_said(some, id_):
            await some.revive()
            await asyncio.sleep(0.05)
    await some.revive()
    await asyncio.sleep(1.0)  # whoever had claimed it says it now
    return some.where_died(id_)


async def is_to_be_said(some: Replicas, id_: str) -> bool:
    """Return whether something is to be said of a digest now, or its owner is yet to be asked."""
    found, now = await digests.read(some.db, id_), machine_clock.now()
    assert found
    unasked = found.timetable.ends != found.end_asked
    return unasked or id_ in {one.digest_id for one in await announcements.due(some.db, now)}


async def test_an_introduction_survives_a_death_and_is_never_repeated(
    database_settings: Settings, tmp_path: Path
) -> None:
    async with mortals(database_settings, tmp_path) as some:
        await some.revive()
        for number, how in enumerate(("before", "after", *HTTP)):
            id_ = f"run{number:04d}"
            await begin(some, id_, how, has_ended=False)
            where = await settled(some, id_)
            assert introductions(some, id_) == (0 if where.startswith(CLAIMED) or how == "on receipt" else 1), where


async def test_the_question_on_the_last_day_survives_a_death_and_is_never_repeated(
    database_settings: Settings, tmp_path: Path
) -> None:
    async with mortals(database_settings, tmp_path) as some:
        await some.revive()
        for number, (at, how) in enumerate([(at, how) for at in (1, 2) for how in ("before", "after")]):
            id_ = f"run{number:04d}"
            await begin(some, id_, how, at, has_ended=True)
            where = await settled(some, id_)
            assert questions(some, id_) == (0 if where == "after announcements" and at == 2 else 1), where
