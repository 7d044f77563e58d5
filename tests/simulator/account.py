"""An account whose readings can be had as they were kept at any moment.

    made = account(20, weeks=8, seed=1, troubles=[ShareTimes(campaign=3, times=2, day=40)])
    made.history(made.moment(day=41, hour=9))  # what a rule sees on that day at nine: a `History`

The same seed makes the same account; a campaign's numbers do not depend on how many others there are. A campaign is
made when it is first asked for. Only moments are thinned as the product does it: what was read is exact.
"""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.campaigns.figures import Figures
from bot.insight.series import History, Point, Series
from tests.simulator.clock import ZONE, Tick, ticks
from tests.simulator.plans import Plan, healthy
from tests.simulator.running import Running
from tests.simulator.troubles import Trouble

START = date(2026, 1, 5)  # a Monday; with eight weeks, March 8 is day 62, on which clocks go forward
EVERY_READING = timedelta(days=3)
ONE_AN_HOUR = timedelta(days=35)


@dataclass(frozen=True)
class Made:
    """The points of one campaign: every reading in which it had changed, and the same with one an hour, one a day."""

    every: Sequence[Point]
    hourly: Sequence[Point]
    daily: Sequence[Point]


@dataclass
class Account:
    """Campaigns and their readings."""

    plans: Sequence[Plan]
    ticks: Sequence[Tick]  # those at whose end the account was read, and the others
    troubles: Sequence[Trouble]
    seed: int
    zone: ZoneInfo
    read: Sequence[datetime] = field(init=False)
    _made: dict[int, Made] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.read = [tick.at for tick in self.ticks if self.was_read(tick)]
        self._hours = _last_of({at: at.replace(minute=0, second=0) for at in self.read})
        self._days = _last_of({at: at.astimezone(self.zone).date() for at in self.read})

    def was_read(self, tick: Tick) -> bool:
        """Return whether there is a reading at the end of a tick."""
        return all(trouble.is_read(tick) for trouble in self.troubles)

    def moment(self, day: int, hour: int = 9, minute: int = 0) -> datetime:
        """Return a moment of a day of the simulation, UTC."""
        on = self.ticks[0].date + timedelta(days=day)
        return datetime.combine(on, time(hour, minute), self.zone).astimezone(UTC)

    def history(self, moment: datetime, only: Sequence[int] | None = None) -> History:
        """Return the account as it was kept at a moment: all campaigns that were in a reading, or `only` some."""
        plans = self.plans if only is None else [self.plans[number] for number in only]
        read = self._kept(moment)
        made = ((plan.id, self._series(plan, read, moment)) for plan in plans)
        return {id_: series for id_, series in made if series is not None}

    def _kept(self, moment: datetime) -> list[datetime]:
        """Return the moments that are still kept at a moment."""
        old, middle = _ages(moment, self.zone)
        read = self.read[bisect_right(self.read, middle) : bisect_right(self.read, moment)]
        hours = [at for at in self._hours[bisect_right(self._hours, old) :] if at <= middle]
        return [*(at for at in self._days if at <= old), *hours, *read]

    def _series(self, plan: Plan, read: list[datetime], moment: datetime) -> Series | None:
        made = self._made.get(plan.number)
        if made is None:
            made = self._made[plan.number] = self._make(plan)
        old, middle = _ages(moment, self.zone)
        points = [
            *made.daily[: bisect_right(made.daily, old, key=_at)],
            *made.hourly[bisect_right(made.hourly, old, key=_at) : bisect_right(made.hourly, middle, key=_at)],
            *made.every[bisect_right(made.every, middle, key=_at) : bisect_right(made.every, moment, key=_at)],
        ]
        if not points:
            return None
        return Series(read if points[0].at <= read[0] else read[bisect_left(read, points[0].at) :], points)

    def _make(self, plan: Plan) -> Made:
        running = Running(plan, random.Random(f"{self.seed}/{plan.number}"), self.troubles)
        every = list(self._changes(running))
        return Made(every, list(_thinned(every, self._hours)), list(_thinned(every, self._days)))

    def _changes(self, running: Running) -> Iterator[Point]:
        """Yield a point for each reading in which something had changed."""
        changed = False
        read = set(self.read)
        for tick in self.ticks:
            changed = running.go_on(tick) or changed
            if changed and running.exists and tick.at in read:
                yield Point(tick.at, running.figures(self.moment))
                changed = False


def account(
    campaigns: int | Sequence[Plan],
    weeks: int,
    seed: int = 0,
    troubles: Sequence[Trouble] = (),
    *,
    every: int = 15,
    start: date = START,
    zone: ZoneInfo = ZONE,
) -> Account:
    """Return an account with so many healthy campaigns (or those given), read `every` minutes, with known troubles."""
    days = weeks * 7
    if isinstance(campaigns, int):
        campaigns = [healthy(number, days, random.Random(f"{seed}/plan/{number}")) for number in range(campaigns)]
    plans = [replace(plan, number=number) for number, plan in enumerate(campaigns)]
    return Account(plans, list(ticks(start, days, every, zone)), troubles, seed, zone)


def _ages(moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return until when one reading a day is kept, and until when one an hour: just before a day and an hour begin."""
    day = datetime.combine((moment - ONE_AN_HOUR).astimezone(zone).date(), time(), zone).astimezone(UTC)
    hour = (moment - EVERY_READING).replace(minute=0, second=0)
    return day - timedelta(seconds=1), hour - timedelta(seconds=1)


def _last_of(keys: Mapping[datetime, object]) -> list[datetime]:
    """Return the last moment of each hour, or day."""
    last = {key: at for at, key in keys.items()}
    return sorted(last.values())


def _thinned(points: Sequence[Point], kept: Sequence[datetime]) -> Iterator[Point]:
    """Yield the points that are left when only some readings are kept."""
    found: dict[datetime, Figures] = {}
    for point in points:
        place = bisect_left(kept, point.at)
        if place < len(kept):
            found[kept[place]] = point.figures
    return (Point(at, figures) for at, figures in found.items())


def _at(point: Point) -> datetime:
    return point.at
