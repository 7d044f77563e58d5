"""What happens to an account while it is being read: its key is replaced or deleted, or its workspace leaves."""

import asyncio
from contextlib import nullcontext
from typing import Any

import pytest

from bot.carecycle.rate_limit import Asker
from bot.errors import KeyChanged
from bot.insight.assessment import Current
from bot.store import installations
from playground.carecycle import CareCycle
from playground.samples import HARBOR as THEIRS
from playground.samples import SUNRISE as OURS
from tests.conftest import AEP, MakeWorld
from tests.drivers.modals import KEY, NEW_KEY, Gate, opened, set_up, submit
from tests.drivers.readings import SUNRISE, Reading, reading_bot
from tests.readings.test_switch import kept

TWO = {KEY: OURS, NEW_KEY: THEIRS}  # accounts


async def held_back(
    make_world: MakeWorld, *, own_key: bool = False, **options: Any
) -> tuple[Reading, Gate, "asyncio.Task[Current]"]:
    """Begin to read a workspace in use, with a key that a manager set or that of the environment, up to the gate."""
    gate = Gate()
    carecycle = CareCycle(sleep=gate.pause) if own_key else CareCycle(keys=TWO, sleep=gate.pause)
    more = {} if own_key else {"carecycle_api_key": None}
    there = await reading_bot(make_world, carecycle, **more, **options)
    if not own_key:
        await there.world.slack.connect(KEY)
    await there.used()
    there.carecycle.fault = "slow"
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    reading = asyncio.create_task(there.world.bot.services.readings.read(workspace, Asker.BACKGROUND))
    await gate.is_reached()
    there.carecycle.fault = "none"
    return there, gate, reading


async def latest(there: Reading) -> set[str]:
    """The campaigns that every surface shows."""
    current = await there.world.bot.services.assessments.latest(SUNRISE)
    return set(current.assessment.campaigns) if current else set()


async def test_what_was_read_with_the_key_before_is_not_shown_after_another_accounts_key_is_there(
    make_world: MakeWorld, database_options: dict[str, Any]
) -> None:
    there, gate, reading = await held_back(make_world, **database_options)
    await there.world.slack.connect(NEW_KEY)
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    asked = await there.world.bot.services.readings.read(workspace)
    theirs = set(asked.assessment.campaigns)
    assert AEP not in theirs, "nobody with the new key shares a reading with the old one"
    gate.opened.set()
    with pytest.raises(KeyChanged):
        await reading
    assert await latest(there) == theirs


async def test_what_was_read_with_a_key_that_is_gone_is_not_shown(make_world: MakeWorld) -> None:
    there, gate, reading = await held_back(make_world)
    await submit(there.world, await opened(there.world, "disconnect"))
    gate.opened.set()
    with pytest.raises(KeyChanged):
        await reading
    assert await latest(there) == set()


@pytest.mark.parametrize("own_key", [False, True])
async def test_nothing_is_kept_or_shown_when_readings_are_switched_off_meanwhile(
    make_world: MakeWorld, own_key: bool, database_options: dict[str, Any]
) -> None:
    there, gate, reading = await held_back(make_world, own_key=own_key, **database_options)
    await set_up(there.world, readings="no")
    gate.opened.set()
    await reading
    assert (await kept(there), await latest(there)) == (0, set())


@pytest.mark.parametrize("own_key", [False, True])
async def test_nothing_is_kept_or_shown_when_the_workspace_leaves_meanwhile(
    make_world: MakeWorld, own_key: bool, database_options: dict[str, Any]
) -> None:
    there, gate, reading = await held_back(make_world, own_key=own_key, **database_options)
    await installations.forget(there.world.bot.db, SUNRISE, there.time.now())
    there.world.bot.workspaces.forget_uninstalled(SUNRISE)
    gate.opened.set()
    with nullcontext() if own_key else pytest.raises(KeyChanged):  # a key from the environment stays
        await reading
    assert (await kept(there), await latest(there)) == (0, set())
