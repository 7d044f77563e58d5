"""Nineteen campaigns of an agency, and what happens to them: in sixteen weeks, and in two."""

from collections.abc import Iterator
from datetime import date

from playground.course import Course
from playground.habits import Campaign
from playground.life import stand_still
from tests.simulator.deeds import (
    Deed,
    at,
    begin,
    campaign,
    delete,
    end_on,
    fail,
    go_on,
    holiday,
    of,
    of_all,
    outage,
    run_empty,
    transfers,
    with_status,
)

FIRST = date(2026, 8, 10)  # a Monday
WEEKS = 16  # until the Sunday after Thanksgiving
AEP, DUAL, SPANISH = "AEP Outreach 2026", "Dual eligible check-in", "Línea en español 2026"
HOSPITAL, TURNING, ONBOARDING = "Hospital indemnity cross-sell", "Turning 65", "New member onboarding"
EXPENSE, PLAN_CHECK, VISION, WIN_BACK = "Final expense leads", "Plan check Q4", "Vision rider", "Win-back 2025"
_BROKEN_AT_FIRST = ("Regional tiers", "Renewal reminders", TURNING)
_NAMED = (  # name, calls a day, customers left, share of failed
    (AEP, 87, 530, 0.04),
    ("AEP Second call", 61, 410, 0.07),
    ("Annual wellness visit", 74, 520, 0.09),
    ("Dental add-on", 36, 240, 0.12),
    (DUAL, 112, 640, 0.11),
    (EXPENSE, 48, 300, 0.22),
    ("Flu shot reminder", 95, 700, 0.05),
    (HOSPITAL, 39, 260, 0.30),
    ("Licensed state lines", 77, 480, 0.14),
    (SPANISH, 63, 420, 0.06),
    ("Medicare Welcome", 52, 350, 0.08),
    (ONBOARDING, 68, 450, 0.05),
    ("Part D premium change", 41, 290, 0.10),
    (PLAN_CHECK, 34, 260, 0.02),
    ("Regional tiers", 58, 430, 0.13),
    ("Renewal reminders", 54, 360, 0.05),
    (TURNING, 133, 900, 0.15),
    (VISION, 29, 210, 0.18),
    (WIN_BACK, 45, 320, 0.25),
)


def campaigns() -> list[Campaign]:
    """Return the nineteen as they are on the first day."""
    return [campaign(*each, broken=each[0] in _BROKEN_AT_FIRST) for each in _NAMED]


def sixteen_weeks() -> Iterator[Deed]:
    """Yield what happens in all weeks, in no order."""
    yield from _what_people_do()
    yield from _troubles()
    yield from _outages()
    for day in (date(2026, 9, 7), date(2026, 11, 26), date(2026, 11, 27)):
        yield from holiday(day)


def two_weeks() -> Iterator[Deed]:
    """Yield so much that a test needs no more, in no order."""
    first, second = ([date(2026, 8, monday + weekday) for weekday in range(5)] for monday in (10, 17))
    yield Deed(at(first[3], 11), "Dual eligible is paused", of(DUAL, with_status("paused")))
    yield from outage("at night", at(first[3], 22), at(first[4], 6))
    yield Deed(at(first[4], 13), "transfers of New member onboarding break", transfers(ONBOARDING, broken=True))
    yield Deed(at(second[1], 11), "the counters of Línea en español start over", of(SPANISH, Course.reset))
    yield Deed(at(second[1], 15), "Dual eligible goes on", of(DUAL, with_status(None)))
    yield Deed(at(second[1], 16), "Final expense is deleted", delete(EXPENSE))
    yield from outage("from the evening to 10 AM", at(second[1], 18), at(second[2], 10))
    yield Deed(at(second[2], 14), "Vision rider is canceled", of(VISION, with_status("cancelled")))


def _what_people_do() -> Iterator[Deed]:
    yield Deed(at(date(2026, 8, 26), 11), "Dual eligible is paused", of(DUAL, with_status("paused")))
    yield Deed(at(date(2026, 9, 2), 10), "Dual eligible goes on", of(DUAL, with_status(None)))
    yield Deed(at(date(2026, 9, 21), 8, 30), "Plan check’s list gets no new customers", of(PLAN_CHECK, run_empty))
    yield Deed(at(date(2026, 10, 21), 14), "Vision rider is canceled", of(VISION, with_status("cancelled")))
    yield Deed(at(date(2026, 10, 27), 16), "Final expense is deleted", delete(EXPENSE))
    yield Deed(at(date(2026, 10, 28), 9, 40), "Open enrollment begins", begin("Open enrollment kickoff", 90, 600))
    friday = at(date(2026, 11, 6), 17)
    yield Deed(at(date(2026, 11, 3), 12), "Hospital indemnity now ends on Friday", of(HOSPITAL, end_on(friday)))
    yield Deed(friday, "Hospital indemnity is past its end, and stays active", of(HOSPITAL, stand_still))
    yield Deed(at(date(2026, 11, 10), 12), "Hospital indemnity is completed", of(HOSPITAL, Course.be_over))
    yield Deed(at(date(2026, 11, 17), 10), "Win-back is paused", of(WIN_BACK, with_status("paused")))


def _troubles() -> Iterator[Deed]:
    yield Deed(at(date(2026, 9, 15), 10, 40), "AEP Outreach stands still", of(AEP, stand_still))
    yield Deed(at(date(2026, 9, 17), 13), "AEP Outreach calls again", of(AEP, go_on))
    yield Deed(at(date(2026, 9, 23), 11), "the counters of Línea en español start over", of(SPANISH, Course.reset))
    yield Deed(at(date(2026, 10, 19), 0, 1), "twice as many fail in Turning 65", of(TURNING, fail(2.0)))
    yield Deed(at(date(2026, 10, 31), 0, 1), "as many fail there as before", of(TURNING, fail(0.5)))
    yield Deed(
        at(date(2026, 11, 10), 13), "transfers of New member onboarding break", transfers(ONBOARDING, broken=True)
    )
    yield Deed(at(date(2026, 11, 12), 11), "they are mended", transfers(ONBOARDING, broken=False))
    yield Deed(at(date(2026, 11, 18), 11), "the whole account stands still", of_all(stand_still))
    yield Deed(at(date(2026, 11, 19), 10, 30), "it calls again", of_all(go_on))


def _outages() -> Iterator[Deed]:
    yield from outage("at night", at(date(2026, 9, 29), 22), at(date(2026, 9, 30), 6))
    yield from outage("within a day", at(date(2026, 10, 8), 11), at(date(2026, 10, 8), 15))
    yield from outage("from the evening to 10 AM", at(date(2026, 10, 13), 18), at(date(2026, 10, 14), 10))
    yield from outage("around 9 AM", at(date(2026, 10, 15), 8, 30), at(date(2026, 10, 15), 9, 40))
    yield from outage("from Friday noon to Monday noon", at(date(2026, 11, 13), 12), at(date(2026, 11, 16), 12))
