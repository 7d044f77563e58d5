"""Run the workflow step as a workflow does, and see what came of it."""

from playground.slack.steps import StepRun
from playground.slack.workspace import Json
from playground.world import World
from tests.conftest import AEP
from tests.drivers.slash_command import finished
from tests.drivers.workspaces import SUNRISE

COMPLETED, FAILED = "functions.completeSuccess", "functions.completeError"
OTHER = "00000000-0000-4000-8000-000000000000"


async def run(here: World, campaign: object = AEP, *, team_id: str = SUNRISE) -> StepRun:
    """Run the step until it is over, and return the run. Assert that the bot acknowledged it and reported its end."""
    started = await here.slack.run_step(campaign, team_id=team_id)
    assert here.slack.deliveries.log[0]["outcome"] == "200"
    await finished(here)
    assert started.is_over
    return started


async def given(here: World, campaign: object = AEP, **more: str) -> Json:
    """Run the step, and return its outputs. Assert that it succeeded."""
    ended = await run(here, campaign, **more)
    assert ended.error is None
    assert ended.outputs
    return ended.outputs


async def why(here: World, campaign: object = AEP, **more: str) -> str:
    """Run the step, and return its error. Assert that it failed."""
    ended = await run(here, campaign, **more)
    assert ended.outputs is None
    assert ended.error
    return ended.error
