"""Where Slack does not say who is in a channel, and how often it is asked."""

from collections.abc import Awaitable, Callable

import pytest

from playground.samples import samples
from playground.slack.workspace import Conversation
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.modals import carecycle_with_keys, connected_timed, set_up
from tests.drivers.short_cards import (
    OURS,
    OUTSIDER,
    PARTNER,
    PUBLIC,
    UNSURE,
    campaign,
    is_short,
    is_whole,
    posted,
    with_inside,
)
from tests.drivers.slash_command import ask, ask_one, press, said

OWNER = "U01OWNER"
Way = Callable[[World, str], Awaitable[str]]


def _api_calls(here: World) -> list[str]:
    return [call for call, _ in here.slack.api.calls]


# --- where Slack does not say who is there


@pytest.mark.parametrize("where", ["private channel", "direct message", "no scope"])
async def test_where_slack_does_not_say_a_private_card_is_whole_and_a_public_one_short_with_the_reason(
    make_world: MakeWorld, where: str
) -> None:
    here, _ = await with_inside(make_world)
    channel = _unknown_to_the_app(here, where)
    card = await ask_one(here, AEP, channel=channel)
    assert is_whole(said(card))
    assert is_whole(said(await ask_one(here, AEP, channel=channel)))
    await press(here, card, "Share to channel")
    public = here.slack.workspace.messages[-1]
    assert (public.ephemeral_for, is_short(said(public), UNSURE)) == (None, True)
    await press(here, public, "Refresh")
    assert is_short(said(public), UNSURE)


def _unknown_to_the_app(here: World, where: str) -> str:
    """A conversation of which Slack tells the app nothing."""
    if where == "no scope":
        here.slack.api.scopes.discard("channels:read")
        return OURS
    made = (
        Conversation("D09PEOPLE", "", kind="im")
        if where == "direct message"
        else Conversation("C09PRIVATE", "quiet", is_private=True)
    )
    here.slack.workspace.channels[made.id] = made
    return made.id


async def test_while_slack_does_not_answer_a_private_card_is_whole_and_a_public_one_short(
    make_world: MakeWorld,
) -> None:
    here, _ = await with_inside(make_world)
    here.slack.faults.set("web_api_down")
    card = await ask_one(here, AEP)
    assert is_whole(said(card))
    await press(here, card, "Share to channel")
    assert is_short(said(here.slack.workspace.messages[-1]), UNSURE)


async def test_a_slow_slack_holds_no_private_card_up_and_is_waited_for_before_a_public_one(
    make_world: MakeWorld,
) -> None:
    here, _ = await with_inside(make_world)
    here.slack.faults.set("web_api_slow", 1)
    card = await ask_one(here, AEP, channel=PARTNER)
    assert is_whole(said(card))
    here.slack.faults.set("web_api_slow", 1)
    await press(here, card, "Share to channel")
    assert is_short(said(here.slack.workspace.messages[-1]))


# --- how often Slack is asked


async def test_repeated_look_ups_in_a_channel_ask_slack_nothing_for_ten_minutes(make_world: MakeWorld) -> None:
    carecycle = carecycle_with_keys(campaigns=[campaign()])
    here, time = await connected_timed(make_world, carecycle=carecycle, cache_seconds=900)
    for channel in (OURS, PARTNER):
        await ask_one(here, AEP, channel=channel)
    asked = len(_api_calls(here))
    for channel in (OURS, PARTNER, OURS):
        await ask_one(here, AEP, channel=channel)
        await ask_one(here, AEP, channel=channel, user="U03MEMBER")
    assert len(_api_calls(here)) == asked
    time.move(10 * 60 + 1)
    await ask_one(here, AEP)
    assert _api_calls(here)[asked:] == ["conversations.info"]


@pytest.mark.parametrize("way", PUBLIC)
async def test_before_a_card_becomes_public_slack_is_asked_whether_the_channel_is_shared_by_now(
    make_world: MakeWorld, way: Way
) -> None:
    here, _ = await with_inside(make_world)
    assert is_whole(await way(here, OURS))
    await set_up(here, audience="private")
    here.slack.workspace.channels[OURS].shared_with = "Harbor Benefits"
    assert is_whole(said(await ask_one(here, AEP, user="U03MEMBER")))  # for people of ours, ten minutes at most
    here.slack.workspace.messages.clear()
    assert is_short(await way(here, OURS))


async def test_a_card_posted_before_the_channel_was_shared_becomes_short_when_it_is_refreshed(
    make_world: MakeWorld,
) -> None:
    here, _ = await with_inside(make_world)
    public = await posted(here, OURS)
    here.slack.workspace.channels[OURS].shared_with = "Harbor Benefits"
    await press(here, public, "Refresh", user=OUTSIDER)
    assert is_short(said(public))


async def test_what_was_known_to_be_shared_stays_so_while_slack_does_not_answer(make_world: MakeWorld) -> None:
    here, _ = await with_inside(make_world)
    card = await ask_one(here, AEP, channel=PARTNER)
    await set_up(here, shared="none")
    here.slack.faults.set("web_api_down")
    await press(here, card, "Share to channel")
    told = here.slack.workspace.messages[-1]
    assert told.ephemeral_for == OWNER
    assert "chose not to show campaigns in channels shared with another company" in said(told)
    assert all(message.ephemeral_for for message in here.slack.workspace.messages)


async def test_who_turns_a_page_there_hears_that_slack_did_not_say_where_they_are_from(
    make_world: MakeWorld,
) -> None:
    here, _ = await connected_timed(make_world, carecycle=carecycle_with_keys(campaigns=samples()))
    await set_up(here, audience="channel")
    listing = (await ask(here, "list", channel=PARTNER))[-1]
    here.slack.faults.set("web_api_down")
    await press(here, listing, "More", user=OUTSIDER)
    told = here.slack.workspace.messages[-1]
    assert told.ephemeral_for == OUTSIDER
    assert "Slack did not tell this app which company you work for" in said(told)
