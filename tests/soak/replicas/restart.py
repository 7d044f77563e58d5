"""A rolling restart under a stream of commands, behind a balancer that asks `/readyz`: nothing is refused or cut."""

import asyncio
from contextlib import suppress
from pathlib import Path

from bot.config import Settings
from tests.bench.report import Result
from tests.conftest import AEP
from tests.drivers.balancer import NOBODY
from tests.drivers.replicas import Replicas, replicas, until

COMMANDS = 570
_AT_ONCE = 6  # people who ask
_PAUSE = 0.1  # seconds between two questions of one person
_PROBE = 0.2  # seconds between two probes; two that fail take a replica out
_DELAY = "2"  # seconds for which a replica that stops is served all the same
_PATIENCE = 30.0  # seconds; Slack waits three, which a busy machine may take for other reasons


async def run(settings: Settings, folder: Path, tiny: bool) -> list[Result]:
    """Restart one replica after the other while people ask."""
    commands = 30 if tiny else COMMANDS
    running = replicas(settings, folder, patience=_PATIENCE, SHUTDOWN_DELAY=_DELAY)
    async with running as here, here.balancer.probing(_PROBE):
        over = asyncio.Event()
        people = [asyncio.ensure_future(_ask(here, over)) for _ in range(_AT_ONCE)]
        await until(lambda: len(here.balancer.sent) >= _AT_ONCE)
        stops = [await _restart(here, number) for number in range(len(here.each))]
        await until(lambda: len(here.balancer.sent) >= commands, within=120)
        over.set()
        await asyncio.gather(*people)
        sent, urls = here.balancer.sent, here.slack.response_urls
        _explain(here)
        return [
            Result("commands over the restart of all replicas", len(sent), at_least=commands),
            Result("connections refused", here.balancer.refused, at_most=0),
            Result("connections cut", here.balancer.cut, at_most=0),
            Result("commands that no replica took", sum(one.status != 200 for one in sent), at_most=0),
            Result("commands without an answer", sum(not one.answers for one in urls.commands), at_most=0),
            Result("stops that did not end well", sum(status != 0 for _, status in stops), at_most=0),
            Result("the longest stop, s", max(took for took, _ in stops), at_most=35),
            Result("    the slowest ack, s", max(one.took for one in sent)),
        ]


async def _restart(here: Replicas, number: int) -> tuple[float, int]:
    """Restart it, and wait until the balancer sends to it. Return the seconds its stop took, and the exit status."""
    one = here.each[number]
    stopped = await one.stop()
    await one.start()
    await until(lambda: number not in here.balancer.out)
    return stopped


async def _ask(here: Replicas, over: asyncio.Event) -> None:
    """Ask until `over` is set."""
    while not over.is_set():
        with suppress(TimeoutError):  # it is counted in the end
            await here.ask(AEP)
        await asyncio.sleep(_PAUSE)  # without a limit: a pause


def _explain(here: Replicas) -> None:
    """Print all there is to know of a command that was acked and not answered: it is too rare to be seen again."""
    for one in here.balancer.sent:
        if not here.slack.response_urls.of(one.payload["response_url"]).answers:
            print(f"not answered: {one}")  # noqa: T201 - what to look at
            lines = here.each[one.replica].said().splitlines() if one.replica != NOBODY else []
            print("\n".join(line for line in lines if '"level": "info"' not in line or "lost" in line))  # noqa: T201
            print("\n".join(map(str, here.slack.deliveries.log)))  # noqa: T201
