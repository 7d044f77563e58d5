"""A key is replaced, disconnected or uninstalled while all replicas are asked: how long the old one is used and shown.

In each state (`states.py`). Where notices are not heard, the key is asked of the database before each request. While
the database is away, the last known key counts, since nobody can ask whether it is still the right one (decision 31):
what is promised then is that this is over soon after the database is back.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from bot.config import Settings
from bot.store import installations, profiles
from playground.carecycle import HARBOR_KEY, KEYS, PLAYGROUND_KEY, CareCycle, twin
from playground.samples import HARBOR as HARBORS
from playground.slack import values
from playground.slack.workspace import Message, Modal
from tests.bench.report import Result
from tests.conftest import AEP, button
from tests.drivers.replicas import HARBOR, SUNRISE, Replicas, until
from tests.drivers.slash_command import said
from tests.drivers.workspaces import typed
from tests.plugins import machine_clock
from tests.samples.store_rows import audit_entry, connect
from tests.soak.replicas.states import Around, State, around, possible

_STATES: tuple[State, ...] = ("heard", "frozen", "reset", "pooled", "away", "hanging")
_THIRD_KEY = "cc_playground_third_3333"
_BEFORE, _AFTER = 1.0, 1.5  # seconds of asking
_PAUSE, _PAUSE_AWAY = 0.15, 0.6  # seconds between two questions to one replica: a key has requests for a minute in all
_SOUND = 2.0  # seconds after which a replica that hears nothing surely knows
_SHARE = 4.0  # seconds without a database after which a replica surely sends by its share of the requests
_WELL = 5.5  # seconds to watch after the database is back, or until all hear each other again
_HEARD, _ASKED = 1.0, 0.5  # seconds to reach: "within a second"; from the answer of the database to the request
_BACK = 5.0  # seconds to reach after the database is back: as long as the circuit breaker rests

Change = Callable[[Replicas], Awaitable[None]]


@dataclass
class _Asking:
    """People who ask all replicas again and again, and what they saw in acks. The rest is among the calls to Slack."""

    here: Replicas
    team: str
    pause: float
    seen: list[tuple[float, str]] = field(default_factory=list)  # when, and the answer

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Ask while the block runs."""
        tasks = [asyncio.create_task(self._ask_on(one.number)) for one in self.here.each]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask_on(self, replica: int) -> None:
        """Ask, also where the app was removed: what Slack had sent before may come late."""
        while True:
            payload = typed(self.here, self.team, AEP)
            answered = self.here.slack.response_urls.of(payload["response_url"])
            ack = await self.here.balancer.send("slash_commands", payload, replica=replica)
            if isinstance(ack.body, dict):
                self.seen.append((time.monotonic(), str(ack.body.get("text"))))
            else:
                await until(lambda: bool(answered.answers))  # noqa: B023 - it is awaited here
            await asyncio.sleep(self.pause)  # without a limit: `going_on` cancels it

    def answers(self) -> list[tuple[float, str]]:
        """Return all answers, and when somebody saw each."""
        later = self.here.world.called("response_url")
        return [*self.seen, *((one.at, str(json.loads(one.body).get("text"))) for one in later)]

    def cards(self, key: str) -> list[float]:
        """Return when somebody saw a card of the account that this key belongs to."""
        shown = "AEP Outreach 2026" if key == PLAYGROUND_KEY else "Harbor"
        return [at for at, text in self.answers() if text.startswith(shown)]


async def run(settings: Settings, folder: Path, tiny: bool) -> list[Result]:
    """Change the key in each way and in each state. With SQLite, or when it is only to be seen that it runs, in one."""
    found: list[Result] = []
    for state in possible(settings, "heard") if tiny else possible(settings, *_STATES):
        found += await _all(state, settings, folder / state)
    return found


async def _all(state: State, settings: Settings, folder: Path) -> list[Result]:
    carecycle = CareCycle(keys={**KEYS, _THIRD_KEY: HARBORS})
    carecycle.others = twin()
    teams = {SUNRISE: PLAYGROUND_KEY, HARBOR: _THIRD_KEY}
    async with around(state, settings, folder, teams=teams, carecycle=carecycle, CACHE_SECONDS="0") as way:
        await way.here.ask(AEP)
        if state == "frozen":
            way.begin()
        await asyncio.sleep(_SOUND)
        measured = _over_outage if state in ("away", "hanging") else _measured
        # Past the replicas, at a moment that is known; one process is told as Slack tells it.
        in_slack = len(way.here.each) == 1
        return [
            *await measured(way, "replaced", SUNRISE, PLAYGROUND_KEY, _replace_in_slack if in_slack else _replace),
            *await measured(
                way, "disconnected", SUNRISE, HARBOR_KEY, _disconnect_in_slack if in_slack else _disconnect
            ),
            *await measured(way, "uninstalled", HARBOR, _THIRD_KEY, _uninstall_in_slack if in_slack else _uninstall),
        ]


