"""Nobody waits longer than five seconds, and an answer that cannot go its usual way goes another one."""

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import aiohttp
import pytest

from bot import cached
from bot.config import Settings
from bot.slack.campaigns import find_shortcut
from bot.slack.context import tokens
from bot.slack.reply.time_limit import ACK_WITHIN
from playground.carecycle import CareCycle
from playground.slack.response_urls import WAIT
from playground.world import World
from tests.conftest import AEP, MakeWorld, button
from tests.drivers import workspaces
from tests.drivers.accounts import campaign
from tests.drivers.app_home import words_of
from tests.drivers.messages import MEMBER_OF, mention, tell
from tests.drivers.modals import carecycle_of
from tests.drivers.slash_command import ask, ask_one, finished, press, said


def large_account(slow_seconds: float) -> CareCycle:
    paused = [campaign(number, name, status="paused") for number, name in enumerate(["Old one", "Older"])]
    return CareCycle([*paused, *(campaign(2000 + n, f"Outreach {n}") for n in range(450))], slow_seconds=slow_seconds)


GONE = ["response_url_down", "response_url_gone"]
LOST = "Slack did not accept the message."


@pytest.mark.slow
async def test_fifty_people_at_a_list_that_hangs_are_answered_within_five_seconds_by_one_request(
    make_world: MakeWorld,
) -> None:
    here = await make_world(reply_within=0.5)  # fifty at once take a second of a busy machine: all acks are in time
    carecycle_of(here).fault = "hanging"
    began = time.perf_counter()
    await asyncio.gather(*(here.slack.say("/campaign list") for _ in range(50)))
    await finished(here)
    assert time.perf_counter() - began < WAIT + 1  # the answers are timed below
    answers = [one.answers for one in here.slack.response_urls.commands]
    assert [len(one) for one in answers] == [1] * 50
    assert max(seconds for (seconds,) in answers) <= WAIT
    assert {one.text for one in here.slack.workspace.messages} == {
        "careCycle is not answering. Nothing is wrong with what you asked; try again in a minute."
    }
    assert len(carecycle_of(here).requests) == 1


@pytest.mark.slow
async def test_what_takes_many_slow_answers_is_given_up_in_time_and_can_be_tried_again(make_world: MakeWorld) -> None:
    here = await make_world(carecycle=large_account(slow_seconds=2.6))
    carecycle_of(here).fault = "slow"
    slow = await ask_one(here, "list paused")  # the driver asserts that it comes in time
    assert "careCycle is slow right now" in said(slow)
    carecycle_of(here).fault = "none"
    await press(here, slow, "Try again")
    assert "Old one" in said(slow)
    assert here.slack.workspace.messages == [slow]


@pytest.mark.parametrize("typed", ["plan check", "list active", f"compare {AEP} {AEP[:-1]}1", "lst"])
async def test_every_command_that_careCycle_did_not_answer_can_be_tried_again(  # noqa: N802 - its name
    make_world: MakeWorld, typed: str
) -> None:
    here = await make_world(reply_within=0.001)
    carecycle_of(here).fault = "server_error"
    notice = await ask_one(here, typed)
    if typed == "lst":  # help with a mistyped word does not wait for careCycle
        assert "Did you mean `/campaign list`?" in said(notice)
        return
    assert button(notice, "Try again")["value"] == typed
    carecycle_of(here).fault = "none"
    await press(here, notice, "Try again")
    assert "careCycle is not answering" not in said(notice)


async def test_a_key_is_in_no_button(make_world: MakeWorld) -> None:
    here = await make_world()
    carecycle_of(here).fault = "server_error"
    for typed in ("outreach cc_live_0123456789abcdef", "list 0123456789abcdef0123456789abcdef"):
        assert "0123456789" not in said(await ask_one(here, typed))


