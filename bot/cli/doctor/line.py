"""A line of the doctor's report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """The result of one check."""

    ok: bool | None  # False: the bot cannot run like this; None: only a note
    says: str

    def __str__(self) -> str:
        return {True: "ok      ", False: "wrong   ", None: "note    "}[self.ok] + self.says
