"""Digests to look at: one of every kind of message, each with what it reports."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from blocks.card_options import CardOptions
from blocks.digests import message as digest_message
from blocks.digests.edition import Edition
from blocks.kit import Message
from bot.campaigns.figures import Figures
from bot.digests.digest import CampaignFilter, Delivery, Digest, Pause
from bot.digests.report import Change, ChartDay, Group, Moved, Quieted, Report, Row, Totals, Trouble
from bot.digests.timetable import Timetable
from bot.insight.assessment import OnIt
from bot.insight.problems import AllStandingStill, Problem, StandingStill, identity
from tests.samples.assessments import assessed, kinds

ZONE: Final = ZoneInfo("America/New_York")
DIGEST: Final = Digest(
    "d1",
    "T01SUNRISE",
    "Morning digest",
    "C01GENERAL",
    "U01OWNER",
    Timetable("America/New_York"),
    CampaignFilter(status="active"),
)
NAMES: Final = (
    "Dual eligible check-in",
    "Hospital indemnity",
    "Licensed state lines",
    "Línea en español 2026",
    "Medicare Welcome",
    "Open enrollment 2027",
    "Regional tiers",
    "Renewal reminders",
    "Turning 65",
)


def at(day: int, hour: int = 9, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 on the clocks of New York."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def id_of(number: int) -> str:
    return f"{number:08x}-6276-4993-bfeb-53cbbbba6f08"


NOW: Final = at(25, 9, 2)
OF: Final = kinds(NOW)


def figures(name: str, number: int = 1, **more: Any) -> Figures:
    """An active one, of which a part is finished."""
    states = {"pending": 300 + number, "in_progress": 12, "completed": 96 + number, "failed": 11}
    usual: dict[str, Any] = {
        "name": name,
        "status": "active",
        "customers": 419 + 2 * number,
        "calls": 1200 + number,
        "states": states,
    }
    return Figures(**usual | more)


def row(number: int, name: str) -> Row:
    return Row(id_of(number), figures(name, number), {"calls": 50 + number, "completed": 12, "failed": 2, "left": -14})


def trouble(number: int, problem: Problem, **more: Any) -> Trouble:
    """One of a campaign by its number in NAMES."""
    return Trouble(id_of(number), assessed(NAMES[number % len(NAMES)], problem, at=NOW), problem, **more)


def group(problem: Problem, *numbers: int, **more: Any) -> Group:
    return Group(tuple(trouble(number, problem, **more) for number in numbers))


ROWS: Final = tuple(row(number, name) for number, name in enumerate(NAMES))
_CALLS: Final = (580, 602, 611, 540, 498, None, 655, 672, 529)
_WORKDAYS: Final = (
    date(2026, 11, 12),
    date(2026, 11, 13),
    *(date(2026, 11, day) for day in (16, 17, 18, 19, 20, 23, 24)),
)
DAYS: Final = tuple(ChartDay(day, calls) for day, calls in zip(_WORKDAYS, _CALLS, strict=True))
TOTALS: Final = Totals(
    campaigns=9,
    calls=529,
    calls_before=672,
    before="day",
    completed=116,
    failed=19,
    usual_failed=0.17,
    left=3072,
    calling_days_left=(23, 23),
)
MOVED: Final = (Moved(id_of(0), NAMES[0], 122), Moved(id_of(2), NAMES[2], 94), Moved(id_of(8), NAMES[8], 93))
PLAN_CHECK: Final = Figures(
    "Plan check Q4",
    "completed",
    277,
    980,
    0,
    {"pending": 121, "in_progress": 0, "completed": 140, "failed": 16},
)
PLAN_CHECK_OVER: Final = Change(id_of(20), "Plan check Q4", "status", "active", "completed", PLAN_CHECK)
STILL: Final = StandingStill(at(23, 11, 40), 41.7)
KNOWN: Final = group(OF["transfers"], 0, 2, 3, 5, 6, told=at(23))
REPORT: Final = Report(
    rows=ROWS,
    changes=(PLAN_CHECK_OVER,),
    needs=(group(STILL, 4), group(OF["unreached"], 1)),
    known=(KNOWN,),
    totals=TOTALS,
    moved=MOVED,
    days=DAYS,
    since=at(24),
    judged_at=at(25, 8, 55),
    ended=1,
)
EDITION: Final = Edition(DIGEST, REPORT, NOW, at(25), "d1:2026-11-25T09:00-0500", count=9, next_due=at(26))


def edition(report: Report = REPORT, **more: Any) -> Edition:
    return replace(EDITION, report=report, **more)


def reporting(**more: Any) -> Edition:
    """The usual edition, with other values in its report."""
    return edition(replace(REPORT, **more))


QUIET_DAY: Final = replace(REPORT, changes=(), needs=(), known=(), ended=0)
FIRST: Final = replace(
    REPORT, changes=(), known=(), since=None, ended=0, moved=(), totals=Totals(9, left=3072, calling_days_left=(20, 26))
)


def changed(number: int, kind: Any, **more: Any) -> Change:
    return Change(id_of(number), f"Campaign {number}", kind, **more)


def became(number: int, status: str | None, was: str = "active") -> Change:
    return changed(number, "status", was=was, now=status, figures=figures(f"Campaign {number}", number, status=status))


def over(number: int, *problems: str) -> Change:
    return changed(number, "over", over=tuple(identity(OF[name]) for name in problems))


MANY_CHANGES: Final = (
    PLAN_CHECK_OVER,
    *(became(number, "paused") for number in (31, 32)),
    became(33, "cancelled"),
    became(34, "active", "paused"),
    became(35, "archived"),
    changed(36, "deleted", figures=figures("Campaign 36", 36)),
    changed(37, "left", now="active", figures=figures("Campaign 37", 37)),
    *(changed(number, "new") for number in (41, 42, 43)),
)
MORE_CHANGES: Final = (
    changed(44, "new", figures=figures("Campaign 44", 44)),
    became(45, "brand_new"),
    became(46, None),
    *(changed(number, "left") for number in (47, 48)),
    *(changed(number, "unread", error="CampaignNotFound") for number in (49, 50)),
    changed(51, "unread", error="Unavailable"),
    became(52, "active", "draft"),
    changed(53, "deleted"),
)
OVER: Final = (
    *(over(number, "standing-still") for number in (1, 2)),
    over(3, "slow", "failed"),
    over(4, "transfers"),
    over(5, "past-end", "expired"),
    over(6, "unreached", "call-limit"),
    over(7, "runs-empty"),
    changed(8, "over", over=(("of_a_later_version", "x"),)),
    Change("", "", "over"),
)
ALIKE: Final = tuple(
    group(OF[name], *numbers)
    for name, numbers in {
        "standing-still": (4, 5),
        "failed": (0, 1, 2),
        "unreached": (3, 6),
        "past-end": (7, 8),
        "slow": (0, 8),
        "runs-empty": (1, 2),
        "transfers": (0, 1, 2, 3, 4, 5, 6),
    }.items()
)
OTHER_TRANSFERS: Final = Group((trouble(0, OF["transfers"]), trouble(1, OF["no-destination"])))
EVERY_KNOWN: Final = (
    KNOWN,
    group(OF["standing-still"], 4, told=at(24)),
    Group((trouble(1, OF["failed"], told=at(23)), trouble(1, OF["expired"], told=at(20)))),
    group(OF["call-limit"], 2, 3, told=at(2)),
    group(OF["slow"], 7, told=at(24)),
    Group((trouble(5, OF["unreached"], told=at(20)), trouble(6, OF["unreached"], told=at(24)))),
    group(OF["past-end"], 8, told=at(25, 8)),
    group(OF["runs-empty"], 8),
)
QUIET: Final = (
    Quieted(trouble(0, OF["transfers"]), at(3, 0, month=12), "U02ADMIN"),
    Quieted(trouble(1, OF["slow"]), at(3, 0, month=12), "U02ADMIN"),
)
LATER: Final = (*QUIET, Quieted(trouble(2, OF["slow"]), at(9, 0, month=12), "U02ADMIN"))
CARED_FOR: Final = Group(
    (
        trouble(4, STILL, on_it=OnIt("U02ADMIN", at(25, 8)), told=at(23), is_worse=True),
        trouble(4, OF["failed"], on_it=OnIt("U02ADMIN", at(25, 8))),
    )
)
PARTLY_CARED_FOR: Final = Group((trouble(2, STILL, on_it=OnIt("U02ADMIN", at(25, 8))), trouble(3, STILL)))
ALL_STILL: Final = AllStandingStill(at(23, 15), tuple(map(id_of, range(6))))
FAILED: Final = Delivery("r", "d1", "T01SUNRISE", "scheduled", at(24), at(24), "failed", reason="carecycle")
PAUSE: Final = Pause(at(23), "person", until=at(24), by="U02ADMIN")
TWICE: Final = replace(DIGEST, timetable=Timetable("America/New_York", times=("09:00", "16:00")))


def many(number: int) -> Edition:
    """So many campaigns, of which each has something to say."""
    rows = tuple(row(n, f"Campaign {n}") for n in range(number))
    changes = tuple(became(1000 + n, ("paused", "completed", "cancelled")[n % 3]) for n in range(number // 2))
    of = list(OF.values())
    needs = tuple(group(of[n % len(of)], n) for n in range(number // 2))
    known = tuple(group(of[n % len(of)], n, told=at(1 + n % 24)) for n in range(number // 2, number))
    report = replace(REPORT, rows=rows, changes=changes, needs=needs, known=known)
    left_out = 25 if number > 400 else 0
    return edition(report, count=number + left_out, left_out=left_out)


EDITIONS: Final[Mapping[str, Edition]] = {
    "usual": EDITION,
    "quiet-day": edition(QUIET_DAY),
    "quiet-day-with-known": edition(replace(QUIET_DAY, known=(KNOWN,), quiet=QUIET)),
    "quiet-day-with-quiet": edition(replace(QUIET_DAY, quiet=LATER, moved=())),
    "first-one": edition(FIRST),
    "much-changed": reporting(changes=MANY_CHANGES, needs=()),
    "more-changed": reporting(changes=MORE_CHANGES, needs=()),
    "problems-over": reporting(changes=OVER, needs=()),
    "alike": reporting(needs=ALIKE),
    "alike-of-others": reporting(needs=(OTHER_TRANSFERS, *ALIKE[5:])),
    "cared-for": reporting(needs=(CARED_FOR, PARTLY_CARED_FOR), known=EVERY_KNOWN, quiet=LATER),
    "all-stand-still": reporting(standing_still=ALL_STILL, changes=()),
    "some-stand-still": reporting(standing_still=ALL_STILL, others_call=True, changes=()),
    "all-stand-still-known": edition(replace(QUIET_DAY, standing_still=ALL_STILL, standing_still_told=at(24))),
    "in-a-channel-with-others": replace(
        reporting(changes=OVER, needs=(*ALIKE[:2], OTHER_TRANSFERS), quiet=QUIET), options=CardOptions(short="shared")
    ),
    "late-after-a-failure": edition(late=timedelta(minutes=25), late_why="limit", failed_since=FAILED),
    "late-after-a-failure-long-before": edition(failed_since=replace(FAILED, due=at(13), state="unconfirmed")),
    "after-a-pause": edition(paused_since=PAUSE),
    "after-a-short-pause": edition(paused_since=replace(PAUSE, until=None, by=None)),
    "in-part": edition(
        replace(REPORT, changes=MORE_CHANGES[5:8], totals=replace(TOTALS, campaigns=7, reset=(id_of(3),))),
        problem="Unavailable",
        late=timedelta(hours=2),
    ),
    "left-unknown": reporting(owed=(id_of(8),)),
    "lists-grew": reporting(totals=replace(TOTALS, left=4100, added=600, again=428)),
    "lists-shrank": reporting(totals=replace(TOTALS, left=172, added=-2900, again=0)),
    "with-resets": reporting(
        owed=(id_of(7), id_of(8)),
        days=(
            *DAYS[:4],
            replace(DAYS[4], calls=None, is_reset=True),
            DAYS[5],
            replace(DAYS[6], calls=None),
            replace(DAYS[7], is_reset=True),
            replace(DAYS[8], is_today=True),
        ),
        totals=replace(
            TOTALS, before="week", calling_days_left=(20, 26), reset=(id_of(3), id_of(4)), again=428, campaigns=7
        ),
    ),
    "old-slot": edition(is_old=True, due=at(23)),
    "old-slot-of-today": edition(is_old=True, digest=TWICE, next_due=at(25, 16)),
    "by-hand": edition(is_now=True, next_due=None, digest=replace(DIGEST, pause=Pause(at(24), "person"))),
    "second-of-a-day": edition(digest=TWICE, due=at(25, 16), as_of=at(25, 16, 1), next_due=at(26)),
    "last-one": edition(next_due=None),
    "readings-off": edition(replace(QUIET_DAY, unjudged="off", judged_at=None)),
    "not-read-yet": edition(replace(QUIET_DAY, unjudged="none", judged_at=None)),
    "not-read-lately": edition(replace(QUIET_DAY, unjudged="old", judged_at=at(24, 16))),
    "for-oneself": edition(QUIET_DAY, digest=replace(DIGEST, channel_id="U01OWNER")),
    "by-words": edition(digest=replace(DIGEST, choice=CampaignFilter(status="active", words="medicare"))),
    "one-campaign": edition(
        replace(QUIET_DAY, rows=ROWS[:1], moved=MOVED[:1]),
        count=1,
        digest=replace(DIGEST, choice=CampaignFilter(ids=(id_of(0),))),
    ),
    "no-campaigns": edition(replace(QUIET_DAY, rows=(), days=(), moved=(), totals=Totals()), count=0),
    "no-numbers": edition(
        Report((Row(id_of(1), Figures(""), {}), Row(id_of(2), Figures(""), {}))), count=2, next_due=at(14, month=12)
    ),
    "without-a-chart": edition(digest=replace(DIGEST, length="condensed")),
    "copy": edition(for_one=True),
    "of-fifty": many(50),
    "of-five-hundred": many(500),
}
_TYPICAL: Final = (
    "usual",
    "quiet-day",
    "quiet-day-with-known",
    "first-one",
    "much-changed",
    "problems-over",
    "alike",
    "cared-for",
    "in-a-channel-with-others",
    "late-after-a-failure",
    "in-part",
    "old-slot",
    "of-five-hundred",
)
DIGESTS: Final[Mapping[str, Message]] = {
    **{f"digest-{name}": digest_message.message(EDITIONS[name]) for name in _TYPICAL},
    "digest-plain": digest_message.message(EDITION, plain=True),
}
MORE_DIGESTS: Final[Mapping[str, Message]] = {
    **{f"digest-{name}": digest_message.message(one) for name, one in EDITIONS.items() if name not in _TYPICAL},
    "digest-in-a-window": digest_message.in_window(EDITIONS["copy"]),
}
