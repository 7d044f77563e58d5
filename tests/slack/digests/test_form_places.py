"""Where a digest goes: a channel the app is not in yet, one with outsiders, one with the same digest, or oneself."""

from blocks.digests.form_fields import CHANNEL, KIND, NAME, PLACE, TIMES, WORDS
from bot.manifest import CHANNELS_JOIN
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.digest_forms import (
    ADMIN,
    MEMBER,
    OTHER,
    OWNER,
    ROOM,
    change,
    fields,
    form,
    kept,
    listed,
    made,
    opened_by,
    press_in,
    save,
    still,
    typed,
)
from tests.drivers.modals import set_up
from tests.drivers.scopes import grant
from tests.drivers.slash_command import said
from tests.drivers.workspaces import calls

SHARED = "C03SHARED"


def offers_to_join(modal: Modal) -> bool:
    return '"action_id": "digest.join"' in said(modal.view)


async def test_after_an_invitation_elsewhere_saving_works_without_typing_again(here: World) -> None:
    modal = await form(here, channel=OTHER)
    assert "Type /invite @careCycle there" in said(modal.view)
    assert not offers_to_join(modal)
    await save(here, modal, {NAME: "Kept", TIMES: "7:15"})
    assert "Type /invite @careCycle there, then press “Save”" in modal.errors[CHANNEL]
    here.slack.workspace.channels[OTHER].bot_is_member = True
    await save(here, modal, {NAME: "Kept", TIMES: "7:15"})
    (digest,) = await kept(here)
    assert (digest.name, digest.channel_id, digest.timetable.times) == ("Kept", OTHER, ("07:15",))


async def test_where_it_may_the_app_joins_a_public_channel_and_nothing_typed_is_lost(here: World) -> None:
    await grant(here, CHANNELS_JOIN)
    modal = await form(here, channel=OTHER)
    assert offers_to_join(modal)
    assert "/invite" not in said(modal.view)
    await press_in(here, modal, "Join the channel", {NAME: "Kept", TIMES: "7:15"})
    assert here.slack.workspace.channels[OTHER].bot_is_member
    assert "The app is in <#C01AEP> now" in said(modal.view)
    assert not offers_to_join(modal)
    assert (typed(modal, NAME), typed(modal, TIMES)) == ("Kept", "7:15")
    assert here.slack.workspace.messages == []
    await save(here, modal)
    assert [one.name for one in await kept(here)] == ["Kept"]


async def test_a_private_channel_is_never_joined(here: World) -> None:
    await grant(here, CHANNELS_JOIN)
    here.slack.workspace.channels[OTHER].is_private = True
    modal = await form(here, channel=OTHER)
    assert not offers_to_join(modal)
    assert "Type /invite @careCycle there" in said(modal.view)


async def test_when_slack_does_not_let_it_join_the_form_says_what_else_to_do(here: World) -> None:
    await grant(here, CHANNELS_JOIN)
    modal = await form(here, channel=OTHER)
    here.slack.api.scopes.discard(CHANNELS_JOIN)
    await press_in(here, modal, "Join the channel", {NAME: "Kept"})
    assert "Slack did not let this app join" in said(modal.view)
    assert typed(modal, NAME) == "Kept"


async def test_who_may_make_no_digest_lets_the_app_join_nothing(here: World) -> None:
    await grant(here, CHANNELS_JOIN)
    modal = await form(here, user=MEMBER, channel=OTHER)
    here.slack.workspace.people[MEMBER].role = "guest"
    here.bot.services.people._known.clear()
    await press_in(here, modal, "Join the channel")
    assert calls(here, "conversations.join") == 0
    assert not here.slack.workspace.channels[OTHER].bot_is_member


async def test_a_channel_with_another_company_is_said_before_saving(here: World) -> None:
    here.slack.workspace.channels[ROOM].shared_with = "Harbor Benefits"
    modal = await form(here)
    assert "This channel is shared with another company" in said(modal.view)
    await save(here, modal)
    assert len(await kept(here)) == 1


async def test_where_managers_want_nothing_in_such_channels_only_that_is_said(here: World) -> None:
    here.slack.workspace.channels[ROOM].shared_with = "Harbor Benefits"
    await set_up(here, shared="none")
    modal = await form(here)
    assert "Managers of this workspace chose not to show campaigns" in said(modal.view)
    assert "This channel is shared" not in said(modal.view)


