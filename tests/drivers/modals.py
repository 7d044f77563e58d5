"""Fill in the bot's forms as a person does: open, type, choose, submit; and connect a workspace."""

import asyncio
from typing import Any

from bot.clock import Clock
from playground.carecycle import CareCycle
from playground.samples import SUNRISE
from playground.slack import values
from playground.slack.workspace import Message, Modal
from playground.world import World
from tests.conftest import Clockwork, MakeWorld, button
from tests.drivers.slash_command import finished, said

KEY, NEW_KEY = "cc_the_first_key_1111", "cc_the_second_key_2222"


class Gate:
    """Holds careCycle's answers back while its fault is `slow`: pass `sleep=gate.pause`, then `gate.opened.set()`."""

    def __init__(self) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    async def pause(self, _: float) -> None:
        self.reached.set()
        await asyncio.wait_for(self.opened.wait(), 30)

    async def is_reached(self) -> None:
        """Waits until somebody stands before it."""
        await asyncio.wait_for(self.reached.wait(), 30)


def carecycle_with_keys(**options: Any) -> CareCycle:
    """careCycle, where both keys are of the same account."""
    return CareCycle(keys={KEY: SUNRISE, NEW_KEY: SUNRISE}, **options)


async def unconnected(make_world: MakeWorld, **options: Any) -> World:
    """A workspace nobody has connected yet."""
    options.setdefault("carecycle", carecycle_with_keys())
    return await make_world(**{"carecycle_api_key": None, **options})


async def timed(make_world: MakeWorld, **options: Any) -> tuple[World, Clockwork]:
    """The same, where time moves only when told to."""
    time = Clockwork()
    return await unconnected(make_world, clock=Clock(time.now, time.time), now=time.time, **options), time


async def connected(make_world: MakeWorld, **options: Any) -> World:
    """A workspace its owner has connected."""
    here = await unconnected(make_world, **options)
    assert (await here.slack.connect(KEY)).errors == {}
    return here


async def connected_timed(make_world: MakeWorld, **options: Any) -> tuple[World, Clockwork]:
    """Both: connected, and time stands still."""
    here, time = await timed(make_world, **options)
    assert (await here.slack.connect(KEY)).errors == {}
    return here, time


async def opened(here: World, typed: str, *, user: str = "U01OWNER", channel: str = "C02STANDUP") -> Modal:
    """Types a subcommand; the modal that it opened, with what it shows in the end."""
    before = len(here.slack.modals_of(user))
    await here.slack.say(f"/campaign {typed}", user=user, channel=channel)
    await finished(here)
    modals = here.slack.modals_of(user)
    assert len(modals) == before + 1, [message.text for message in here.slack.workspace.messages]
    return modals[-1]


async def type_key(here: World, modal: Modal, key: str) -> None:
    """Submits a key in the form, and waits for what follows."""
    await here.slack.submit(modal, values.typed(modal.view["blocks"], key))
    await finished(here)


async def submit(here: World, modal: Modal) -> None:
    """Submits a form as it was filled in by the bot."""
    await here.slack.submit(modal, values.initial(modal.view["blocks"]))
    await finished(here)


async def press_in(here: World, modal: Modal, label: str) -> None:
    """Presses a button in a modal."""
    await here.slack.press_in(modal, button(Message("", "", "", "", modal.view["blocks"]), label))
    await finished(here)


async def set_up(here: World, *, user: str = "U01OWNER", **chosen: Any) -> Modal:
    """`/campaign settings`, with some of it changed; the modal afterwards."""
    return await choose(here, await opened(here, "settings", user=user), **chosen)


async def choose(here: World, modal: Modal, **chosen: Any) -> Modal:
    """Fills in the settings form, by the names of its fields, and saves it; closed again when nothing was wrong."""
    state = values.initial(modal.view["blocks"])
    for name, wanted in chosen.items():
        state[name]["value"] |= _filled(state[name]["value"], wanted)
    await here.slack.submit(modal, state)
    await finished(here)
    if not modal.errors and "Saved." in said(modal.view):
        here.slack.close(modal)
    return modal


def _filled(field: dict[str, Any], wanted: Any) -> dict[str, Any]:
    """What Slack sends of a field, whatever its kind, when this is chosen, picked or typed."""
    (key,) = field.keys() - {"type"}
    if key == "selected_option":
        return {key: {"value": wanted}}
    return {key: [{"value": one} for one in wanted] if key == "selected_options" else wanted}


def carecycle_of(here: World) -> CareCycle:
    """The stand-in for careCycle."""
    assert here.carecycle
    return here.carecycle


def close_all(here: World) -> None:
    """Closes every modal."""
    for modal in list(here.slack.workspace.modals):
        here.slack.close(modal)
