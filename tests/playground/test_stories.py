"""Stories told to the playground's clock: what happens to a campaign follows from the story, and the past stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from playground.carecycle import CareCycle
from playground.clock import NEW_YORK, MovableClock
from playground.life import Life
from playground.stories import STORIES, Stories
from tests.conftest import MakeWorld
from tests.drivers.slash_command import ask_one
from tests.drivers.stories import MONDAY, go_to, lived, tell

TOLD = datetime(2026, 11, 23, 15, tzinfo=NEW_YORK)  # a Monday
AEP = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
BAD = ("failed", "expired", "exceeded_max_calls")
Json = dict[str, Any]


class Account:
    """Sunrise's campaigns three weeks before `TOLD`, and the stories told of them."""

    def __init__(self, begins: datetime = TOLD - timedelta(weeks=3)) -> None:
        self.clock = MovableClock(begins, true=lambda: 0.0)
        self.carecycle = CareCycle(now=self.clock.monotonic)
        self.life = Life(self.clock.seconds, self.carecycle.campaigns.values())
        self.stories = Stories(self.carecycle, self.life)

    def at(self, moment: datetime, id_: str) -> Json:
        """The campaign at a moment."""
        self.clock.at(moment)
        return self.life(self.carecycle.campaigns[id_])


def _account(name: str | None = None) -> tuple[Account, str]:
    """An account to which the story of that name was told, with the id of its campaign."""
    account = Account()
    account.clock.at(TOLD)
    if name:
        account.stories.tell(name)
    return account, STORIES[name].campaign or AEP if name else AEP


def _counts(campaign: Json) -> dict[str, int]:
    return dict(campaign["customerStats"]["statusCounts"])


def _left(campaign: Json) -> int:
    return _counts(campaign)["pending"] + _counts(campaign)["in_progress"]


def _failed(before: Json, after: Json) -> float:
    ended = sum(_counts(after)[state] - _counts(before)[state] for state in ("completed", *BAD))
    return (_counts(after)["failed"] - _counts(before)["failed"]) / ended


@pytest.mark.parametrize("name", STORIES)
def test_the_past_stays_and_the_same_moment_tells_everybody_the_same(name: str) -> None:
    (told, id_), (untold, _), (again, _) = _account(name), _account(), _account(name)
    assert told.at(TOLD, id_) == untold.at(TOLD, id_)
    for hours in range(0, 24 * 5, 7):
        seen = told.at(TOLD + timedelta(hours=hours), id_)
    assert again.at(TOLD + timedelta(hours=hours), id_) == seen


@pytest.mark.parametrize("name", STORIES)
def test_each_story_says_what_it_does_and_what_the_bot_should_say(name: str) -> None:
    account, id_ = _account(name)
    (told,) = account.stories.told
    about = account.carecycle.campaigns[id_]["name"] if told.campaign else "careCycle"
    assert about in told.does
    assert "Nov" in told.does
    assert told.says.endswith(".")
    assert "{" not in told.does + told.says


def test_a_doubled_share_begins_the_next_morning_and_is_about_twice_the_usual() -> None:
    (told, id_), (untold, _) = _account("share doubled"), _account()
    start, evening, later = TOLD - timedelta(weeks=3), TOLD + timedelta(hours=8), TOLD + timedelta(weeks=4)
    first = Account().at(start, id_)
    usual = _failed(first, before := untold.at(evening, id_))
    assert told.at(evening, id_) == before
    assert 1.6 * usual < _failed(before, told.at(later, id_)) < 2.5 * usual


def test_a_stall_is_at_1040_of_the_next_weekday_with_customers_waiting() -> None:
    account, id_ = _account("stall at 10:40")
    at_1040 = datetime(2026, 11, 24, 10, 40, tzinfo=NEW_YORK)
    before, stalled = account.at(at_1040, id_), account.at(at_1040 + timedelta(days=3), id_)
    assert before["customerStats"]["todayCalls"] > 0
    assert stalled["customerStats"]["totalCalls"] == before["customerStats"]["totalCalls"]
    assert stalled["status"] == "active"
    assert _left(stalled) > 100


