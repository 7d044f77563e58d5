"""Make a world with digests whose time is moved, and see what a channel gets."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from bot.clock import Clock
from bot.delivery.operations import new_id
from bot.delivery.pace import Pace
from bot.digests.digest import CampaignFilter, Delivery, Digest
from bot.digests.timetable import Timetable
from bot.errors import StoreUnavailable
from bot.slack.digests.line_port import LINE_EVENT
from bot.slack.digests.slack_port import RUN_EVENT
from bot.store import deliveries
from bot.store.database import Database
from bot.store.digest_rows import values_of
from playground.slack.workspace import BOT_ID, Message
from playground.world import World
from tests.conftest import Clockwork, MakeWorld

SUNRISE, CHANNEL, OWNER, ADMIN, MEMBER = "T01SUNRISE", "C02STANDUP", "U01OWNER", "U02ADMIN", "U03MEMBER"
DAY = 24 * 60 * 60.0
DAILY = Timetable("UTC", frozenset(range(1, 8)), ("09:00",))


class Deliveries:
    """A world, and what a test does with digests in it. Unless set, the time is Mon 23 Nov 2026, 09:02:11 UTC.

    The methods that wait raise TimeoutError after `within` seconds.
    """

    def __init__(self, world: World, time: Clockwork) -> None:
        self.world = world
        self.time = time

    async def make(self, **changes: Any) -> Digest:
        """Save a digest: daily at 09:00 UTC, of all active campaigns, with `changes` to its fields."""
        plain = Digest(new_id(), SUNRISE, "Morning digest", CHANNEL, OWNER, DAILY, CampaignFilter(status="active"))
        return await self.world.bot.services.digests.save(replace(plain, **changes), OWNER, new=True)

    async def at(self, digest: Digest, late: float = 0.0) -> None:
        """Move the time to when the digest is due next, plus `late` seconds, and wake the scheduler."""
        current = await self.read(digest)
        assert current.next_due
        self.time.move((current.next_due - self.time.now()).total_seconds() + late)
        self.world.bot.scheduler.wake()

    async def read(self, digest: Digest) -> Digest:
        """Return the digest as it is stored now."""
        workspace = await self.world.bot.workspaces.of(digest.workspace_id)
        return await self.world.bot.services.digests.read(workspace, digest.id)

    async def ledger(self, digest: Digest) -> list[Delivery]:
        """Return the digest's deliveries, newest first."""
        return await deliveries.history(self.world.bot.db, digest.id)

    async def _seen(self, digest: Digest) -> list[Delivery]:
        """Return the ledger, for polling: empty when the database does not answer in time, as on a busy machine."""
        try:
            return await self.ledger(digest)
        except StoreUnavailable:
            return []

    async def ended(
        self, digest: Digest, count: int = 1, within: float = 20.0, *, moving: bool = False
    ) -> list[Delivery]:
        """Wait until there are `count` deliveries and all are over, and return them, newest first.

        With `moving`, the time moves to each next try: of two deliveries at once, one is put off for seconds.
        """
        async with asyncio.timeout(within):
            while True:
                rows = await self._seen(digest)
                if len(rows) >= count and not [row for row in rows if row.state in ("due", "posting")]:
                    return rows
                next_try = min((row.try_at for row in rows if row.state == "due" and row.try_at), default=None)
                if moving and next_try and next_try > self.time.now():
                    self.moved_to(next_try)
                await asyncio.sleep(0.05)  # the engine's own threads cannot be waited for

    async def put_off(self, digest: Digest, reason: str, within: float = 20.0) -> Delivery:
        """Wait until the newest delivery waits for its next try for this reason, and return it."""
        async with asyncio.timeout(within):
            while True:
                rows = await self._seen(digest)
                if rows and rows[0].state in ("due", "posting") and rows[0].reason == reason:
                    return rows[0]
                await asyncio.sleep(0.05)  # as above

    async def tried(self, digest: Digest, before: int, *, count: int, within: float = 20.0) -> Delivery:
        """Wait until the newest of `count` deliveries was tried more than `before` times or is over, and return it."""
        async with asyncio.timeout(within):
            while True:
                rows = await self._seen(digest)
                if len(rows) >= count and (rows[0].attempt > before or rows[0].ended_at):
                    return rows[0]
                await asyncio.sleep(0.05)  # as above

    def moved_to(self, when: datetime | None) -> None:
        """Move the time to one second after `when`, and wake the scheduler."""
        assert when
        self.time.move(max((when - self.time.now()).total_seconds(), 0) + 1)
        self.world.bot.scheduler.wake()

    def may_look(self) -> None:
        """Grant the app the optional scope to read a channel's history."""
        self.world.slack.api.scopes.add("channels:history")
        for grant in self.world.slack.tokens.grants.values():
            grant.scopes |= {"channels:history"}

    @property
    def posted(self) -> list[Message]:
        """The digests in the channels, oldest first."""
        return [
            one for one in self.world.slack.workspace.messages if (one.metadata or {}).get("event_type") == RUN_EVENT
        ]

    @property
    def lines(self) -> list[Message]:
        """The lines in the channels that say that digests are late, oldest first."""
        return [
            one for one in self.world.slack.workspace.messages if (one.metadata or {}).get("event_type") == LINE_EVENT
        ]

    async def look_for_late(self) -> None:
        """Bring the lines about late digests up to date, as the scheduler does every few seconds."""
        await self.world.bot.scheduler.regular["say which digests are late"]()

    def told(self, person: str) -> list[Message]:
        """Return the bot's direct messages to this person."""
        return [
            message
            for message in self.world.slack.workspace.messages
            if message.user == BOT_ID and message.channel == f"D-{person}"
        ]

    async def hears(self, person: str, count: int = 1) -> list[Message]:
        """Wait until the bot has sent this person `count` direct messages, and return them."""
        await self.world.slack.workspace.until(lambda: len(self.told(person)) == count)
        return self.told(person)


async def unreadable(db: Database, digest: Digest) -> None:
    """Let the digest be of a time zone that this machine does not know."""
    table = db.tables.digests
    definition = values_of(digest)["definition"]
    definition["timetable"]["zone"] = "Nowhere/Land"
    async with db.writing() as connection:
        await connection.execute(update(table).where(table.c.id == digest.id).values(definition=definition))


async def delivering(
    make_world: MakeWorld, time: Clockwork | None = None, *, beat: float = 3600.0, **options: Any
) -> Deliveries:
    """Make a new world with a scheduler that looks often, and a time that only the test moves.

    `beat` is the seconds of real time between two looks of what runs beside deliveries, such as introductions. By
    default there is none: on a busy machine it would come between what a test does.
    """
    time, pace = time or Clockwork(), Pace(tick=0.2, exist=0.2, polling=0.05, beat=beat)
    world = await make_world(clock=Clock(time.now, time.time), now=time.time, pace=pace, **options)
    return Deliveries(world, time)
