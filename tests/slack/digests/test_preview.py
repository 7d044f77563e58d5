"""*Preview* opens a window over the form, which keeps everything; *Send to me* posts the message to one person."""

from dataclasses import replace
from random import Random
from uuid import UUID

import pytest

from blocks.digests import preview as preview_window
from blocks.digests.form_fields import NAME, PICKS, TIMES
from bot.digests.digest import CampaignFilter
from playground.slack.workspace import Message, Modal
from playground.world import World
from tests.conftest import AEP
from tests.drivers.digest_forms import (
    OTHER,
    OWNER,
    change,
    form,
    kept,
    listed,
    made,
    opened_by,
    press_in,
    save,
    typed,
)
from tests.drivers.modals import carecycle_of
from tests.drivers.slash_command import finished, said


async def previewed(here: World, modal: Modal, chosen: dict[str, object] | None = None) -> Modal:
    """Press *Preview* in a form with these fields changed, and return the window over it."""
    await press_in(here, modal, "Preview", chosen)
    below, window = here.slack.modals_of(modal.user)
    assert below is modal
    return window


def to_me(here: World) -> list[Message]:
    """The messages in the owner's messages with the app."""
    return [one for one in here.slack.workspace.messages if one.channel == f"D-{OWNER}"]


async def test_the_window_is_over_the_form_and_shows_what_would_go_out(here: World) -> None:
    modal = await form(here)
    before = modal.view
    window = await previewed(here, modal, {NAME: "Look at me"})
    words = said(window.view)
    assert "Look at me" in words
    assert "It is what would go to <#C02STANDUP> now" in words
    assert "10 active campaigns" in words
    assert window.view["close"]["text"] == "Back"
    assert modal.view == before  # so Slack shows it again as it was filled in
    assert here.slack.workspace.messages == []
    here.slack.close(window)
    await save(here, modal, {NAME: "Look at me"})
    assert [one.name for one in await kept(here)] == ["Look at me"]


async def test_send_to_me_posts_the_message_to_that_person_alone(here: World) -> None:
    window = await previewed(here, await form(here), {NAME: "Look at me"})
    await press_in(here, window, "Send to me")
    (message,) = here.slack.workspace.messages
    assert to_me(here) == [message]
    assert "Look at me" in said(message)
    assert "10 active campaigns" in said(message)
    assert "It is in your messages with this app" in said(window.view)
    assert await kept(here) == []
    await press_in(here, window, "Send to me")
    assert len(to_me(here)) == 2
    assert said(window.view).count("It is in your messages") == 1


async def test_a_saved_digest_is_shown_as_filled_in_not_as_saved(here: World) -> None:
    await made(here, name="Saved")
    modal = await opened_by(here, await listed(here), "Edit")
    window = await previewed(here, modal, {NAME: "Typed since"})
    await press_in(here, window, "Send to me")
    assert "Typed since" in said(to_me(here)[0])
    assert "Saved" not in said(to_me(here)[0])


@pytest.mark.parametrize("count", [1, 100])
async def test_campaigns_that_were_picked_are_sent_however_many(here: World, count: int) -> None:
    modal = await form(here)
    await change(here, modal, "digest_field.kind", "these")
    others = [f"{number:08x}-6276-4993-bfeb-53cbbbba6f08" for number in range(0x2B3C4D5E, 0x2B3C4D5E + count - 1)]
    window = await previewed(here, modal, {PICKS: [AEP, *others]})
    await press_in(here, window, "Send to me")
    assert "530 customers left" in to_me(here)[0].text


async def test_a_saved_digest_that_names_very_many_is_shown_and_sent(here: World) -> None:
    modal = await opened_by(here, await _of_many(here, 499), "Edit")
    window = await previewed(here, modal, {NAME: "Ж" * 60})
    await press_in(here, window, "Send to me")
    assert "Ж" * 60 in said(to_me(here)[0])
    assert "530 customers left" in to_me(here)[0].text


async def test_some_taken_out_of_very_many_and_some_added_are_sent_as_filled_in(here: World) -> None:
    modal = await opened_by(here, await _of_many(here, 150), "Edit")
    window = await previewed(here, modal, {PICKS: [AEP]})
    await press_in(here, window, "Send to me")
    assert "1 campaign" in said(to_me(here)[0])
    assert "530 customers left" in to_me(here)[0].text


