"""*Your digests* on the App Home: those one looks after, when each is due, and the way to its form and history."""

from dataclasses import replace

from blocks.digests.form_fields import NAME
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.app_home import open_home, press_home, words_of
from tests.drivers.digest_forms import MEMBER, OWNER, kept, made, save, still
from tests.drivers.slash_command import finished, said
from tests.slack.digests.test_form_faults import digests_down


async def test_those_one_owns_or_stands_in_for_are_there_and_others_are_not(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here, name="Mine")
    assert "Your digests" not in await open_home(here, MEMBER)
    await here.bot.services.digests.save(replace(one, backup_id=MEMBER), OWNER, new=False)
    for user in (OWNER, MEMBER):
        words = await open_home(here, user)
        assert "Your digests" in words
        assert (
            "*Mine*\\nweekdays 9:00 AM New York  ·  next Mon, Nov 23, 9:00 AM\\nall active  ·  <@U01OWNER>"
            "  ·  <#C02STANDUP>" in words
        )


async def test_editing_from_there_shows_the_change_there(here: World) -> None:
    await made(here, name="Before")
    await open_home(here)
    await press_home(here, "Edit")
    (modal,) = here.slack.modals_of(OWNER)
    await save(here, modal, {NAME: "After"})
    assert [one.name for one in await kept(here)] == ["After"]
    await finished(here)
    assert "*After*" in words_of(here)


async def test_the_history_opens_from_there(here: World) -> None:
    await made(here)
    await open_home(here)
    await press_home(here, "History")
    (modal,) = here.slack.modals_of(OWNER)
    assert "Nothing was due yet." in said(modal.view)


async def test_a_window_that_cannot_be_opened_is_said_there(here: World) -> None:
    await made(here)
    await open_home(here)
    here.slack.faults.set("late_trigger")
    await press_home(here, "Edit")
    assert "Slack did not open the window" in words_of(here)


async def test_without_our_store_the_rest_is_shown(here: World) -> None:
    await made(here)
    async with digests_down(here):
        words = await open_home(here)
    assert "Your digests" not in words
    assert "Connected to careCycle" in words
