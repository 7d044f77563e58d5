"""Run processes of the real program that are killed, for the kill tests and the soak."""

import asyncio
import json
import os
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config import Settings
from bot.digests.digest import OVER, Delivery
from bot.digests.timetable import Timetable
from bot.store import by_hand, deliveries
from bot.store.database import Database, open_database, sqlite_file
from playground.carecycle import PLAYGROUND_KEY
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import BOT_TOKEN
from tests.drivers.outside_world import Outside, kill, outside
from tests.plugins import machine_clock
from tests.samples.digests import digest, keep

ROOT = Path(__file__).parents[2]
CHANNEL, OWNER = "C02STANDUP", "U03MEMBER"
# Where a death leaves open whether Slack has the message: from the row that says so to the one that it was sent.
INSIDE = ("after deliveries due posting sent", "before deliveries sent", "slack")
HTTP = ("on receipt", "taken", "answered")
SETTLED = 6.0  # seconds; twice what a replica is taken for dead after
_PATIENCE = 40.0  # seconds for a run to be over


@asynccontextmanager
async def forks(tree: Path = ROOT) -> AsyncIterator[Process]:
    """Start `dying_process.py`, which forks the processes, and end it after the block. `tree` is that of the code."""
    own = {**os.environ, **machine_clock.environment(str(tree))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.drivers.dying_process"), stdin=PIPE, stdout=PIPE, env=own, cwd=tree
    )
    yield process
    assert process.stdin
    process.stdin.close()
    await asyncio.wait_for(process.wait(), _PATIENCE)


