"""Put the readings of an account together into one series for each campaign."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import overload

from bot.campaigns.figures import Figures
from bot.insight.series import AccountReading, History, Point, Series


@dataclass(frozen=True, slots=True)
class Past:
    """The readings of some campaigns of an account."""

    read: Sequence[datetime]  # every moment at which the account was read as a whole, oldest first
    campaigns: History  # those that were ever read


class AccountHistory:
    """The readings of one account, oldest first. A campaign that did not change costs nothing for a reading."""

    def __init__(self, readings: Iterable[AccountReading] = ()) -> None:
        self._moments: list[datetime] = []  # of whole readings, for all campaigns
        self._campaigns: dict[str, _Campaign] = {}
        for reading in readings:
            self.add(reading)

    @property
    def last(self) -> datetime | None:
        """The moment of the newest whole reading; None when there is none."""
        return self._moments[-1] if self._moments else None

    @property
    def points(self) -> int:
        """How many points all series have, which decides how much memory they take."""
        return sum(len(one.points) for one in self._campaigns.values())

    def add(self, reading: AccountReading) -> None:
        """Add a newer reading. One that is not newer is left out. Coarse ones come before all others."""
        if self._moments and reading.at <= self._moments[-1]:
            return
        if not reading.coarse:
            self._moments.append(reading.at)
        for id_, figures in reading.campaigns.items():
            one = self._campaigns.setdefault(id_, _Campaign(_Moments(self._moments)))
            one.add(reading, figures)
        if not reading.coarse:
            for id_ in self._campaigns.keys() - reading.campaigns.keys():
                self._campaigns[id_].read.end_before(len(self._moments) - 1)

    def series(self) -> History:
        """Return the series of every campaign that was ever read, by id."""
        return {id_: one.series() for id_, one in self._campaigns.items()}

    def series_of(self, campaign_id: str) -> Series | None:
        """Return the series of one campaign."""
        one = self._campaigns.get(campaign_id)
        return one.series() if one else None

    def past(self, ids: Iterable[str]) -> Past:
        """Return the readings of some campaigns, to be looked at while newer ones are added."""
        found = {id_: one for id_ in ids if (one := self.series_of(id_))}
        return Past(tuple(self._moments), found)


class _Moments(Sequence[datetime]):
    """When a campaign was read: its coarse moments, then a part of the account's, without copying that."""

    def __init__(self, account: list[datetime]) -> None:
        self.coarse: list[datetime] = []
        self._account = account
        self._start: int | None = None  # the first whole reading it was in
        self._end: int | None = None  # the first after that it was not in; None: it was in the last one

    def begin(self) -> None:
        """Note that the newest whole reading has the campaign."""
        if self._start is None:
            self._start = len(self._account) - 1
        self._end = None

    def end_before(self, place: int) -> None:
        """Note that the whole reading at this place does not have the campaign."""
        if self._end is None and self._start is not None:
            self._end = place

    @property
    def _stop(self) -> int:
        """Where its part of the account's moments ends."""
        return 0 if self._start is None else len(self._account) if self._end is None else self._end

    @property
    def _all(self) -> list[datetime]:
        return [*self.coarse, *self._account[self._start or 0 : self._stop]]

    def __len__(self) -> int:
        return len(self.coarse) + self._stop - (self._start or 0)

    @overload
    def __getitem__(self, place: int) -> datetime: ...
    @overload
    def __getitem__(self, place: slice) -> list[datetime]: ...
    def __getitem__(self, place: int | slice) -> datetime | list[datetime]:
        if isinstance(place, slice):
            return self._all[place]
        coarse = len(self.coarse)
        if place < 0 or place < coarse:
            return self._all[place]
        if (found := place - coarse + (self._start or 0)) >= self._stop:
            raise IndexError(place)
        return self._account[found]

    def __iter__(self) -> Iterator[datetime]:
        return iter(self._all)


class _Campaign:
    """One campaign's points and moments."""

    def __init__(self, read: _Moments) -> None:
        self.read = read
        self.points: list[Point] = []
        self._coarse: frozenset[datetime] = frozenset()

    def add(self, reading: AccountReading, figures: Figures) -> None:
        """Add the campaign as a reading shows it."""
        if reading.coarse:
            self.read.coarse.append(reading.at)
            self._coarse |= {reading.at}
        else:
            self.read.begin()
        last = self.points[-1] if self.points else None
        if last is None or last.figures != figures or last.coarse != reading.coarse:
            kept = _sharing(figures, last.figures) if last else figures
            self.points.append(Point(reading.at, kept, reading.coarse))

    def series(self) -> Series:
        return Series(self.read, self.points, self._coarse)


def _sharing(figures: Figures, last: Figures) -> Figures:
    """Return the figures with what is the same as before as the same objects, which take memory only once."""
    names = ("states", "starts", "ends", "updated")
    return replace(
        figures, **{name: getattr(last, name) for name in names if getattr(figures, name) == getattr(last, name)}
    )
