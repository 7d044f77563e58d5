"""What weeks of digests show: how much is flagged, whether anything is said twice, and whether numbers are right."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.campaigns.figures import Figures
from bot.digests.report import ChartDay, Report
from bot.insight.series import AccountReading
from tests.digests.naive import Naive, calls, left, on_list
from tests.simulator.weeks import Said

_WITH_IT = timedelta(minutes=1)


def flagged(said: Sequence[Said]) -> float:
    """Return which share of all rows has something under *Needs you*."""
    rows = sum(len(one.report.rows) for one in said)
    needing = sum(len(in_needs(one.report)) for one in said)
    return needing / rows if rows else 0.0


def in_needs(report: Report) -> set[str]:
    """Return the campaigns with a line under *Needs you*."""
    return {trouble.id for group in report.shown for trouble in group.troubles}


def said_twice(said: Sequence[Said]) -> Iterator[str]:
    """Yield every sentence under *Changed* or *Needs you* that the digest before said, too."""
    for before, one in pairwise(said):
        for title in ("Changed", "Needs you"):
            yield from (f"{one.day}: {line}" for line in one.lines(title) if line in before.lines(title))


def left_without_a_word(said: Sequence[Said]) -> Iterator[str]:
    """Yield every campaign that one digest had and the next one has not, without a line that names it."""
    for before, one in pairwise(said):
        names = {row.id: row.figures.name for row in before.report.rows}
        gone = names.keys() - {row.id for row in one.report.rows} - {*one.report.owed}
        told = {change.id for change in one.report.changes}
        lines = "\n".join(one.lines("Changed"))
        yield from (f"{one.day}: {names[id_]}" for id_ in sorted(gone) if id_ not in told or names[id_] not in lines)


def wrong_numbers(said: Sequence[Said]) -> Iterator[str]:
    """Yield every number that a naive program counts otherwise, from the readings as they were stored.

    The clock stands still while a digest is composed, and a reading of that very moment is stored before or after it:
    all its numbers have to be right either without that reading or with it.
    """
    for before, one in pairwise(said):
        at = one.edition.as_of
        earlier = [reading for reading in one.readings if reading.at < at]
        if wrong := list(_wrong(before, one, earlier)):
            with_it = [*earlier, *(reading for reading in one.readings if reading.at == at)]
            yield from min(wrong, list(_wrong(before, one, with_it)), key=len)


def _wrong(before: Said, one: Said, readings: Sequence[AccountReading]) -> Iterator[str]:
    for what, shown, counted in _numbers(before, one, readings):
        if shown != counted:
            yield f"{one.day}: {what} is {shown}, counted are {counted}"


def _numbers(before: Said, one: Said, readings: Sequence[AccountReading]) -> Iterator[tuple[str, object, object]]:
    """Yield what each number is, as it is shown and as it is counted from these readings."""
    report, totals = one.report, one.report.totals
    at, since, ids = one.edition.as_of, before.edition.as_of, [row.id for row in report.rows]
    naive = Naive(readings, at, ZoneInfo("America/New_York"))
    changes = _Changes(_campaigns(one), _campaigns(before), before, one)
    yield "the campaigns", set(ids), changes.active
    for name in ("calls", "completed", "failed"):
        yield f"the {name}", getattr(totals, name), changes.total(name)
    yield "how many are left", totals.left, changes.left
    yield "who came, and who waits again", (totals.added, totals.again), changes.on_lists()
    yield "what moved most", [(one.id, one.calls) for one in report.moved], changes.most()
    yield from ((f"the calls of {day.day}", _told(day), naive.day(ids, day.day)) for day in report.days)
    yield "the calls before", (totals.calls_before, totals.before), naive.before(changes.with_calls(), since)
    yield "the usual share", totals.usual_failed, naive.usual_failed(ids, since)
    yield "the days left", totals.calling_days_left, naive.days_left(ids)


def _campaigns(one: Said) -> Mapping[str, Figures]:
    """Return the campaigns by the reading that was made with a digest; one between two readings, by careCycle."""
    read = min(one.readings, key=lambda reading: abs(reading.at - one.edition.as_of))
    return (read if abs(read.at - one.edition.as_of) < _WITH_IT else one.shown).campaigns


def _told(day: ChartDay) -> tuple[int | None, bool]:
    return day.calls, day.is_reset


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


class _Changes:
    """What changed from one digest to the next, by two readings."""

    def __init__(self, now: Mapping[str, Figures], was: Mapping[str, Figures], before: Said, one: Said) -> None:
        self._was, self._now = was, now
        earlier = {row.id for row in before.report.rows}
        self.both = [row.id for row in one.report.rows if row.id in earlier]

    @property
    def active(self) -> set[str]:
        """The campaigns that are active now."""
        return {id_ for id_, figures in self._now.items() if figures.status == "active"}

    @property
    def left(self) -> int | None:
        """How many customers of these are left."""
        return _sum(left(self._now[id_]) for id_ in self.active)

    def total(self, name: str) -> int | None:
        """Add up a change of the campaigns that both digests have; those whose counters fell are left out."""
        return _sum(self._change(id_, name) for id_ in self.both)

    def on_lists(self) -> tuple[int | None, int | None]:
        """Return how many customers came onto lists, and how many who had ended wait again."""
        known = [id_ for id_ in self.both if id_ in self._was and id_ in self._now]
        moved = [on_list(self._was[id_], self._now[id_]) for id_ in known]
        return _sum(one and one[0] for one in moved), _sum(one and one[1] for one in moved)

    def with_calls(self) -> list[str]:
        """Return the campaigns whose calls are known to have changed so much."""
        return [id_ for id_ in self.both if self._change(id_, "calls") is not None]

    def most(self) -> list[tuple[str, int]]:
        """Return the three campaigns that called most, and how much."""
        made = [(id_, change) for id_ in self.both if (change := self._change(id_, "calls"))]
        return sorted(made, key=lambda one: (-one[1], self._now[one[0]].name.casefold()))[:3]

    def _change(self, id_: str, name: str) -> int | None:
        if any((fallen := self._difference(id_, other)) is not None and fallen < 0 for other in ("calls", "completed")):
            return None
        change = self._difference(id_, name)
        return change if change is not None and change >= 0 else None

    def _difference(self, id_: str, name: str) -> int | None:
        was, now = self._was.get(id_), self._now.get(id_)
        if was is None or now is None:
            return None
        if name == "calls":
            first, last = calls(was), calls(now)
        else:
            first, last = was.states.get(name), now.states.get(name)
        return None if first is None or last is None else last - first