@dataclass
class Replicas:
    """One database, and the processes that share it. Dead ones are started again."""

    world: Outside
    source: Process
    settings: Settings
    db: Database
    folder: Path
    slots: tuple[str, ...]  # addresses of the world
    died: dict[str, str] = field(default_factory=dict)  # by digest, where somebody died for it
    exposed: set[str] = field(default_factory=set)  # digests that were being posted when somebody died for another
    channel: str = CHANNEL  # with `{}` for the digest's id, if each has its own

    @property
    def trap(self) -> Path:
        """The file that says at which commit a process dies (`Trap` in `dying_process.py`)."""
        return self.folder / "trap.json"

    async def revive(self) -> None:
        """Start the processes that are not alive."""
        for address in self.slots:
            port = int(address.rpartition(":")[2])
            if not _lives(self.world.pids.get(port, 0)):
                self.world.pids[port] = await self._start(address)

    async def die(self, number: int, at: int, how: str) -> str:
        """Make a delivery during which a process dies, and return where it died; empty when none died in time."""
        id_ = f"run{number:04d}"
        if how in HTTP:
            self.world.strikes[id_] = how
        self.set_trap(id_, at if how not in HTTP else 0, how)
        await self.add(id_)
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while not self.where_died(id_):
                    await self.revive()
                    await asyncio.sleep(0.02)
        self.died[id_] = self.where_died(id_)
        await self._expose(but=id_)
        return self.died[id_]

    async def undisturbed(self) -> list[str]:
        """Return what is written for one delivery, a label for each commit.

        It is the shortest of three: on a busy machine a delivery may be claimed twice, which is one commit more.
        """
        return min([await self._undisturbed(f"run0000{letter}") for letter in "abc"], key=len)

    async def die_at_random(self, number: int, chance: random.Random) -> None:
        """Make a delivery, and kill a process soon after it fell due."""
        id_ = f"run{number:04d}"
        await self.add(id_)
        await asyncio.sleep(chance.uniform(0, 0.4))
        kill(self.world.pids[int(chance.choice(self.slots).rpartition(":")[2])])
        self.died[id_] = "at random"
        await asyncio.sleep(0.02)
        await self._expose()
        await self.revive()

    async def outcomes(self, settled: float = SETTLED) -> dict[str, tuple[Delivery, int]]:
        """Wait until all runs are over. Return each one's row and number of messages, by digest.

        `settled` is how many more seconds to wait for a process that was taken for dead.
        """
        async with asyncio.timeout(_PATIENCE):
            while not all([await self._is_over(id_) for id_ in self.died]):
                await asyncio.sleep(0.1)
                await self.revive()
        await asyncio.sleep(settled)  # whoever was taken for dead would come back now
        rows = await deliveries.newest(self.db, 10_000)
        return {row.digest_id: (row, self.world.messages(row.id)) for row in rows}

    async def send_again(self, row: Delivery) -> None:
        """Make a delivery due again, as *Send again* does. Assert that it can be."""
        assert await by_hand.requeue(self.db, row.id, machine_clock.now())

    def said(self) -> str:
        """Return what the processes logged."""
        return "".join(file.read_text(encoding="utf-8") for file in sorted(self.folder.glob("*.log")))

    def end(self) -> None:
        """Kill all processes."""
        for address in self.slots:
            kill(self.world.pids.get(int(address.rpartition(":")[2]), 0))

    async def _undisturbed(self, id_: str) -> list[str]:
        self.set_trap(id_, 0, "before")
        await self.add(id_)
        self.died[id_] = ""
        async with asyncio.timeout(_PATIENCE):
            while not await self._is_over(id_):
                await self.revive()
                await asyncio.sleep(0.02)
        await asyncio.sleep(1.0)  # somebody may tell its owner
        return self.labels()

    async def _expose(self, but: str = "") -> None:
        rows = await deliveries.newest(self.db, 10_000)
        self.exposed |= {row.digest_id for row in rows if row.state == "posting" and row.digest_id != but}

    async def add(self, id_: str) -> None:
        """Add a digest that is due."""
        now = machine_clock.now().replace(second=0, microsecond=0)
        daily, channel = Timetable("UTC", cron=f"{now.minute} {now.hour} * * *"), self.channel.format(id_)
        one = digest(id_, channel_id=channel, owner_id=OWNER, timetable=daily, next_due=now)
        await keep(self.db, one, when=machine_clock.now())  # its introduction comes when nobody looks at it any more

    async def _start(self, address: str) -> int:
        keys = ",".join(key.get_secret_value() for key in self.settings.encryption_keys)
        url = self.settings.database_url.get_secret_value() if self.settings.database_url else ""
        order: dict[str, Any] = {  # Any: JSON
            "env": {
                "TZ": "UTC",
                "DATA_DIR": str(self.settings.data_dir),
                "DATABASE_URL": url,
                "ENCRYPTION_KEYS": keys,
                "SLACK_BOT_TOKEN": BOT_TOKEN,
                "SLACK_SIGNING_SECRET": SIGNING_SECRET,
                "SLACK_API_URL": f"{address}/api/",
                "CARECYCLE_API_KEY": PLAYGROUND_KEY,
                "CARECYCLE_BASE_URL": self.world.carecycle_address,
                "PORT": "0",
                "LOG_FORMAT": "json",
            },
            "log": str(self.folder / f"{address.rpartition(':')[2]}.log"),
            "trap": str(self.trap),
        }
        assert self.source.stdin
        assert self.source.stdout
        self.source.stdin.write(json.dumps(order).encode() + b"\n")
        await self.source.stdin.drain()
        return int(await asyncio.wait_for(self.source.stdout.readline(), _PATIENCE))

    def set_trap(self, id_: str, at: int, how: str) -> None:
        """Let the process die that makes the `at`-th commit about this digest; 0: none."""
        told = {"token": id_, "at": at, "how": how, "labels": [], "died": ""}
        (draft := self.trap.with_suffix(".new")).write_text(json.dumps(told), encoding="utf-8")
        draft.replace(self.trap)

    def where_died(self, id_: str) -> str:
        """Return where a process died for this digest; empty when none did."""
        return f"slack {id_}" if id_ in self.world.struck else str(self._caught().get("died", ""))

    def labels(self) -> list[str]:
        """Return what was written since the trap was set, a label for each commit."""
        return list(self._caught().get("labels", []))

    def _caught(self) -> dict[str, Any]:  # Any: JSON
        with suppress(json.JSONDecodeError):  # somebody writes it just now
            return dict(json.loads(self.trap.read_text(encoding="utf-8")))
        return {}

    async def _is_over(self, id_: str) -> bool:
        """Return whether the digest has a delivery, and all its deliveries are over."""
        rows = await deliveries.history(self.db, id_)
        return bool(rows) and all(row.state in OVER for row in rows)


def _lives(pid: int) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@asynccontextmanager
async def mortals(
    settings: Settings, folder: Path, *, most: int = 3, scopes: tuple[str, ...] = ()
) -> AsyncIterator[Replicas]:
    """Run replicas in a world of their own: one with SQLite, `most` with PostgreSQL. `scopes` are granted besides."""
    count = 1 if sqlite_file(settings) else most
    async with outside(count) as world, forks() as source:
        for scope in scopes:
            world.slack.api.allow(scope)
        async with _replicas(world, source, settings, folder, tuple(world.addresses)) as some:
            yield some


@asynccontextmanager
async def _replicas(
    world: Outside, source: Process, settings: Settings, folder: Path, slots: tuple[str, ...]
) -> AsyncIterator[Replicas]:
    """Run a process for each address of `slots` until the block ends."""
    async with open_database(settings) as db:
        some = Replicas(world, source, settings, db, folder, slots)
        await some.revive()
        try:
            yield some
        finally:
            some.end()
