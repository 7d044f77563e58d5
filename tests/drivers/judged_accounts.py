"""Judge an account as a reading would, with an assessment made by hand, in a world whose time is moved."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.clock import Clock
from bot.insight.assessment import Assessment
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import Clockwork, MakeWorld
from tests.drivers.slash_command import ask_one
from tests.samples.assessments import READ_AT

MORNING = READ_AT.timestamp()


async def morning(make_world: MakeWorld, **options: Any) -> tuple[World, Clockwork]:
    """Make a connected world at 9:02 AM in New York, whose time moves only with its Clockwork."""
    time = Clockwork(MORNING)
    settings = {"read_every": 15, **options}
    return await make_world(clock=Clock(time.now, time.time), now=time.time, **settings), time


async def judged(here: World, assessment: Assessment, *, team: str = "T01SUNRISE") -> None:
    """Store the assessment as the last reading of the account that is connected."""
    workspace = await here.bot.workspaces.of(team, None)
    assert workspace.connection
    account = await workspace.resources.accounts.read_with(
        workspace.address, workspace.connection, list(assessment.campaigns), whole=True
    )
    assert account
    await here.bot.services.assessments.save(team, replace(assessment, account=account))


async def needs(here: World, assessment: Assessment, **more: str) -> Message:
    """Judge the account, ask `/campaign problems`, and return the answer."""
    await judged(here, assessment)
    return await ask_one(here, "problems", **more)


def now(time: Clockwork) -> datetime:
    """Return the present."""
    return datetime.fromtimestamp(time.seconds, UTC)
