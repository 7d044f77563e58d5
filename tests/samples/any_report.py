"""Reports of digests as they might be: hostile names, huge numbers, nothing known, of any number of campaigns."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from blocks.card_options import CardOptions
from blocks.digests.edition import Edition
from bot.campaigns.figures import COUNTED, Figures
from bot.digests.digest import CampaignFilter, Delivery, Digest, Pause, PauseReason, Reason
from bot.digests.report import Change, ChangeKind, ChartDay, Group, Moved, Quieted, Report, Row, Totals, Trouble
from bot.digests.timetable import Timetable
from bot.insight.assessment import Assessed, OnIt, OpenProblem
from bot.insight.problems import AllStandingStill, BadEnd, Problem, identity
from tests.samples.any_campaign import HOSTILE

Anything = SearchStrategy[Any]

_texts: Final = st.sampled_from((*HOSTILE, "AEP Outreach 2026", "W" * 4000))
_counts: Final = st.sampled_from((0, 1, 2, 7, 96, 1204, 2**53, 10**18, 10**40))
_any_counts: Final = st.none() | _counts | st.sampled_from((-1, -(10**18)))
_NOW: Final = datetime(2026, 11, 25, 14, 2, tzinfo=UTC)
_moments: Final = st.sampled_from((*range(-200, 200, 7), -90_000, 90_000)).map(
    lambda hours: _NOW + timedelta(hours=hours)
)
_ids: Final = st.integers(0, 9).map(lambda number: f"{number:08x}-6276-4993-bfeb-53cbbbba6f08")
_people: Final = st.sampled_from(("U01OWNER", "U02ADMIN", "W" * 300, "<!channel>"))
_statuses: Final = (
    st.sampled_from((None, "active", "paused", "completed", "cancelled", "archived", "brand_new")) | _texts
)
_shares: Final = st.sampled_from((0.0, 0.001, 0.17, 0.999, 1.0))
_EXPECTED: Final = st.sampled_from((0.0, 41.7, 1e9))
_OF_PROBLEMS: Final[dict[str, Anything]] = {  # what a field of a problem may be, by its name
    "bad_end": st.sampled_from(get_args(BadEnd)),
    "since": _moments,
    "earliest": _moments,
    "latest": _moments,
    "ends": _moments,
    "bad": _counts,
    "ended": _counts.filter(bool),
    "own": _counts,
    "calls": _counts,
    "customers": _counts,
    "left": _counts,
    "usual": _shares,
    "expected": _EXPECTED,
    "subject": _texts,
    "trouble": st.sampled_from(("off", "nobody", "missing", "of_later")),
    "says": _texts,
}
_KINDS: Final[tuple[type[Problem], ...]] = get_args(get_args(Problem)[0])  # every one there is
_problems: Final[SearchStrategy[Problem]] = st.one_of(
    [
        st.builds(kind, **{one.name: _OF_PROBLEMS[one.name] for one in fields(kind) if one.name != "kind"})
        for kind in _KINDS
    ]
)
_figures: Final = st.builds(
    Figures,
    name=_texts,
    status=_statuses,
    customers=_any_counts,
    calls=_any_counts,
    states=st.dictionaries(st.sampled_from(COUNTED), _any_counts.filter(lambda count: count is not None)),
)


@st.composite
def _troubles(draw: Any) -> Trouble:
    problem = draw(_problems)
    seen = draw(_moments)
    assessed = Assessed(draw(_texts), "active", None, draw(_any_counts), (OpenProblem(problem, seen, seen),))
    return Trouble(
        draw(_ids),
        assessed,
        problem,
        told=draw(st.none() | _moments),
        is_worse=draw(st.booleans()),
        on_it=draw(st.none() | st.builds(OnIt, by=_people, at=_moments)),
    )


@st.composite
def _groups(draw: Any) -> Group:
    """Problems of one campaign, or alike ones of several."""
    first = draw(_troubles())
    others = draw(st.lists(_troubles(), max_size=2))
    if draw(st.booleans()):
        return Group((first, *(Trouble(first.id, one.assessed, one.problem) for one in others)))
    alike = [one for one in others if identity(one.problem)[:2] == identity(first.problem)[:2]]
    return Group((first, *alike))


_changes: Final = st.builds(
    Change,
    id=_ids | st.just(""),
    name=_texts,
    kind=st.sampled_from(get_args(ChangeKind)),
    was=_statuses,
    now=_statuses,
    figures=st.none() | _figures,
    over=st.lists(_problems.map(identity) | st.just(("of_later",)), max_size=3).map(tuple),
    error=st.sampled_from(("Unavailable", "CampaignNotFound", "NoSuchError")),
)
_totals: Final = st.builds(
    Totals,
    campaigns=_counts,
    calls=_any_counts,
    calls_before=_any_counts,
    before=st.sampled_from(("", "day", "week")),
    completed=_any_counts,
    failed=_any_counts,
    usual_failed=st.none() | _shares,
    left=_any_counts,
    added=_any_counts,
    again=_any_counts,
    calling_days_left=st.none() | st.tuples(_counts, _counts).map(sorted).map(tuple),
    reset=st.lists(_ids, max_size=5).map(tuple),
)
_days: Final = st.lists(
    st.builds(
        ChartDay,
        day=st.integers(1, 30).map(lambda day: date(2026, 11, day)),
        calls=_any_counts,
        is_reset=st.booleans(),
        is_today=st.booleans(),
    ),
    max_size=14,
    unique_by=lambda one: one.day,
).map(lambda days: tuple(sorted(days, key=lambda one: one.day)))


def _times(strategy: Anything, number: int) -> SearchStrategy[tuple[Any, ...]]:
    """Make a few, and of them so many."""
    few = st.lists(strategy, min_size=1, max_size=2)
    return few.map(lambda some: tuple(some[n % len(some)] for n in range(number))) | st.just(())


def reports(number: int) -> SearchStrategy[Report]:
    """Reports of so many campaigns, each of which may have something to be said."""
    return st.builds(
        Report,
        rows=_times(st.builds(Row, id=_ids, figures=_figures, changes=st.just({})), number),
        changes=_times(_changes, number),
        owed=_times(_ids, number),
        needs=_times(_groups(), number),
        known=_times(_groups(), number),
        quiet=_times(st.builds(Quieted, trouble=_troubles(), until=_moments, by=_people), number),
        standing_still=st.none() | st.builds(AllStandingStill, since=_moments, campaigns=st.just(("a", "b"))),
        standing_still_told=st.none() | _moments,
        others_call=st.booleans(),
        totals=_totals,
        moved=st.lists(st.builds(Moved, id=_ids, name=_texts, calls=_counts), max_size=3).map(tuple),
        days=_days,
        since=st.none() | _moments,
        judged_at=st.none() | _moments,
        unjudged=st.sampled_from(("", "off", "none", "old")),
        ended=_counts,
    )


_digests: Final = st.builds(
    Digest,
    id=st.just("d" * 36),
    workspace_id=st.just("T01SUNRISE"),
    name=_texts,
    channel_id=st.just("C01GENERAL"),
    owner_id=_people,
    timetable=st.sampled_from(
        (
            Timetable("America/New_York"),
            Timetable("Asia/Kolkata", times=("09:00", "16:00"), ends=date(2026, 12, 1)),
            Timetable("Pacific/Kiritimati", cron="0 9 1 * *"),
        )
    ),
    choice=st.builds(
        CampaignFilter,
        ids=st.just(()) | st.lists(_ids, min_size=1, max_size=3).map(tuple),
        status=_statuses,
        words=_texts,
    ),
    pause=st.none()
    | st.builds(
        Pause,
        since=_moments,
        why=st.sampled_from(get_args(PauseReason)),
        until=st.none() | _moments,
        by=st.none() | _people,
        detail=st.sampled_from(get_args(Reason)) | _texts,
    ),
    length=st.sampled_from(("full", "condensed")),
)
_failed: Final = st.builds(
    Delivery,
    id=st.just("r"),
    digest_id=st.just("d"),
    workspace_id=st.just("T"),
    kind=st.just("scheduled"),
    due=_moments,
    wanted_at=_moments,
    state=st.sampled_from(("failed", "skipped", "unconfirmed")),
    reason=st.sampled_from(get_args(Reason)) | _texts,
)


def editions(number: int) -> SearchStrategy[Edition]:
    """Editions of so many campaigns."""
    return st.builds(
        Edition,
        digest=_digests,
        report=reports(number),
        as_of=_moments,
        due=_moments,
        run=st.just(f"{'d' * 36}:2026-11-25T09:00-0500"),
        count=_counts,
        next_due=st.none() | _moments,
        late=st.sampled_from((None, timedelta(), timedelta(minutes=5), timedelta(days=400))),
        late_why=_texts,
        failed_since=st.none() | _failed,
        paused_since=st.none()
        | st.builds(Pause, since=_moments, why=st.just("person"), until=st.none() | _moments, by=st.none() | _people),
        is_old=st.booleans(),
        is_now=st.booleans(),
        options=st.sampled_from((CardOptions(), CardOptions(short="shared"), CardOptions(short="unsure"))),
        left_out=_counts,
        problem=st.sampled_from((None, "Unavailable", "RateLimited")),
        for_one=st.booleans(),
    )
