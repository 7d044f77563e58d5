"""The search form when Slack refuses it, and when there is no room: never silent, never left at *One moment*."""

import gc
import warnings

from playground.carecycle import CareCycle
from playground.samples import samples
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.app_home import looked_up, open_home, words_of
from tests.drivers.find_shortcut import OWNER, chosen_shortcut, opened, submitted
from tests.drivers.modals import carecycle_of, press_in
from tests.drivers.slash_command import finished, said

FIRST, SECOND = (one["id"] for one in samples("sunrise")[:2])


async def test_a_form_that_slack_does_not_open_is_said_on_app_home(here: World) -> None:
    here.slack.faults.set("late_trigger", 1)
    await chosen_shortcut(here)
    assert here.slack.workspace.modals == []
    assert "Slack did not open the search form." in words_of(here)
    assert "`/campaign` and part of a campaign’s name" in words_of(here)


async def test_a_window_that_slack_does_not_fill_is_said_on_app_home(make_world: MakeWorld) -> None:
    here = await make_world(carecycle=CareCycle(slow_seconds=2.4))
    carecycle_of(here).fault = "slow"
    form = await opened(here)
    here.slack.faults.set("web_api_down", 2)  # asked twice
    await submitted(here, form, typed=AEP)
    await finished(here)
    assert "One moment" in said(here.slack.workspace.stack(OWNER)[-1].view)
    assert "Slack did not open the window" in words_of(here)


async def test_without_room_the_form_says_so_and_nothing_is_left_unawaited(here: World) -> None:
    form = await opened(here)
    here.bot.tasks._most = 0
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        await submitted(here, form, typed=AEP)
        gc.collect()
    here.bot.tasks._most = 1000
    assert "This app has too much to do" in said(here.slack.workspace.stack(OWNER)[-1].view)
    assert [str(one.message) for one in heard if one.category is RuntimeWarning] == []


async def test_one_opened_from_a_list_in_the_window_is_a_look_up(here: World) -> None:
    await submitted(here, await opened(here), typed=f"{FIRST} {SECOND}")
    await press_in(here, here.slack.workspace.stack(OWNER)[-1], "Open")
    await open_home(here)
    assert looked_up(here) == [FIRST]
