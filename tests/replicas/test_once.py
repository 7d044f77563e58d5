"""What Slack sends twice, and what people press twice, is done once, whichever replicas get it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.replicas import once
from bot.store import claims
from bot.store.claims import Deed
from playground.slack import events
from playground.slack.deliveries import Payload
from tests.conftest import AEP, MakeWorld
from tests.drivers import slack_events
from tests.drivers.links import CHANNEL, LINK, grant
from tests.drivers.slack_events import KINDS, MEMBER
from tests.drivers.slash_command import ask_one
from tests.drivers.two_bots import TwoBots, two_bots
from tests.drivers.workspaces import calls


@pytest.fixture
async def two(make_world: MakeWorld, database_options: dict[str, Any]) -> AsyncIterator[TwoBots]:
    here = await make_world(**database_options)
    async with two_bots(here) as found:
        yield found


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for another replica looks often: the real pause is for a database that many ask."""
    monkeypatch.setattr(once, "_LOOK", 0.05)
    monkeypatch.setattr(once, "_AGAIN", 0.05)


async def _done(two: TwoBots, kind: str, *to: int) -> int:
    """Deliver a new event, and return how many calls of Slack's method came of it."""
    before = calls(two.here, KINDS[kind].method)
    await two.event(KINDS[kind].make(two.here.slack), *to)
    await two.finished()
    return calls(two.here, KINDS[kind].method) - before


@pytest.mark.parametrize("kind", KINDS)
async def test_an_event_that_reaches_two_replicas_is_handled_once(two: TwoBots, kind: str) -> None:
    alone = 1 if kind != "home" else await _done(two, "home", 0)  # it is published as often as it changes
    assert await _done(two, kind, 0, 1) == alone


@pytest.mark.parametrize("kind", KINDS)
async def test_an_event_that_comes_again_to_another_replica_is_handled_once(two: TwoBots, kind: str) -> None:
    event = KINDS[kind].make(two.here.slack)
    await two.event(event, 0)
    await two.finished()
    done = list(two.here.slack.api.calls)
    await two.event(event, 1, 0)
    await two.finished()
    assert done == two.here.slack.api.calls
    assert calls(two.here, KINDS[kind].method) > 0


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
@pytest.mark.parametrize("kind", ["mention", "link", "home", "step"])
async def test_an_event_whose_replica_died_is_handled_by_the_one_that_gets_it_again(two: TwoBots, kind: str) -> None:
    event = KINDS[kind].make(two.here.slack)
    await _claim(two, event)
    await two.event(event, 1)
    await asyncio.sleep(0.2)  # long enough for a few looks
    assert calls(two.here, KINDS[kind].method) == 0, "the other may still be at work"
    await two.run("UPDATE claims SET leased_until = now() WHERE leased_until IS NOT NULL")
    await two.finished()
    assert calls(two.here, KINDS[kind].method) > 0
    assert await two.run("SELECT key FROM claims WHERE leased_until IS NOT NULL") == []


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_an_event_that_waits_for_a_replica_that_is_done_in_the_end_is_dropped(two: TwoBots) -> None:
    event = slack_events.mention(two.here.slack)
    deed = await _claim(two, event)
    await two.event(event, 1)
    await claims.finish(two.bots[0].db, deed, "another")
    await two.finished()
    assert calls(two.here, "chat.postMessage") == 0


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_nobody_waits_with_a_pane_whose_replica_died_since_its_trigger_is_old_by_then(two: TwoBots) -> None:
    event = slack_events.pane(two.here.slack)
    await _claim(two, event)
    await two.event(event, 1)
    await two.finished()
    assert calls(two.here, "entity.presentDetails") == 0


async def _claim(two: TwoBots, event: Payload) -> Deed:
    """Claim an event as a replica does that dies then."""
    deed = Deed("event", ("T01SUNRISE", None), (event["event_id"],), timedelta(hours=1))
    assert (await claims.take(two.bots[0].db, deed, "another", two.bots[0].services.clock.now())).is_mine
    return deed


