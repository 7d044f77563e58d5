"""*Your digests* on the App Home: those one looks after, when each is due, and the way to its form and history."""

from dataclasses import replace

from blocks.digests.form_fields import CHANNEL, NAME
from bot.digests.digest import Pause
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.app_home import buttons, labels, open_home, press_home, search_home, words_of
from tests.drivers.digest_forms import MEMBER, OWNER, ROOM, kept, made, save, still
from tests.drivers.modals import set_up
from tests.drivers.slash_command import finished, said
from tests.slack.digests.test_form_faults import digests_down


async def test_those_one_owns_or_stands_in_for_are_there_and_others_are_not(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here, name="Mine")
    assert "Mine" not in await open_home(here, MEMBER)
    await here.bot.services.digests.save(replace(one, backup_id=MEMBER), OWNER, new=False)
    for user, title in ((OWNER, "Digests"), (MEMBER, "Your digests")):
        words = await open_home(here, user)
        assert f'"text": "{title}"' in words
        assert (
            "*Mine*\\nweekdays 9:00 AM New York  ·  next Mon, Nov 23, 9:00 AM\\nall active campaigns  ·  <@U01OWNER>"
            "  ·  <#C02STANDUP>  ·  none sent yet" in words
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


async def test_pausing_and_resuming_there_shows_the_change_there(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await made(here, name="Mine")
    await open_home(here)
    await press_home(here, "Pause for a day")
    assert f"paused by <@{OWNER}> until" in words_of(here)
    await press_home(here, "Resume")
    assert "next Mon, Nov 23, 9:00 AM" in words_of(here)
    assert "Pause for a day" in labels(here)


async def test_managers_see_all_of_the_workspace_their_own_first(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await made(here, name="Zebra")
    await here.bot.services.digests.save(
        replace((await kept(here))[0], id="b" * 16, name="Aardvark", owner_id=MEMBER), MEMBER, new=True
    )
    words = await open_home(here)
    assert words.index("*Zebra*") < words.index("*Aardvark*")
    assert labels(here).count("Edit") == 2
    theirs = await open_home(here, MEMBER)
    assert "Zebra" not in theirs
    assert "*Aardvark*" in theirs


async def test_who_is_no_manager_anymore_does_not_see_all_of_them_for_another_moment(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await made(here, name="Zebra")
    await set_up(here, managers=[MEMBER])
    assert "Zebra" in await open_home(here, MEMBER)
    await set_up(here, managers=[])
    before = len(here.slack.api.calls)
    await open_home(here, MEMBER)
    shown = [said(values["view"]) for name, values in here.slack.api.calls[before:] if name == "views.publish"]
    assert shown
    assert not [one for one in shown if "Zebra" in one]


async def test_who_became_a_guest_sees_what_becomes_of_their_digest_and_changes_nothing(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    await made(here, name="Mine", user=MEMBER)
    here.slack.workspace.people[MEMBER].role = "guest"
    time.move(301)
    assert "*Mine*" in await open_home(here, MEMBER)
    assert [one for one in labels(here, MEMBER) if one in ("Pause for a day", "Resume", "Edit", "History")] == [
        "History"
    ]
    await press_home(here, "History", MEMBER)
    assert "Nothing was due yet" in said(here.slack.modals_of(MEMBER)[-1].view)


async def test_a_button_that_is_no_longer_theirs_says_so(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await made(here, name="Mine")
    await open_home(here)
    (pause,) = [one for one in buttons(here) if one["text"]["text"] == "Pause for a day"]
    await open_home(here, MEMBER)
    await here.slack.press_home(here.slack.workspace, MEMBER, pause)
    await finished(here)
    assert "That digest is gone" in words_of(here, MEMBER)
    assert (await kept(here))[0].pause is None


# --- many of them


async def _fourteen(here: World, owner: str = OWNER) -> None:
    """Save fourteen digests, `Digest 00` to `Digest 13`."""
    one = await made(here, name="Digest 00")
    for number in range(1, 14):
        more = replace(one, id=f"{number:016x}", name=f"Digest {number:02}", owner_id=owner, created_at=None)
        await here.bot.services.digests.save(more, owner, new=True)


def _named(words: str) -> list[int]:
    return [number for number in range(14) if f"*Digest {number:02}*" in words]


async def test_many_are_on_pages_and_a_button_stays_on_its_page(here: World) -> None:
    await _fourteen(here)
    first = _named(await open_home(here))
    assert len(first) == 6
    assert "1 to 6 of 14 digests" in words_of(here)
    await press_home(here, "More")
    second = _named(words_of(here))
    assert "7 to 12 of 14 digests" in words_of(here)
    await press_home(here, "Pause for a day")
    assert _named(words_of(here)) == second
    assert "paused by" in words_of(here)
    await press_home(here, "More")
    assert sorted(first + second + _named(words_of(here))) == list(range(14))
    assert "More" not in labels(here)
    await press_home(here, "Back")
    assert _named(words_of(here)) == second
    assert _named(await open_home(here)) == first, "who opens it again begins anew"


async def test_many_are_searched_by_a_word(here: World) -> None:
    await _fourteen(here)
    await open_home(here)
    await search_home(here, "digest 07", block="home.digests.search")
    assert _named(words_of(here)) == [7]
    assert "1 digest with “digest 07”" in words_of(here)
    await search_home(here, "zebra", block="home.digests.search")
    assert "No digest with “zebra”." in words_of(here)
    await search_home(here, "", block="home.digests.search")
    assert len(_named(words_of(here))) == 6


async def test_a_key_that_is_searched_for_is_not_repeated(here: World) -> None:
    await _fourteen(here)
    await open_home(here)
    await search_home(here, "cc_live_4f9a8b7c6d", block="home.digests.search")
    assert "4f9a8b" not in words_of(here)
    assert len(_named(words_of(here))) == 6


async def test_what_stopped_by_itself_stands_first(here: World) -> None:
    await _fourteen(here, MEMBER)
    stopped = Pause(here.bot.services.clock.now(), "failed", detail="is_archived")
    one = replace((await kept(here))[0], id="f" * 16, name="Stopped", owner_id=MEMBER, created_at=None, pause=stopped)
    await here.bot.services.digests.save(one, MEMBER, new=True)
    for user in (OWNER, MEMBER):
        words = await open_home(here, user)
        assert "⚠️ paused, because the last one could not be sent" in words
        assert words.index("*Stopped*") < min(words.index(f"*Digest {one:02}*") for one in _named(words))


async def test_a_digest_is_made_from_there(here: World) -> None:
    assert "None yet. A digest posts campaigns" in await open_home(here)
    await press_home(here, "Make a digest")
    (modal,) = here.slack.modals_of(OWNER)
    await save(here, modal, {NAME: "Made there", CHANNEL: ROOM})
    await finished(here)
    assert [one.name for one in await kept(here)] == ["Made there"]
    assert "*Made there*" in words_of(here)
