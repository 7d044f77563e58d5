"""How many requests it costs that each replica has its own memory: an hour of a workspace, by one bot and by three.

What one bot needs is what any number would need with one memory. They are in this process, and their time is moved.
"""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from bot import logs
from bot.app import Bot
from bot.clock import Clock
from bot.config import Settings
from playground.carecycle import CareCycle
from playground.samples import samples
from playground.slack.deliveries import Payload
from playground.world import World, world
from tests.bench.report import Result
from tests.conftest import Clockwork
from tests.drivers import slack_events
from tests.drivers.balancer import Balancer
from tests.drivers.links import CHANNEL, link_to
from tests.drivers.workspaces import replica

_HOUR = 3600
_REPLICAS = 3
_WORKSPACES = 10
_PATIENCE = 60.0  # seconds of a busy machine
_CAMPAIGNS = 12  # that people ask about; a few much more often than the others
_WORDS = ("aep", "medicare", "welcome", "outreach")
# How often in an hour, in one workspace of ten busy people.
_USE = {"card": 30, "link": 8, "search": 6, "home": 5, "list": 3}


async def run(settings: Settings, _: Path, tiny: bool) -> list[Result]:
    """Live through the same hour with one bot and with three, and compare what they asked of careCycle and of Slack."""
    share = 0.1 if tiny else 1.0
    logs.set_up("INFO", "json", StringIO())  # what the bots say is not among the figures
    alone = await _hour(settings, 1, share)
    apart = await _hour(settings, _REPLICAS if settings.database_url else 1, share)
    found = []
    for name in ("requests for a campaign", "requests for a list", "calls of Slack"):
        found.append(Result(f"    {_WORKSPACES} workspaces, an hour, one memory: {name}", _WORKSPACES * alone[name]))
        found.append(Result(f"    {_REPLICAS} replicas, each with its own: {name}", _WORKSPACES * apart[name]))
    return [*found, Result("links of which `why` knows nothing", apart["unknown"], at_most=0)]


async def _hour(settings: Settings, count: int, share: float) -> Counter[str]:
    """Live through an hour with so many bots, and count."""
    time, carecycle = Clockwork(), CareCycle(limit=100_000)
    began, clock, chance = time.seconds, Clock(time.now, time.time), random.Random(16)
    given = {name: getattr(settings, name) for name in ("database_url", "encryption_keys", "data_dir")}
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(world(clock=clock, now=time.time, carecycle=carecycle, **given))
        bots, addresses = [here.bot], [str(here.slack.deliveries.url)]
        for _ in range(count - 1):
            bots.append(await stack.enter_async_context(replica(here, clock)))
            addresses.append(str(here.slack.deliveries.url))
        here.slack.deliveries = balancer = Balancer(patience=_PATIENCE)
        stack.push_async_callback(balancer.close)
        balancer.addresses = [one.removesuffix("/slack/events") for one in addresses]
        person = _Person(here, bots, chance)
        for at, what in _hour_of_use(chance, share):
            time.seconds = max(time.seconds, began + at)
            await _DO[what](person)
        paths = Counter(
            "requests for a list" if one.path.endswith("campaigns") else "requests for a campaign"
            for one in carecycle.requests
        )
        return paths + Counter({"calls of Slack": len(here.slack.api.calls), "unknown": person.unknown})


def _hour_of_use(chance: random.Random, share: float) -> list[tuple[float, str]]:
    """Return what people do, and after how many seconds."""
    return sorted(
        (chance.uniform(0, _HOUR), what) for what, often in _USE.items() for _ in range(max(1, round(often * share)))
    )


@dataclass
class _Person:
    """Whoever does it. `unknown`: how many links `why` did not know."""

    here: World
    bots: list[Bot]
    chance: random.Random
    unknown: int = 0

    async def card(self) -> None:
        await self._type(self._campaign())

    async def search(self) -> None:
        await self._type(self.chance.choice(_WORDS))

    async def list(self) -> None:
        await self._type("list")

    async def home(self) -> None:
        await self._deliver(slack_events.home(self.here.slack))

    async def link(self) -> None:
        """Post a link, and ask what became of it: the next replica answers."""
        link = link_to(self._campaign())
        await self._deliver(slack_events.link(self.here.slack, link=link))
        await self._type(f"why {link}")
        said = self.here.slack.workspace_of(CHANNEL).messages[-1].text
        self.unknown += "did not tell this app" in said

    def _campaign(self) -> str:
        """Return one of the campaigns: the first much more often than the last."""
        weights = [1 / (place + 1) for place in range(_CAMPAIGNS)]
        return str(self.chance.choices(samples("sunrise")[:_CAMPAIGNS], weights)[0]["id"])

    async def _type(self, words: str) -> None:
        await self.here.slack.say(f"/campaign {words}", user=slack_events.MEMBER, channel=CHANNEL)
        await self._finished()

    async def _deliver(self, event: Payload) -> None:
        await self.here.slack.deliver_event(event)
        await self._finished()

    async def _finished(self) -> None:
        for bot in self.bots:
            await bot.tasks.drain(_PATIENCE)


_DO: dict[str, Callable[[_Person], Awaitable[None]]] = {
    "card": _Person.card,
    "link": _Person.link,
    "search": _Person.search,
    "home": _Person.home,
    "list": _Person.list,
}