async def test_a_hundred_picks_beside_full_fields_of_other_letters_are_sent(here: World) -> None:
    modal = await form(here)
    await change(here, modal, "digest_field.kind", "filter")
    await change(here, modal, "digest_field.words", "".join(chr(0x4E00 + 7 * one) for one in range(100)))
    await change(here, modal, "digest_field.kind", "these")
    name = "".join(chr(0x5E00 + 11 * one) for one in range(60))
    window = await previewed(here, modal, {NAME: name, PICKS: [AEP, *_random_ids(99)]})
    await press_in(here, window, "Send to me")
    assert "530 customers left" in to_me(here)[0].text


async def test_where_more_was_changed_than_the_window_carries_it_says_so_and_shows_the_message(here: World) -> None:
    modal = await opened_by(here, await _of_many(here, 400), "Edit")
    window = await previewed(here, modal, {PICKS: [AEP, *_random_ids(300)]})
    assert "530 customers left" in said(window.view)
    assert "*Send to me* is left out, because too many campaigns were changed" in said(window.view)
    assert preview_window.SEND_TO_ME not in said(window.view)


async def test_its_button_in_another_window_sends_nothing_that_slack_refuses(here: World) -> None:
    modal = await form(here)
    await here.slack.press_in(modal, {"type": "button", "action_id": preview_window.SEND_TO_ME, "block_id": "b"})
    await finished(here)
    assert to_me(here) == []
    assert "⚠️" in said(modal.view)


async def _of_many(here: World, others: int) -> Message:
    """Save a digest of one campaign that is there and of `others`, as *Add to a digest* makes it; return the list."""
    digest = await made(here)
    ids = (AEP, *_random_ids(others, seed=7))
    named = replace(digest, choice=CampaignFilter(ids=ids), changed_at=None)
    await here.bot.services.digests.save(named, OWNER, new=False)
    return await listed(here)


def _random_ids(count: int, *, seed: int = 0) -> list[str]:
    """Ids as careCycle makes them: nothing compresses them."""
    chance = Random(seed)
    return [str(UUID(int=chance.getrandbits(128), version=4)) for _ in range(count)]


async def test_where_the_app_is_not_the_window_and_the_message_come_all_the_same(here: World) -> None:
    window = await previewed(here, await form(here, channel=OTHER))
    assert "10 active campaigns" in said(window.view)
    await press_in(here, window, "Send to me")
    assert len(to_me(here)) == 1


async def test_one_for_oneself_says_so(here: World) -> None:
    modal = await form(here, channel="D01BOT")
    window = await previewed(here, modal)
    assert "what would go to your messages with this app now" in said(window.view)


async def test_what_is_wrong_is_said_in_the_form_and_no_window_opens(here: World) -> None:
    modal = await form(here)
    await press_in(here, modal, "Preview", {TIMES: "noonish", NAME: "Typed"})
    assert here.slack.modals_of(OWNER) == [modal]
    assert "*Times:* noonish is not a time" in said(modal.view)
    assert typed(modal, NAME) == "Typed"


async def test_a_preview_that_cannot_be_made_says_why_in_its_window(here: World) -> None:
    carecycle_of(here).fault = "server_error"
    modal = await form(here)
    before = modal.view
    window = await previewed(here, modal, {NAME: "Typed"})
    assert "careCycle is not answering" in said(window.view)
    assert modal.view == before


async def test_when_slack_does_not_open_the_window_the_form_says_so_and_keeps_what_was_typed(here: World) -> None:
    modal = await form(here)
    here.slack.faults.set("late_trigger")
    await press_in(here, modal, "Preview", {NAME: "Typed"})
    assert here.slack.modals_of(OWNER) == [modal]
    assert "⚠️" in said(modal.view)
    assert typed(modal, NAME) == "Typed"
    assert here.slack.workspace.messages == []


async def test_what_cannot_be_sent_is_said_in_the_window(here: World) -> None:
    window = await previewed(here, await form(here))
    here.slack.api.scopes.discard("chat:write")
    await press_in(here, window, "Send to me")
    assert "⚠️" in said(window.view)
    assert "It is in your messages" not in said(window.view)
    assert to_me(here) == []