async def _measured(way: Around, what: str, team: str, old: str, change: Change) -> list[Result]:
    """Change the key. With `reset`, the replicas cease to hear each other at this very moment."""
    here, asking = way.here, _Asking(way.here, team, _PAUSE)
    async with asking.going_on():
        await asyncio.sleep(_BEFORE)
        if way.state == "reset":
            way.begin()
        await change(here)
        changed = time.monotonic()
        await asyncio.sleep(_AFTER)
    if way.state == "reset":
        way.end()
        await asyncio.sleep(_WELL)
    requests = [one.at - changed for one in here.world.requests if one.key == old]
    most, name = _HEARD if way.state == "heard" else _ASKED, f"{way.state}, {what}"
    return [
        Result(f"{name}: last request with the old key, s after", max([*requests, 0.0]), at_most=most),
        Result(f"    {name}: requests with it afterwards", sum(at > 0 for at in requests)),
        Result(f"{name}: last card read with it, s after", _last(asking.cards(old), changed), at_most=_HEARD),
        Result(f"    {name}: requests with it before", sum(at <= 0 for at in requests), at_least=1),
        Result(f"    {name}: answers afterwards", sum(at > changed for at, _ in asking.answers()), at_least=1),
    ]


async def _over_outage(way: Around, what: str, team: str, old: str, change: Change) -> list[Result]:
    """Change the key while no replica reaches the database, as by a program that does."""
    here, asking = way.here, _Asking(way.here, team, _PAUSE_AWAY)
    async with asking.going_on():
        await asyncio.sleep(_BEFORE)
        way.begin()
        await asyncio.sleep(_SHARE)
        await change(here)
        changed = time.monotonic()
        await asyncio.sleep(_AFTER)
        way.end()
        back = time.monotonic()
        await asyncio.sleep(_WELL)
    requests, name = [one.at for one in here.world.requests if one.key == old], f"{way.state}, {what}"
    return [
        Result(f"{name}: last request with it, s after it is back", _last(requests, back), at_most=_BACK),
        Result(f"{name}: last card read with it, s after it is back", _last(asking.cards(old), back), at_most=_BACK),
        Result(f"    {name}: requests with it meanwhile", sum(changed < at < back for at in requests)),
        Result(f"    {name}: requests with it before", sum(at <= changed for at in requests), at_least=1),
        Result(f"    {name}: answers afterwards", sum(at > back for at, _ in asking.answers()), at_least=1),
    ]


def _last(times: list[float], since: float) -> float:
    return max([*(at - since for at in times), 0.0])


async def _replace(here: Replicas) -> None:
    async with here.database() as db:
        await connect(db, SUNRISE, machine_clock.now(), key=SecretStr(HARBOR_KEY))


async def _disconnect(here: Replicas) -> None:
    async with here.database() as db:
        await profiles.disconnect(db, audit_entry("disconnected", SUNRISE, machine_clock.now()))


async def _uninstall(here: Replicas) -> None:
    async with here.database() as db:
        await installations.forget(db, HARBOR, machine_clock.now())


async def _replace_in_slack(here: Replicas) -> None:
    await here.slack.connect(HARBOR_KEY)


async def _disconnect_in_slack(here: Replicas) -> None:
    """Press *Disconnect …* in the form for a key, and then *Disconnect*."""
    await here.slack.say("/campaign connect", channel="C02STANDUP")
    form = await _modal(here, "Disconnect …")
    await here.slack.press_in(form, button(Message("", "", "", "", form.view["blocks"]), "Disconnect …"))
    sure = await _modal(here, "What stops")
    await here.slack.submit(sure, values.initial(sure.view["blocks"]))
    await _modal(here, "Disconnected.")


async def _modal(here: Replicas, words: str) -> Modal:
    """Wait for a modal that says this, on top of all others, and return it."""
    await until(lambda: any(words in said(one.view) for one in here.slack.modals_of("U01OWNER")[-1:]))
    return here.slack.modals_of("U01OWNER")[-1]


async def _uninstall_in_slack(here: Replicas) -> None:
    await here.slack.uninstall(HARBOR)
