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
    """Hold careCycle's answers back while its fault is `slow`: pass `sleep=gate.pause`, then `gate.opened.set()`."""

    def __init__(self) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    async def pause(self, _: float) -> None:
        self.reached.set()
        await asyncio.wait_for(self.opened.wait(), 30)

    async def is_reached(self) -> None:
        """Wait until a request is held back."""
        await asyncio.wait_for(self.reached.wait(), 30)


def carecycle_with_keys(**options: Any) -> CareCycle:
    """Make a careCycle where both keys belong to the same account."""
    return CareCycle(keys={KEY: SUNRISE, NEW_KEY: SUNRISE}, **options)


async def unconnected(make_world: MakeWorld, **options: Any) -> World:
    """Make a workspace that nobody has connected yet."""
    options.setdefault("carecycle", carecycle_with_keys())
    return await make_world(**{"carecycle_api_key": None, **options})


async def timed(make_world: MakeWorld, **options: Any) -> tuple[World, Clockwork]:
    """Make an unconnected workspace whose time moves only with its Clockwork."""
    time = Clockwork()
    return await unconnected(make_world, clock=Clock(time.now, time.time), now=time.time, **options), time


async def connected(make_world: MakeWorld, **options: Any) -> World:
    """Make a workspace that its owner has connected."""
    here = await unconnected(make_world, **options)
    assert (await here.slack.connect(KEY)).errors == {}
    return here


async def connected_timed(make_world: MakeWorld, **options: Any) -> tuple[World, Clockwork]:
    """Make a connected workspace whose time moves only with its Clockwork."""
    here, time = await timed(make_world, **options)
    assert (await here.slack.connect(KEY)).errors == {}
    return here, time


async def opened(here: World, typed: str, *, user: str = "U01OWNER", channel: str = "C02STANDUP") -> Modal:
    """Type a subcommand, and return the modal it opened, as it is in the end."""
    before = len(here.slack.modals_of(user))
    await here.slack.say(f"/campaign {typed}", user=user, channel=channel)
    await finished(here)
    modals = here.slack.modals_of(user)
    assert len(modals) == before + 1, [message.text for message in here.slack.workspace.messages]
    return modals[-1]


async def type_key(here: World, modal: Modal, key: str) -> None:
    """Submit a key in the form, and wait until the bot has finished."""
    await here.slack.submit(modal, values.typed(modal.view["blocks"], key))
    await finished(here)


async def submit(here: World, modal: Modal) -> None:
    """Submit a form with the values the bot filled in."""
    await here.slack.submit(modal, values.initial(modal.view["blocks"]))
    await finished(here)


async def press_in(here: World, modal: Modal, label: str) -> None:
    """Press a button in a modal."""
    await here.slack.press_in(modal, button(Message("", "", "", "", modal.view["blocks"]), label))
    await finished(here)


async def set_up(here: World, *, user: str = "U01OWNER", **chosen: Any) -> Modal:
    """Open `/campaign settings`, save it with the `chosen` values, and return the modal afterwards."""
    return await choose(here, await opened(here, "settings", user=user), **chosen)


async def choose(here: World, modal: Modal, **chosen: Any) -> Modal:
    """Fill in the settings form by the names of its fields, and save it. Close it when it was saved."""
    state = values.initial(modal.view["blocks"])
    for name, wanted in chosen.items():
        state[name]["value"] |= _filled(state[name]["value"], wanted)
    await here.slack.submit(modal, state)
    await finished(here)
    if not modal.errors and "Saved." in said(modal.view):
        here.slack.close(modal)
    return modal


def _filled(field: dict[str, Any], wanted: Any) -> dict[str, Any]:
    """Return what Slack sends for a field of any kind when `wanted` is chosen, picked or typed."""
    (key,) = field.keys() - {"type"}
    if key == "selected_option":
        return {key: {"value": wanted}}
    return {key: [{"value": one} for one in wanted] if key == "selected_options" else wanted}


def carecycle_of(here: World) -> CareCycle:
    """Return the stand-in for careCycle."""
    assert here.carecycle
    return here.carecycle


def close_all(here: World) -> None:
    """Close every modal."""
    for modal in list(here.slack.workspace.modals):
        here.slack.close(modal)
