"""A naive program that counts again what a digest says: it looks at every reading, one after the other, each time.

It shares nothing with the program but the readings, and `usual_share`, which judges days that are counted here.
"""

import math
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import fmean, variance
from zoneinfo import ZoneInfo

from bot.campaigns.figures import Figures
from bot.insight.daily_ends import DayOfEnds
from bot.insight.holidays import is_day_off
from bot.insight.series import AccountReading
from bot.insight.usual_share import usual_share

_SIXTY = 60  # days that count
_TWO_HOURS, _THREE_HOURS = timedelta(hours=2), timedelta(hours=3)
_ENDED = ("completed", "failed", "expired", "exceeded_max_calls", "cancelled", "skipped")
_T = {4: 1.53, 5: 1.48, 6: 1.44, 7: 1.41, 8: 1.40, 9: 1.38}  # Student, 80 %
Field = Callable[[Figures], int | None]


def calls(one: Figures) -> int | None:
    """Calls in total."""
    return one.calls if one.calls is not None and one.calls >= 0 else None


def left(one: Figures) -> int | None:
    """Customers pending and in progress."""
    pending, in_progress = one.states.get("pending"), one.states.get("in_progress")
    if pending is None or in_progress is None or pending < 0 or in_progress < 0:
        return None
    return pending + in_progress


def ended(one: Figures) -> int | None:
    """Customers of every other status."""
    counts = [one.states[state] for state in _ENDED if state in one.states]
    if not counts or min(counts) < 0 or one.customers is None or sum(counts) > one.customers:
        return None
    return sum(counts)


def customers(one: Figures) -> int | None:
    """Customers in total."""
    return one.customers


def on_list(was: Figures, now: Figures) -> tuple[int, int] | None:
    """Customers who came onto a list (or were taken off it: below zero), and those who ended and wait again."""
    known = [[count(one) for one in (was, now)] for count in (customers, left, ended)]
    (all_before, all_now), (left_before, left_now), (ended_before, ended_now) = known
    if None in (all_before, all_now, left_before, left_now, ended_before, ended_now):
        return None
    came, fewer_ended = (all_now or 0) - (all_before or 0), (ended_before or 0) - (ended_now or 0)
    if (left_now or 0) - (left_before or 0) != came + fewer_ended:
        return None
    while came < 0 < fewer_ended:  # somebody who had ended is gone
        came, fewer_ended = came + 1, fewer_ended - 1
    return came, max(fewer_ended, 0)


