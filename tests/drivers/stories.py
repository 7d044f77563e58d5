"""Live through weeks of the playground's clock, tell a story, and go to the moment the story is about."""

from datetime import datetime, timedelta
from typing import Any

from playground.clock import NEW_YORK, MovableClock
from playground.stories import Told
from playground.world import World
from tests.conftest import MakeWorld

MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=NEW_YORK)  # a week without a holiday
WEEKS = timedelta(weeks=3)


async def lived(make_world: MakeWorld, *, until: datetime = MONDAY, before: timedelta = WEEKS, **options: Any) -> World:
    """Make a world in which so much time has passed before a moment, with all its readings."""
    clock = MovableClock(until - before, true=lambda: 0.0)
    here = await make_world(clock=clock, lively=True, **{"read_every": 15, **options})
    await here.live(before / timedelta(days=1))
    return here


async def go_to(here: World, moment: datetime) -> None:
    """Put the clock forward to a moment, with the readings on the way."""
    assert here.clock
    await here.forward((moment - here.clock.now()).total_seconds())


async def tell(here: World, story: str, then: timedelta = timedelta()) -> Told:
    """Tell a story, and let some time pass after it begins to be true."""
    told = here.tell(story)
    await here.forward(then.total_seconds())
    return told
