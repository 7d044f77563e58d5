"""Campaigns as a list or a search gives them: as much of each as a choice needs."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import CareCycleError


@dataclass(frozen=True, slots=True)
class Entry:
    """One campaign of the list, as much of it as a choice needs."""

    id: str
    name: str
    status: str | None
    description: str
    updated_at: datetime | None

    def holds(self, words: str) -> bool:
        """Whether every word is in the name, the description or the id."""
        text = f"{self.name} {self.description} {self.id}".casefold()
        return all(word in text for word in words.casefold().split())


@dataclass(frozen=True, slots=True)
class Listing:
    """Campaigns in careCycle's order or, of a search, newest first. `whole`: there are no more.

    `problem`: why they are not newer, or not all, when careCycle was asked in vain.
    """

    entries: tuple[Entry, ...]
    whole: bool
    problem: CareCycleError | None = None
