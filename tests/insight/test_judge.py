"""An account is judged once at a reading: every rule, then two readings to open and two to close."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.campaigns.figures import Figures, TransferProblem
from bot.insight.assessment import Assessment, Today, TransferLook
from bot.insight.history import AccountHistory
from bot.insight.judge import judge
from bot.insight.problems import AllStandingStill, BrokenTransfers, Inconclusive, PastEnd, StandingStill
from bot.insight.series import AccountReading, Series
from tests.insight.notation import ACTIVE, WEEK, WORKDAY, calls, local

MONDAY = "2026-01-05 00:00"
NEW_YORK = "America/New_York"
NO_NUMBER = TransferProblem("transferConfig.directPhoneNumber", "missing", "There is no number to ring")
FIRST = local("2026-01-05 09:00")
HEALTHY = replace(ACTIVE, findings=())


class Account:
    """An account that is read every quarter of an hour, and judged each time."""

    def __init__(self) -> None:
        self.history = AccountHistory()
        self.last: Assessment | None = None
        self._number = count()

    def read(self, **campaigns: Figures) -> Assessment:
        return self.read_at(FIRST + next(self._number) * timedelta(minutes=15), campaigns)

    def read_at(self, at: datetime, campaigns: Mapping[str, Figures]) -> Assessment:
        self.history.add(AccountReading(at, campaigns))
        looks = {id_: TransferLook(at, one.status, None) for id_, one in campaigns.items() if one.findings is not None}
        self.last = judge(self.history.series(), self.last, at, NEW_YORK, looks)
        return self.last

    def replay(self, series: Mapping[str, Series], judged_from: datetime) -> list[Assessment]:
        """Read what the series say, and return the assessments from a moment on."""
        moments = sorted({at for one in series.values() for at in one.read})
        for at in moments:
            campaigns = {id_: found for id_, one in series.items() if at in set(one.read) and (found := one.at(at))}
            if at < judged_from:
                self.history.add(AccountReading(at, campaigns))
        later = [at for at in moments if at >= judged_from]
        return [self.read_at(at, {id_: found for id_, one in series.items() if (found := one.at(at))}) for at in later]


def kinds(assessment: Assessment) -> dict[str, list[str]]:
    return {id_: [one.problem.kind for one in assessed.open] for id_, assessed in assessment.campaigns.items()}


def test_facts_are_open_in_the_very_first_assessment_and_later_need_two_readings() -> None:
    account = Account()
    broken = replace(HEALTHY, findings=(NO_NUMBER,))
    assert kinds(account.read(a=broken, b=HEALTHY)) == {"a": ["broken_transfers"], "b": []}
    assert account.read(a=broken, b=broken).campaigns["b"].suspected
    assert kinds(account.read(a=broken, b=broken)) == {"a": ["broken_transfers"], "b": ["broken_transfers"]}
    assert kinds(account.read(a=HEALTHY, b=broken)) == {"a": ["broken_transfers"], "b": ["broken_transfers"]}
    assert kinds(account.read(a=HEALTHY, b=broken)) == {"a": [], "b": ["broken_transfers"]}


def test_the_problem_says_what_was_found() -> None:
    found = Account().read(a=replace(HEALTHY, findings=(NO_NUMBER,))).campaigns["a"]
    assert found.problems == (BrokenTransfers(NO_NUMBER.subject, "missing", NO_NUMBER.says),)
    assert (found.left, found.customers, found.status, found.name) == (810, 1000, "active", "Leads")
    assert found.transfers == TransferLook(FIRST, "active", None)


def test_transfers_that_nobody_looked_at_are_counted_and_change_nothing() -> None:
    account = Account()
    account.read(a=replace(HEALTHY, findings=(NO_NUMBER,)), b=ACTIVE)
    assert account.last
    assert account.last.not_looked_at == 1
    unseen = [account.read(a=ACTIVE, b=ACTIVE, c=replace(ACTIVE, status="paused")) for _ in range(4)][-1]
    assert unseen.not_looked_at == 1  # `a` was looked at
    assert kinds(unseen) == {"a": ["broken_transfers"], "b": [], "c": []}
    assert unseen.campaigns["b"].unjudged["broken_transfers"] == Inconclusive("no_data")


def test_a_campaign_that_is_not_active_has_no_problems_at_once() -> None:
    account = Account()
    broken = replace(HEALTHY, findings=(NO_NUMBER,), ends=FIRST - timedelta(days=9))
    assert set(kinds(account.read(a=broken))["a"]) == {"broken_transfers", "past_end"}
    for status in ("paused", "completed", "cancelled", "draft", "a new status"):
        again = account.read(a=broken)
        again = account.read(a=broken)
        assert len(again.campaigns["a"].open) == 2
        stopped = account.read(a=replace(broken, status=status)).campaigns["a"]
        assert (stopped.open, stopped.suspected, stopped.outlook) == ((), (), None)


def test_a_campaign_whose_status_was_not_sent_keeps_what_it_had() -> None:
    account = Account()
    broken = replace(HEALTHY, findings=(NO_NUMBER,))
    account.read(a=broken)
    assert kinds(account.read(a=replace(broken, status=None))) == {"a": ["broken_transfers"]}


def test_a_campaign_that_is_gone_is_not_in_the_assessment() -> None:
    account = Account()
    account.read(a=HEALTHY, b=HEALTHY)
    assert set(account.read(a=HEALTHY).campaigns) == {"a"}


def test_a_campaign_that_one_reading_leaves_out_keeps_its_problems_as_after_one_calm_reading() -> None:
    account = Account()
    broken = replace(HEALTHY, findings=(NO_NUMBER,))
    first = account.read(a=broken, b=HEALTHY)
    assert kinds(account.read(b=HEALTHY)) == {"a": ["broken_transfers"], "b": []}
    back = account.read(a=broken, b=HEALTHY)
    assert back.campaigns["a"].open[0].opened == first.at
    account.read(b=HEALTHY)
    assert set(account.read(b=HEALTHY).campaigns) == {"b"}


def test_phone_numbers_in_names_are_masked() -> None:
    assert "5125550143" not in Account().read(a=replace(HEALTHY, name="Call (512) 555-0143")).campaigns["a"].name


def test_who_is_needed_most_comes_first() -> None:
    broken = replace(HEALTHY, findings=(NO_NUMBER,))
    few = replace(broken, name="few", states={"pending": 3, "in_progress": 0})
    unknown = replace(broken, name="unknown", states={})
    found = Account().read(a=few, b=unknown, c=broken, d=HEALTHY)
    assert [id_ for id_, _ in found.needing_a_person()] == ["c", "a", "b"]


def test_a_stall_is_open_after_two_readings_and_closed_two_after_it_calls_again() -> None:
    series = calls(MONDAY, f"{WEEK} {WEEK} 0x36 5x7 0x8 5x9", HEALTHY)
    told = Account().replay({"a": series}, local("2026-01-19 10:45"))
    assert [len(one.campaigns["a"].open) for one in told[:8]] == [0, 0, 1, 1, 1, 1, 1, 1]
    assert told[4].campaigns["a"].problems[0] == StandingStill(local("2026-01-19 10:45"), 20.0)
    assert told[4].campaigns["a"].moved == local("2026-01-19 10:45")
    assert [len(one.campaigns["a"].open) for one in told[9:12]] == [1, 0, 0]


def test_all_that_stand_still_together_are_one_line_and_none_of_them_one_of_its_own() -> None:
    stalled = {id_: calls(MONDAY, f"{WEEK} {WEEK} 0x36 5x7 0x8 5x9", HEALTHY) for id_ in "abc"}
    told = Account().replay(stalled, local("2026-01-19 10:45"))
    still = [one.standing_still for one in told]
    assert still[1] is None
    assert told[1].suspected_still
    assert still[2] == AllStandingStill(local("2026-01-19 10:45"), ("a", "b", "c"))
    assert not any(one.open for assessment in told for one in assessment.campaigns.values())
    assert still[9]
    assert still[10:] == [None] * len(still[10:])


def test_readings_without_counts_of_calls_do_not_close_the_line_of_the_account() -> None:
    stalled = {id_: calls(MONDAY, f"{WEEK} {WEEK} 0x36 5x7 0x8", HEALTHY) for id_ in "abc"}
    account = Account()
    at = account.replay(stalled, local("2026-01-19 10:45"))[-1].at
    last = {id_: one.last for id_, one in stalled.items()}
    for number in range(1, 4):
        unknown = {id_: replace(one, calls=None) for id_, one in last.items()}
        assert account.read_at(at + number * timedelta(minutes=15), unknown).standing_still, number
    for number in (4, 5):
        told = account.read_at(
            at + number * timedelta(minutes=15), {id_: replace(one, status="paused") for id_, one in last.items()}
        )
    assert told.standing_still is None


def test_a_campaign_that_stands_still_is_not_slow_as_well() -> None:
    series = calls(MONDAY, f"{WEEK} {WEEK} 0x36 5x7 0x20", HEALTHY)
    for assessment in Account().replay({"a": series}, local("2026-01-19 10:45")):
        assert {one.problem.kind for one in assessment.campaigns["a"].open} <= {"standing_still"}


def test_a_campaign_that_breaks_a_rule_keeps_nobody_else_from_being_judged() -> None:
    class Odd(datetime):
        def __add__(self, _: timedelta) -> "Odd":
            raise OverflowError

    broken = replace(HEALTHY, findings=(NO_NUMBER,))
    history = AccountHistory(
        [AccountReading(FIRST, {"a": replace(HEALTHY, ends=Odd(2026, 5, 1, tzinfo=UTC)), "b": broken})]
    )
    noted: list[tuple[str, Exception]] = []
    told = judge(history.series(), None, FIRST, NEW_YORK, {}, lambda id_, error: noted.append((id_, error)))
    assert kinds(told) == {"a": [], "b": ["broken_transfers"]}
    assert set(told.campaigns["a"].unjudged.values()) == {Inconclusive("no_data")}
    assert [(id_, type(error)) for id_, error in noted] == [("a", OverflowError)]


def test_past_its_end_says_when_that_was() -> None:
    ended = FIRST - timedelta(days=9)
    assert Account().read(a=replace(HEALTHY, ends=ended)).campaigns["a"].problems == (PastEnd(ended),)


def test_what_cannot_be_judged_yet_is_named() -> None:
    series = calls(MONDAY, WORKDAY, HEALTHY)
    told = Account().replay({"a": series}, local("2026-01-05 16:00"))[-1]
    assert "standing_still" not in {one.problem.kind for one in told.campaigns["a"].open}
    assert told.campaigns["a"].unjudged
    assert told.campaigns["a"].read_since == series.read[0]
    assert told.zone == NEW_YORK


def test_calls_today_have_those_of_a_campaign_that_is_new_today() -> None:
    """The reading before did not have it."""
    account = Account()
    account.read_at(local("2026-01-05 23:30"), {"a": HEALTHY})
    account.read_at(local("2026-01-06 08:00"), {"a": HEALTHY})
    made = account.read_at(local("2026-01-06 09:00"), {"a": HEALTHY, "b": replace(HEALTHY, calls=70)})
    assert made.today
    assert made.today.calls == 70
    later = {"a": replace(HEALTHY, calls=1005), "b": replace(HEALTHY, calls=90)}
    assert account.read_at(local("2026-01-06 09:15"), later).today == Today(1095)


def test_a_campaign_that_a_snapshot_left_out_is_not_new() -> None:
    """A snapshot of a digest may have had only some campaigns."""
    account = Account()
    account.history.add(AccountReading(local("2026-01-06 00:30"), {"a": HEALTHY}, coarse=True))
    both = {"a": HEALTHY, "b": replace(HEALTHY, calls=70)}
    assert account.read_at(local("2026-01-06 09:00"), both).today is None