async def test_the_ack_and_what_follows_are_one_work(make_world: MakeWorld, log_lines: list[dict[str, object]]) -> None:
    here = await make_world(carecycle=CareCycle(slow_seconds=0.3), reply_within=0.05)
    carecycle_of(here).fault = "slow"
    assert "AEP Outreach 2026" in said(await ask_one(here, AEP))
    (line,) = [line for line in log_lines if line["event"] == "command"]
    assert (line["cache"], line["via"]) == ("miss", "response_url")
    assert len(carecycle_of(here).requests) == 1


async def test_the_time_until_an_ack_counts_from_the_arrival_of_the_request(
    make_world: MakeWorld, log_lines: list[dict[str, object]]
) -> None:
    """Its body comes late: the time that a command may wait for careCycle is over when the work begins."""
    here = await make_world(carecycle=CareCycle(slow_seconds=0.2), reply_within=0.5)
    carecycle_of(here).fault = "slow"
    body = urlencode(
        {name: value for name, value in workspaces.typed(here, workspaces.SUNRISE, AEP).items() if value is not None}
    ).encode()

    async def late() -> AsyncIterator[bytes]:
        yield body[:10]
        await asyncio.sleep(0.6)
        yield body[10:]

    headers = here.slack.deliveries.headers(body.decode()) | {"content-length": str(len(body))}
    async with aiohttp.ClientSession() as session:
        async with session.post(str(here.slack.deliveries.url), data=late(), headers=headers) as answer:
            assert (answer.status, await answer.text()) == (200, "")
    await finished(here)
    (line,) = [line for line in log_lines if line["event"] == "command"]
    assert line["via"] == "response_url"
    assert "AEP Outreach 2026" in said(here.slack.workspace.messages[-1])


def test_what_is_waited_for_before_an_ack_leaves_slack_a_second(real_limits: None) -> None:
    """Each of these counts from the arrival, so they do not add up. Slack waits three seconds, the network included."""
    limits = [cached._RENEWED_WITHIN, cached._LOADED_WITHIN, tokens._PATIENCE, find_shortcut._CHOOSE_WITHIN, ACK_WITHIN]
    assert cached._RENEWED_WITHIN <= 0.3
    assert max(*limits, Settings.model_fields["reply_within"].default) <= 2.0


@pytest.mark.parametrize("fault", GONE)
@pytest.mark.parametrize("channel", [MEMBER_OF, "C01AEP"])
async def test_an_answer_whose_response_url_is_dead_is_shown_where_the_app_may_post_or_else_at_home(
    make_world: MakeWorld, channel: str, fault: str
) -> None:
    here = await make_world(reply_within=0.001)
    here.slack.faults.set(fault)
    replies = await ask(here, AEP, channel=channel)
    if channel == MEMBER_OF:
        (reply,) = replies
        assert reply.ephemeral_for == "U01OWNER"
        assert "AEP Outreach 2026" in said(reply)
    else:
        assert replies == []
        assert "AEP Outreach 2026" in words_of(here)


@pytest.mark.parametrize("fault", GONE)
async def test_of_a_share_that_slack_did_not_take_the_person_hears(here: World, fault: str) -> None:
    card = await ask_one(here, AEP, channel=MEMBER_OF)
    here.slack.faults.set(fault)
    await press(here, card, "Share to channel")
    (same, notice) = here.slack.workspace.messages
    assert same is card
    assert LOST in said(notice)
    assert notice.ephemeral_for == "U01OWNER"


async def test_what_cannot_be_said_in_the_channel_of_a_mention_is_said_at_home(here: World) -> None:
    here.slack.workspace.channels[MEMBER_OF].refuses = "restricted_action"
    assert await tell(here, mention(here, AEP)) == []
    assert "This channel’s rules do not let this app post." in words_of(here)


async def test_a_message_at_home_is_shown_although_the_rest_cannot_be_loaded(make_world: MakeWorld) -> None:
    here = await make_world(reply_within=0.001)
    here.slack.faults.set("response_url_gone")
    carecycle_of(here).fault = "unauthorized"
    await ask(here, "list")
    assert "no longer accepts this workspace’s key" in words_of(here)
