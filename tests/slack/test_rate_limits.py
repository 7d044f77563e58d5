"""Slack limits the app, for a second or for an hour: nobody waits for it, and nothing is sent before its time."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.slack.context.web_client import slack_session, web_client, without_retries
from bot.slack.reply.limited import limited, seconds_in
from bot.slack.surfaces import modals
from playground.slack.web_api import BOT_TOKEN
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.app_home import open_home
from tests.drivers.slash_command import ask_one, press, said
from tests.plugins import machine_clock

HOUR = 3600
PEOPLE = 130
LONG = 4.0  # seconds of a wait that should not be there at all; an hour would be


def count(here: World, method: str) -> int:
    return [name for name, _ in here.slack.api.calls].count(method)


@dataclass
class Limited:
    """A world whose Slack answers 429 until it is told to stop, and its time, which is moved."""

    here: World
    time: Clockwork

    def for_(self, seconds: int) -> None:
        self.here.slack.faults.set("web_api_limited")
        self.here.slack.faults.retry_after = seconds

    def is_over(self, *, after: float = 0) -> None:
        self.here.slack.faults.set("none")
        self.time.move(after)


@pytest.fixture
async def there(make_world: MakeWorld) -> Limited:
    clockwork = Clockwork()
    return Limited(await make_world(clock=Clock(clockwork.now, clockwork.time), now=machine_clock.seconds), clockwork)


async def test_a_window_that_slack_limits_is_said_at_once_with_the_time(there: Limited) -> None:
    card = await ask_one(there.here, AEP)
    there.for_(HOUR)
    began = time.monotonic()
    await press(there.here, card, "Details")
    assert time.monotonic() - began < LONG
    told = said(there.here.slack.workspace.messages[-1])
    assert "Slack is limiting this app right now, so that did not work. Try again in 61 minutes, at " in told


async def test_a_window_that_a_hanging_slack_does_not_open_is_said_while_it_hangs(
    there: Limited, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modals, "_TRIGGER", 0.5)
    card = await ask_one(there.here, AEP)
    there.here.slack.faults.set("web_api_slow")
    there.here.slack.faults.slow = 3 * LONG
    began = time.monotonic()
    await press(there.here, card, "Details")
    assert time.monotonic() - began < 2 * LONG
    assert "Slack did not open the window" in said(there.here.slack.workspace.messages[-1])


async def test_what_slack_limits_is_asked_once_a_minute_and_by_everybody_after_its_time(
    log_lines: list[dict[str, object]], there: Limited
) -> None:
    there.for_(HOUR)
    counted = []
    for seconds in (0, 59, 2, 1, 58, 3):
        there.time.move(seconds)
        await press(there.here, await ask_one(there.here, AEP), "Details")
        counted.append(count(there.here, "views.open"))
    assert counted == [1, 1, 2, 2, 2, 3]
    assert there.here.slack.workspace.modals == []
    there.is_over(after=59)  # long before the time it named
    await press(there.here, await ask_one(there.here, AEP), "Details")
    assert there.here.slack.workspace.modals == []
    there.time.move(2)
    await press(there.here, await ask_one(there.here, AEP), "Details")
    assert (count(there.here, "views.open"), len(there.here.slack.workspace.modals)) == (4, 1)
    words = [line["event"] for line in log_lines if line.get("method") == "views.open"]
    assert words == ["Slack limits this app", "Slack limits this app no longer"]


async def test_a_limit_that_has_ended_holds_nobody_up_and_its_end_is_logged_once(
    log_lines: list[dict[str, object]], there: Limited
) -> None:
    there.for_(HOUR)
    await press(there.here, await ask_one(there.here, AEP), "Details")
    there.is_over(after=HOUR + 1)
    cards = [await ask_one(there.here, AEP) for _ in range(2)]
    await asyncio.gather(*(press(there.here, card, "Details") for card in cards))
    assert count(there.here, "views.open") == 1 + len(cards)
    words = [line["event"] for line in log_lines if line.get("method") == "views.open"]
    assert words == ["Slack limits this app", "Slack limits this app no longer"]


async def test_nothing_of_a_hundred_presses_waits_while_slack_limits_for_an_hour(
    log_lines: list[dict[str, object]], there: Limited
) -> None:
    cards = [await ask_one(there.here, AEP) for _ in range(3)]
    there.for_(HOUR)
    began = time.monotonic()
    for _ in range(PEOPLE // len(cards)):
        await asyncio.gather(*(press(there.here, card, "Details") for card in cards))
    assert time.monotonic() - began < 60
    assert count(there.here, "views.open") <= len(cards)  # those that were under way when the first answer came
    limits = [line for line in log_lines if line["event"] == "Slack limits this app" and line["method"] == "views.open"]
    assert 1 <= len(limits) <= len(cards)


async def test_a_short_limit_is_waited_for_and_not_remembered(there: Limited) -> None:
    clock = Clock(there.time.now, there.time.time)
    base = f"{there.here.slack.api.base}/api/"
    async with slack_session(base, clock) as session:
        client = web_client(base, session)
        there.here.slack.faults.set("web_api_limited", times=1)
        assert (await client.auth_test(token=BOT_TOKEN))["ok"]
        there.here.slack.faults.set("web_api_limited", times=1)
        with pytest.raises(SlackApiError):
            await without_retries(client).auth_test(token=BOT_TOKEN)
        assert (await without_retries(client).auth_test(token=BOT_TOKEN))["ok"]


@pytest.mark.parametrize("seconds", [6, 300, HOUR])
async def test_a_limit_longer_than_anybody_waits_fails_at_once_and_holds_for_its_token_and_method_alone(
    there: Limited, seconds: int
) -> None:
    clock = Clock(there.time.now, there.time.time)
    base = f"{there.here.slack.api.base}/api/"
    async with slack_session(base, clock) as session:
        client = web_client(base, session)
        there.for_(seconds)
        before, began = count(there.here, "auth.test"), time.monotonic()
        for wait in (seconds, seconds + 1):  # Slack's own word; then the app's, rounded up
            with pytest.raises(SlackApiError) as raised:
                await client.auth_test(token=BOT_TOKEN)
            said_so = limited(raised.value)
            assert said_so
            assert said_so.retry_after == min(wait, HOUR)
        assert time.monotonic() - began < LONG
        assert count(there.here, "auth.test") == before + 1
        there.is_over()
        with pytest.raises(SlackApiError, match="invalid_auth"):
            await client.auth_test(token="xoxb-of-another-workspace")
        assert (await client.users_info(token=BOT_TOKEN, user="U01OWNER"))["ok"]
        there.time.move(seconds)
        assert (await client.auth_test(token=BOT_TOKEN))["ok"]


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("12", 12), ("0", 0), ("3600", 3600), ("9" * 5000, 3600), ("", 30), ("-3", 30), ("soon", 30), ("1.5", 30)],
)
def test_what_slack_gives_as_a_time_is_never_more_than_an_hour(given: str, seconds: float) -> None:
    assert seconds_in({"retry-AFTER": given}) == seconds
    assert seconds_in({}) == 30


async def test_the_log_says_once_what_slack_limits_however_many_ask(
    there: Limited, log_lines: list[dict[str, Any]]
) -> None:
    card = await ask_one(there.here, AEP)
    there.for_(HOUR)
    for _ in range(5):
        await open_home(there.here)
        await press(there.here, card, "Details")
        await ask_one(there.here, AEP, channel="C03PARTNER", user="U03MEMBER")
    limits = [line["method"] for line in log_lines if line["event"] == "Slack limits this app"]
    assert len(limits) == len(set(limits)) > 1
    assert [line["event"] for line in log_lines if line.get("error") == "ratelimited"] == []