async def test_a_second_digest_of_one_name_is_said_before_saving_and_may_be_saved(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await made(here)
    modal = await form(here, user=ADMIN)
    words = said(modal.view)
    said_of_it = "weekdays 9:00 AM New York  ·  all active campaigns  ·  <@U01OWNER>."
    assert f"There is already a digest *Morning digest* here: {said_of_it}" in words
    assert "already brings the same campaigns" not in words  # one is enough
    await save(here, modal)
    assert len(await kept(here)) == 2


async def test_the_same_campaigns_at_the_same_times_are_said_too(here: World) -> None:
    await made(here, name="Early one")
    modal = await form(here)
    assert "*Early one* already brings the same campaigns here at the same times" in said(modal.view)
    await change(here, modal, TIMES, "10:15")
    assert "already" not in said(modal.view)


async def test_neither_is_said_of_the_digest_itself_or_of_another_channel(here: World) -> None:
    await made(here)
    edited = await opened_by(here, await listed(here), "Edit")
    assert "already" not in said(edited.view)
    here.slack.close(edited)
    assert "already" not in said((await form(here, channel=OTHER)).view)


async def test_a_filter_without_a_match_is_said_before_saving(here: World) -> None:
    modal = await form(here)
    await change(here, modal, KIND, "filter")
    await change(here, modal, WORDS, "zzz nothing")
    assert "⚠️ No campaign matches now" in said(modal.view)


UNSAID = "*Not saved yet:* please read what is marked ⚠️ above. *Save* saves it all the same."


async def test_a_name_that_is_there_already_is_said_when_save_is_pressed_and_may_be_saved(here: World) -> None:
    """Slack tells of no letter that is typed: the form could not say it before."""
    await made(here, name="Weekly numbers", times="7:00")
    modal = await form(here, user=ADMIN)
    assert "already" not in said(modal.view)
    await save(here, modal, {NAME: "weekly Numbers", TIMES: "10:15"})
    words = said(modal.view)
    assert "There is already a digest *Weekly numbers* here: weekdays 7:00 AM New York  ·  " in words
    assert UNSAID in words
    assert (typed(modal, NAME), typed(modal, TIMES), len(await kept(here))) == ("weekly Numbers", "10:15", 1)
    await save(here, modal)
    assert "is saved" in said(modal.view)
    assert [one.name for one in await kept(here)] == ["Weekly numbers", "weekly Numbers"]


async def test_that_nothing_matches_what_was_typed_is_said_when_save_is_pressed_and_may_be_saved(here: World) -> None:
    modal = await form(here)
    await change(here, modal, KIND, "filter")
    await save(here, modal, {WORDS: "zzz nothing"})  # without Enter, so the form could not count before
    assert "⚠️ No campaign matches now" in said(modal.view)
    assert UNSAID in said(modal.view)
    assert (typed(modal, WORDS), await kept(here)) == ("zzz nothing", [])
    await save(here, modal, {NAME: "Some day"})  # what was said already is not said again
    assert [one.name for one in await kept(here)] == ["Some day"]


async def test_what_is_saved_as_the_form_shows_it_asks_carecycle_nothing(here: World) -> None:
    modal = await form(here)
    assert here.carecycle
    here.carecycle.requests.clear()
    before = calls(here, "conversations.info")
    await save(here, modal)
    assert len(await kept(here)) == 1
    assert (here.carecycle.requests, calls(here, "conversations.info")) == ([], before + 1)


async def test_what_cannot_be_found_out_when_save_is_pressed_keeps_nobody_from_saving(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    modal = await form(here)
    await change(here, modal, KIND, "filter")
    time.move(3600)  # nothing is in memory any more
    assert here.carecycle
    here.carecycle.fault = "server_error"
    await save(here, modal, {WORDS: "zzz nothing"})
    assert len(await kept(here)) == 1


async def test_one_for_oneself_asks_for_no_channel_and_is_listed_in_direct_messages(here: World) -> None:
    modal = await form(here)
    await change(here, modal, PLACE, "me")
    assert "channel" not in fields(modal)
    await save(here, modal, {NAME: "Mine"})
    (digest,) = await kept(here)
    assert (digest.channel_id, digest.is_direct) == (OWNER, True)
    assert "is saved, for your messages with this app" in said(modal.view)
    here.slack.close(modal)
    assert "Mine" in said(await listed(here, channel="D01BOT"))
    assert "Mine" not in said(await listed(here))
    assert "Mine" not in said(await listed(here, user=ADMIN, channel="D01BOT"))


async def test_a_manager_who_edits_it_leaves_it_to_its_owner(here: World) -> None:
    await made(here, user=MEMBER, name="Theirs")
    edited = await opened_by(here, await listed(here, user=ADMIN), "Edit", user=ADMIN)
    assert "Just for its owner" in said(edited.view)
    await change(here, edited, PLACE, "me")
    await save(here, edited)
    (digest,) = await kept(here)
    assert digest.channel_id == digest.owner_id == MEMBER
    assert "for <@U03MEMBER>’s messages with this app" in said(edited.view)
