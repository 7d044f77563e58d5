"""The App Home in trouble: whatever fails, it is published with what is known, and says what is missing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text

from bot.clock import Clock
from playground.carecycle import FAULTS, CareCycle
from playground.slack.faults import FAULTS as SLACK_FAULTS
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.app_home import labels, looked_up, open_home, press_home, published, told_of_home, words_of
from tests.drivers.modals import carecycle_of
from tests.drivers.slash_command import ask_one, finished
from tests.drivers.workspaces import store_down, tell

NAME, UNNAMED = "*AEP Outreach 2026*", "*Campaign*"
SILENT, LIMIT = "careCycle is not answering, so names", "request limit was reached, so names"
REJECTED, FORBIDDEN = "no longer accepts this workspace’s key", "permission to read campaigns"
STRANGE = "something this app cannot read, so names"
# What it says when the name of a look-up is not in memory.
EXPECTED: dict[str, str] = {
    "none": NAME,
    "slow": NAME,
    "redirect_same": NAME,
    "large_list": NAME,
    "wrong_types": STRANGE,
    "other_campaign": UNNAMED,
    "rate_limited": LIMIT,
    "rate_limited_header": LIMIT,
    "rate_limited_bare": LIMIT,
    **dict.fromkeys(("server_error", "bad_gateway_html", "reset", "truncated", "hanging"), SILENT),
    **dict.fromkeys(
        ("cut_json", "html", "not_json_utf8", "empty", "wrong_shape", "too_big", "gzip_bomb", "redirect_elsewhere"),
        STRANGE,
    ),
    "unauthorized": REJECTED,
    "forbidden": FORBIDDEN,
    "not_found": STRANGE,
    "validation_error": STRANGE,
}
SAID = (NAME, SILENT, LIMIT, REJECTED, FORBIDDEN, STRANGE)


def test_the_table_names_every_fault() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("fault", EXPECTED)
async def test_what_carecycle_suffers_from_is_one_line_and_the_rest_is_whole(
    log_lines: list[dict[str, Any]], make_world: MakeWorld, fault: str
) -> None:
    here, time = await _timed(make_world, CareCycle(slow_seconds=1.2))
    await ask_one(here, AEP)
    time.move(60)
    carecycle_of(here).fault = fault
    shown = await open_home(here)
    assert EXPECTED[fault] in shown
    assert [one for one in SAID if one in shown] == [one for one in (EXPECTED[fault],) if one in SAID]
    assert looked_up(here) == [AEP]
    assert "`/campaign help`" in shown
    assert published(here) in ((2,) if fault in ("slow", "hanging") else (1, 2))  # two, where it took longer
    assert not [line for line in log_lines if line["event"] == "bug"]


async def test_a_slow_carecycle_gets_a_first_state_that_says_so(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world, CareCycle(slow_seconds=1.6))
    await ask_one(here, AEP)
    time.move(60)
    carecycle_of(here).fault = "slow"
    started = asyncio.get_running_loop().time()
    await here.slack.deliver_event(told_of_home(here))
    await here.slack.workspace.until(lambda: published(here) == 1 and words_of(here) != "")
    assert asyncio.get_running_loop().time() - started < 1.3  # 0.8, and a slow machine
    first = words_of(here)
    assert UNNAMED in first
    assert "Asking careCycle for their names" in first
    await finished(here)
    assert NAME in words_of(here)


async def test_a_home_that_was_changed_meanwhile_is_not_overwritten(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world, CareCycle(slow_seconds=1.6))
    await ask_one(here, AEP)
    time.move(60)
    carecycle_of(here).fault = "slow"
    await here.slack.deliver_event(told_of_home(here))
    await here.slack.workspace.until(lambda: bool(words_of(here)))
    here.slack.workspace.homes["U01OWNER"]["hash"] = "of another replica"
    await finished(here)
    assert UNNAMED in words_of(here)


@pytest.mark.parametrize("fault", SLACK_FAULTS)
async def test_what_slack_suffers_from_is_in_the_log_where_it_cannot_be_shown(
    log_lines: list[dict[str, Any]], here: World, fault: str
) -> None:
    await ask_one(here, AEP)
    here.slack.faults.set(fault)
    lost = fault in ("web_api_down", "web_api_limited")
    assert (NAME in await open_home(here)) is not lost
    outcomes = [line["outcome"] for line in log_lines if line["event"] == "home"]
    assert outcomes == ["lost" if lost else "answered"]
    assert not [line for line in log_lines if line["event"] == "bug"]


async def test_a_limit_that_passes_is_waited_for(here: World) -> None:
    await ask_one(here, AEP)
    await open_home(here)
    here.slack.faults.set("web_api_limited", 1)
    assert NAME in await open_home(here)


@pytest.mark.parametrize("label", ["Open", "Settings"])
async def test_a_window_that_slack_does_not_open_is_said_on_it(
    log_lines: list[dict[str, Any]], here: World, label: str
) -> None:
    await ask_one(here, AEP)
    await open_home(here)
    here.slack.faults.set("late_trigger", 1)
    await press_home(here, label)
    assert here.slack.workspace.modals == []
    assert "Slack did not open the window" in words_of(here)
    assert looked_up(here) == [AEP]
    assert "response_url" not in str(list(log_lines))
    assert "Slack did not open the window" not in await open_home(here)


async def test_what_carecycle_does_not_give_is_said_in_the_window(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    await ask_one(here, AEP)
    await open_home(here)
    time.move(1000)
    carecycle_of(here).fault = "server_error"
    await press_home(here, "Open")
    assert "careCycle is not answering" in str(here.slack.workspace.modals[-1].view)


async def test_a_store_that_does_not_answer_leaves_the_lookups_of_now(
    log_lines: list[dict[str, Any]], make_world: MakeWorld
) -> None:
    here = await make_world()
    await ask_one(here, AEP)
    async with _lookups_away(here):
        shown = await open_home(here)
        assert "cannot reach its own database" in shown
        assert NAME in shown
        await press_home(here, "Clear")
        assert "This app cannot reach its own database. Nothing is wrong with what you asked" in words_of(here)
        assert looked_up(here) == [AEP]
    assert "cannot reach" not in await open_home(here)
    await press_home(here, "Clear")
    assert looked_up(here) == []
    assert not [line for line in log_lines if line["event"] == "bug"]
    outcomes = [line["outcome"] for line in log_lines if line["event"] == "home clear"]
    assert outcomes == ["StoreUnavailable", "answered"]


async def test_when_the_store_does_not_even_say_whose_it_is_slack_tells_again(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    event = told_of_home(here)
    async with store_down(here):
        assert await tell(here, event) == 503
    time.move(5)
    assert await tell(here, event) == 200
    await finished(here)
    assert "*Connected to careCycle.*" in words_of(here)


async def test_a_bot_that_is_too_busy_leaves_it_as_it_was(log_lines: list[dict[str, Any]], here: World) -> None:
    await ask_one(here, AEP)
    await open_home(here)
    here.bot.tasks._most = 0
    before = published(here)
    await open_home(here)
    assert published(here) == before
    assert [line["outcome"] for line in log_lines if line["event"] == "home"] == ["answered", "Busy"]
    await press_home(here, "Open")
    assert "This app has too much to do" in words_of(here)
    assert "Open" in labels(here)


@asynccontextmanager
async def _lookups_away(here: World) -> AsyncIterator[None]:
    """The store answers nothing but errors when it is asked for look-ups."""
    async with here.bot.db.engine.begin() as db:
        await db.execute(text("ALTER TABLE lookups RENAME TO lookups_away"))
    try:
        yield
    finally:
        async with here.bot.db.engine.begin() as db:
            await db.execute(text("ALTER TABLE lookups_away RENAME TO lookups"))


async def _timed(make_world: MakeWorld, carecycle: CareCycle | None = None) -> tuple[World, Clockwork]:
    time = Clockwork()
    here = await make_world(carecycle=carecycle, clock=Clock(time.now, time.time), now=time.time)
    return here, time
