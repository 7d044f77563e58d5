"""Run a bot that reads workspaces regularly, move its time, and see what it read and kept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.clock import Clock
from bot.delivery.pace import Pace
from bot.insight.series import AccountReading
from bot.readings.schedule import next_slot
from bot.store import readings
from playground.carecycle import CareCycle, Recorded
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.accounts import LISTS, campaign

SUNRISE = "T01SUNRISE"
EVERY = timedelta(minutes=15)
PACE = Pace(tick=0.2, exist=0.2, polling=0.05, read=0.05)


class Reading:
    """A world whose workspaces are read every quarter of an hour, and whose time only the test moves.

    The methods that wait raise TimeoutError after 20 seconds.
    """

    def __init__(self, world: World, time: Clockwork) -> None:
        assert world.carecycle
        self.world, self.time, self.carecycle = world, time, world.carecycle

    async def used(self, user: str = "U01OWNER") -> None:
        """Look a campaign up, so that the workspace is one in use, and wait until that is written."""
        id_ = AEP if AEP in self.carecycle.campaigns else next(iter(self.carecycle.campaigns))
        await self.world.slack.say(f"/campaign {id_}", user=user)
        await self.world.bot.services.lookups.write()
        self.time.move(61)  # what was read for the card is not shared
        self.carecycle.requests.clear()

    async def due(self, late: float = 1.0, workspace: str = SUNRISE) -> None:
        """Move the time to the workspace's next turn, plus `late` seconds, and wait until what is due has been read."""
        await self.looked()  # the turn is there
        self.time.move((next_slot(workspace, self.time.now(), EVERY) - self.time.now()).total_seconds() + late)
        await self.looked()

    async def looked(self) -> None:
        """Wait until the bot has looked for what is due, from the beginning to the end, and read it."""
        await self.world.bot.readings.looked()

    async def turn(self, workspace: str = SUNRISE) -> Any:
        """Return the row of the workspace's turns; None: there is none."""
        table = self.world.bot.db.tables.reading_turns
        async with self.world.bot.db.reading() as connection:
            return (await connection.execute(select(table).where(table.c.workspace_id == workspace))).first()

    async def moments(self, workspace: str = SUNRISE) -> list[datetime]:
        """Return when readings that are kept were made, oldest first."""
        table = self.world.bot.db.tables.readings
        query = select(table.c.at).where(table.c.workspace_id == workspace).order_by(table.c.at)
        async with self.world.bot.db.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def last(self, workspace: str = SUNRISE) -> AccountReading:
        """Return the newest reading, as it is stored."""
        table = self.world.bot.db.tables.readings
        query = select(table.c.account).where(table.c.workspace_id == workspace).order_by(table.c.at.desc()).limit(1)
        async with self.world.bot.db.reading() as connection:
            account = await connection.scalar(query)
        found = (await readings.load(self.world.bot.db, workspace, str(account))).last
        assert found
        return found

    @property
    def lists(self) -> list[Recorded]:
        """The requests for lists, oldest first."""
        return [one for one in self.carecycle.requests if one.path == LISTS]

    @property
    def looks(self) -> list[str]:
        """The ids of the campaigns that were read singly, in the order in which they were."""
        return [one.path.rpartition("/")[2] for one in self.carecycle.requests if one.path != LISTS]


async def reading_bot(make_world: MakeWorld, carecycle: CareCycle | None = None, **options: Any) -> Reading:
    """Make a world in which one workspace is in use and is read regularly."""
    time = Clockwork()
    given = carecycle or CareCycle(now=time.time)
    given.now = time.time
    options.setdefault("read_every", 15)
    options.setdefault("pace", PACE)
    world = await make_world(clock=Clock(time.now, time.time), now=time.time, carecycle=given, **options)
    return Reading(world, time)


def crowd(count: int, **more: Any) -> CareCycle:
    """Make an account of so many active campaigns."""
    return CareCycle([campaign(2000 + number, f"Outreach {number}", **more) for number in range(count)])
