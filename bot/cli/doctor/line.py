"""One line of what the doctor says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at. `ok` False: the bot cannot run like this; None: good to know."""

    ok: bool | None
    says: str

    def __str__(self) -> str:
        return {True: "ok      ", False: "wrong   ", None: "note    "}[self.ok] + self.says
