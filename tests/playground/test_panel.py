"""The page's panel: what its buttons do to the clock, the engine and a channel."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.delivery.operations import new_id
from bot.delivery.pace import Pace
from bot.digests.digest import CampaignFilter, Digest
from bot.digests.timetable import Timetable
from bot.store import deliveries
from playground.clock import NEW_YORK, MovableClock
from playground.slack.machinery import Machinery
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.slash_command import ask_one

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
QUICK = Pace(tick=0.1, exist=0.1, polling=0.05)


async def _made(here: World) -> Digest:
    """A digest every day at ten, UTC: an hour after the beginning."""
    daily = Timetable("UTC", frozenset(range(1, 8)), ("10:00",))
    plain = Digest(new_id(), "T01SUNRISE", "Morning", "C02STANDUP", "U01OWNER", daily, CampaignFilter(status="active"))
    return await here.bot.services.digests.save(plain, "U01OWNER", new=True)


def _posted(here: World) -> list[Message]:
    return [message for message in here.slack.workspace.messages if message.metadata]


async def _press(here: World, deed: str, **body: object) -> dict[str, object]:
    async with aiohttp.ClientSession() as session, session.post(f"{here.page}/page/{deed}", json=body) as answer:
        found: dict[str, object] = await answer.json()
        return found


async def test_the_clock_is_put_forward_for_the_bot_and_both_stand_ins(make_world: MakeWorld) -> None:
    clock = MovableClock(START, true=lambda: 0.0)
    here = await make_world(clock=clock, lively=True)
    assert await _press(here, "clock", forward=3600) == {"ok": True}
    assert here.clock is clock
    assert here.slack.site.now() == (START + timedelta(hours=1)).timestamp()
    message = here.slack.workspace.post("C02STANDUP", "U01OWNER", "hello")
    assert float(message.ts) == here.slack.site.now()


async def test_the_clock_goes_to_the_night_of_change_and_runs_fast(make_world: MakeWorld) -> None:
    clock = MovableClock(START)
    here = await make_world(clock=clock)
    await _press(here, "clock", to="clock_change")
    there = clock.now().astimezone(NEW_YORK)
    assert (there.date().isoformat(), there.hour, there.minute) == ("2027-03-14", 0, 30)
    await _press(here, "clock", fast=True)
    await here.slack.site.until(lambda: clock.now() > there + timedelta(hours=1))
    await _press(here, "clock", fast=False)


async def test_a_digest_at_a_time_the_clock_skips_arrives_when_the_clock_is_put_forward(make_world: MakeWorld) -> None:
    here = await make_world(clock=MovableClock(START), pace=Pace(tick=0.2, exist=0.2, polling=0.05))
    await _press(here, "clock", to="clock_change")
    nightly = Timetable("America/New_York", frozenset(range(1, 8)), ("02:30",))
    digest = Digest("d1", "T01SUNRISE", "Nightly", "C02STANDUP", "U01OWNER", nightly)
    await here.bot.services.digests.save(digest, "U01OWNER", new=True)
    assert await _press(here, "clock", forward=4 * 3600) == {"ok": True}
    await here.slack.site.until(lambda: any(message.metadata for message in here.slack.workspace.messages))
    (message,) = [one for one in here.slack.workspace.messages if one.metadata]
    assert message.metadata
    assert message.metadata["event_payload"]["run"] == "d1:2027-03-14T02:30-05:00"
    arrived = datetime.fromtimestamp(float(message.ts), NEW_YORK)
    assert (arrived.day, arrived.hour, arrived.minute) == (14, 3, 30)


async def test_a_clock_that_runs_fast_leaves_people_time_to_answer(make_world: MakeWorld) -> None:
    clock = MovableClock(START)
    here = await make_world(clock=clock)
    clock.speed = 8640
    await here.slack.say("/campaign help", channel="C02STANDUP")
    trigger = here.slack.views.new_trigger(here.slack.workspace, "U01OWNER")
    clock.move(60)
    assert here.slack.views.workspace_of(trigger)
    made = here.slack.workspace.stopwatch()
    clock.move(3600)
    assert here.slack.workspace.stopwatch() - made < 60


async def test_a_clock_that_cannot_be_moved_says_so(here: World) -> None:
    assert await _press(here, "clock", forward=1) == {"ok": False, "error": "this clock cannot be moved"}
    nothing = Machinery(None, lambda: None)
    assert nothing.state() | {"campaigns": None} == {
        "clock": None,
        "engine": None,
        "stories": [],
        "told": [],
        "campaigns": None,
    }
    for refused in (
        nothing.live(1),
        nothing.set_story({"name": "counter reset"}),
        nothing.set_campaigns({"count": 50}),
    ):
        with pytest.raises(LookupError):
            await refused


async def test_the_clock_is_not_put_back(make_world: MakeWorld) -> None:
    here = await make_world(clock=MovableClock(START))
    assert (await _press(here, "clock", forward=-1))["ok"] is False


async def test_the_engine_is_killed_and_started_again(here: World) -> None:
    assert await _press(here, "engine", running=False) == {"ok": True}
    assert not here.bot.scheduler.running
    assert await _press(here, "engine", running=True) == {"ok": True}
    assert here.bot.scheduler.running


async def test_digests_are_on_time_however_far_the_clock_is_put_forward(make_world: MakeWorld) -> None:
    here = await make_world(clock=MovableClock(START), lively=True, pace=QUICK)
    digest = await _made(here)
    await _press(here, "clock", forward=2 * 24 * 3600 + 7200)
    rows = await deliveries.history(here.bot.db, digest.id)
    assert [row.state for row in rows] == ["sent"] * 3
    assert all(row.ended_at and row.ended_at - row.due < timedelta(minutes=1) for row in rows)
    assert len(_posted(here)) == 3


async def test_a_day_takes_ten_seconds_and_its_digest_comes(make_world: MakeWorld) -> None:
    here = await make_world(clock=MovableClock(START), pace=QUICK)
    await _made(here)
    await _press(here, "clock", fast=True)
    await here.slack.site.until(lambda: bool(_posted(here)))
    await _press(here, "clock", fast=False)
    assert here.clock
    assert here.clock.now() > START + timedelta(hours=1)


async def test_with_the_engine_killed_the_clock_does_not_wait_and_what_was_due_is_missed(make_world: MakeWorld) -> None:
    here = await make_world(clock=MovableClock(START), pace=QUICK)
    digest = await _made(here)
    await _press(here, "engine", running=False)
    await _press(here, "clock", forward=24 * 3600)
    assert await deliveries.history(here.bot.db, digest.id) == []
    await _press(here, "engine", running=True)
    async with asyncio.timeout(15):
        while not (rows := await deliveries.history(here.bot.db, digest.id)):  # noqa: ASYNC110 - only the database knows
            await asyncio.sleep(0.05)
    assert (rows[0].state, rows[0].reason) == ("skipped", "too_late")


async def test_a_channel_is_renamed_archived_and_left_from_the_panel(here: World) -> None:
    channel = here.slack.workspace.channels["C02STANDUP"]
    await _press(here, "channel", channel=channel.id, name="morning")
    await _press(here, "channel", channel=channel.id, archived=True)
    await _press(here, "membership", channel=channel.id, member=False)
    assert (channel.name, channel.is_archived, channel.bot_is_member) == ("morning", True, False)
    assert (await _press(here, "channel", channel=channel.id, name=" "))["ok"] is False


async def test_a_story_is_told_from_the_panel_and_says_what_the_bot_should_say(make_world: MakeWorld) -> None:
    here = await make_world(clock=MovableClock(START), lively=True)
    assert await _press(here, "story", name="stall at 10:40") == {"ok": True}
    (told,) = here.machinery.state()["told"]
    assert told["name"] == "stall at 10:40"
    assert "AEP Outreach 2026 calls nobody from Wed, Nov 25, 10:40 AM on" in told["does"]
    assert "no call since 10:45 AM" in told["says"]
    assert (await _press(here, "story", name="stall at 10:40"))["error"] == "this story was told already"
    assert (await _press(here, "story", name="a happy end"))["ok"] is False


async def test_while_carecycle_is_away_the_bot_says_so_and_two_hours_later_answers_again(make_world: MakeWorld) -> None:
    here = await make_world(clock=MovableClock(START), lively=True)
    here.tell("careCycle away")
    assert "careCycle is not answering" in (await ask_one(here, AEP)).text
    await _press(here, "clock", forward=2 * 3600)
    assert "AEP Outreach 2026" in (await ask_one(here, AEP)).text


async def test_three_weeks_are_lived_through_reading_by_reading_in_seconds(make_world: MakeWorld) -> None:
    here = await make_world(clock=MovableClock(START, true=lambda: 0.0), lively=True)
    assert here.clock
    clock, moments = here.clock, list[datetime]()

    async def read() -> None:
        moments.append(clock.now())

    here.machinery.read_with(read)
    await _press(here, "clock", live=21)
    between = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert clock.now() == START + timedelta(days=21) == moments[-1]
    assert between == [timedelta(hours=1)] * (20 * 24 - 1) + [timedelta(minutes=15)] * 96


async def test_digests_on_the_way_through_three_weeks_are_on_time(make_world: MakeWorld) -> None:
    here = await make_world(clock=MovableClock(START), lively=True, pace=QUICK)
    digest = await _made(here)
    await here.live(3.5)
    rows = await deliveries.history(here.bot.db, digest.id)
    assert [row.state for row in rows] == ["sent"] * 4
    assert all(row.ended_at and row.ended_at - row.due < timedelta(minutes=1) for row in rows)


async def test_readings_take_place_while_the_clock_is_put_forward(make_world: MakeWorld) -> None:
    here = await make_world(clock=MovableClock(START, true=lambda: 0.0))
    moments: list[datetime] = []

    async def read() -> None:
        assert here.clock
        moments.append(here.clock.now())

    here.machinery.read_with(read)
    await _press(here, "clock", forward=3600)
    assert moments == [START + timedelta(minutes=minutes) for minutes in (15, 30, 45, 60)]


@pytest.mark.parametrize("count", [50, 500])
async def test_the_account_holds_fifty_or_five_hundred_campaigns_at_a_click(make_world: MakeWorld, count: int) -> None:
    here = await make_world(clock=MovableClock(START), lively=True)
    few = here.machinery.state()["campaigns"]["count"]
    assert await _press(here, "campaigns", count=count) == {"ok": True}
    assert here.machinery.state()["campaigns"]["count"] == count
    assert "Campaigns 1 to 10" in (await ask_one(here, "list")).text
    await _press(here, "campaigns", count=few)
    assert here.machinery.state()["campaigns"] == {"count": few, "sizes": [few, 50, 500]}
    assert (await _press(here, "campaigns", count=5001))["ok"] is False


async def test_what_is_pressed_a_moment_too_late_does_nothing(here: World) -> None:
    closed = {"view_id": "V404", "block_id": "b", "action_id": "a", "values": {}}
    assert await _press(here, "act", **closed) == {"ok": True}
    assert await _press(here, "submit", **closed) == {"ok": True}
    shown = await ask_one(here, AEP)
    gone = {"channel": shown.channel, "ts": shown.ts, "block_id": "b", "action_id": "a"}
    assert await _press(here, "act", **gone) == {"ok": False, "error": "what was pressed is there no more"}
