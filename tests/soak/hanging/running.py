"""One scenario from start to end: people use the app, something hangs, and all is well again, or the bot is stopped."""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playground.slack.workspace import SlackWorkspace
from tests.soak.hanging.faults import Scenario
from tests.soak.hanging.figures import Log, Run, Stop, answers, promised
from tests.soak.hanging.outside import Outside, delivered, due_now, outside
from tests.soak.hanging.people import Person, people
from tests.soak.hanging.process import Serving, serve

_PAUSE = 1.0  # seconds between two deeds of a person, on average
_TICK = 0.1  # seconds between two looks at memory and at this process' own lag
_ANSWERED = 20.0  # seconds for promised answers to come
_SAVED = 0.5  # seconds for forms that were submitted
_WELL = 60.0  # seconds for everything to be well again
_TAKEN_OVER = 60.0  # seconds for the next start to take a digest over


@dataclass(frozen=True, slots=True)
class Plan:
    """How long the parts of a run take, in seconds, and what is different from the usual in the bot's process."""

    warm: float = 10.0
    fault: float = 60.0
    after: float = 10.0
    seed: int = 7
    settings: Mapping[str, str] = field(default_factory=dict)  # of the bot
    constants: Mapping[str, float] = field(default_factory=dict)  # of its code, by dotted name


@dataclass
class Watch:
    """The most memory of the bot's process, and how late the loop of this process was."""

    serving: Serving
    memory: float = 0.0
    lag: float = 0.0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def look(self) -> None:
        """Look until it is over."""
        while not self.over.is_set():
            began = time.monotonic()
            await asyncio.sleep(_TICK)  # without a limit: until the run is over
            self.lag = max(self.lag, time.monotonic() - began - _TICK)
            with contextlib.suppress(OSError, IndexError):  # it has ended
                self.memory = max(self.memory, self.serving.memory())


@dataclass
class Stage:
    """Everything in a run."""

    here: Outside
    serving: Serving
    everybody: list[Person]
    folder: Path
    busy: list[asyncio.Task[None]]
    over: asyncio.Event

    async def warm(self) -> None:
        """Have every workspace in memory: what was saved a moment ago is forgotten, and cannot be read any more."""
        for person in self.everybody:
            person.saves = False
        await asyncio.sleep(_SAVED)
        await asyncio.gather(*(one.ask(one.campaign(1)) for one in self.everybody))

    def save_again(self) -> None:
        """Let forms be submitted again."""
        for person in self.everybody:
            person.saves = True

    async def rest(self) -> None:
        """Let everybody finish what they do."""
        self.over.set()
        await asyncio.wait_for(asyncio.gather(*self.busy), _WELL)


@asynccontextmanager
async def stage(url: str, folder: Path, scenario: Scenario, plan: Plan) -> AsyncIterator[Stage]:
    """Start everything, and let people use the app until the block ends."""
    async with outside(url, folder) as here:
        more = {"CONSTANTS": json.dumps(dict(plan.constants)), "FILES": str(scenario.files), **plan.settings}
        serving = await serve(folder, {**here.settings, **more})
        try:
            everybody = people(here.slack, list(here.carecycle.campaigns), scenario.people, plan.seed)
            over = asyncio.Event()
            busy = [asyncio.ensure_future(one.act(over, _PAUSE)) for one in everybody]
            try:
                await asyncio.sleep(plan.warm)
                yield Stage(here, serving, everybody, folder, busy, over)
            finally:
                over.set()
                await asyncio.wait(busy, timeout=_WELL)
        finally:
            if serving.process.returncode is None:
                serving.process.kill()
                await asyncio.wait_for(serving.process.wait(), _WELL)


async def run(name: str, scenario: Scenario, url: str, folder: Path, plan: Plan) -> Run:
    """Let it hang for a while, then be well again, and return the figures."""
    async with stage(url, folder, scenario, plan) as on:
        found, watch = Run(name, plan.fault, sizes=[await on.serving.size()]), Watch(on.serving)
        watching = asyncio.ensure_future(watch.look())
        await on.warm()
        start, began = on.serving.log.stat().st_size, time.monotonic()
        async with scenario.fault(on.here):
            on.save_again()
            await due_now(on.here, "duringthefault")
            await asyncio.sleep(plan.fault)
            found.sizes.append(await on.serving.size())
            end, found.load = on.serving.log.stat().st_size, os.getloadavg()[0]
        found.well_after = await _until_well(on.here)
        await on.rest()
        await asyncio.sleep(plan.after)
        found.acks = [one for one in on.here.deliveries.acks if one.sent >= began]
        found.answers = answers(on.everybody)
        found.sizes.append(await on.serving.size())
        found.digest = "{} {}".format(*await delivered(on.here, "duringthefault"))
        watch.over.set()
        await watching
        found.most_memory, found.lag = watch.memory, watch.lag
        found.log = Log.read(on.serving.log, on.here.secrets(), start, end)  # it may be long: nobody waits any more
        return found


async def stop(name: str, scenario: Scenario, url: str, folder: Path, plan: Plan) -> Stop:
    """Stop the bot while it hangs, start it again when all is well, and return what became of what was promised."""
    async with stage(url, folder, scenario, plan) as on:
        async with scenario.fault(on.here):
            await due_now(on.here, "duringthefault")
            await asyncio.sleep(plan.fault)
            on.over.set()
            took, status = await on.serving.stop()
        await on.rest()
        acked, told = promised(on.here, on.everybody)
        log = Log.read(on.serving.log, on.here.secrets())
        before = await delivered(on.here, "duringthefault")
        again = await serve(folder, on.here.settings)
        try:
            digest = await _taken_over(on.here)
        finally:
            await again.stop()
        return Stop(
            name, took, status, acked, told, f"{before[0]} {before[1]} -> {digest}", log, scenario.reaches_people
        )


async def _taken_over(here: Outside) -> str:
    """Wait until the digest was sent by the next start or put off, or until that takes too long."""
    found = ("", 0)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_TAKEN_OVER):
            while not _is_settled((found := await delivered(here, "duringthefault"))[0]):  # noqa: ASYNC110 - by others
                await asyncio.sleep(0.5)
    return "{} {}".format(*found)


def _is_settled(state: str) -> bool:
    """Whether the digest was sent, or waits for a time that is minutes away."""
    return state == "sent" or state.startswith("due ")


async def _until_well(here: Outside) -> float | None:
    """Return the seconds until a card, App Home and a modal come again; None when they do not come in time."""
    began, workspace = time.monotonic(), here.slack.workspace
    (person,) = people(here.slack, list(here.carecycle.campaigns), 1, 1)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_WELL):
            while not await _is_well(workspace, person):  # noqa: ASYNC110 - another process answers
                await asyncio.sleep(0.2)
            return time.monotonic() - began
    return None


async def _is_well(workspace: SlackWorkspace, person: Person) -> bool:
    """One look: a card, then App Home anew, then *Details*."""
    home = workspace.homes.get(person.id, {}).get("hash")
    await person.ask(person.campaign(1))
    person.close_modals()
    await asyncio.gather(person.press("Details"), person.slack.open_home(workspace, user=person.id))
    await asyncio.sleep(0.5)
    return bool(workspace.stack(person.id)) and workspace.homes.get(person.id, {}).get("hash") != home
