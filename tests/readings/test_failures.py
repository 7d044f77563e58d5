"""What a reading does when careCycle, the key, the budget or the database is not as it should be."""

from typing import Any

import aiohttp
import pytest

from bot.carecycle.rate_limit import Asker
from bot.cli.readings import reports
from bot.config import Settings
from bot.replicas import key_budget
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.samples import SUNRISE as OURS
from tests.conftest import AEP, MakeWorld
from tests.drivers.readings import EVERY, SUNRISE, Reading, crowd, reading_bot


@pytest.fixture
async def there(make_world: MakeWorld, database_options: dict[str, Any]) -> Reading:
    """A workspace in use, on each kind of database."""
    there = await reading_bot(make_world, **database_options)
    await there.used()
    return there


async def test_a_reading_that_fails_is_a_gap_and_writes_nothing(there: Reading) -> None:
    await there.due()
    there.carecycle.fault = "server_error"
    await there.due()
    await there.due()
    turn = await there.turn()
    assert (len(await there.moments()), turn.gaps, turn.why) == (1, 2, "Unavailable")
    there.carecycle.fault = "none"
    await there.due()
    turn = await there.turn()
    assert (len(await there.moments()), turn.gaps, turn.why, turn.failing_since) == (2, 2, "", None)


class _Torn(CareCycle):
    """careCycle, whose second page is no page."""

    def _list(self, request: Any, organization: str) -> dict[str, Any]:
        return {"items": "no list"} if request.query["page"] == "2" else super()._list(request, organization)


async def test_a_part_of_a_list_is_a_gap_too(make_world: MakeWorld) -> None:
    there = await reading_bot(make_world, _Torn(list(crowd(250).campaigns.values())))
    await there.used()
    await there.due()
    assert await there.moments() == []
    assert (await there.turn()).why == "Unreadable"


async def test_an_outage_is_logged_once_and_its_end_once(there: Reading, log_lines: list[dict[str, Any]]) -> None:
    there.carecycle.fault = "server_error"
    for _ in range(3):
        await there.due()
    there.carecycle.fault = "none"
    for _ in range(2):
        await there.due()
    said = [line["event"] for line in log_lines if "be read" in line["event"]]
    assert said == ["campaigns cannot be read", "campaigns can be read again"]


async def test_a_rejected_key_is_not_tried_again_until_it_works_for_somebody(there: Reading) -> None:
    there.carecycle.keys.pop(PLAYGROUND_KEY)
    await there.due()
    assert (await there.turn()).why == "KeyRejected"
    there.carecycle.requests.clear()
    for _ in range(3):
        await there.due()
    assert there.carecycle.requests == []
    there.carecycle.keys[PLAYGROUND_KEY] = OURS
    await there.world.slack.say(f"/campaign {AEP}")
    await there.due()
    assert len(there.lists) == 1


async def test_a_reading_waits_for_the_budget_and_never_takes_what_is_left_for_people(
    there: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_budget, "_MOST_MORE", 0)  # with PostgreSQL; what is not used would go back later
    workspace = await there.world.bot.workspaces.of(SUNRISE)
    await there.due(late=-3)
    while workspace.room(Asker.BACKGROUND):
        await workspace.recent_campaigns()
        workspace.resources.search_index.forget(SUNRISE)
    there.carecycle.requests.clear()
    there.time.move(4)
    await there.looked()
    assert there.carecycle.requests == []
    assert workspace.room(Asker.PERSON) == 15
    assert (await there.turn()).gaps == 0
    there.time.move(61)
    await there.looked()
    assert len(await there.moments()) == 1


async def test_it_does_not_wait_for_the_budget_longer_than_until_the_next_reading(there: Reading) -> None:
    there.carecycle.limit = 0
    for _ in range(40):
        there.time.move(61)
        await there.looked()
    assert (await there.turn()).why == "RateLimited"
    assert (await there.turn()).gaps >= 1


async def test_operators_see_the_last_reading_the_gaps_and_why_it_fails(
    there: Reading, database_settings: Settings
) -> None:
    await there.due()
    there.carecycle.fault = "server_error"
    await there.due()
    (one,) = await reports(database_settings)
    assert (one.workspace, one.on, one.gaps, one.why) == (SUNRISE, True, 1, "Unavailable")
    assert one.last_reading == (await there.moments())[-1]
    assert one.bytes > 100
    assert one.line.endswith("bytes  failing since 2026-11-23 09:" + f"{one.failing_since:%M}Z (Unavailable)")
    assert one.json["last_reading"] == f"{one.last_reading:%Y-%m-%dT%H:%M:%S}+00:00"
    async with aiohttp.ClientSession() as session, session.get(there.world.slack.bot + "/metrics") as answer:
        text = await answer.text()
    assert "campaign_bot_readings_failing 1.0" in text
    assert f"campaign_bot_oldest_reading_seconds {EVERY.total_seconds()}" in text
