"""What every test shares: the world (stand-ins and bot over real HTTP), and campaigns to look up."""

import gc
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from copy import deepcopy
from datetime import UTC, datetime
from io import StringIO
from typing import Any, Protocol

import pytest
import structlog
from hypothesis import settings

from bot import logs
from bot.campaigns.campaign import Campaign, Reading
from bot.carecycle.lenient_parsing import read
from bot.slack import app
from bot.slack.campaigns import find_shortcut
from bot.slack.context import people
from bot.slack.surfaces import form_submission, modals
from bot.slack.workspace import connect
from playground.slack.workspace import Message
from playground.world import World, world

pytest_plugins = [
    f"tests.plugins.{name}" for name in ("machine_clock", "time_limits", "databases", "pgbouncer", "quick")
]

# Machines are shared: how long an example takes says nothing. `timeout` of pyproject.toml limits a whole test.
settings.register_profile("without-deadline", settings(), deadline=None)
settings.load_profile("without-deadline")

AEP = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
AS_OF = datetime(2026, 11, 23, 9, 2, 11, tzinfo=UTC)
_PATIENCE = 30.0  # seconds


def pytest_collection_finish() -> None:
    """What was collected stays: without this, looking through it for garbage takes a sixth of a run."""
    gc.collect()
    gc.freeze()
    # Seldom, and through everything never during a test: a world leaves little, and looking took a twentieth of a run.
    gc.set_threshold(10_000, 20, 1_000)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Look for garbage between two files: within a test it may take longer than the three seconds that Slack waits."""
    if nextitem is None or nextitem.path != item.path:
        gc.collect()
        gc.freeze()  # what is left stays, and is not looked through again


class Clockwork:
    """Time that moves only when told to: pass `clockwork.clock`, then `clockwork.move(seconds)`."""

    def __init__(self, seconds: float = AS_OF.timestamp()) -> None:
        self.seconds = seconds

    def move(self, seconds: float) -> None:
        self.seconds += seconds

    def time(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


class MakeWorld(Protocol):
    async def __call__(self, **options: Any) -> World: ...


@pytest.fixture
async def make_world() -> AsyncIterator[MakeWorld]:
    """Starts worlds of the test's own making; each one is closed at the end, and must have refused nothing."""
    async with AsyncExitStack() as stack:
        made: list[World] = []

        async def make(**options: Any) -> World:
            made.append(await stack.enter_async_context(world(**options)))
            return made[-1]

        yield make
        for one in made:
            assert one.slack.workspace.refusals == [], "Slack would have refused something the bot sent"
    assert [one.bot.leaving.shutdown.left for one in made if one.bot.leaving.shutdown.left] == [], (
        "something did not end"
    )


@pytest.fixture
async def here(make_world: MakeWorld) -> World:
    """The usual world: one workspace, careCycle works."""
    return await make_world()


@pytest.fixture(autouse=True)
def patient_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let windows open later than a busy machine stands still: the real limit is for a Slack that hangs."""
    monkeypatch.setattr(modals, "_TRIGGER", _PATIENCE)


@pytest.fixture
def patient_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for Slack before an ack, and for careCycle's word on a key, longer than a busy machine stands still.

    For tests in which neither hangs.
    """
    monkeypatch.setattr(people, "_SAYS_WITHIN", _PATIENCE)
    monkeypatch.setattr(connect, "_PROVE_WITHIN", _PATIENCE)
    for module in (app, find_shortcut, form_submission):
        monkeypatch.setattr(module, "ACK_WITHIN", _PATIENCE)


@pytest.fixture
def log_lines() -> Iterator[list[dict[str, Any]]]:
    """Every log line of the test, as the JSON a machine would read."""
    stream = StringIO()
    before, ours = (logging.root.handlers[:], logging.root.level), structlog.get_config()
    logs.set_up("DEBUG", "json", stream)

    class Lines(list[dict[str, Any]]):
        def __iter__(self) -> Iterator[dict[str, Any]]:
            return (json.loads(line) for line in stream.getvalue().splitlines())

    yield Lines()
    logging.root.handlers[:], _ = before
    logging.root.setLevel(before[1])
    structlog.configure(**ours)  # else what the test set up would be written to, also once it is closed


def button(message: Message, label: str) -> dict[str, Any]:
    """The button with this label in a message, or the item of a menu, ready to be pressed."""
    for block in message.blocks:
        for element in [*block.get("elements", []), block.get("accessory")]:
            if element and element.get("type") == "button" and element["text"]["text"] == label:
                return {**element, "block_id": block["block_id"]}
            for option in element.get("options", ()) if element and element.get("type") == "overflow" else ():
                if option["text"]["text"] == label:
                    return {**element, "selected_option": option, "block_id": block["block_id"]}
    raise AssertionError(f"no button {label}")


def text_of(blocks: Any) -> str:
    """Everything readable in blocks or a view, for looking for words in it."""
    return json.dumps(blocks, ensure_ascii=False)


def reading(campaign: dict[str, Any], **more: Any) -> Reading:
    """A campaign of the API, read as leniently as the program does, as a reading of 23 Nov 2026, 09:02:11 UTC."""
    found, _ = read(Campaign, deepcopy(campaign))
    return Reading(found, AS_OF, link="https://app.carecycle.ai/campaigns", **more)
