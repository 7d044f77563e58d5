"""Run a second bot in this process, on the database of the first, and deliver to each of the two by its number.

With SQLite there is only one bot, at both numbers: what holds for two replicas holds for one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from bot.app import Bot
from bot.clock import Clock
from playground.slack.deliveries import Payload
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import button
from tests.drivers.balancer import Balancer
from tests.drivers.workspaces import replica


@dataclass(frozen=True)
class TwoBots:
    """The two bots, and their world, in which what people do goes to the first, or to the one that is named."""

    here: World
    bots: tuple[Bot, Bot]
    balancer: Balancer

    @property
    def is_one(self) -> bool:
        """Whether there is only one, with SQLite."""
        return self.bots[0] is self.bots[1]

    async def event(self, payload: Payload, *to: int) -> None:
        """Deliver an event to these bots at the same time, as Slack does again and again. Assert that each acks it."""
        acks = await asyncio.gather(*(self.balancer.send("events_api", payload, replica=number) for number in to))
        assert [ack.error for ack in acks] == [None] * len(to)

    async def press(self, message: Message, label: str, *to: int, user: str = "U01OWNER") -> None:
        """Press a button so many times at the same time, and deliver each to one of these bots."""
        pressed = button(message, label)

        async def once(number: int) -> None:
            with self.balancer.only(number):
                await self.here.slack.press(message, pressed, user=user)

        await asyncio.gather(*(once(number) for number in to))

    async def finished(self) -> None:
        """Wait until nothing is under way in either. Raise AssertionError after 30 seconds."""
        for _ in self.bots:  # what ends in one may begin something in the other
            for bot in self.bots:
                assert await bot.tasks.drain(30) == 0, "work was still under way after 30 s"

    async def run(self, statement: str, **values: Any) -> list[Any]:  # Any: of every column
        """Run a statement in the database, and return its rows."""
        async with self.bots[0].db.engine.begin() as connection:
            found = await connection.execute(text(statement), values)
            return list(found.all()) if found.returns_rows else []


@asynccontextmanager
async def two_bots(here: World, clock: Clock | None = None) -> AsyncIterator[TwoBots]:
    """Run the second bot until the block ends."""
    first, deliveries = str(here.slack.deliveries.url), here.slack.deliveries
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(replica(here, clock)) if here.bot.db.is_shared else here.bot
        balancer = Balancer(patience=30.0)
        stack.push_async_callback(balancer.close)
        balancer.addresses = [one.removesuffix("/slack/events") for one in (first, str(deliveries.url))]
        here.slack.deliveries = balancer
        try:
            with balancer.only(0):
                yield TwoBots(here, (here.bot, other), balancer)
        finally:
            here.slack.deliveries = deliveries
