"""What simulated campaigns truly are: their shares, hours and sizes. Nobody can read that from careCycle."""

import random
from dataclasses import dataclass

from bot.insight.problems import BadEnd

WEEKDAYS = frozenset(range(5))
_HOURS = ((8, 17), (9, 17), (9, 18), (9, 20), (10, 19), (12, 21))
_WEEKS = (WEEKDAYS, WEEKDAYS, WEEKDAYS, frozenset(range(6)), frozenset(range(7)), frozenset({0, 2, 4}))


@dataclass(frozen=True, slots=True)
class Plan:
    """One campaign."""

    number: int
    shares: dict[BadEnd, float]  # of those who end, 0 to 1
    ended: float  # customers who end on a day on which it calls, in the mean
    calls: float  # calls for each customer who ends
    opens: int  # minute of the day
    closes: int
    weekdays: frozenset[int]  # on which it calls; 0 is Monday
    profile: tuple[float, ...]  # how busy each of the 24 hours is, 1 in the mean of the hours in which it calls
    spread: float  # how far a day's share strays from the true one: the correlation of customers who end on one day
    starts: int  # day of the simulation; negative: it was there before
    lasts: int  # days until its end date

    @property
    def id(self) -> str:
        """Return its id in careCycle."""
        return f"00000000-0000-4000-8000-{self.number:012x}"


def healthy(number: int, days: int, dice: random.Random) -> Plan:
    """Return a campaign with nothing wrong: one of ten starts within the time that is simulated, one of ten ends."""
    opens, closes = dice.choice(_HOURS)
    weights = [dice.uniform(0.5, 1.5) if opens <= hour < closes else 0.0 for hour in range(24)]
    mean = sum(weights) / (closes - opens)
    starts = dice.randrange(days) if dice.random() < 0.1 else -1
    return Plan(
        number=number,
        shares={
            "failed": dice.uniform(0.03, 0.3),
            "expired": dice.choice((0.0, dice.uniform(0.0, 0.08))),
            "exceeded_max_calls": dice.choice((0.0, dice.uniform(0.0, 0.15))),
        },
        ended=4 * (150 / 4) ** dice.random(),
        calls=dice.uniform(2.0, 5.0),
        opens=opens * 60,
        closes=closes * 60,
        weekdays=dice.choice(_WEEKS),
        profile=tuple(weight / mean for weight in weights),
        spread=dice.uniform(0.0, 0.02),
        starts=starts,
        lasts=max(starts, 0) + dice.randrange(days // 2, days) if dice.random() < 0.1 else days * 3,
    )
