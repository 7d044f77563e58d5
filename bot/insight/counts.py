"""How likely a count is when so many are expected: negative binomial where days differ, else Poisson."""

import math
from collections.abc import Sequence
from statistics import NormalDist

_FEWEST = 5  # days, before their differences say anything
_COMMON, _AS_DAYS = 0.1, 10  # overdispersion, 32 % more or fewer from day to day, and as how many days it counts
_UNSURE = 2.0  # standard errors: what days differ by is itself only known from so many days
_MANY = 5000.0  # expected; above that the normal distribution is near enough


def at_most(count: int, expected: float, spread: float) -> float:
    """Return the chance of `count` or fewer, where the variance is `expected + spread * expected²`."""
    if count < 0:
        return 0.0
    if expected > _MANY:
        return NormalDist(expected, math.sqrt(expected + spread * expected**2)).cdf(count + 0.5)
    size = 1 / spread if spread > 0 else math.inf
    term = -expected if size == math.inf else size * math.log(size / (size + expected))
    total = math.exp(term)
    for number in range(1, count + 1):
        step = expected if size == math.inf else (size + number - 1) * expected / (size + expected)
        term += math.log(step / number)
        total += math.exp(term)
    return min(total, 1.0)


def overdispersion(days: Sequence[tuple[float, float]], unsure: float = _UNSURE) -> float:
    """Return how much more days differ than chance makes them: counts, each with what was expected.

    The lowest and the highest day in twenty are left out, and what is left is taken `unsure` standard errors higher.
    Few days are taken together with what is common.
    """
    if len(days) < _FEWEST:
        return _COMMON
    ratios = sorted((count / expected, expected) for count, expected in days)
    cut = len(ratios) // 20
    kept = ratios[cut : len(ratios) - cut]
    mean = sum(ratio for ratio, _ in kept) / len(kept)
    chance = sum(mean / expected for _, expected in kept) / len(kept)
    variance = sum((ratio - mean) ** 2 for ratio, _ in kept) / (len(kept) - 1)
    own = max(variance * (1 + unsure * math.sqrt(2 / len(kept))) - chance, 0.0) / mean**2
    return (own * len(days) + _COMMON * _AS_DAYS) / (len(days) + _AS_DAYS)
