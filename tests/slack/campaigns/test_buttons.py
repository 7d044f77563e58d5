"""The buttons on a card."""

import pytest

from bot.clock import Clock
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, button
from tests.drivers.app_home import words_of
from tests.drivers.slash_command import ask, ask_one, finished, press, said


async def _timed(make_world: MakeWorld) -> tuple[World, Clockwork]:
    time = Clockwork()
    return await make_world(clock=Clock(time.now, time.time), now=time.time), time


def _shown(here: World) -> list[Message]:
    return here.slack.workspace.messages


def _set_calls(here: World, calls: int) -> None:
    assert here.carecycle
    here.carecycle.campaigns[AEP]["customerStats"]["todayCalls"] = calls


async def test_refresh_puts_newer_numbers_into_the_same_message(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    card = await ask_one(here, AEP)
    _set_calls(here, 91)
    time.move(5)
    await press(here, card, "Refresh")
    assert _shown(here) == [card]
    assert "91 today" in said(card)


async def test_two_quick_refreshes_cost_one_request(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    card = await ask_one(here, AEP)
    pressed = button(card, "Refresh")
    time.move(5)
    await here.slack.press(card, pressed)
    await here.slack.press(card, pressed)
    await finished(here)
    assert here.carecycle
    assert len(here.carecycle.requests) == 2
    assert len(_shown(here)) == 1


async def test_a_refresh_that_fails_leaves_the_card_and_says_why_beside_it(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    card = await ask_one(here, AEP)
    assert here.carecycle
    here.carecycle.fault = "unauthorized"
    time.move(5)
    await press(here, card, "Refresh")
    assert len(_shown(here)) == 2
    assert "AEP Outreach 2026" in said(_shown(here)[0])
    assert "no longer accepts" in said(_shown(here)[1])
    assert _shown(here)[1].ephemeral_for == "U01OWNER"


@pytest.mark.parametrize(
    ("fault", "minutes", "says"),
    [
        ("server_error", 1, "careCycle is still not answering; tried at <!date^"),
        ("server_error", 60, "careCycle is still not answering; tried at <!date^"),  # also when nothing is in memory
        ("html", 1, "careCycle answered with something this app cannot read"),
        ("rate_limited", 1, "request limit was reached"),
    ],
)
async def test_a_refresh_in_vain_is_answered_privately_and_the_card_stays(
    make_world: MakeWorld, fault: str, minutes: int, says: str
) -> None:
    here, time = await _timed(make_world)
    card = await ask_one(here, AEP)
    before = said(card)
    assert here.carecycle
    here.carecycle.fault = fault
    time.move(60 * minutes)
    await press(here, card, "Refresh")
    (same, answer) = _shown(here)
    assert said(same) == before
    assert says in said(answer)
    assert answer.ephemeral_for == "U01OWNER"


async def test_a_refresh_in_an_outage_still_brings_what_somebody_read_later(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    card = await ask_one(here, AEP)
    assert here.carecycle
    time.move(60)
    await ask_one(here, AEP, user="U03MEMBER")
    here.carecycle.fault = "server_error"
    time.move(60)
    await press(here, card, "Refresh")
    assert "careCycle is not answering." in said({"blocks": card.blocks[:1]})


async def test_sharing_posts_the_card_names_who_did_it_and_takes_the_private_one_away(here: World) -> None:
    card = await ask_one(here, AEP, user="U03MEMBER")
    await press(here, card, "Share to channel", user="U03MEMBER")
    (public,) = _shown(here)
    assert public.ephemeral_for is None
    assert "shared by <@U03MEMBER>" in said(public)
    assert "Share to channel" not in said(public)


async def test_a_double_click_on_share_shares_once(here: World) -> None:
    card = await ask_one(here, AEP)
    pressed = button(card, "Share to channel")
    await here.slack.press(card, pressed)
    await here.slack.press(card, pressed)
    await finished(here)
    assert len(_shown(here)) == 1


async def test_a_share_that_fails_can_be_tried_again(here: World) -> None:
    card = await ask_one(here, AEP)
    here.slack.faults.set("response_url_gone", 1)
    await press(here, card, "Share to channel")
    assert _shown(here) == [card]
    assert "Slack did not accept the message" in words_of(here)
    await press(here, card, "Share to channel")
    assert _shown(here)[0].ephemeral_for is None


async def test_refreshing_a_shared_card_keeps_who_shared_it(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    await press(here, await ask_one(here, AEP), "Share to channel")
    (public,) = _shown(here)
    time.move(5)
    await press(here, public, "Refresh", user="U04GUEST")
    assert "shared by <@U01OWNER>" in said(public)
    assert public.edited


async def test_open_shows_the_whole_card_beside_the_list(here: World) -> None:
    (listed,) = await ask(here, f"{AEP} 11111111-1111-4111-8111-111111111111")
    await press(here, listed, "Open")
    assert len(_shown(here)) == 2
    assert "Share to channel" in said(_shown(here)[1])


async def test_try_again_puts_the_card_where_the_notice_was(here: World) -> None:
    assert here.carecycle
    here.carecycle.fault = "server_error"
    notice = await ask_one(here, AEP)
    here.carecycle.fault = "none"
    await press(here, notice, "Try again")
    assert _shown(here) == [notice]
    assert "AEP Outreach 2026" in said(notice)


async def test_while_the_page_of_a_campaign_is_not_known_the_button_says_that_it_opens_the_list(here: World) -> None:
    card = await ask_one(here, AEP)
    assert button(card, "Open careCycle’s campaigns")["url"] == "https://app.carecycle.ai/campaigns"
    assert "Open in careCycle" not in said(card)


async def test_the_link_is_acknowledged_and_opens_the_configured_place(make_world: MakeWorld) -> None:
    here = await make_world(carecycle_link="https://app.carecycle.ai/campaigns/{id}")
    card = await ask_one(here, AEP)
    assert button(card, "Open in careCycle")["url"] == f"https://app.carecycle.ai/campaigns/{AEP}"
    await press(here, card, "Open in careCycle")
    assert _shown(here) == [card]  # no warning triangle from Slack, nothing else either


async def test_a_response_url_that_fails_once_is_tried_again(here: World) -> None:
    card = await ask_one(here, AEP)
    here.slack.faults.set("response_url_down", 1)
    await press(here, card, "Share to channel")
    assert [message.ephemeral_for for message in _shown(here)] == [None]


async def test_try_again_that_fails_again_stays_one_notice_with_its_button(here: World) -> None:
    assert here.carecycle
    here.carecycle.fault = "server_error"
    notice = await ask_one(here, AEP)
    await press(here, notice, "Try again")
    await press(here, notice, "Try again")
    assert _shown(here) == [notice]
    here.carecycle.fault = "none"
    await press(here, notice, "Try again")
    assert "AEP Outreach 2026" in said(notice)
