"""Whether more customers of a campaign than usual end badly, judged by its own past (docs/insight.md)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.insight.daily_ends import BAD_ENDS, DayOfEnds, EndsByDay, ends_by_day, midnights
from bot.insight.problems import BadEnd, Inconclusive, UnusualEnds, Verdict
from bot.insight.series import History, Series
from bot.insight.usual_share import NEW_BELOW, Share, usual_share

BUDGET = 0.05  # false lines a digest, all kinds together: the one dial
WINDOWS = (1, 3, 7)  # days on which somebody ended, and today so far
LEAST_BAD, LEAST_ENDED = 3, 8
_OLDEST = 14  # days before today with which the longest window may begin
_CLOSE = timedelta(hours=2)  # a window whose first reading is so short before midnight begins with the day


@dataclass(frozen=True, slots=True)
class _Account:
    """What all campaigns of an account have in common at a reading."""

    limit: float  # what is less likely than this is said
    starts: Sequence[datetime]  # of the days
    bad: Mapping[BadEnd, int]  # of all campaigns on all days
    ended: Mapping[BadEnd, int]


def unusual_ends(history: History, now: datetime, zone: ZoneInfo) -> Mapping[tuple[str, BadEnd], Verdict]:
    """Judge all active campaigns of an account: a verdict for each of them and each kind of bad end."""
    starts = midnights(now, zone)
    ends = {id_: ends_by_day(series, starts, now) for id_, series in history.items() if series.points}
    active = [id_ for id_ in ends if history[id_].last.status == "active"]
    sums = {kind: [_sums(one, kind) for one in ends.values()] for kind in BAD_ENDS}
    account = _Account(
        limit=BUDGET / (max(len(active), 1) * len(WINDOWS) * len(BAD_ENDS)),
        starts=starts,
        bad={kind: sum(bad for bad, _ in of_kind) for kind, of_kind in sums.items()},
        ended={kind: sum(ended for _, ended in of_kind) for kind, of_kind in sums.items()},
    )
    return {(id_, kind): _verdict(history[id_], ends[id_], kind, account) for id_ in active for kind in BAD_ENDS}


def _verdict(series: Series, ends: EndsByDay, kind: BadEnd, account: _Account) -> Verdict:
    """Return what the window that is least likely by chance shows, if one is unusual."""
    if kind not in ends.kinds:
        return Inconclusive("no_data")
    if ends.called_again:
        return Inconclusive("reset")
    judging = _Judging(series, kind, ends.kinds.index(kind), _others(ends, kind, account), account)
    looks = [judging.look(window, earlier) for window, earlier in _windows(ends.days)]
    found = [(look.chance, place, look.found) for place, look in enumerate(looks) if isinstance(look, _Look)]
    likeliest = min(found, default=None, key=lambda one: one[:2])
    if likeliest and likeliest[2]:
        return likeliest[2]
    unknown = next((look for look in looks if isinstance(look, Inconclusive)), None)
    return None if found else unknown


@dataclass(frozen=True, slots=True)
class _Look:
    """A window that could be judged."""

    chance: float
    found: UnusualEnds | None = None


@dataclass(frozen=True, slots=True)
class _Judging:
    """One kind of bad end of one campaign."""

    series: Series
    kind: BadEnd
    place: int  # of the kind in `DayOfEnds.bad`
    others: Share | None  # of the account's other campaigns
    account: _Account

    def look(self, window: Sequence[DayOfEnds], earlier: Sequence[DayOfEnds]) -> _Look | Inconclusive | None:
        """Judge the days of a window by those before it. None: too few ended."""
        if flaw := next((day.flaw for day in window if day.flaw), None):
            return Inconclusive(flaw)
        bad, ended = sum(day.bad[self.place] for day in window), sum(day.ended for day in window)
        if ended < LEAST_ENDED:
            return None
        if bad < LEAST_BAD:
            return _Look(1.0)
        usual = usual_share(earlier, self.place, self.others)
        if usual is None:
            return Inconclusive("short_history")
        chance = usual.chance(window, self.place)
        if chance >= self.account.limit:
            return _Look(chance)
        since = self._since(self.account.starts[-1 - window[-1].number])
        return _Look(chance, UnusualEnds(self.kind, since, bad, ended, usual.share, usual.own))

    def _since(self, start: datetime) -> datetime:
        """Return the reading at which a window begins that is to begin with a day."""
        before = self.series.read_before(start) or self.series.points[0].at
        return start if start - _CLOSE <= before <= start else before


def _windows(days: Sequence[DayOfEnds]) -> Iterator[tuple[Sequence[DayOfEnds], Sequence[DayOfEnds]]]:
    """Yield each window with the days before it, both newest first. None twice."""
    today = sum(day.number == 0 for day in days)
    recent = sum(day.number <= _OLDEST for day in days)
    lengths = dict.fromkeys(min(today + window, recent) for window in WINDOWS)
    return ((days[:length], days[length:]) for length in lengths if length)


def _others(ends: EndsByDay, kind: BadEnd, account: _Account) -> Share | None:
    """Return the share of all other campaigns, None when too few of their customers ended."""
    bad, ended = _sums(ends, kind)
    bad, ended = account.bad[kind] - bad, account.ended[kind] - ended
    return bad / ended if ended >= NEW_BELOW else None


def _sums(ends: EndsByDay, kind: BadEnd) -> tuple[int, int]:
    """Return how many ended so, and how many ended at all, on days without a flaw."""
    if kind not in ends.kinds:
        return 0, 0
    place, days = ends.kinds.index(kind), [day for day in ends.days if not day.flaw]
    return sum(day.bad[place] for day in days), sum(day.ended for day in days)
