"""Every number that readings add to a digest is the one that a naive program counts, whatever happened."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.campaigns.figures import Figures
from bot.digests.read_numbers import Asked, read_numbers
from bot.digests.timetable import Timetable
from bot.insight.history import AccountHistory
from bot.insight.series import AccountReading
from tests.digests.naive import Naive

ZONES = ("America/New_York", "America/Los_Angeles", "Asia/Kolkata")
END = datetime(2026, 11, 6, tzinfo=UTC)  # the clocks went back on Sunday
TIMETABLES = (frozenset(range(1, 6)), frozenset(range(1, 8)), frozenset({1}), frozenset({1, 3, 5}))


@dataclass
class Fate:
    """What happens to a made-up campaign, by the hours since the first reading."""

    pace: int  # calls an hour
    share: float  # of calls by which a customer ends
    customers: int
    born: int
    falls: int | None
    paused: tuple[int, int] | None
    silent: tuple[int, int] | None  # careCycle does not say its numbers
    odd: tuple[int, int] | None  # careCycle says that there are fewer than none
    unlisted: tuple[int, int] | None  # careCycle's list leaves it out
    again: int | None  # customers who failed are called again
    fed: bool


FATES = st.builds(
    Fate,
    st.integers(0, 30),
    st.floats(0, 0.3),
    st.integers(0, 4000),
    st.just(0) | st.integers(0, 600),
    st.none() | st.integers(1, 700),
    st.none() | st.tuples(st.integers(0, 700), st.integers(1, 200)),
    st.none() | st.tuples(st.integers(0, 700), st.integers(1, 50)),
    st.none() | st.tuples(st.integers(0, 700), st.integers(1, 50)),
    st.none() | st.tuples(st.integers(0, 700), st.integers(1, 400)),
    st.none() | st.integers(1, 700),
    st.booleans(),
)
GAPS = st.lists(st.tuples(st.integers(0, 700), st.integers(1, 80)), max_size=4)


@dataclass
class Campaign:
    """A campaign as it lives through its fate, an hour at a time."""

    fate: Fate
    chance: random.Random
    calls: int = 0
    completed: int = 0
    failed: int = 0
    added: int = 0

    def live(self, hour: int, local: datetime) -> None:
        """Live through an hour."""
        if hour == self.fate.falls:
            self.calls, self.completed, self.failed = 0, 0, 0
        if hour == self.fate.again:
            self.failed = 0
        self.added += self.fate.fed and local.hour == 3
        if hour < self.fate.born or self._within(self.fate.paused, hour):
            return
        if 9 <= local.hour < {5: 12, 6: 0}.get(local.weekday(), 18):
            self.calls += self.chance.randint(0, self.fate.pace)
            ended = sum(self.chance.random() < self.fate.share for _ in range(self.fate.pace))
            failed = sum(self.chance.random() < 0.2 for _ in range(min(ended, self.left)))
            self.completed += min(ended, self.left) - failed
            self.failed += failed

    @property
    def left(self) -> int:
        """Customers who wait."""
        return max(self.fate.customers + self.added - self.completed - self.failed, 0)

    def shown(self, hour: int) -> Figures | None:
        """Return what a reading shows."""
        if hour < self.fate.born or self._within(self.fate.unlisted, hour):
            return None
        if self._within(self.fate.odd, hour):
            return Figures("A campaign", None, -1, -1, -1, {"pending": -1, "completed": -1, "failed": -(10**18)})
        silent = self._within(self.fate.silent, hour)
        states = {"pending": self.left, "in_progress": 0, "completed": self.completed, "failed": self.failed}
        status = "paused" if self._within(self.fate.paused, hour) else "active"
        customers = self.fate.customers + self.added
        return Figures("A campaign", status, customers, None if silent else self.calls, None, {} if silent else states)

    @staticmethod
    def _within(span: tuple[int, int] | None, hour: int) -> bool:
        return span is not None and span[0] <= hour < span[0] + span[1]


def lived(
    fates: list[Fate], gaps: list[tuple[int, int]], hours: int, seed: int, snapshots: int
) -> Iterator[AccountReading]:
    """Yield the readings of an account, one an hour, but not in its gaps; before that, so many days' snapshots."""
    start = END - timedelta(hours=hours)
    campaigns = {f"c{place}": Campaign(fate, random.Random(f"{seed} {place}")) for place, fate in enumerate(fates)}
    for hour in range(hours):
        moment = start + timedelta(hours=hour, minutes=7)
        for one in campaigns.values():
            one.live(hour, moment.astimezone(ZoneInfo("America/New_York")))
        if not any(begin <= hour < begin + length for begin, length in gaps):
            there = {id_: shown for id_, one in campaigns.items() if (shown := one.shown(hour))}
            is_coarse = hour < 24 * snapshots
            if not is_coarse or hour % 24 == 13:
                yield AccountReading(moment, there, coarse=is_coarse)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(FATES, min_size=1, max_size=3),
    GAPS,
    st.integers(100, 800),
    st.integers(0, 99),
    st.integers(0, 4),
    st.sampled_from(ZONES),
    st.sampled_from(TIMETABLES),
    st.sampled_from([1, 4, 24, 30, 72, 168]),
)
def test_every_number_is_what_a_naive_program_counts(
    fates: list[Fate],
    gaps: list[tuple[int, int]],
    hours: int,
    seed: int,
    snapshots: int,
    zone: str,
    days: frozenset[int],
    span: int,
) -> None:
    readings = list(lived(fates, gaps, hours, seed, snapshots))
    history = AccountHistory(readings)
    now = END - timedelta(minutes=40)
    since = now - timedelta(hours=span)
    ids = [f"c{place}" for place in range(len(fates))]  # also such as no reading ever had
    found = read_numbers(history.past(ids), Asked(ids, ids, Timetable(zone, days), since, now))
    naive = Naive(readings, now, ZoneInfo(zone))
    for one in found.days:
        assert (one.calls, one.is_reset) == naive.day(ids, one.day)
    assert (found.calls_before, found.before) == naive.before(ids, since)
    assert found.usual_failed == naive.usual_failed(ids, since)
    assert found.calling_days_left == naive.days_left(ids)
