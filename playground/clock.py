"""The playground's clock: it can be put forward, and runs as fast as one likes, but never back."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
REAL, DAY_IN_TEN_SECONDS = 1.0, 8640.0  # speeds: seconds here for each true one
_JUST_AFTER_MIDNIGHT = wall_time(0, 30)


class MovableClock:
    """A clock for people to play with; the readings never go back, whatever is done to it.

    `now` and `monotonic` make a `bot.clock.Clock`, `seconds` is the `now` of the stand-ins. What waits with
    `asyncio.sleep` waits truly, at any speed.
    """

    def __init__(self, start: datetime | None = None, *, true: Callable[[], float] = time.monotonic) -> None:
        self._true = true
        self._passed = self._since = true()
        self._speed = REAL
        self._ahead = (start or datetime.now(UTC)).timestamp() - self._passed

    @property
    def speed(self) -> float:
        """Seconds here for each true one."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if speed < 0:
            raise ValueError("time runs forward only")
        self._passed, self._since, self._speed = self.monotonic(), self._true(), speed

    def seconds(self) -> float:
        """Seconds since 1970."""
        return self._ahead + self.monotonic()

    def monotonic(self) -> float:
        """Seconds of no particular beginning, for ages and limits."""
        return self._passed + (self._true() - self._since) * self._speed

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def move(self, seconds: float) -> None:
        """Puts the clock forward. Raises ValueError for a step back."""
        if seconds < 0:
            raise ValueError("the clock can be put forward only")
        self._passed += seconds

    def at(self, moment: datetime) -> None:
        """Puts the clock forward to a moment. Raises ValueError for one that is over, or without a zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment has a time zone")
        self.move(moment.timestamp() - self.seconds())


def night_of_change(after: datetime, zone: ZoneInfo = NEW_YORK) -> datetime:
    """Half past midnight of the next night in which the clocks of `zone` change. Raises LookupError where none do."""
    day = after.astimezone(zone).date()
    for _ in range(400):
        night, next_night = (datetime.combine(day + timedelta(days), _JUST_AFTER_MIDNIGHT, zone) for days in (0, 1))
        if night > after and night.utcoffset() != next_night.utcoffset():
            return night
        day += timedelta(1)
    raise LookupError(f"the clocks of {zone} do not change")
