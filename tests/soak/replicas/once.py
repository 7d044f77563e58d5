"""What Slack sends and people press several times, to all replicas: each is done once, also when one dies."""

import asyncio
import json
from pathlib import Path

from sqlalchemy import text

from bot.config import Settings
from playground.samples import samples
from playground.slack.deliveries import Payload
from tests.bench.report import Result
from tests.conftest import AEP, button
from tests.drivers import slack_events
from tests.drivers.replicas import Replicas, replicas, until
from tests.drivers.slack_events import KINDS, Kind

_OF_EACH = 6  # events of each kind, and shares
_DEATHS = 3
_PAUSE = 0.3  # seconds between two events
_SECOND = 1.2  # longer than a replica waits before it looks again whether another is done


async def run(settings: Settings, folder: Path, tiny: bool) -> list[Result]:
    """Send and press everything to all replicas at once, and then in turn. Kill some between the claim and the deed."""
    of_each, deaths = (1, 1) if tiny else (_OF_EACH, _DEATHS)
    async with replicas(settings, folder) as here:
        many = 3
        sent, handled = await _events(here, of_each, many)
        shared = [await _shared(here, many) for _ in range(of_each)]
        died = [await _died(here, turn) for turn in range(deaths)]
        previews = [args for name, args in here.slack.api.calls if name == "chat.unfurl"]
        return [
            Result("events, each sent six times", sent),
            Result("events handled", handled, at_least=sent, at_most=sent),
            Result("previews of one campaign in a channel", len(previews), at_least=1, at_most=1),
            Result("messages of a share that was clicked three times", max(shared), at_most=1),
            Result("shares that nobody saw", shared.count(0), at_most=0),
            Result("answers to an event whose replica was killed", max(died), at_most=1),
            Result("events that were lost with their replica", died.count(0), at_most=0),
            Result("    the slowest ack, s", max(one.took for one in here.balancer.sent)),
        ]


async def _events(here: Replicas, of_each: int, many: int) -> tuple[int, int]:
    """Send events of each kind to all at once, and then to each in turn. Return how many, and how many were handled."""
    made = [kind.make(here.slack) for kind in KINDS.values() for _ in range(of_each)]
    before = sum(_handled(here, kind) for kind in KINDS.values())
    for event in made:
        await asyncio.gather(*(_send(here, event, number) for number in range(many)))
        await asyncio.sleep(_PAUSE)  # without a limit: people are not faster
    for event in made:
        for number in range(many):
            await _send(here, event, number)
    await _settled(here)
    return len(made), sum(_handled(here, kind) for kind in KINDS.values()) - before


async def _shared(here: Replicas, many: int) -> int:
    """Click *Share to channel* so many times at once, on different replicas. Return how many messages came of it."""
    (card,) = await here.ask(AEP)
    workspace, pressed = here.slack.workspace_of(card.channel), button(card, "Share to channel")

    async def click(number: int) -> None:
        with here.balancer.only(number % len(here.each)):
            await here.slack.press(card, pressed)

    before = {id(one) for one in workspace.messages}
    await asyncio.gather(*(click(number) for number in range(many)))
    await _settled(here)
    return sum(id(one) not in before and one.ephemeral_for is None for one in workspace.messages)


async def _died(here: Replicas, turn: int) -> int:
    """Kill a replica while it answers a mention, and send that again to another. Return how many answers came of it."""
    others = [one["id"] for one in samples("sunrise") if one["id"] != AEP]
    event, asked = slack_events.mention(here.slack, others[turn]), len(here.world.requests)  # nobody has it in memory
    number, other = turn % len(here.each), (turn + 1) % len(here.each)
    first = here.each[number]
    here.carecycle.fault = "hanging"
    answers = len(here.world.called("chat.postMessage"))
    await _send(here, event, number)
    await until(lambda: len(here.world.requests) > asked)
    await first.kill()
    here.carecycle.fault = "none"
    if other == number:
        await first.start()
    await _send(here, event, other, retry=1)
    await _run(here, "UPDATE claims SET leased_until = :now WHERE leased_until IS NOT NULL")
    await until(lambda: len(here.world.called("chat.postMessage")) > answers)
    await _send(here, event, other, retry=2)
    await _settled(here)
    if other != number:
        await first.start()
    return len(here.world.called("chat.postMessage")) - answers


async def _send(here: Replicas, event: Payload, number: int, retry: int = 0) -> None:
    await here.balancer.send("events_api", event, replica=number % len(here.each), retry=retry)


async def _settled(here: Replicas) -> None:
    """Wait until nobody does anything or waits for another to be done."""
    async with asyncio.timeout(60):
        while await _run(here, "SELECT key FROM claims WHERE leased_until IS NOT NULL"):  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.1)  # without a limit: it is above
    await asyncio.sleep(_SECOND)  # without a limit: a pause


def _handled(here: Replicas, kind: Kind) -> int:
    """Return how many lines of the logs say that one of this kind was handled."""
    lines = (json.loads(line) for each in here.each for line in each.said().splitlines() if line.startswith("{"))
    return sum(line.get("event") == kind.logged for line in lines)


async def _run(here: Replicas, statement: str) -> list[object]:
    async with here.database() as db:
        if not db.is_shared:  # it has no claims
            return []
        async with db.engine.begin() as connection:
            found = await connection.execute(text(statement.replace(":now", "now()")))
            return list(found.all()) if found.returns_rows else []