class Naive:
    """The readings of an account, oldest first, at the moment `now` of a digest in `zone`."""

    def __init__(self, readings: Sequence[AccountReading], now: datetime, zone: ZoneInfo) -> None:
        self.readings, self.now, self.zone = readings, now, zone
        self._seen: dict[str, list[tuple[datetime, Figures, bool]]] = {}
        self._first: dict[str, datetime | None] = {}

    def midnight(self, day: date) -> datetime:
        """When a local day begins."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.zone).date()

    def of(self, id_: str) -> list[tuple[datetime, Figures, bool]]:
        """What each reading shows of a campaign, from the first to the last that has it.

        One between them that lacks it shows the same.
        """
        if id_ in self._seen:
            return self._seen[id_]
        found: list[tuple[datetime, Figures, bool]] = []
        last = 0
        for reading in self.readings:
            if id_ in reading.campaigns:
                found.append((reading.at, reading.campaigns[id_], reading.coarse))
                last = len(found)
            elif found and not reading.coarse and not found[-1][2]:
                found.append((reading.at, found[-1][1], False))
        self._seen[id_] = found[:last]
        return self._seen[id_]

    def value(self, id_: str, field: Field, moment: datetime) -> int | None:
        """A counter at a moment, by the reading up to two hours before, or by two that show the same."""
        mine, moment = self.of(id_), moment.astimezone(UTC)
        absent = self._absent(id_)
        if absent and moment <= absent:
            return 0  # the campaign was not there yet
        before = [one for one in mine if one[0] <= moment]
        after = mine[len(before) :]
        if not before or before[-1][2]:
            return None
        known = field(before[-1][1])
        if moment > self.now or moment - before[-1][0] <= _TWO_HOURS:
            return known
        return known if after and field(after[0][1]) == known else None

    def _absent(self, id_: str) -> datetime | None:
        """When the last whole reading before its first one was made."""
        if id_ not in self._first:
            mine = self.of(id_)
            whole = [one.at for one in self.readings if not one.coarse and (not mine or one.at < mine[0][0])]
            self._first[id_] = whole[-1] if whole else None
        return self._first[id_]

    def gained(self, id_: str, field: Field, start: datetime, end: datetime) -> int | None:
        """How much a counter grew."""
        first, last = self.value(id_, field, start), self.value(id_, field, end)
        return None if first is None or last is None or last < first else last - first

    def fell(self, id_: str, start: datetime, end: datetime) -> bool:
        """Whether the calls fell."""
        mine, start, end = self.of(id_), start.astimezone(UTC), end.astimezone(UTC)
        before = [one for one in mine if one[0] <= start][-1:]
        within = [*before, *(one for one in mine if start < one[0] <= end)]
        counts = [count for one in within if (count := calls(one[1])) is not None]
        return any(then < was for was, then in pairwise(counts))

    def day(self, ids: Collection[str], day: date) -> tuple[int | None, bool]:
        """The calls of a day, and whether a counter fell."""
        start, end = self.midnight(day), self.midnight(day + timedelta(days=1))
        total, unknown, known, fallen = 0, False, False, False
        for id_ in ids:
            mine = self.of(id_)
            if not mine or calls(mine[-1][1]) is None:
                continue
            if self.fell(id_, start, end):
                fallen = True
                continue
            within = [one for one in mine if start <= one[0] <= end]
            was_absent = self.value(id_, calls, end) == 0 and mine[0][0] > end
            last = within[-1:] and not within[-1][2]
            made = 0 if was_absent else self.gained(id_, calls, start, end) if last else None
            unknown, known = unknown or made is None, known or made is not None
            total += made or 0
        return (total if known and not unknown else None), fallen

    def before(self, ids: Collection[str], since: datetime) -> tuple[int | None, str]:
        """The calls in as long a time before, and which time that is."""
        start, end = since.astimezone(self.zone), self.now.astimezone(self.zone)
        if not all(map(self.of, ids)):
            return None, ""
        for name, days in (("day", 1), ("week", 7)):
            back = timedelta(days=days)
            if end - start > back + timedelta(hours=1):
                continue
            mine, other = self._kinds(ids, start, end), self._kinds(ids, start - back, end - back)
            if not mine or "unknown" in mine or mine != other:
                continue
            made = [self._between(id_, start - back, end - back) for id_ in ids if self.of(id_)]
            known = [count for count in made if count is not None]
            if known and len(known) == len(made):
                return sum(known), name
        return None, ""

    def _between(self, id_: str, start: datetime, end: datetime) -> int | None:
        first, last = self._about(id_, start), self._about(id_, end)
        if first is None or last is None or last < first or self.fell(id_, start, end):
            return None
        return last - first

    def _about(self, id_: str, moment: datetime) -> int | None:
        """The calls at a moment, by a reading within half an hour, or by the two around it that show the same."""
        moment, absent = moment.astimezone(UTC), self._absent(id_)
        if absent and moment <= absent:
            return 0
        mine = self.of(id_)
        before = [one for one in mine if one[0] <= moment][-1:]
        around = [one for one in [*before, *[one for one in mine if one[0] > moment][:1]] if not one[2]]
        near = sorted(((abs(one[0] - moment), one[0], one[1]) for one in around), key=lambda one: one[:2])
        if near and near[0][0] <= timedelta(minutes=31):
            return calls(near[0][2])
        shown = {calls(one[1]) for one in around}
        return shown.pop() if len(around) == 2 and len(shown) == 1 else None

    def _kinds(self, ids: Collection[str], start: datetime, end: datetime) -> list[str]:
        """The kinds of calling time in a span, day by day; those without calling time are left out."""
        kinds = []
        day = start.date()
        while day <= end.date():
            first = max(start, self.midnight(day), key=lambda one: one.replace(tzinfo=None))
            last = min(end, self.midnight(day + timedelta(days=1)), key=lambda one: one.replace(tzinfo=None))
            if first.replace(tzinfo=None) < last.replace(tzinfo=None):
                kinds.append(self._kind(ids, first, last))
            day += timedelta(days=1)
        return [kind for kind in kinds if kind != "idle"]

    def _kind(self, ids: Collection[str], start: datetime, end: datetime) -> str:
        seen = [self._made(ids, start - timedelta(weeks=week), end - timedelta(weeks=week)) for week in range(6)]
        if not any(count for made in seen for count in made):
            return "idle" if any(made and None not in made for made in seen) else "unknown"
        holiday = is_day_off((start.date() - date(1970, 1, 1)).days)
        if holiday and not any(self._made(ids, start, end)):
            return "holiday"
        return {5: "Saturday", 6: "Sunday"}.get(start.weekday(), "weekday")

    def _made(self, ids: Collection[str], start: datetime, end: datetime) -> list[int | None]:
        return [self.gained(id_, calls, start, min(end, self.now)) for id_ in ids if self.of(id_)]

    def usual_failed(self, ids: Collection[str], since: datetime) -> float | None:
        """The usual share of failed among completed and failed."""
        until = self.midnight(since.astimezone(self.zone).date())
        days: dict[int, DayOfEnds] = {}
        for id_ in ids:
            for number, (failed, both) in self._ends(id_).items():
                if number <= _SIXTY and self.midnight(self.today - timedelta(days=number)) < until:
                    day = days.setdefault(number, DayOfEnds(number, [0]))
                    day.bad[0] += failed
                    day.ended += both
        found = usual_share([days[number] for number in sorted(days) if days[number].ended], 0, None)
        return found.share if found else None

    def _ends(self, id_: str) -> dict[int, tuple[int, int]]:
        """By days before today: who failed, and who failed or was completed. Days that are not sure are left out."""
        mine = self.of(id_)
        if not mine or any(state not in mine[-1][1].states for state in ("completed", "failed")):
            return {}
        kept = [state for state in _ENDED[:4] if state in mine[-1][1].states]
        counted: dict[int, list[int]] = {}
        unsure: set[int] = set()
        again, again_on = None, 0  # how many had ended before customers were called again
        for was, then in pairwise(mine):
            old, new = ([one[1].states.get(state, -1) for state in kept] for one in (was, then))
            if was[1].states == then[1].states or (old == new and min(old) >= 0):
                continue
            number = self._number(then[0])
            if self._is_gap(was, then):
                unsure.update(range(number, self._number(was[0]) + 1))
                continue
            if min(*old, *new) < 0:
                unsure.add(number)
            elif new[0] < old[0]:
                again = None
                unsure.add(number)
            else:
                if again is None and any(a < b for a, b in zip(new, old, strict=True)):
                    again, again_on = sum(old), number
                if again is not None:
                    if sum(new) >= again or again_on - number > 7:
                        again = None
                    continue
                day = counted.setdefault(number, [0, 0])
                day[0] += new[1] - old[1]
                day[1] += new[0] - old[0] + new[1] - old[1]
        return {number: (failed, both) for number, (failed, both) in counted.items() if number not in unsure}

    def _number(self, moment: datetime) -> int:
        """Days before today; a reading at midnight closes the day before."""
        local = (moment - timedelta(microseconds=1)).astimezone(self.zone).date()
        return max((self.today - local).days, 0)

    def _is_gap(self, was: tuple[datetime, Figures, bool], then: tuple[datetime, Figures, bool]) -> bool:
        if was[2] or then[2]:
            return then[0] - was[0] > timedelta(days=4)
        old = self.now - then[0] > timedelta(days=34)
        return then[0] - was[0] > (timedelta(hours=26) if old else _THREE_HOURS)

    def days_left(self, ids: Collection[str]) -> tuple[int, int] | None:
        """The range of calling days until nobody is left."""
        if not all(map(self.of, ids)):
            return None
        there = [(id_, self.of(id_)[-1]) for id_ in ids]
        waiting = [(id_, one) for id_, one in there if left(one[1]) != 0]
        for _, (at, figures, _) in waiting:
            if left(figures) is None or figures.status != "active" or self.now - at > _TWO_HOURS:
                return None
        rest = sum(left(one[1]) or 0 for _, one in waiting)
        days = self._calling_days([id_ for id_, _ in waiting])
        if not rest or len(days) < 5:
            return None
        totals = [0.0] * len(days)
        for id_, _ in waiting:
            fewer = self._fewer(id_, days)
            known = [number for number in fewer if number is not None]
            if len(known) < 3:
                return None
            totals = [
                total + (fmean(known) if number is None else number)
                for total, number in zip(totals, fewer, strict=True)
            ]
        return _range(totals, rest)

    def _calling_days(self, ids: Collection[str]) -> list[list[date]]:
        """The last ten calling days before today, of four weeks. A day with few calls belongs to the one before it."""
        days = [self.today - timedelta(days=back) for back in range(1, 29)]
        made = {day: sum(self._sound(id_, calls, day) or 0 for id_ in ids) for day in days}
        called = sorted(count for count in made.values() if count)
        middle = (called[(len(called) - 1) // 2] + called[len(called) // 2]) / 2 if called else 0
        own = [day for day in days if made[day] and made[day] * 2 >= middle]
        newer = [days[0] + timedelta(days=1), *own]
        together = [
            [one for one in days if day <= one < next_one and made[one]]
            for day, next_one in zip(own, newer, strict=False)
        ]
        return together[:10]

    def _sound(self, id_: str, field: Field, day: date) -> int | None:
        """How much a counter grew on a day on which the campaign was there, and its calls did not fall."""
        start, end = self.midnight(day), self.midnight(day + timedelta(days=1))
        absent = self._absent(id_)
        if (absent and start <= absent) or self.fell(id_, start, end):
            return None
        return self.gained(id_, field, start, end)

    def _fewer(self, id_: str, days: Sequence[list[date]]) -> list[float | None]:
        both: list[tuple[int, int] | None] = []
        for together in days:
            gone = [self._sound(id_, ended, day) for day in together]
            come = [self._sound(id_, customers, day) for day in together]
            known = None not in gone and None not in come
            both.append((sum(one or 0 for one in gone), sum(one or 0 for one in come)) if known else None)
        fed = sum(pair[1] > 0 for pair in both if pair) > sum(pair is not None for pair in both) / 2
        return [None if pair is None else float(pair[0] - (pair[1] if fed else 0)) for pair in both]


def _range(totals: Sequence[float], rest: int) -> tuple[int, int] | None:
    mean, days = fmean(totals), len(totals)
    spread, reach = max(variance(totals), abs(mean)), _T[days - 1]
    most = [mean * n + reach * math.sqrt(spread * n + n**2 * spread / days) for n in range(1, 251)]
    least = [mean * n - reach * math.sqrt(spread * n + n**2 * spread / days) for n in range(1, 251)]
    first = next((n for n, gone in enumerate(most, 1) if gone >= rest), None)
    if first is None:
        return None
    last = next((n for n, gone in enumerate(least, 1) if gone >= rest and n >= first), None)
    return (first, last) if last is not None and last <= max(1.5 * first, first + 2) else None
