"""Live through weeks with the real bot in the playground's world, and collect every digest that was said.

Time is the playground's clock: it is put forward, and nobody waits for it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as wall_time
from typing import Any
from unittest.mock import patch

from blocks.digests import message as drawing
from blocks.digests.edition import Edition
from blocks.kit import Message
from bot.campaigns.figures import Figures
from bot.delivery.operations import new_id
from bot.delivery.pace import Pace
from bot.digests.digest import CampaignFilter, Digest
from bot.digests.report import Report
from bot.digests.timetable import Timetable
from bot.insight.packing import Packed, unpack
from bot.insight.series import AccountReading
from bot.store import deliveries, digests
from playground.carecycle import CareCycle
from playground.clock import NEW_YORK, MovableClock
from playground.habits import Campaign
from playground.life import Life
from playground.slack.workspace import Message as Posted
from playground.world import World, world
from tests.simulator.deeds import Account, Deed
from tests.simulator.nineteen import FIRST, campaigns

SUNRISE, CHANNEL, OWNER = "T01SUNRISE", "C02STANDUP", "U01OWNER"
_PATIENCE = 60.0  # seconds
_AN_HOUR = timedelta(hours=1)
_PACE = Pace(tick=0.2, exist=0.2, polling=0.05)


@dataclass
class Said:
    """One digest that reached its channel."""

    digest: Digest
    edition: Edition
    posted: Posted
    readings: Sequence[AccountReading]  # as they were stored then
    shown: AccountReading  # what careCycle would have answered at that moment

    @property
    def report(self) -> Report:
        """What it says, as values."""
        return self.edition.report

    @property
    def day(self) -> date:
        """The local day on which it was due."""
        return self.edition.due.astimezone(NEW_YORK).date()

    def lines(self, title: str) -> list[str]:
        """Return the lines that stand under a title: *Changed* or *Needs you*."""
        texts = [
            block["text"]["text"] for block in self.posted.blocks if block["type"] == "section" and "text" in block
        ]
        return [line for text in texts if text.startswith(f"*{title}*\n") for line in text.split("\n")[1:]]

    def sections(self) -> list[str]:
        """Return the text of each section, and of each context."""
        found = []
        for block in self.posted.blocks:
            if block["type"] == "section" and "text" in block:
                found.append(block["text"]["text"])
            elif block["type"] == "context":
                found.append(" · ".join(element["text"] for element in block["elements"] if "text" in element))
        return found


@dataclass
class Weeks:
    """What was lived."""

    said: list[Said] = field(default_factory=list)
    done: list[Deed] = field(default_factory=list)

    def of(self, digest: Digest) -> list[Said]:
        """Return what one digest said, oldest first."""
        return [one for one in self.said if one.digest.id == digest.id]


class Living:
    """The world of the nineteen, on its first day half an hour after midnight."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.weeks = Weeks()
        assert here.carecycle
        assert isinstance(here.carecycle.life, Life)
        self.account = Account(here.carecycle, here.carecycle.life)
        self._drawn: dict[str, tuple[Edition, AccountReading]] = {}  # by run
        self._digests: dict[str, Digest] = {}
        self._collected: set[str] = set()

    async def make(self, **changes: Any) -> Digest:
        """Make a digest."""
        plain = {
            "id": new_id(),
            "workspace_id": SUNRISE,
            "name": "Morning digest",
            "channel_id": CHANNEL,
            "owner_id": OWNER,
            "timetable": Timetable("America/New_York"),
            "choice": CampaignFilter(status="active"),
        }
        made = await self.here.bot.services.digests.save(Digest(**{**plain, **changes}), OWNER, new=True)
        self._digests[made.id] = made
        return made

    async def until(self, end: datetime, deeds: Iterable[Deed]) -> Weeks:
        """Live on to a moment: do every deed when its time comes, and collect digests after each morning."""
        coming = sorted((deed for deed in deeds if self._now < deed.at <= end), key=lambda deed: deed.at)
        while self._now < end:
            next_deed = coming[0].at if coming else end
            await self._go_to(min(next_deed, self._morning(), end))
            while coming and coming[0].at <= self._now:
                deed = coming.pop(0)
                deed.do(self.account)
                self.weeks.done.append(deed)
            await self._collect()
        return self.weeks

    @property
    def _now(self) -> datetime:
        assert self.here.clock
        return self.here.clock.now()

    def _morning(self) -> datetime:
        """Return five past nine of the next morning."""
        local = self._now.astimezone(NEW_YORK)
        today = datetime.combine(local.date(), wall_time(9, 5), NEW_YORK)
        return today if local < today else datetime.combine(local.date() + timedelta(days=1), wall_time(9, 5), NEW_YORK)

    async def _go_to(self, moment: datetime) -> None:
        """Live on; then wait for digests that took so long on a busy machine that the clock went on without them."""
        days = (moment - self._now) / timedelta(days=1)
        await self.here.live(max(days, 0.0), every=_AN_HOUR)
        async with asyncio.timeout(_PATIENCE):
            while any(due <= self._now for due in await self._due()):
                self.here.bot.scheduler.wake()
                await asyncio.sleep(0.05)  # the engine's own threads cannot be waited for

    async def _due(self) -> list[datetime]:
        planned = [digest.next_due for digest in await digests.of_workspace(self.here.bot.db)]
        rows = [row for row in await deliveries.newest(self.here.bot.db, 50) if row.state in ("due", "posting")]
        return [moment for moment in (*planned, *(row.try_at or row.due for row in rows)) if moment]

    async def _collect(self) -> None:
        for posted in self.here.slack.workspace.messages:
            run = _run_of(posted)
            digest = self._digests.get(run.partition(":")[0])
            if digest and run in self._drawn and run not in self._collected:
                self._collected.add(run)
                edition, shown = self._drawn[run]
                self.weeks.said.append(Said(digest, edition, posted, await self._stored(), shown))

    async def _stored(self) -> list[AccountReading]:
        """Return the readings as they are stored, without the program that keeps them."""
        table = self.here.bot.db.tables.readings
        async with self.here.bot.db.reading() as connection:
            query = table.select().with_only_columns(table.c.at, table.c.packed, table.c.coarse).order_by(table.c.at)
            rows = (await connection.execute(query)).all()
        return list(unpack(Packed(*row) for row in rows))

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Keep what each digest is drawn from, and what careCycle would answer then, until the block ends."""
        draw = drawing.message

        def message(edition: Edition, *, plain: bool = False) -> Message:
            self._drawn[edition.run] = edition, self._shown()
            return draw(edition, plain=plain)

        with patch.object(drawing, "message", message):
            yield

    def _shown(self) -> AccountReading:
        shown = (self.account.life(one) for one in self.account.carecycle.campaigns.values())
        return AccountReading(self._now, {one["id"]: _figures(one) for one in shown})


def _figures(campaign: Campaign) -> Figures:
    """Read a campaign of the stand-in, without the program's models."""
    stats = campaign["customerStats"]
    counts = stats["statusCounts"]
    return Figures(campaign["name"], campaign["status"], stats["total"], stats["totalCalls"], None, counts)


@asynccontextmanager
async def living() -> AsyncIterator[Living]:
    """Make the world, with what every digest was drawn from kept, until the block ends."""
    start = datetime.combine(FIRST, wall_time(0, 30), NEW_YORK)
    clock = MovableClock(start, true=lambda: 0.0)
    async with world(carecycle=CareCycle(campaigns()), clock=clock, lively=True, read_every=60, pace=_PACE) as here:
        alive = Living(here)
        with alive.watch():
            yield alive


def _run_of(posted: Posted) -> str:
    payload: Any = (posted.metadata or {}).get("event_payload", {})
    return str(payload.get("run", ""))
