"""`/campaign digest`: what it lists, and what its buttons and those under a delivered digest do."""

from dataclasses import replace
from datetime import date

import pytest

from blocks import kit
from blocks.digests import buttons as digest_buttons
from blocks.digests.form_fields import NAME
from blocks.digests.send_now import ALL, TO
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import MakeWorld, button
from tests.drivers.digest_forms import (
    ADMIN,
    MEMBER,
    OTHER,
    OWNER,
    ROOM,
    kept,
    listed,
    made,
    opened_by,
    option,
    press_value,
    save,
    still,
)  # fmt: skip
from tests.drivers.slash_command import press, said


async def test_a_channel_without_any_says_so_and_offers_to_make_one(here: World) -> None:
    listing = await listed(here)
    assert "This channel has no digest yet" in listing.text
    assert listing.ephemeral_for == OWNER
    modal = await opened_by(here, listing, "Make a digest")
    await save(here, modal)
    assert modal.errors == {}
    assert "Morning digest" in said(listing)  # the list shows it, without being asked for again


async def test_the_list_names_each_with_its_times_and_the_next_one(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await made(here, name="Evenings", times="17:30")
    await made(here, name="Mornings")
    words = said(await listed(here))
    assert "2 digests for this channel" in words
    assert words.index("Evenings") < words.index("Mornings")
    assert "weekdays 5:30 PM New York  ·  next Mon, Nov 23, 5:30 PM" in words


async def test_digests_of_other_channels_are_not_in_it(here: World) -> None:
    await made(here)
    assert "has no digest yet" in (await listed(here, channel=OTHER)).text


async def test_where_the_app_is_not_and_in_direct_messages_it_says_what_to_do(here: World) -> None:
    assert "Type `/invite @careCycle`" in said(await listed(here, channel=OTHER))
    direct = await listed(here, channel="D01BOT")
    assert "Type `/campaign digest` in the channel that should get it" in direct.text
    modal = await opened_by(here, direct, "Make a digest")
    assert modal.view["title"]["text"] == "New digest"


async def test_it_is_private_also_where_answers_are_for_everybody(make_world: MakeWorld) -> None:
    here = await make_world()
    workspace = await here.bot.workspaces.of("T01SUNRISE")
    await workspace.save_preferences(replace(workspace.preferences, audience="channel"), (), OWNER)
    assert (await listed(here)).ephemeral_for == OWNER


async def test_pause_for_a_day_and_resume_in_the_list(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    await made(here)
    listing = await listed(here)
    await press(here, listing, "Pause for a day")
    assert "paused by <@U01OWNER> until Tue, Nov 24, 4:02 AM; next Tue, Nov 24, 9:00 AM" in said(listing)
    await press(here, listing, "Resume")
    assert "goes on: next Mon, Nov 23, 9:00 AM" in said(listing)
    await press(here, listing, "Pause for a day")
    time.move(25 * 3600)
    assert "paused by" not in said(await listed(here))


async def test_keepers_are_offered_a_pause_without_an_end_and_others_are_not(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    await made(here)
    theirs = await listed(here, user=MEMBER)
    await press(here, theirs, "Pause for a day", user=MEMBER)
    assert "Until I resume it" not in said(theirs)
    await press(here, theirs, "Resume", user=MEMBER)
    listing = await listed(here)
    await press(here, listing, "Pause for a day")
    await press(here, listing, "Until I resume it")
    words = said(listing)
    assert "⏸ *Morning digest* is paused by <@U01OWNER> until somebody resumes it." in words
    assert "Until I resume it" not in words
    time.move(30 * 24 * 3600)
    assert "until somebody resumes it" in said(await listed(here))


async def test_a_pause_without_an_end_is_not_cut_to_a_day_by_somebody_else(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    theirs = await listed(here, user=MEMBER)
    await here.bot.services.digests.pause(one, OWNER, for_a_day=False)
    await press(here, theirs, "Pause for a day", user=MEMBER)
    assert "paused by <@U01OWNER> until somebody resumes it" in said(theirs)


async def test_after_its_last_day_there_is_nothing_to_pause(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    over = replace(one, timetable=replace(one.timetable, ends=date(2026, 11, 20)))
    await here.bot.services.digests.save(over, OWNER, new=False)
    words = said(await listed(here))
    assert "its last day has passed" in words
    assert "Pause for a day" not in words


async def test_delete_asks_first_and_then_it_is_gone(here: World) -> None:
    await made(here, name="Old one")
    listing = await listed(here)
    assert button(listing, "Delete")["confirm"]["title"]["text"] == "Delete this digest?"
    await press(here, listing, "Delete")
    assert "*Old one* is deleted. You can bring it back until" in said(listing)
    assert "has no digest yet" in said(listing)
    assert await kept(here) == []


async def test_what_was_deleted_can_be_brought_back_for_an_hour_by_who_looks_after_it(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    await made(here, name="Old one")
    await press(here, await listed(here), "Delete")
    assert "Old one" not in said(await listed(here, user=MEMBER))
    assert "Old one" not in said(await listed(here, channel=OTHER))
    listing = await listed(here)
    await press(here, listing, "Undo")
    assert "↩️ *Old one* is back: next Mon, Nov 23, 9:00 AM." in said(listing)
    assert [one.name for one in await kept(here)] == ["Old one"]
    await press(here, listing, "Delete")
    time.move(3601)
    assert "Old one" not in said(await listed(here))
    await press(here, listing, "Undo")
    assert "That digest is gone" in said(listing)


async def test_who_presses_undo_a_moment_after_somebody_else_reads_that_it_is_back(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    await press(here, await listed(here), "Delete")
    for _ in range(2):
        told = await press_value(here, "digests.undo", f"{one.id} here 0")
        assert "*Morning digest* is back: next Mon, Nov 23, 9:00 AM." in told.text
    assert len(await kept(here)) == 1


async def test_nobody_else_brings_a_deleted_digest_back(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    await press(here, await listed(here), "Delete")
    refused = await press_value(here, "digests.undo", f"{one.id} here 0", user=MEMBER)
    assert "Only managers and this digest’s owner may do that" in refused.text
    assert await kept(here) == []


async def test_send_now_posts_it_for_everybody(here: World) -> None:
    await made(here, name="At once")
    listing = await listed(here)
    modal = await opened_by(here, listing, "Send now")
    await save(here, modal, {TO: option(ALL)})
    assert "is on its way to <#C02STANDUP>" in said(modal.view)
    await here.slack.workspace.until(lambda: bool(_posted(here)))
    assert "At once" in _posted(here)[0].text


async def test_what_somebody_deleted_meanwhile_is_said_above_the_list(here: World) -> None:
    await made(here)
    listing = await listed(here)
    await press(here, await listed(here), "Delete")
    await press(here, listing, "Pause for a day")
    assert "That digest is gone" in said(listing)


async def test_two_edit_at_once_and_who_comes_second_is_told_before_theirs_counts(here: World) -> None:
    await made(here)
    first = await opened_by(here, await listed(here), "Edit")
    second = await opened_by(here, await listed(here, user=ADMIN), "Edit", user=ADMIN)
    await save(here, first, {NAME: "First"})
    await save(here, second, {NAME: "Second"})
    assert [one.name for one in await kept(here)] == ["First"]
    await save(here, second)
    assert [one.name for one in await kept(here)] == ["Second"]


async def test_what_was_deleted_while_it_was_edited_is_not_brought_back(here: World) -> None:
    await made(here)
    edited = await opened_by(here, await listed(here), "Edit")
    await press(here, await listed(here), "Delete")
    await save(here, edited, {NAME: "Ghost"})
    assert "That digest is gone" in edited.errors[NAME]
    assert await kept(here) == []


@pytest.mark.parametrize("who", [OWNER, MEMBER])
async def test_pause_under_a_delivered_digest_tells_who_pressed_it_alone(make_world: MakeWorld, who: str) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    delivered = _delivered(here, one.id)
    await press(here, delivered, "Pause", user=who)
    told = here.slack.workspace.messages[-1]
    assert told.ephemeral_for == who
    assert f"*Morning digest* is paused by <@{who}> until Tue, Nov 24, 4:02 AM; next Tue, Nov 24, 9:00 AM" in told.text
    assert delivered.text == "Morning digest"
    await press(here, told, "Resume", user=who)
    assert "goes on" in here.slack.workspace.messages[-1].text
    assert (await kept(here))[0].pause is None


async def test_under_a_delivered_digest_too_its_keepers_may_pause_it_without_an_end(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    delivered = _delivered(here, (await made(here)).id)
    await press(here, delivered, "Pause", user=MEMBER)
    assert "Until I resume it" not in said(here.slack.workspace.messages[-1])
    await press(here, delivered, "Pause")
    told = here.slack.workspace.messages[-1]
    await press(here, told, "Until I resume it")
    assert "*Morning digest* is paused by <@U01OWNER> until somebody resumes it." in told.text
    assert "Until I resume it" not in said(told)
    await press(here, told, "Resume")
    assert "goes on" in said(told)


async def test_edit_and_history_under_a_delivered_digest_open_windows(here: World) -> None:
    one = await made(here)
    delivered = _delivered(here, one.id)
    assert (await opened_by(here, delivered, "Edit")).view["title"]["text"] == "Edit digest"
    assert (await opened_by(here, delivered, "History", user=MEMBER)).view["title"]["text"] == "History"


async def test_an_empty_or_unknown_button_is_explained(here: World) -> None:
    for action in (digest_buttons.PAUSE, "digest.hold", "digests.delete", "digests.pause", "digests.hold"):
        assert "gone" in (await press_value(here, action, "nothing")).text


def _delivered(here: World, digest_id: str) -> Message:
    row = kit.actions(*(kit.button(label, f"digest.{label.lower()}", value=digest_id)
                        for label in ("Pause", "Edit", "History")))  # fmt: skip
    return here.slack.workspace.post(ROOM, "U0BOT", "Morning digest", blocks=[dict(row)])


def _posted(here: World) -> list[Message]:
    return [one for one in here.slack.workspace.messages if one.ephemeral_for is None and one.user == "U0BOT"]
