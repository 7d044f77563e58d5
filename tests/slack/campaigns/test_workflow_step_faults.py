"""The workflow step in trouble: every fault of careCycle, of Slack and of our own x one clear ending of the run."""

from typing import Any

import pytest

from bot.clock import Clock
from bot.slack.context import rate_limits
from playground.carecycle import FAULTS, CareCycle
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.slash_command import finished
from tests.drivers.workflow import given, run, why
from tests.drivers.workspaces import SUNRISE, many, store_down
from tests.slack.campaigns.test_faults import CARD, EXPECTED, NOT_FOUND, STALE


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "hanging"])
async def test_every_fault_of_carecycle_ends_a_run_once_and_clearly(make_world: MakeWorld, fault: str) -> None:
    here = await make_world(carecycle=CareCycle(slow_seconds=0.05))
    await _ends_as_expected(here, fault)


@pytest.mark.slow
async def test_a_hanging_carecycle_does_not_hold_back_the_ack(make_world: MakeWorld) -> None:
    here = await make_world()
    _carecycle(here).fault = "hanging"
    started = await here.slack.run_step(AEP)
    assert here.slack.deliveries.log[0]["outcome"] == "200"
    assert here.slack.deliveries.log[0]["took_ms"] < 1500
    assert not started.is_over
    await finished(here)
    assert "careCycle is not answering" in str(started.error)


@pytest.mark.parametrize("fault", [name for name in STALE if name != "hanging"])  # it takes ten seconds
async def test_in_an_outage_an_older_record_is_given_and_its_text_says_first_that_it_is_old(
    make_world: MakeWorld, fault: str
) -> None:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time))
    assert (await given(here))["card_text"].startswith("AEP Outreach 2026")
    _carecycle(here).fault = fault
    time.move(300)
    found = await given(here)
    assert STALE[fault].removesuffix(".") in found["card_text"].splitlines()[0].replace("∶", ":")
    assert found["customers"] == 1204


async def test_a_workspace_without_a_key_says_so(make_world: MakeWorld) -> None:
    here = await make_world(carecycle_api_key=None)
    assert (await why(here)).startswith("This workspace is not connected to careCycle yet.")


async def test_a_database_that_does_not_answer_ends_the_run_in_words(make_world: MakeWorld) -> None:
    here = await many(make_world)
    async with store_down(here):
        assert (await why(here)).startswith("This app cannot reach its own database.")


async def test_a_workflow_that_outlives_the_app_is_told(make_world: MakeWorld) -> None:
    here = await many(make_world)
    await here.slack.uninstall(SUNRISE)
    assert (await why(here)).startswith("This app is no longer installed in this Slack workspace.")


async def test_too_much_at_once_ends_the_run_in_words(here: World) -> None:
    here.bot.tasks._most = 0
    started = await here.slack.run_step(AEP)
    here.bot.tasks._most = 1000
    await finished(here)
    assert str(started.error).startswith("This app has too much to do right now.")


async def test_without_room_even_for_that_slack_tells_again_and_the_run_is_done(here: World) -> None:
    here.bot.tasks._most = -200
    started = await here.slack.run_step(AEP)
    assert here.slack.deliveries.log[0]["outcome"] == "dispatch_failed"
    here.bot.tasks._most = 1000
    assert not started.is_over
    await here.slack.deliver_event(started.event)
    await finished(here)
    assert started.outputs


async def test_what_slack_does_not_take_fails_the_run_so_that_nobody_waits_for_it(
    log_lines: list[Any], here: World
) -> None:
    here.slack.api.steps.refuses = "parameter_validation_failed"
    assert (await why(here)).startswith("The campaign was found, but Slack did not accept the result.")
    assert [line["outcome"] for line in log_lines if line["event"] == "step"] == ["not taken"]


@pytest.mark.parametrize("brought", [AEP, "nonsense"])
async def test_a_slack_that_takes_no_ending_at_all_is_in_the_log(
    log_lines: list[Any], here: World, brought: str
) -> None:
    here.slack.faults.set("web_api_down")
    started = await here.slack.run_step(brought)
    await finished(here)
    assert not started.is_over
    assert [line["outcome"] for line in log_lines if line["event"] == "step"] == ["lost"]
    assert not [line for line in log_lines if line["event"] == "bug"]


@pytest.mark.parametrize("fault", ["web_api_limited", "web_api_down"])
async def test_a_short_trouble_of_slack_is_got_over(here: World, fault: str) -> None:
    here.slack.faults.set(fault, times=1)
    assert (await given(here))["found"]


async def test_a_limit_of_slacks_is_waited_for_and_then_the_run_ends(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "MOST_WAITED", 0.5)  # so that a second is too long for the call itself
    here.slack.faults.set("web_api_limited", times=1)
    assert (await given(here))["found"]


async def test_a_run_does_not_wait_for_an_hour(log_lines: list[Any], here: World) -> None:
    here.slack.faults.set("web_api_limited")
    here.slack.faults.retry_after = 3600
    started = await here.slack.run_step(AEP)
    await finished(here)
    assert not started.is_over
    assert [line["outcome"] for line in log_lines if line["event"] == "step"] == ["lost"]


async def _ends_as_expected(here: World, fault: str) -> None:
    _carecycle(here).fault = fault
    says, requests = EXPECTED[fault]
    ended = await run(here)
    if says == NOT_FOUND:
        assert ended.outputs
        assert ended.outputs["found"] is False
        assert says in ended.outputs["card_text"]
    elif says == CARD:
        assert ended.outputs
        assert ended.outputs["name"] == CARD
    else:
        assert says in str(ended.error)
    assert len(_carecycle(here).requests) <= requests


def _carecycle(here: World) -> CareCycle:
    assert here.carecycle
    return here.carecycle
