"""What Slack sends and people press several times, to all replicas: each is done once, also when one dies.

It holds as well while the replicas do not hear each other, behind PgBouncer, and over an outage of the database.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Row, text

from bot.config import Settings
from bot.store.claims import fingerprint
from playground.samples import samples
from playground.slack.deliveries import Payload
from tests.bench.report import Result
from tests.conftest import AEP, button
from tests.drivers import slack_events
from tests.drivers.replicas import Replicas, until
from tests.drivers.slack_events import KINDS
from tests.soak.replicas.states import Around, State, around, possible

_STATES: tuple[State, ...] = ("heard", "reset", "pooled", "away", "hanging")
_OF_EACH, _OF_EACH_ELSE = 6, 2  # events of each kind, and shares: when nothing is wrong, and else
_MANY = 3  # times that each comes at once
_PAUSE = 0.3  # seconds between two events
_SECOND = 1.2  # longer than a replica waits before it looks again whether another is done
_TOLD = 15.0  # seconds: the circuit breaker rests five, and what was done is recorded every five
_OTHERS = [one["id"] for one in samples("sunrise") if one["id"] != AEP]
_LOGGED = {kind.logged for kind in KINDS.values()}


async def run(settings: Settings, folder: Path, tiny: bool) -> list[Result]:
    """Send and press everything in each state."""
    found: list[Result] = []
    for state in possible(settings, "heard") if tiny else possible(settings, *_STATES):
        async with around(state, settings, folder / state) as way:
            of_each = 1 if tiny else _OF_EACH if state == "heard" else _OF_EACH_ELSE
            found += await (_outage if state in ("away", "hanging") else _all)(way, of_each)
    return found


async def _all(way: Around, of_each: int) -> list[Result]:
    """Send to all at once, and then in turn. Kill some replicas between the claim and the deed."""
    here, name = way.here, "" if way.state == "heard" else f"{way.state}: "
    way.begin()
    sent, handled = await _events(here, of_each)
    shared = [await _shared(here) for _ in range(of_each)]
    died = [await _died(here, turn) for turn in range((of_each + 1) // 2)]
    return [
        Result(f"{name}events, each sent six times", sent),
        Result(f"{name}events handled", handled, at_least=sent, at_most=sent),
        Result(f"{name}previews of one campaign in a channel", _previews(here), at_least=1, at_most=1),
        Result(f"{name}messages of a share that was clicked three times", max(shared), at_most=1),
        Result(f"{name}shares that nobody saw", shared.count(0), at_most=0),
        Result(f"{name}answers to an event whose replica was killed", max(died), at_most=1),
        Result(f"{name}events that were lost with their replica", died.count(0), at_most=0),
        Result(f"    {name}times that replicas decided alone, the database being late", _alone(here)),
        Result(f"    {name}the slowest ack, s", max(one.took for one in here.balancer.sent)),
    ]


async def _outage(way: Around, of_each: int) -> list[Result]:
    """Let an outage of the database come between events and what Slack sends again.

    While it is away, a replica knows what it did itself, and what reaches two is done twice (decision 31): so each kind
    goes to one replica until then. Once it is back and was told, all know.
    """
    here, before = way.here, _handled_in_all(way.here)
    sent = _made(here, of_each)
    for number, event in sent:  # done before
        await _send(here, event, number)
    await _settled(here)
    sent.append(await _under_way(here))
    way.begin()
    here.carecycle.fault = "none"
    sent += _made(here, of_each)
    for number, event in sent * 2:  # what was done before does not count again either
        await _send(here, event, number)
    await until(lambda: _handled_in_all(here) - before >= len(sent))
    way.end()
    told = await _told(here, [event for _, event in sent])
    for _, event in sent:
        for each in here.each:
            await _send(here, event, each.number)
    await _settled(here)
    handled = _handled_in_all(here) - before
    return [
        Result(f"{way.state}: events of before and during the outage", len(sent)),
        Result(f"{way.state}: events handled", handled, at_least=len(sent), at_most=len(sent)),
        Result(f"{way.state}: previews of one campaign in a channel", _previews(here), at_least=1, at_most=1),
        Result(f"{way.state}: seconds until the database knows what was done", told, at_most=_TOLD),
        Result(f"    {way.state}: the slowest ack, s", max(one.took for one in here.balancer.sent)),
    ]


def _made(here: Replicas, of_each: int) -> list[tuple[int, Payload]]:
    """Make events of each kind, with the replica that gets them first."""
    return [
        (n % len(here.each), kind.make(here.slack)) for n, kind in enumerate(KINDS.values()) for _ in range(of_each)
    ]


async def _under_way(here: Replicas) -> tuple[int, Payload]:
    """Send a mention that is not answered until careCycle hangs no longer. Return it and its replica."""
    event, asked = slack_events.mention(here.slack, _OTHERS[0]), len(here.world.requests)  # nobody has it in memory
    here.carecycle.fault = "hanging"
    await _send(here, event, 0)
    await until(lambda: len(here.world.requests) > asked)
    return 0, event


async def _told(here: Replicas, events: Sequence[Payload]) -> float:
    """Wait until the database knows that all of these are done. Return the seconds that took."""
    began, keys = time.monotonic(), {fingerprint("event", event["event_id"]) for event in events}
    async with asyncio.timeout(60):
        while not keys <= {row.key for row in await _run(here, "SELECT key FROM claims WHERE leased_until IS NULL")}:  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.1)  # without a limit: it is above
    return time.monotonic() - began


async def _events(here: Replicas, of_each: int) -> tuple[int, int]:
    """Send events of each kind to all at once, and then to each in turn. Return how many, and how many were handled."""
    made, before = [event for _, event in _made(here, of_each)], _handled_in_all(here)
    for event in made:
        await asyncio.gather(*(_send(here, event, number) for number in range(_MANY)))
        await asyncio.sleep(_PAUSE)  # without a limit: people are not faster
    for event in made:
        for number in range(_MANY):
            await _send(here, event, number)
    await _settled(here)
    return len(made), _handled_in_all(here) - before


async def _shared(here: Replicas) -> int:
    """Click *Share to channel* so many times at once, on different replicas. Return how many messages came of it."""
    (card,) = await here.ask(AEP)
    workspace, pressed = here.slack.workspace_of(card.channel), button(card, "Share to channel")

    async def click(number: int) -> None:
        with here.balancer.only(number % len(here.each)):
            await here.slack.press(card, pressed)

    before = {id(one) for one in workspace.messages}
    await asyncio.gather(*(click(number) for number in range(_MANY)))
    await _settled(here)
    return sum(id(one) not in before and one.ephemeral_for is None for one in workspace.messages)


async def _died(here: Replicas, turn: int) -> int:
    """Kill a replica while it answers a mention, and send that again to another. Return how many answers came of it."""
    event, asked = slack_events.mention(here.slack, _OTHERS[turn]), len(here.world.requests)  # nobody has it in memory
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


def _handled_in_all(here: Replicas) -> int:
    """Return how many lines of the logs say that an event was handled."""
    lines = (json.loads(line) for each in here.each for line in each.said().splitlines() if line.startswith("{"))
    return sum(line.get("event") in _LOGGED for line in lines)


def _alone(here: Replicas) -> int:
    """Return how many lines say that a claim was not answered within two seconds, after which memory alone decides."""
    return sum("this replica alone decides" in line for each in here.each for line in each.said().splitlines())


def _previews(here: Replicas) -> int:
    return sum(name == "chat.unfurl" for name, _ in here.slack.api.calls)


async def _run(here: Replicas, statement: str) -> list[Row[Any]]:  # Any: of every query
    async with here.database() as db:
        if not db.is_shared:  # it has no claims
            return []
        async with db.engine.begin() as connection:
            found = await connection.execute(text(statement.replace(":now", "now()")))
            return list(found.all()) if found.returns_rows else []
