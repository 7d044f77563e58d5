"""Digests to look at: one of every kind of message, and what they are made of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from blocks.campaigns import problems
from blocks.card_options import CardOptions
from blocks.digests import message as digest_message
from blocks.digests.message import Edition
from blocks.kit import Message
from bot.campaigns.figures import Figures, TransferProblem
from bot.digests.attention import Row
from bot.digests.comparison import Comparison, Delivered, compare
from bot.digests.digest import CampaignFilter, Delivery, Digest, Pause
from bot.digests.snapshot import Snapshot
from bot.digests.timetable import Timetable
from bot.insight.assessment import Assessment
from bot.insight.problems import AllStandingStill
from tests.samples.assessments import assessed, kinds

ZONE: Final = ZoneInfo("America/New_York")
DIGEST: Final = Digest(
    "d1", "T01SUNRISE", "Morning digest", "C01GENERAL", "U01OWNER", Timetable("America/New_York"), CampaignFilter()
)


def at(day: int, hour: int = 9, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 on the clocks of New York."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def id_of(number: int) -> str:
    return f"{number:08x}-6276-4993-bfeb-53cbbbba6f08"


def campaign(name: str, calls: int | None, completed: int, left: int, **more: Any) -> Figures:
    """An active one with `left` customers, a tenth of them being called."""
    states = {
        "pending": left - left // 10,
        "in_progress": left // 10,
        "completed": completed,
        "failed": completed // 50,
    }
    known = {"status": "active", "customers": completed + left + completed // 50, "today": 12, "calls": calls}
    return Figures(**{"name": name, "states": states, **known, **more})


def snapshot(as_of: datetime, campaigns: Sequence[Figures], **missing: str) -> Snapshot:
    """Campaigns numbered from 1; `missing`: errors by `n` and the number of a campaign."""
    day: date = as_of.astimezone(ZONE).date()
    unread = {id_of(int(number[1:])): error for number, error in missing.items()}
    return Snapshot(as_of, day, {id_of(n): one for n, one in enumerate(campaigns, 1)}, unread)


def changed(before: Figures, now: Figures, **when: datetime) -> Comparison:
    """Friday at nine the one, Monday at nine the other."""
    then, today = when.get("then", at(20)), when.get("today", at(23))
    return compare(snapshot(today, [now]), Delivered(then, snapshot(then, [before])))


def only(comparison: Comparison) -> Row:
    (row,) = comparison.rows
    return row


SPANISH: Final = TransferProblem("groups[Spanish].agents", "nobody", "Nobody in group Spanish can take a call")
FRIDAY: Final = (
    campaign("Medicare Welcome", 2210, 411, 310),
    campaign("AEP Outreach 2026", 3215, 622, 548, findings=()),
    campaign("Plan check Q4", 939, 113, 175, ends=datetime(2026, 11, 25, tzinfo=UTC)),
    campaign("Renewals", 512, 80, 300),
    campaign("Win back", 412, 51, 20),
)
MONDAY: Final = (
    campaign("Medicare Welcome", 2210, 411, 310),
    campaign("AEP Outreach 2026", 3311, 640, 530, findings=(SPANISH,)),
    campaign("Plan check Q4", 980, 122, 155, ends=datetime(2026, 11, 25, tzinfo=UTC)),
    campaign("Renewals", 540, 84, 290, status="paused"),
    campaign("Win back", 398, 51, 20),
    campaign("*New* <!channel>", 3, 0, 900),
)
LAST: Final = Delivered(at(20), snapshot(at(20), FRIDAY))
HISTORY: Final = tuple((at(day), 110 + 97 * day % 80) for day in (16, 17, 18, 19, 20))
EDITION: Final = Edition(
    DIGEST,
    "d1 2026-11-23T09:00",
    snapshot(at(23), MONDAY),
    LAST,
    compare(snapshot(at(23), MONDAY), LAST),
    at(23),
    history=HISTORY,
    next_due=at(24),
    link="https://app.carecycle.ai/campaigns",
)


def edition_with(edition: Edition, **changes: Any) -> Edition:
    """An edition with other values, compared anew as deliveries do it."""
    made = replace(edition, **changes)
    whole = made.problem is None and not made.left_out
    assessed = made.assessment.campaigns.items() if made.assessment else ()
    told = {id_: bool(problems.ordered(one, made.options)) for id_, one in assessed}
    with_routing = not made.options.short
    found = compare(made.now, made.before, whole=whole, with_routing=with_routing, with_problems=told)
    return replace(made, comparison=found)


FIRST: Final = edition_with(EDITION, before=None, history=())
FAILED: Final = Delivery("r", "d1", "T01SUNRISE", "scheduled", at(20), at(20), "failed", reason="carecycle")
ACTIVE: Final = replace(DIGEST, choice=CampaignFilter(status="active"))
BY_ID: Final = replace(DIGEST, choice=CampaignFilter(ids=tuple(map(id_of, range(1, 6)))))


def many(number: int, *, before: bool = True) -> Edition:
    """So many campaigns, some of which need a look."""
    now = [campaign(f"Campaign {n}", 1000 * n + n * n, 10 * n, 5 * (n % 40)) for n in range(1, number + 1)]
    was = [replace(one, calls=(one.calls or 0) - n % 9) for n, one in enumerate(now, 1)]
    last = Delivered(at(20), snapshot(at(20), was)) if before else None
    return edition_with(EDITION, digest=ACTIVE, now=snapshot(at(23), now), before=last)


READ_AT: Final = at(23, 8, 52)  # the account's last reading, before the digest's own
_OF: Final = kinds(READ_AT)
_FOUND: Final = {1: [_OF["standing-still"], _OF["failed"]], 2: [_OF["transfers"]], 3: [_OF["unreached"]]}
ASSESSED: Final = Assessment(
    READ_AT, {id_of(n): assessed(one.name, *_FOUND.get(n, ()), at=READ_AT) for n, one in enumerate(MONDAY, 1)}
)
SILENT: Final = replace(
    ASSESSED,
    campaigns={id_: replace(one, open=()) for id_, one in ASSESSED.campaigns.items()},
    standing_still=AllStandingStill(at(20, 15), (id_of(1), id_of(2))),
)
EDITIONS: Final[dict[str, Edition]] = {
    "monday-after-a-weekend": EDITION,
    "first": FIRST,
    "in-a-shared-channel": edition_with(EDITION, options=CardOptions(short="shared")),
    "with-some-that-could-not-be-read": edition_with(
        EDITION,
        now=snapshot(at(23), MONDAY[:3], n4="Unavailable", n5="Unavailable", n6="CampaignNotFound"),
        problem="Unavailable",
    ),
    "named-by-id-one-missing": edition_with(
        EDITION, digest=BY_ID, now=snapshot(at(23), MONDAY[:4], n5="CampaignNotFound"), failed_since=None
    ),
    "late-and-one-failed-before": edition_with(
        EDITION,
        before=Delivered(at(19), replace(LAST.snapshot, as_of=at(19), day=date(2026, 11, 19))),
        late=timedelta(minutes=25),
        late_why="limit",
        failed_since=FAILED,
    ),
    "nothing-changed": edition_with(EDITION, now=replace(LAST.snapshot, as_of=at(20, 15)), due=at(20, 15), history=()),
    "of-fifty-active": many(50),
    "of-five-hundred-and-more": edition_with(many(500), left_out=25),
    "with-an-assessment": edition_with(EDITION, assessment=ASSESSED),
    "with-an-assessment-in-a-shared-channel": edition_with(
        EDITION, assessment=ASSESSED, options=CardOptions(short="shared")
    ),
    "when-no-campaign-calls": edition_with(EDITION, assessment=SILENT),
    "condensed": edition_with(EDITION, digest=replace(DIGEST, length="condensed")),
    "twice-a-day": edition_with(
        EDITION,
        digest=replace(DIGEST, timetable=Timetable("America/New_York", times=("09:00", "16:00"))),
        due=at(23, 16),
    ),
    "preview": edition_with(FIRST, preview=True),
    "sent-while-paused": edition_with(
        EDITION, digest=replace(DIGEST, length="condensed", pause=Pause(at(20), "person")), next_due=None
    ),
    "without-campaigns": edition_with(EDITION, now=snapshot(at(23), ()), next_due=None),
    "without-numbers": edition_with(EDITION, now=snapshot(at(23), [Figures("")] * 2), before=None, history=()),
}
DIGESTS: Final[dict[str, Message]] = {
    **{f"digest-{name}": digest_message.message(edition) for name, edition in EDITIONS.items()},
    **{
        f"digest-plain-{name}": digest_message.message(EDITIONS[name], plain=True)
        for name in ("monday-after-a-weekend", "of-five-hundred-and-more")
    },
}
