"""A line of the doctor's report."""

from dataclasses import dataclass

_SIGNS = {True: "✓", False: "✗", None: "•"}


@dataclass(frozen=True, slots=True)
class Line:
    """The result of one check."""

    ok: bool | None  # False: the bot cannot run like this; None: only a note
    says: str
    remedy: str | None = None  # what to do about it, as a request that can be one of several: "correct PORT"

    def __str__(self) -> str:
        return f"{_SIGNS[self.ok]} {self.says}"