def test_a_list_runs_empty_around_thursday_noon_and_then_the_campaign_is_completed() -> None:
    account, id_ = _account("list runs empty")
    before, soon = account.at(TOLD, id_), account.at(TOLD + timedelta(minutes=2), id_)
    assert 0 < _left(soon) < _left(before) / 2
    thursday = datetime(2026, 11, 26, 9, 30, tzinfo=NEW_YORK)
    assert account.at(thursday, id_)["status"] == "active"
    over = account.at(thursday + timedelta(hours=2, minutes=31), id_)
    assert (over["status"], _left(over)) == ("completed", 0)
    gone = before["customerStats"]["total"] - over["customerStats"]["total"]
    assert gone == _left(before) - _left(soon) == sum(_counts(before).values()) - sum(_counts(over).values())


def test_a_campaign_ends_with_customers_left_and_stays_active() -> None:
    account, id_ = _account("ended with customers left")
    ends = datetime(2026, 11, 25, 17, tzinfo=NEW_YORK)
    soon = account.at(TOLD + timedelta(minutes=2), id_)
    assert datetime.fromisoformat(soon["endDate"]) == ends
    assert soon["updatedAt"] > "2026-11-23"
    at_end, after = account.at(ends, id_), account.at(ends + timedelta(days=2), id_)
    assert after["status"] == "active"
    assert _left(after) > 100
    assert after["customerStats"]["totalCalls"] == at_end["customerStats"]["totalCalls"]


def test_counters_that_are_reset_begin_at_zero_and_go_on() -> None:
    account, id_ = _account("counter reset")
    eleven = datetime(2026, 11, 24, 11, tzinfo=NEW_YORK)
    before, after, later = (account.at(eleven + timedelta(minutes=minutes), id_) for minutes in (-1, 1, 180))
    assert before["customerStats"]["totalCalls"] > 1000
    assert after["customerStats"]["totalCalls"] < 10
    assert _left(after) > _left(before)
    assert later["customerStats"]["totalCalls"] == later["customerStats"]["todayCalls"] > 10
    assert min(_counts(later).values()) >= 0


def test_carecycle_is_away_for_two_hours() -> None:
    account, _ = _account("careCycle away")
    assert account.carecycle.away()
    account.clock.move(7199)
    assert account.carecycle.away()
    account.clock.move(1)
    assert not account.carecycle.away()


def test_a_paused_campaign_keeps_its_numbers() -> None:
    account, id_ = _account("somebody pauses it")
    before, after = account.at(TOLD, id_), account.at(TOLD + timedelta(hours=4), id_)
    assert (before["status"], after["status"]) == ("active", "paused")
    assert after["customerStats"] == before["customerStats"]


def test_a_story_can_be_told_of_another_campaign_but_not_twice_or_of_one_that_calls_nobody() -> None:
    account, id_ = _account("stall at 10:40")
    told = account.stories.tell("stall at 10:40", STORIES["counter reset"].campaign)
    assert "Línea" in told.does
    with pytest.raises(ValueError, match="already"):
        account.stories.tell("stall at 10:40", id_)
    with pytest.raises(LookupError, match="calls nobody"):
        account.stories.tell("stall at 10:40", "2eb52387-ab9f-4430-98ae-93fbd978673a")
    with pytest.raises(LookupError, match="no story"):
        account.stories.tell("a happy end")


def test_told_on_a_friday_it_begins_on_monday() -> None:
    account = Account(datetime(2026, 11, 27, 15, tzinfo=NEW_YORK))
    assert "Mon, Nov 30, 10:40 AM" in account.stories.tell("stall at 10:40").does


async def test_after_days_with_all_their_readings_a_story_is_told_and_the_card_shows_what_it_did(
    make_world: MakeWorld,
) -> None:
    here = await lived(make_world, until=(tuesday := MONDAY + timedelta(days=1)), before=timedelta(days=1))
    current = await here.bot.workspaces.assessments.latest("T01SUNRISE")
    assert current
    assert current.assessment.at == tuesday
    told = await tell(here, "somebody pauses it", timedelta(minutes=15))
    assert told.campaign
    card = (await ask_one(here, told.campaign)).text
    assert "Paused" in card
    assert "1,033 completed" not in card
    await go_to(here, tuesday + timedelta(hours=4))
    assert here.clock
    assert here.clock.now() == tuesday + timedelta(hours=4)
    assert "Paused" in (await ask_one(here, told.campaign)).text
