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

    @property
    def bound(self) -> str:
        """What it has to reach in words; empty without a bound."""
        bounds = (("at least", self.at_least), ("at most", self.at_most))
        return " and ".join(f"{word} {value:.3g}" for word, value in bounds if value is not None)

    @property
    def mark(self) -> str:
        """Whether it is reached, in a word; empty without a bound."""
        return ("ok" if self.reached else "MISS") if self.bound else ""

    def __str__(self) -> str:
        return f"{self.mark:<4} {self.name:<62} {self.value:>10.3f}   {self.bound and 'to reach: '}{self.bound}"
