"""Campaigns that are calling, are not, or of which careCycle does not say so, each with the answer and its grounds.

The answers were written by hand from the definition of "a check-up as JSON" (docs/checks.md), before the code: change
one only when the definition says so.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from tests.conftest import AEP

MISSING: Final = object()  # careCycle does not send the field
NOW = "2026-11-23T10:00:00-05:00"  # a Monday morning in New York: 3 PM UTC
STATS, COUNTS = "customerStats", "customerStats.statusCounts"
TOTAL, TODAY, PENDING = f"{STATS}.total", f"{STATS}.todayCalls", f"{COUNTS}.pending"
RUNNING, DONE, FAILED = f"{COUNTS}.in_progress", f"{COUNTS}.completed", f"{COUNTS}.failed"


@dataclass(frozen=True, slots=True)
class State:
    """A campaign, and what must be said of it. `reasons` and `open` are `kind field`, in order."""

    name: str
    changes: dict[str, Any]  # to `base`, by path
    now: str  # ISO 8601
    verdict: str
    reasons: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


def base() -> dict[str, Any]:
    """An active one with 30 of 100 customers left and 12 calls today."""
    counts = {
        "pending": 20,
        "in_progress": 10,
        "completed": 60,
        "failed": 4,
        "expired": 3,
        "exceeded_max_calls": 2,
        "cancelled": 1,
        "skipped": 0,
    }
    return {
        "id": AEP,
        "name": "AEP Outreach 2026",
        "createdAt": "2026-09-01T14:00:00.000Z",
        "updatedAt": "2026-11-20T14:00:00.000Z",
        "status": "active",
        "startDate": "2026-10-05T00:00:00.000Z",
        "endDate": "2027-01-15T00:00:00.000Z",
        "dialAfterhours": True,
        "maxAttempts": 5,
        "maxConcurrentCalls": 3,
        "customerStats": {"total": 100, "totalCalls": 300, "todayCalls": 12, "statusCounts": counts},
        "features": {"transfers": False},
        "transferConfig": None,
    }


def sent(state: State) -> dict[str, Any]:
    """The campaign as careCycle sends it."""
    campaign = base()
    for path, value in state.changes.items():
        *way, last = path.split(".")
        place = campaign
        for step in way:
            place = place[step]
        if value is MISSING:
            del place[last]
        else:
            place[last] = deepcopy(value)
    return campaign


def _calling(name: str, changes: dict[str, Any], now: str = NOW) -> State:
    return State(name, changes, now, "calling")


def _blocked(name: str, changes: dict[str, Any], *reasons: str, now: str = NOW) -> State:
    return State(name, changes, now, "blocked", reasons)


def _unsaid(name: str, changes: dict[str, Any], *possible: str, now: str = NOW) -> State:
    return State(name, changes, now, "unsaid", (), possible)


NOT_ACTIVE, ODD_STATUS, NO_STATUS = "not_active status", "unknown_value status", "unsaid status"
NOT_STARTED, ENDED = "not_started startDate", "ended endDate"
NO_CUSTOMERS, NONE_LEFT = f"no_customers {TOTAL}", f"none_left {COUNTS}"
NO_CALLS, CALLS_UNSAID, AFTER_HOURS = f"no_calls {TODAY}", f"unsaid {TODAY}", "after_hours dialAfterhours"
CALLS_AT_ONCE, ATTEMPTS = "cap maxConcurrentCalls", "cap maxAttempts"
QUIET = {TODAY: 0}
ALL_DONE = {PENDING: 0, RUNNING: 0, DONE: 90}  # and the ten that ended badly
ALL_BUT_FIVE = {PENDING: 0, RUNNING: 0, DONE: 85}

_STATUSES = [
    _calling("active, with calls today", {}),
    _unsaid("active, no calls yet", QUIET, NO_CALLS),
    _blocked("a draft", {"status": "draft"}, NOT_ACTIVE),
    _blocked("paused", {"status": "paused"}, NOT_ACTIVE),
    _blocked("completed", {"status": "completed"}, NOT_ACTIVE),
    _blocked("archived", {"status": "archived"}, NOT_ACTIVE),
    _blocked("inactive", {"status": "inactive"}, NOT_ACTIVE),
    _blocked("cancelled", {"status": "cancelled"}, NOT_ACTIVE),
    _blocked("paused, although there are calls today", {"status": "paused", TODAY: 87}, NOT_ACTIVE),
    _blocked("a draft without any number", {"status": "draft", STATS: None}, NOT_ACTIVE),
    _unsaid("testing, with calls today", {"status": "testing"}, NOT_ACTIVE),
    _unsaid("testing, no calls yet", {"status": "testing", **QUIET}, NOT_ACTIVE, NO_CALLS),
    _blocked("testing, with nobody left", {"status": "testing", **ALL_DONE}, NONE_LEFT),
    _blocked("testing, and ended", {"status": "testing", "endDate": "2026-11-01T00:00:00Z"}, ENDED),
    _unsaid("a status nobody knows", {"status": "resting"}, ODD_STATUS),
    _unsaid("a status nobody knows, no calls yet", {"status": "queued", **QUIET}, ODD_STATUS, NO_CALLS),
    _unsaid("the status in capitals", {"status": "ACTIVE"}, ODD_STATUS),
    _unsaid("a stopped status in capitals", {"status": "PAUSED"}, ODD_STATUS),
    _unsaid("the other spelling of cancelled", {"status": "canceled"}, ODD_STATUS),
    _unsaid("a status with a blank", {"status": "active "}, ODD_STATUS),
    _unsaid("an empty status", {"status": ""}, NO_STATUS),
    _unsaid("a blank status", {"status": "  "}, NO_STATUS),
    _unsaid("status null", {"status": None}, NO_STATUS),
    _unsaid("no status", {"status": MISSING}, NO_STATUS),
    _unsaid("the status is a number", {"status": 1}, NO_STATUS),
    _unsaid("the status is a list", {"status": ["active"]}, NO_STATUS),
    _blocked("no status, and ended", {"status": None, "endDate": "2026-11-01T00:00:00Z"}, ENDED),
]

_CALLS = [
    _calling("one call today", {TODAY: 1}),
    _calling("very many calls today", {TODAY: 1_000_000}),
    _calling("more calls today than ever", {TODAY: 12, f"{STATS}.totalCalls": 3}),
    _calling("calls today, the total of calls is not sent", {f"{STATS}.totalCalls": None}),
    _unsaid("fewer than no calls today", {TODAY: -1}, CALLS_UNSAID),
    _unsaid("calls today null", {TODAY: None}, CALLS_UNSAID),
    _unsaid("calls today not sent", {TODAY: MISSING}, CALLS_UNSAID),
    _unsaid("calls today as text", {TODAY: "12"}, CALLS_UNSAID),
    _unsaid("calls today true", {TODAY: True}, CALLS_UNSAID),
    _unsaid("calls today a list", {TODAY: [12]}, CALLS_UNSAID),
    _unsaid("half a call today", {TODAY: 0.5}, CALLS_UNSAID),
    _unsaid("the numbers null", {STATS: None}, CALLS_UNSAID),
    _unsaid("no numbers", {STATS: MISSING}, CALLS_UNSAID),
    _unsaid("the numbers are a list", {STATS: []}, CALLS_UNSAID),
    _unsaid("the numbers are empty", {STATS: {}}, CALLS_UNSAID),
    _calling("calls today alone", {STATS: {"todayCalls": 4}}),
]

_DATES = [
    _calling("no dates", {"startDate": None, "endDate": None}),
    _calling("dates not sent", {"startDate": MISSING, "endDate": MISSING}),
    _calling("dates that are none", {"startDate": "soon", "endDate": 1700000000}),
    _calling("dates of wrong types", {"startDate": True, "endDate": []}),
    _blocked("starts tomorrow", {"startDate": "2026-11-24T00:00:00.000Z"}, NOT_STARTED),
    _blocked("starts tomorrow, written as a day", {"startDate": "2026-11-24"}, NOT_STARTED),
    _blocked("starts in a year", {"startDate": "2027-11-24T00:00:00Z", "endDate": None}, NOT_STARTED),
    _blocked("starts at the end of the calendar", {"startDate": "9999-12-31T00:00:00Z", "endDate": None}, NOT_STARTED),
    _blocked("starts in a second", {"startDate": "2026-11-23T15:00:01Z"}, NOT_STARTED),
    _blocked("starts in an hour, in New York's zone", {"startDate": "2026-11-23T11:00:00-05:00"}, NOT_STARTED),
    _blocked("starts tomorrow, and is a draft", {"startDate": "2026-11-24T00:00:00Z", "status": "draft"},
             NOT_ACTIVE, NOT_STARTED),
    _blocked("starts tomorrow, although there are calls today", {"startDate": "2026-11-24T00:00:00Z", TODAY: 9},
             NOT_STARTED),
    _calling("starts at this very moment", {"startDate": "2026-11-23T15:00:00Z"}),
    _calling("started an hour ago, in New York's zone", {"startDate": "2026-11-23T09:00:00-05:00"}),
    _calling("starts today", {"startDate": "2026-11-23T00:00:00Z"}),
    _unsaid("starts today, no calls yet", {"startDate": "2026-11-23T00:00:00Z", **QUIET}, NO_CALLS),
    _unsaid("its first day, which has not begun where the agency is", {"startDate": "2026-11-23T00:00:00Z", **QUIET},
            NOT_STARTED, NO_CALLS, now="2026-11-22T23:30:00-05:00"),
    _calling("its first day has not begun here, and there are calls", {"startDate": "2026-11-23T00:00:00Z"},
             now="2026-11-22T23:30:00-05:00"),
    _blocked("the evening before its first day", {"startDate": "2026-11-23T00:00:00Z"}, NOT_STARTED,
             now="2026-11-22T18:30:00-05:00"),
    _blocked("ended long ago", {"endDate": "2019-01-01T00:00:00Z", "startDate": "2018-01-01T00:00:00Z"}, ENDED),
    _blocked("ended before the first computers", {"endDate": "0001-01-01T00:00:00Z", "startDate": None}, ENDED),
    _blocked("ended the day before yesterday", {"endDate": "2026-11-21T00:00:00Z"}, ENDED),
    _blocked("its last day was yesterday", {"endDate": "2026-11-22T00:00:00.000Z"}, ENDED),
    _blocked("its last day was yesterday, although there are calls today", {"endDate": "2026-11-22", TODAY: 50}, ENDED),
    _unsaid("its last day is over here, and not everywhere", {"endDate": "2026-11-22T00:00:00Z", **QUIET},
            ENDED, NO_CALLS, now="2026-11-23T01:00:00-05:00"),
    _calling("its last day is today", {"endDate": "2026-11-23T00:00:00.000Z"}),
    _unsaid("its last day is today, no calls yet", {"endDate": "2026-11-23T00:00:00.000Z", **QUIET}, ENDED, NO_CALLS),
    _calling("late on its last day", {"endDate": "2026-11-23T00:00:00Z"}, now="2026-11-23T20:30:00-05:00"),
    _unsaid("its last day is tomorrow, no calls yet", {"endDate": "2026-11-24T00:00:00Z", **QUIET}, NO_CALLS),
    _calling("ends at the end of the calendar", {"endDate": "9999-12-31T00:00:00Z"}),
    _blocked("ends at this very moment", {"endDate": "2026-11-23T15:00:00Z"}, ENDED),
    _calling("ends in a second", {"endDate": "2026-11-23T15:00:01Z"}),
    _blocked("ended an hour ago, in New York's zone", {"endDate": "2026-11-23T09:00:00-05:00"}, ENDED),
    _blocked("ended at midnight in New York", {"endDate": "2026-11-23T00:00:00-05:00"}, ENDED),
    _blocked("ended a moment after midnight in UTC", {"endDate": "2026-11-23T00:00:00.001Z"}, ENDED),
    _blocked("ended this morning, without a zone", {"endDate": "2026-11-23T09:00:00"}, ENDED),
    _calling("start and end are one day, today",
             {"startDate": "2026-11-23T00:00:00Z", "endDate": "2026-11-23T00:00:00Z"}),
    _blocked("start and end are one day, last week",
             {"startDate": "2026-11-16T00:00:00Z", "endDate": "2026-11-16T00:00:00Z"}, ENDED),
    _blocked("start and end are this very moment",
             {"startDate": "2026-11-23T15:00:00Z", "endDate": "2026-11-23T15:00:00Z"}, ENDED),
    _blocked("it ends before it starts, and both are to come",
             {"startDate": "2026-12-24T00:00:00Z", "endDate": "2026-12-01T00:00:00Z"}, NOT_STARTED),
    _blocked("it ended before it starts",
             {"startDate": "2026-12-01T00:00:00Z", "endDate": "2026-11-01T00:00:00Z"}, NOT_STARTED, ENDED),
    _blocked("it started after its end, and both are over",
             {"startDate": "2026-11-10T00:00:00Z", "endDate": "2026-11-01T00:00:00Z"}, ENDED),
    _blocked("the moment in another zone", {"startDate": "2026-11-23T15:00:00Z"}, NOT_STARTED,
             now="2026-11-23T06:59:59-08:00"),
    _calling("the moment in another zone, a second later", {"startDate": "2026-11-23T15:00:00Z"},
             now="2026-11-23T07:00:00-08:00"),
]  # fmt: skip

_CUSTOMERS = [
    _blocked("no customers", {TOTAL: 0, COUNTS: dict.fromkeys(base()["customerStats"]["statusCounts"], 0), **QUIET},
             NO_CUSTOMERS),
    _blocked("no customers, without counts", {TOTAL: 0, COUNTS: None}, NO_CUSTOMERS),
    _blocked("no customers, although there are calls today", {TOTAL: 0, COUNTS: {}, TODAY: 12}, NO_CUSTOMERS),
    _blocked("no customers, and paused", {"status": "paused", TOTAL: 0, COUNTS: {}}, NOT_ACTIVE, NO_CUSTOMERS),
    _calling("the total null", {TOTAL: None}),
    _calling("the total not sent", {TOTAL: MISSING}),
    _calling("the total as text", {TOTAL: "0"}),
    _calling("the total is false", {TOTAL: False}),
    _calling("fewer than no customers", {TOTAL: -5}),
    _blocked("nobody left", ALL_DONE, NONE_LEFT),
    _blocked("nobody left, no calls yet", {**ALL_DONE, **QUIET}, NONE_LEFT),
    _blocked("nobody left, and its last day was yesterday", {**ALL_DONE, "endDate": "2026-11-22T00:00:00Z"},
             ENDED, NONE_LEFT),
    _blocked("nobody left: all reached the limit of calls",
             {COUNTS: {**dict.fromkeys(base()["customerStats"]["statusCounts"], 0), "exceeded_max_calls": 100}},
             NONE_LEFT),
    _blocked("nobody left, and one was all there ever was", {TOTAL: 1, COUNTS: {"pending": 0, "in_progress": 0,
             "completed": 1}}, NONE_LEFT),
    _blocked("nobody left, a state that nobody knows has nobody", {**ALL_DONE, f"{COUNTS}.awaiting_call": 0},
             NONE_LEFT),
    _blocked("nobody can be left, whatever is not sent: the others add up", {PENDING: None, RUNNING: 0, DONE: 90},
             NONE_LEFT),
    _calling("one is pending", {**ALL_DONE, PENDING: 1, DONE: 89}),
    _calling("one is in progress", {**ALL_DONE, RUNNING: 1, DONE: 89}),
    _unsaid("one is pending, no calls yet", {**ALL_DONE, PENDING: 1, DONE: 89, **QUIET}, NO_CALLS),
    _unsaid("nobody counted as left, five in the ninth state", {**ALL_BUT_FIVE, **QUIET}, NONE_LEFT, NO_CALLS),
    _calling("nobody counted as left, five in the ninth state, calls today", ALL_BUT_FIVE),
    _unsaid("five are counted in a state that nobody knows", {**ALL_BUT_FIVE, f"{COUNTS}.awaiting_call": 5, **QUIET},
            NONE_LEFT, NO_CALLS),
    _calling("five are in a state that nobody knows, calls today", {**ALL_BUT_FIVE, f"{COUNTS}.awaiting_call": 5}),
    _unsaid("more in a state that nobody knows than there are", {**ALL_DONE, f"{COUNTS}.awaiting_call": 5, **QUIET},
            NONE_LEFT, NO_CALLS),
    _unsaid("more counted than there are", {**ALL_DONE, DONE: 91, **QUIET}, NONE_LEFT, NO_CALLS),
    _unsaid("fewer than no failed, which makes up for one too many", {**ALL_DONE, DONE: 95, FAILED: -1, **QUIET},
            NONE_LEFT, NO_CALLS),
    _calling("fewer than no pending", {PENDING: -1, RUNNING: 0, DONE: 91}),
    _unsaid("fewer than no pending, no calls yet", {PENDING: -1, RUNNING: 0, DONE: 91, **QUIET}, NO_CALLS),
    _unsaid("pending and in progress cancel each other out", {PENDING: -3, RUNNING: 3, DONE: 90, **QUIET}, NO_CALLS),
    _unsaid("nobody left, the total is not sent", {**ALL_DONE, TOTAL: None, **QUIET}, NONE_LEFT, NO_CALLS),
    _unsaid("nobody left, fewer than no customers", {**ALL_DONE, TOTAL: -1, **QUIET}, NONE_LEFT, NO_CALLS),
    _unsaid("all counts 0, and customers", {COUNTS: dict.fromkeys(base()["customerStats"]["statusCounts"], 0), **QUIET},
            NONE_LEFT, NO_CALLS),
    _unsaid("pending null, and the others do not add up", {PENDING: None, RUNNING: 0, **QUIET}, NO_CALLS),
    _unsaid("in progress as text, pending 0", {PENDING: 0, RUNNING: "10", **QUIET}, NO_CALLS),
    _unsaid("no counts, no calls yet", {COUNTS: None, **QUIET}, NO_CALLS),
    _calling("no counts", {COUNTS: MISSING}),
    _calling("empty counts", {COUNTS: {}}),
    _calling("the counts are a list", {COUNTS: [0, 0]}),
    _unsaid("a count of a state that nobody knows as text", {**ALL_BUT_FIVE, f"{COUNTS}.awaiting_call": "5", **QUIET},
            NONE_LEFT, NO_CALLS),
    _calling("all are left", {COUNTS: {"pending": 100, "in_progress": 0}}),
]  # fmt: skip

_NEVER_A_REASON = [
    _unsaid("not after hours, no calls yet", {"dialAfterhours": False, **QUIET}, NO_CALLS, AFTER_HOURS),
    _unsaid("not after hours, calls not sent", {"dialAfterhours": False, TODAY: None}, CALLS_UNSAID, AFTER_HOURS),
    _calling("not after hours, calls today", {"dialAfterhours": False}),
    _unsaid("after hours null, no calls yet", {"dialAfterhours": None, **QUIET}, NO_CALLS),
    _unsaid("after hours as text, no calls yet", {"dialAfterhours": "no", **QUIET}, NO_CALLS),
    _calling("nobody at once, although there are calls today", {"maxConcurrentCalls": 0}),
    _unsaid("nobody at once, no calls yet", {"maxConcurrentCalls": 0, **QUIET}, NO_CALLS, CALLS_AT_ONCE),
    _unsaid("no limit at once, no calls yet", {"maxConcurrentCalls": None, **QUIET}, NO_CALLS),
    _unsaid("fewer than nobody at once, no calls yet", {"maxConcurrentCalls": -1, **QUIET}, NO_CALLS),
    _calling("no attempts, although there are calls today", {"maxAttempts": 0}),
    _unsaid("no attempts, no calls yet", {"maxAttempts": 0, **QUIET}, NO_CALLS, ATTEMPTS),
    _calling("as many calls as there are attempts", {"maxAttempts": 3}),
    _unsaid("attempts null, no calls yet", {"maxAttempts": None, **QUIET}, NO_CALLS),
    _calling("transfers on, without a destination", {"features": {"transfers": True}}),
    _calling("transfers that surely fail", {"features": {"transfers": True},
             "transferConfig": {"type": "direct", "directPhoneNumber": None}}),
    _unsaid("transfers that surely fail, no calls yet", {"features": {"transfers": True},
            "transferConfig": {"type": "direct", "directPhoneNumber": None}, **QUIET}, NO_CALLS),
    _calling("features null", {"features": None}),
    _unsaid("nothing but an id", dict.fromkeys((set(base()) - {"id"}), MISSING), NO_STATUS, CALLS_UNSAID),
    _blocked("everything forbids it", {"status": "paused", "startDate": "2027-01-01", "endDate": "2026-11-01",
             **ALL_DONE}, NOT_ACTIVE, NOT_STARTED, ENDED, NONE_LEFT),
]  # fmt: skip

STATES: Final = (*_STATUSES, *_CALLS, *_DATES, *_CUSTOMERS, *_NEVER_A_REASON)