@pytest.mark.parametrize("to", [(0, 1), (0, 0), (1, 1, 0, 0)])
async def test_a_double_click_on_share_shares_once(two: TwoBots, to: tuple[int, ...]) -> None:
    card = await ask_one(two.here, AEP)
    await two.press(card, "Share to channel", *to)
    await two.finished()
    await two.press(card, "Share to channel", 1)
    await two.finished()
    assert [one.ephemeral_for for one in two.here.slack.workspace.messages] == [None]


async def test_after_a_share_that_failed_the_next_click_counts_at_once(two: TwoBots) -> None:
    card = await ask_one(two.here, AEP)
    two.here.slack.faults.set("response_url_gone", 1)
    await two.press(card, "Share to channel", 0)
    await two.finished()
    await two.press(card, "Share to channel", 1)
    await two.finished()
    shown = two.here.slack.workspace.messages
    assert [one.ephemeral_for for one in shown if one is not card] == [None]


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_a_share_whose_replica_died_counts_again_after_ten_seconds(two: TwoBots) -> None:
    card = await ask_one(two.here, AEP)
    await two.press(card, "Share to channel", 0)
    await two.finished()
    two.here.slack.workspace.messages[:] = [card]  # as if it had died before
    await two.run("UPDATE claims SET leased_until = now() + interval '9 seconds'")
    await two.press(card, "Share to channel", 1)
    await two.finished()
    assert two.here.slack.workspace.messages == [card]
    await two.run("UPDATE claims SET leased_until = now()")
    await two.press(card, "Share to channel", 1)
    await two.finished()
    assert [one.ephemeral_for for one in two.here.slack.workspace.messages] == [None]


async def test_a_preview_is_not_repeated_within_half_an_hour_and_why_says_so(two: TwoBots) -> None:
    await two.event(slack_events.link(two.here.slack), 0)
    await two.finished()
    await two.event(slack_events.link(two.here.slack), 1)
    await two.finished()
    assert calls(two.here, "chat.unfurl") == 1
    for number in (0, 1):
        with two.balancer.only(number):
            said = (await ask_one(two.here, f"why {LINK}", channel=CHANNEL, user=MEMBER)).text
        assert "The same campaign got a preview here" in said


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_after_half_an_hour_another_replica_shows_it_again(two: TwoBots) -> None:
    await two.event(slack_events.link(two.here.slack), 0)
    await two.finished()
    (left,) = await two.run("SELECT expires_at - now() FROM claims WHERE expires_at < now() + interval '31 minutes'")
    assert timedelta(minutes=28) < left[0] <= timedelta(minutes=30)
    await two.run("UPDATE claims SET expires_at = now()")
    await two.event(slack_events.link(two.here.slack), 1)
    await two.finished()
    assert calls(two.here, "chat.unfurl") == 2


async def test_a_preview_that_failed_leaves_its_place_to_the_next_replica(two: TwoBots) -> None:
    two.here.slack.faults.set("unfurl_refused", 1)
    await two.event(slack_events.link(two.here.slack), 0)
    await two.finished()
    with two.balancer.only(1):
        refused = (await ask_one(two.here, f"why {LINK}", channel=CHANNEL, user=MEMBER)).text
    assert "Slack refused the preview" in refused
    await two.event(slack_events.link(two.here.slack), 1)
    await two.finished()
    with two.balancer.only(0):
        shown = (await ask_one(two.here, f"why {LINK}", channel=CHANNEL, user=MEMBER)).text
    assert "It got a preview here" in shown


async def test_another_event_about_the_same_message_is_not_a_second_preview(two: TwoBots) -> None:
    workspace = two.here.slack.workspace_of(CHANNEL)
    message = workspace.post(CHANNEL, MEMBER, LINK)
    for number in (0, 1):  # each with an id of its own
        await two.event(events.link_shared(workspace, grant(two.here, workspace), message, [LINK]), number)
        await two.finished()
    assert calls(two.here, "chat.unfurl") == 2, "the message was edited, and has its preview again"
