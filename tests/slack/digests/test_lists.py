"""What a row of the list says, which buttons each person has in it, its pages, and the list of a whole workspace."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blocks import inputs
from blocks.digests.listing import SEARCH
from bot.digests.digest import CampaignFilter, Delivery, Digest
from bot.store import deliveries
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.digest_forms import (
    ADMIN,
    GUEST,
    MEMBER,
    OTHER,
    OWNER,
    ROOM,
    TEAM,
    kept,
    listed,
    made,
    opened_by,
    press_value,
    save,
    still,
)
from tests.drivers.modals import close_all
from tests.drivers.slash_command import ask_one, finished, press, said

DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # Fri, 09:00 in New York
YESTERDAYS = "sent Fri, Nov 20, 9:00 AM"


async def noted(here: World, digest: Digest, **more: Any) -> Delivery:
    """A row of the ledger: that of Friday arrived, unless `more` says otherwise."""
    usual: dict[str, Any] = {"state": "sent", "channel_id": digest.channel_id, "ended_at": DUE}
    run = f"{digest.id}:2026-11-20T09:00-0500"
    row = Delivery(run, digest.id, TEAM, "scheduled", due=DUE, wanted_at=DUE, **{**usual, **more})
    assert await deliveries.add(here.bot.db, row, DUE + timedelta(days=365))
    return row


async def many(here: World, count: int) -> None:
    """Save so many digests, `Digest 00` and so on, of the channel."""
    first = await made(here, name="Digest 00")
    for number in range(1, count):
        one = replace(first, id=f"d{number}", name=f"Digest {number:02}")
        await here.bot.services.digests.save(one, OWNER, new=True)


async def typed(here: World, text: str, *, user: str = OWNER) -> Message:
    return await ask_one(here, text, user=user, channel=ROOM)


def labels(message: Message) -> list[str]:
    """The labels of all buttons, in order."""
    rows = [one["elements"] for one in message.blocks if one["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row]


async def test_a_row_says_which_campaigns_whose_it_is_and_how_the_last_one_went(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    posted = here.slack.workspace.post(ROOM, "U0BOT", "Morning digest")
    assert "all active campaigns  ·  <@U01OWNER>  ·  none sent yet" in said(await listed(here))
    await noted(here, digest, ts=posted.ts)
    link = f"https://sunrise-insurance.slack.com/archives/{ROOM}/p{posted.ts.replace('.', '')}"
    link = link.replace("sunrise-insurance", here.slack.workspace.domain)
    assert f"all active campaigns  ·  <@U01OWNER>  ·  <{link}|{YESTERDAYS}>" in said(await listed(here))


async def test_campaigns_that_were_picked_are_named(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    digest = await made(here)
    await ask_one(here, AEP)
    await ask_one(here, "list")
    await here.bot.services.digests.save(replace(digest, choice=CampaignFilter(ids=(AEP,))), OWNER, new=False)
    assert "1 campaign: AEP Outreach 2026  ·" in said(await listed(here))
    words = replace(digest, choice=CampaignFilter(status="active", words="ACA"))
    await here.bot.services.digests.save(words, OWNER, new=False)
    assert "active campaigns with “ACA” in the name" in said(await listed(here))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"ended_at": DUE + timedelta(minutes=25)}, "sent Fri, Nov 20, 9:25 AM, 25 minutes late"),
        ({"state": "failed", "reason": "slack"}, "failed Fri, Nov 20, 9:00 AM: Slack was not answering"),
        ({"state": "skipped", "reason": "unchanged"}, "skipped Fri, Nov 20, 9:00 AM: nothing had changed"),
        ({"state": "unconfirmed", "reason": "unconfirmed"}, "may not have arrived Fri, Nov 20, 9:00 AM"),
        ({"state": "posting", "ended_at": None}, "on its way"),
    ],
    ids=lambda one: one.get("state", "late") if isinstance(one, dict) else "",
)
async def test_what_became_of_the_last_one_is_said(make_world: MakeWorld, row: dict[str, Any], says: str) -> None:
    here, _ = await still(make_world)
    await noted(here, await made(here), **row)
    assert f"<@U01OWNER>  ·  {says}" in said(await listed(here))


async def test_slack_is_asked_for_a_link_once_and_without_an_answer_there_is_none(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    posted = here.slack.workspace.post(ROOM, "U0BOT", "Morning digest")
    for name in ("One", "Two"):
        await noted(here, await made(here, name=name), ts="1.000001" if name == "One" else posted.ts)
    here.slack.faults.set("web_api_down")
    words = said(await typed(here, "digest", user=OWNER))
    here.slack.faults.set("none")
    assert YESTERDAYS in words
    assert "/archives/" not in words
    before = len(here.slack.api.calls)
    assert said(await listed(here)).count("/archives/") == 4  # in the text and in the blocks, of both
    assert said(await listed(here)).count("/archives/") == 4
    asked = [name for name, _ in here.slack.api.calls[before:] if name == "chat.getPermalink"]
    assert len(asked) in (1, 2)  # one of the messages is gone


async def test_of_ones_own_messages_with_the_app_there_is_no_link(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    posted = here.slack.workspace.post(ROOM, "U0BOT", "Morning digest")
    await noted(here, one, ts=posted.ts)
    assert "/archives/" in said(await listed(here))  # so what links begin with is known
    mine = replace(one, id="c" * 16, channel_id=OWNER)
    await here.bot.services.digests.save(mine, OWNER, new=True)
    await noted(here, mine, ts="1.000002")
    words = said(await listed(here, channel="D01BOT"))
    assert YESTERDAYS in words
    assert "/archives/" not in words


async def test_everybody_has_only_the_buttons_they_may_use(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await made(here)
    all_of_it = ["Pause for a day", "Edit", "Send now", "History", "Delete", "Make a digest"]
    assert labels(await listed(here, user=ADMIN)) == [*all_of_it, "All digests"]
    assert labels(await listed(here, user=MEMBER)) == ["Pause for a day", "History", "Make a digest"]
    assert labels(await listed(here, user=GUEST)) == ["History"]
    theirs = await listed(here, user=MEMBER)
    await press(here, theirs, "Pause for a day", user=MEMBER)
    assert labels(theirs) == ["Resume", "History", "Make a digest"]  # who paused it may resume it
    assert labels(await listed(here, user=GUEST)) == ["History"]


async def test_its_owner_who_is_no_manager_has_all_buttons_but_the_list_of_all(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await made(here, user=MEMBER)
    mine = labels(await listed(here, user=MEMBER))
    assert mine == ["Pause for a day", "Edit", "Send now", "History", "Delete", "Make a digest"]


async def test_ten_are_on_a_page_and_its_buttons_lead_to_the_others(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await many(here, 21)
    listing = await listed(here)
    assert "21 digests for this channel, 1 to 10" in said(listing)
    await press(here, listing, "More ▶")
    assert "11 to 20" in said(listing)
    await press(here, listing, "Pause for a day")
    assert "⏸ *Digest 10* is paused" in said(listing)
    assert "11 to 20" in said(listing)  # it stays on its page
    await press(here, listing, "More ▶")
    assert "Digest 20" in said(listing)
    assert "More ▶" not in labels(listing)
    await press(here, listing, "Delete")
    assert "11 to 20" in said(listing)  # the last page is gone
    await press(here, listing, "◀ Back")
    assert "◀ Back" not in labels(listing)


async def test_managers_see_all_digests_of_the_workspace_and_find_one_by_a_word(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    here.slack.workspace.invite_bot(OTHER)
    await made(here, name="Medicare mornings")
    await many(here, 12)
    await made(here, name="Elsewhere", channel=OTHER, user=MEMBER)
    listing = await listed(here, user=ADMIN)
    await press(here, listing, "All digests", user=ADMIN)
    assert "14 digests in this workspace, 1 to 10" in said(listing)
    await _search(here, listing, "else")
    assert "1 digest with “else” in this workspace" in said(listing)
    assert f"<#{OTHER}>" in said(listing)
    await press(here, listing, "Pause for a day", user=ADMIN)
    assert "⏸ *Elsewhere* is paused" in said(listing)
    assert "1 digest with “else”" in said(listing)
    assert [one.name for one in await kept(here) if one.pause] == ["Elsewhere"]
    await _search(here, listing, "nothing like it")
    assert "No digest with “nothing like it” in this workspace." in said(listing)
    await press(here, listing, "This channel’s", user=ADMIN)
    assert "13 digests for this channel" in said(listing)


async def test_words_after_all_are_searched_for(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await made(here, name="Medicare mornings")
    await made(here, name="Evenings", times="17:30")
    assert "2 digests in this workspace" in said(await typed(here, "digest all"))
    found = said(await typed(here, "digest ALL medicare morn"))
    assert "Medicare mornings" in found
    assert "Evenings" not in found
    assert "Evenings" in said(await typed(here, "digest all 5:30 PM"))  # whatever the list says


@pytest.mark.parametrize("user", [MEMBER, GUEST])
async def test_who_is_no_manager_reads_who_may_see_all_and_sees_nothing(make_world: MakeWorld, user: str) -> None:
    here, _ = await still(make_world)
    await made(here, name="Private matters")
    for answer in (
        await typed(here, "digest all", user=user),
        await press_value(here, "digests.all", "- all 0", user=user, channel=OTHER),
    ):
        assert "Only managers can see all digests of this workspace." in answer.text
        assert "Private matters" not in said(answer)


async def test_a_value_that_no_list_made_is_refused(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    for value in ("x nowhere 0", "x all many", "x all"):
        assert "made by an older version" in (await press_value(here, "digests.more", value)).text


async def test_editing_from_the_list_of_a_channel_shows_what_changed(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await made(here)
    listing = await listed(here)
    await save(here, await opened_by(here, listing, "Edit"), {"digest_field.name": "Renamed"})
    assert "*Renamed*" in said(listing)


async def test_editing_from_the_list_of_all_keeps_its_words_and_page(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    here.slack.workspace.invite_bot(OTHER)
    await many(here, 12)
    await made(here, name="Elsewhere", channel=OTHER)
    listing = await listed(here, user=ADMIN)
    await press(here, listing, "All digests", user=ADMIN)
    await press(here, listing, "More ▶", user=ADMIN)
    await save(here, await opened_by(here, listing, "Edit", user=ADMIN), {"digest_field.name": "Digest 99"})
    assert "13 digests in this workspace, 11 to 13" in said(listing)
    assert "*Digest 99*" in said(listing)
    close_all(here)
    await _search(here, listing, "else")
    await save(here, await opened_by(here, listing, "Edit", user=ADMIN), {"digest_field.name": "Somewhere else"})
    assert "1 digest with “else” in this workspace" in said(listing)
    assert "*Somewhere else*" in said(listing)


async def _search(here: World, listing: Message, text: str) -> None:
    """Type words into the search field of a list, and press Enter."""
    field = next(one for one in listing.blocks if one["block_id"] == SEARCH)
    typed = {"type": field["element"]["type"], "action_id": inputs.VALUE, "block_id": SEARCH, "value": text}
    await here.slack.press(listing, typed, user=ADMIN)
    await finished(here)
