"""What a benchmark says: a number, and what it has to reach."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One number; without a bound it is there to be read."""

    name: str
    value: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def reached(self) -> bool:
        """Whether the number is within its bounds."""
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    def __str__(self) -> str:
        bounds = (("at least", self.at_least), ("at most", self.at_most))
        bound = " and ".join(f"{word} {value:.3g}" for word, value in bounds if value is not None)
        mark = ("ok  " if self.reached else "MISS") if bound else "    "
        return f"{mark} {self.name:<62} {self.value:>10.3f}   {bound and 'to reach: '}{bound}"
