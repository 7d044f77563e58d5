"""The menu ⋯ under a delivered digest, and the window of *Send now*."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from blocks import kit
from blocks.digests.buttons import MENU, MENU_ITEMS
from blocks.digests.send_now import ALL, ME, TO
from bot.digests.digest import Pause
from bot.store import audit, deliveries, pauses
from playground.slack.workspace import BOT_ID, Message, Modal
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.digest_forms import (
    ADMIN,
    GUEST,
    MEMBER,
    OWNER,
    ROOM,
    TEAM,
    in_own_messages,
    kept,
    listed,
    made,
    opened_by,
    option,
    save,
    still,
)
from tests.drivers.slash_command import finished, said

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)


def delivered(here: World, digest_id: str) -> Message:
    """A digest in its channel, with its menu."""
    row = kit.actions(kit.overflow(MENU, {f"{item} {digest_id}": label for item, label in MENU_ITEMS.items()}))
    return here.slack.workspace.post(ROOM, BOT_ID, "Morning digest", blocks=[dict(row)])


async def choose(here: World, message: Message, item: str, *, user: str = OWNER) -> Message:
    """Choose an item of the menu, and return the last message."""
    (row,) = message.blocks
    (menu,) = row["elements"]
    chosen = next(one for one in menu["options"] if one["value"].startswith(f"{item} "))
    pressed = {"type": "overflow", "action_id": MENU, "block_id": row["block_id"], "selected_option": chosen}
    await here.slack.press(message, pressed, user=user)
    await finished(here)
    return here.slack.workspace.messages[-1]


async def opened(here: World, item: str, *, user: str = OWNER) -> Modal:
    """Make a digest of the owner, choose an item of its menu, and return the window this opens."""
    one = await made(here)
    await choose(here, delivered(here, one.id), item, user=user)
    return here.slack.modals_of(user)[-1]


@pytest.mark.parametrize("user", [OWNER, MEMBER])
async def test_pause_in_the_menu_tells_who_chose_it_alone(make_world: MakeWorld, user: str) -> None:
    here, _ = await still(make_world)
    message = delivered(here, (await made(here)).id)
    told = await choose(here, message, "pause", user=user)
    assert told.ephemeral_for == user
    assert f"is paused by <@{user}> until" in told.text
    assert message in here.slack.workspace.messages
    assert not message.edited


@pytest.mark.parametrize(("user", "may_resume"), [(OWNER, True), (MEMBER, False)])
async def test_pause_in_a_menu_of_a_paused_digest_says_who_paused_it(
    make_world: MakeWorld, user: str, may_resume: bool
) -> None:
    here, time = await still(make_world)
    one = await made(here)
    message = delivered(here, one.id)
    await choose(here, message, "pause", user=OWNER)
    (before,) = await kept(here)
    time.move(3600)
    told = await choose(here, message, "pause", user=user)
    assert told.ephemeral_for == user
    assert "*Morning digest* is already paused by <@U01OWNER> until Tue, Nov 24" in told.text
    assert ('"Resume"' in said(told)) == may_resume
    assert (await kept(here))[0].pause == before.pause
    entries = [entry.action for entry in await audit.newest(here.bot.db, TEAM)]
    assert entries.count("digest paused") == 1


@pytest.mark.parametrize(
    ("pause", "says"),
    [
        (Pause(NOW, "key"), "is already waiting for a careCycle key that works"),
        (Pause(NOW, "failed", detail="is_archived"), "is already paused, because the last one could not be sent"),
        (Pause(NOW, "person", None, ADMIN), "is already paused by <@U02ADMIN> until somebody resumes it"),
        (Pause(NOW - timedelta(days=2), "person", NOW - timedelta(days=1), ADMIN), "is paused by <@U03MEMBER> until"),
    ],
)
async def test_pause_in_a_menu_says_what_is_so(make_world: MakeWorld, pause: Pause, says: str) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    assert await pauses.pause(here.bot.db, one.id, pause)
    told = await choose(here, delivered(here, one.id), "pause", user=MEMBER)
    assert says in told.text


async def test_pause_in_a_menu_of_a_digest_that_has_ended_says_so(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    over = replace(one, timetable=replace(one.timetable, ends=date(2026, 11, 20)))
    await here.bot.services.digests.save(over, OWNER, new=False)
    told = await choose(here, delivered(here, one.id), "pause")
    assert "*Morning digest* is not paused: its last day has passed." in told.text
    assert (await kept(here))[0].pause is None


async def test_guests_read_who_can_pause_and_it_goes_on(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    message = delivered(here, (await made(here)).id)
    told = await choose(here, message, "pause", user=GUEST)
    assert told.ephemeral_for == GUEST
    assert "Guests cannot pause digests. Ask <@U01OWNER>." in told.text
    assert not message.edited
    assert (await kept(here))[0].pause is None


async def test_edit_and_history_in_the_menu_open_windows(here: World) -> None:
    message = delivered(here, (await made(here)).id)
    await choose(here, message, "edit")
    assert here.slack.modals_of(OWNER)[-1].view["title"]["text"] == "Edit digest"
    await choose(here, message, "history", user=GUEST)
    assert here.slack.modals_of(GUEST)[-1].view["title"]["text"] == "History"


@pytest.mark.parametrize("item", ["edit", "now"])
@pytest.mark.parametrize("user", [MEMBER, GUEST])
async def test_who_may_not_reads_who_may_before_anything_is_asked(here: World, item: str, user: str) -> None:
    modal = await opened(here, item, user=user)
    assert "Only managers and this digest’s owner may do that. Ask <@U01OWNER>" in said(modal.view)
    assert "submit" not in modal.view
    assert all(one.ephemeral_for is None for one in here.slack.workspace.messages)


async def test_a_menu_of_an_unknown_item_or_of_no_digest_is_explained(here: World) -> None:
    message = delivered(here, "")
    told = await choose(here, message, "pause")
    assert "made by an older version" in told.text


async def test_sent_to_oneself_nobody_else_sees_it_and_nothing_is_kept(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    modal = await opened(here, "now", user=ADMIN)
    assert "Who gets it?" in said(modal.view)
    await save(here, modal, {TO: option(ME)})
    assert "*Morning digest* is in your messages with this app" in said(modal.view)
    (copy,) = in_own_messages(here, ADMIN)
    assert "Morning digest" in said(copy)
    (digest,) = await kept(here)
    assert await deliveries.history(here.bot.db, digest.id) == []
    assert len([one for one in here.slack.workspace.messages if one.channel == ROOM]) == 1


async def test_sent_to_the_channel_it_is_on_its_way(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    modal = await opened(here, "now")
    await save(here, modal, {TO: option(ALL)})
    assert "is on its way to <#C02STANDUP>" in said(modal.view)
    (digest,) = await kept(here)
    (row,) = await deliveries.history(here.bot.db, digest.id)
    assert (row.kind, row.asked_by) == ("now", OWNER)


async def test_it_never_says_on_its_way_when_it_cannot_be(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    modal = await opened(here, "now")
    here.slack.workspace.invite_bot(ROOM, member=False)
    await save(here, modal, {TO: option(ALL)})
    assert "This app is not in the digest’s channel, so nothing was sent." in said(modal.view)
    (digest,) = await kept(here)
    assert await deliveries.history(here.bot.db, digest.id) == []


async def test_while_carecycle_is_down_the_window_says_so_and_nothing_is_sent(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    modal = await opened(here, "now")
    time.move(3600)
    assert here.carecycle
    here.carecycle.fault = "server_error"
    await save(here, modal, {TO: option(ME)})
    assert in_own_messages(here, OWNER) == []
    assert "careCycle" in said(modal.view)


async def test_who_may_no_longer_when_the_window_is_submitted_sends_nothing(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    modal = await opened(here, "now", user=ADMIN)
    here.slack.workspace.people[ADMIN].role = "member"
    time.move(301)
    for whom in (ME, ALL):
        if "submit" in modal.view:
            await save(here, modal, {TO: option(whom)})
    assert "Only managers and this digest’s owner may do that" in said(modal.view)
    assert in_own_messages(here, ADMIN) == []
    (digest,) = await kept(here)
    assert await deliveries.history(here.bot.db, digest.id) == []


async def test_a_digest_for_oneself_is_in_the_list_of_direct_messages_and_is_sent_there(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    mine = replace(one, channel_id=OWNER, name="For me")
    await here.bot.services.digests.save(mine, OWNER, new=False)
    listing = await listed(here, channel="D01BOT")
    assert "1 digest for you alone" in said(listing)
    modal = await opened_by(here, listing, "Send now")
    assert "It usually goes to your messages with this app." in said(modal.view)
    assert "Who gets it?" not in said(modal.view)
    await save(here, modal)
    assert "*For me* is on its way to your messages with this app" in said(modal.view)
    await here.slack.workspace.until(lambda: any(one.metadata for one in in_own_messages(here, OWNER)))
