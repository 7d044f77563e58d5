"""How much is simulated."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """In full, a few minutes on one core."""

    seeds: int = 8  # accounts of healthy campaigns
    digests: int = 28  # of each, a day apart
    large: int = 200  # campaigns of the one large account
    small: int = 20  # campaigns of the others
    same: int = 15  # of them with the same trouble
    days: int = 14  # after which a trouble counts as not noticed
    each: int = 180  # minutes between two readings


TINY = Size(seeds=1, digests=3, large=20, small=2, same=2, days=2)
