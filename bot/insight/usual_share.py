"""Which share of a campaign's customers usually ends badly."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.insight.beta_binomial import tail
from bot.insight.daily_ends import DayOfEnds

TIMES, POINTS = 1.5, 0.05  # a share has to be so many times the usual one, and so much above it
NEW_BELOW = 30  # ends of its own; with fewer, the account's share is the usual one
_FADES = 0.97  # weight of a day against the one after it
_STRENGTH = 300.0  # ends that the past counts for at most
_BORROWED = 10.0  # ends' worth of the account's share
_ODD = 0.002  # a day less likely than this is left out
_SPREAD = 0.01  # how far days stray from the usual share (correlation of those who end on one day) as long as unknown
_SPREAD_WEIGHT = 500.0  # ends' worth of that
_LEAST_BAD = 3
_LEAST_SHARE = 0.01  # nothing is impossible because it never happened

Share = float


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual share, and how sure that is."""

    share: Share  # as it is said
    own: int  # customers of this campaign behind it
    expected: Share  # with what is borrowed from the account
    strength: float  # ends that it rests on
    spread: float  # how far single days stray from it: the correlation of customers who end on one day

    def chance(self, window: Sequence[DayOfEnds], place: int) -> float:
        """Return how likely so many bad ends are by chance; 1 when they are not far enough above the usual share."""
        bad, ended = sum(day.bad[place] for day in window), sum(day.ended for day in window)
        usual = max(self.share, self.expected)
        if bad < max(usual * TIMES, usual + POINTS) * ended:
            return 1.0
        days = sum((day.ended / ended) ** 2 for day in window)  # 1 for one day, 1/7 for seven alike
        strength = 1 / (1 / self.strength + self.spread * days)
        return tail(bad, ended, self.expected * strength, (1 - self.expected) * strength)


def usual_share(days: Sequence[DayOfEnds], place: int, account: Share | None) -> Usual | None:
    """Return the usual share of the bad end at `place`, from days before those that are judged.

    `account` is the share of the account's other campaigns, None when they have too few ends. Then None is returned if
    this campaign has too few as well.
    """
    kept = _without_odd([_Past(_FADES**day.number, day.bad[place], day.ended) for day in days if not day.flaw])
    own, (bad, ended) = sum(day.ended for day in kept), _sums(kept)
    if account is None and own < NEW_BELOW:
        return None
    share = bad / ended if ended else account or 0.0
    borrowed = min(max(share if account is None else account, _LEAST_SHARE), 1 - _LEAST_SHARE)
    strength = min(ended, _STRENGTH)
    expected = (share * strength + borrowed * _BORROWED) / (strength + _BORROWED)
    said = share if account is None or own >= NEW_BELOW else account
    return Usual(said, own, expected, strength + _BORROWED, _spread(kept, share))


def _spread(days: Sequence["_Past"], share: Share) -> float:
    """Return how far days stray from the share, by the method of moments, drawn towards what campaigns usually do."""
    if not 0 < share < 1:
        return _SPREAD
    strayed = sum((day.bad - day.ended * share) ** 2 / (day.ended * share * (1 - share)) - 1 for day in days)
    weight = sum(day.ended - 1 for day in days)
    return max((strayed + _SPREAD * _SPREAD_WEIGHT) / (weight + _SPREAD_WEIGHT), 0.0)


@dataclass(frozen=True, slots=True)
class _Past:
    """A day that is over."""

    weight: float
    bad: int
    ended: int


def _without_odd(days: list[_Past]) -> list[_Past]:
    """Return the days without those that were unusual themselves, up to half of them: an incident is no new normal."""
    kept = list(days)
    while len(kept) > (len(days) + 1) // 2:
        bad, ended = _sums(kept)
        chances = [(_chance(day, bad - day.weight * day.bad, ended - day.weight * day.ended), day) for day in kept]
        least, odd = min(chances, key=lambda one: one[0], default=(1.0, None))
        if odd is None or least >= _ODD:
            break
        kept.remove(odd)
    return kept


def _chance(day: _Past, bad: float, ended: float) -> float:
    """Return how likely a day is if the others are usual."""
    if day.bad < _LEAST_BAD or day.bad * ended <= TIMES * bad * day.ended or ended <= 0:
        return 1.0
    strength = min(ended, _STRENGTH) / ended
    return tail(day.bad, day.ended, bad * strength + _LEAST_SHARE, (ended - bad) * strength + _LEAST_SHARE)


def _sums(days: Sequence[_Past]) -> tuple[float, float]:
    return sum(day.weight * day.bad for day in days), sum(day.weight * day.ended for day in days)
