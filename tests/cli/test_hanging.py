"""The real program while something it needs, or somebody who asks, hangs: the scenarios of `make soak`, made short."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.plugins.postgres import Server
from tests.soak.hanging import acks
from tests.soak.hanging.faults import SCENARIOS, Scenario, silent
from tests.soak.hanging.running import Plan, run, stop

FAULT = 6.0  # seconds
PEOPLE = 8
# What is in memory is old at once, and an ack does not wait long for careCycle: on a busy machine 3 s are far away.
PLAN = Plan(
    warm=3.0,
    fault=FAULT,
    after=1.0,
    settings={"REPLY_WITHIN": "0.5"},
    constants={
        "bot.slack.context.tokens._FRESH": 0.5,
        "bot.workspaces.registry.FRESH": 0.5,
        "bot.slack.context.rate_limits._LOOK": 5.0,
    },
)
SHORT = {
    **SCENARIOS,
    "silent": replace(SCENARIOS["silent"], fault=silent(200, 100, 200_000)),
    "files": replace(SCENARIOS["files"], fault=silent(200), files=200),
}
WHAT = [name for name in SHORT if name != "nothing"]
STOPPED = ["database", "limited", "silent"]  # `make soak` has all


@pytest.fixture(autouse=True)
def _a_machine_that_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait twice as long as Slack: a busy machine stands still for a second or two. `make soak` waits three seconds."""
    monkeypatch.setattr(acks, "PATIENCE", 6.0)


def _short(name: str) -> Scenario:
    return replace(SHORT[name], people=PEOPLE)


@pytest.mark.parametrize("what", WHAT)
async def test_no_ack_is_late_and_everybody_is_answered(postgres_server: Server, tmp_path: Path, what: str) -> None:
    with postgres_server.new_database() as url:
        found = await run(what, _short(what), url, tmp_path, PLAN)
    assert len(found.acks) > PEOPLE
    assert [one for one in found.acks if one.is_late] == []
    # An event of a workspace that is not in memory is answered 503 while the database hangs: Slack sends it again.
    assert [one for one in found.acks if one.outcome != "200" and not one.what.startswith("event ")] == []
    assert {times: count for times, count in found.answers.items() if times != 1} == {}
    assert (found.log.tracebacks, found.log.customers) == (0, 0)
    assert found.well_after is not None


@pytest.mark.parametrize("what", STOPPED)
async def test_a_stop_ends_in_time_and_tells_what_was_promised(
    postgres_server: Server, tmp_path: Path, what: str
) -> None:
    with postgres_server.new_database() as url:
        found = await stop(what, _short(what), url, tmp_path, replace(PLAN, fault=2.0))
    assert found.promised > 0
    assert found.told == found.promised or not found.reaches_people
    assert (found.log.tracebacks, found.log.customers) == (0, 0)
    assert found.is_well()
