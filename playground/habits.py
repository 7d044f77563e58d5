"""How a sample campaign calls: its own hours, days, pace and shares of bad ends, from its id and its file."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as wall_time
from typing import Any, Final

from playground.clock import NEW_YORK

Campaign = dict[str, Any]  # Any: the API's JSON

BAD_ENDS: Final = ("failed", "expired", "exceeded_max_calls")
_SATURDAY, _SUNDAY = 5, 6
# Calls are more in the morning and late in the afternoon; by hour in New York, where an ordinary hour is 1.
_BUSY: Final = dict(enumerate((0.8, 1.1, 1.2, 1.1, 0.8, 0.8, 1.0, 1.0, 1.1, 1.1, 0.9, 0.7), start=8))
_FEWEST = 8  # calls a day
_DAYS_DIFFER = 0.85, 1.15  # what one day is of another, besides chance


@dataclass(frozen=True)
class Habits:
    """What is usual for one campaign."""

    a_day: int  # calls on a weekday, about
    opens: int  # hour in New York
    closes: int
    saturday: float  # calls on a Saturday, as a part of a weekday's
    ends: float  # part of the calls that end a customer
    bad: Mapping[str, float]  # shares of the ends, by those of BAD_ENDS


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its moment in seconds since 1970, whether a customer has ended with it, and how as a chance."""

    at: float
    ends: bool
    chance: float  # 0 to 1; below the share of `failed` he has failed, and so on

    def end(self, bad: Mapping[str, float]) -> str:
        """How the customer has ended, where the shares of bad ends are these."""
        left = self.chance
        for state, share in bad.items():
            if left < share:
                return state
            left -= share
        return "completed"


def habits_of(campaign: Campaign) -> Habits:
    """A campaign's habits, from its id and the numbers of its file."""
    chance = random.Random(campaign["id"])  # noqa: S311 - a toss for a game, the same each time
    stats = campaign["customerStats"]
    counts = {state: max(0, stats["statusCounts"].get(state, 0)) for state in ("completed", *BAD_ENDS)}
    ended = sum(counts.values()) or 1
    return Habits(
        a_day=max(int(stats["todayCalls"]), _FEWEST),
        opens=chance.choice((8, 9, 9, 10)),
        closes=chance.choice((17, 18, 18, 19, 20)),
        saturday=chance.choice((0.0, 0.4, 0.6)),
        ends=chance.uniform(0.18, 0.33),
        bad={state: min(counts[state] / ended, 0.45) for state in BAD_ENDS} | {"failed": _failed(counts, ended)},
    )


def _failed(counts: Mapping[str, int], ended: int) -> float:
    return min(max(counts["failed"] / ended, 0.03), 0.45)


def calls_of(id_: str, habits: Habits, day: date) -> Iterator[Call]:
    """The calls of one day, in their order."""
    chance = random.Random(f"{id_} {day}")  # noqa: S311 - the same
    about = habits.a_day * _part(habits, day) * chance.uniform(*_DAYS_DIFFER)
    hours = {hour: _BUSY[hour] for hour in range(habits.opens, habits.closes)} if about else {}
    for hour, busy in hours.items():
        begins = datetime.combine(day, wall_time(hour), NEW_YORK).timestamp()
        a_second = about * busy / sum(hours.values()) / 3600
        into = chance.expovariate(a_second)
        while into < 3600:
            yield Call(begins + into, chance.random() < habits.ends, chance.random())
            into += chance.expovariate(a_second)


def _part(habits: Habits, day: date) -> float:
    """What a day has of a weekday's calls."""
    return {_SATURDAY: habits.saturday, _SUNDAY: 0.0}.get(day.weekday(), 1.0)
