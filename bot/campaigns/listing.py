"""Campaigns as a list or a search gives them: as much of each as a choice needs, and how words are looked for in it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.campaigns.campaign import Campaign, CampaignPage
from bot.errors import CareCycleError

STATUSES = ("draft", "active", "paused", "completed", "archived", "inactive", "cancelled", "testing")
SHORTEST = 3  # characters; fewer match too much to be worth a request
_DESCRIPTION = 2_000  # characters that are searched; a hundred campaigns with such long ones take 200 kB
_OF_AN_ID = re.compile(r"[0-9a-f-]{4,36}")  # fewer characters stand in too many ids to be meant as a part of one
_MARKS = re.compile(r"^[\W_]+|[\W_]+$")  # quotes, bold, a question mark: around a word, not of it
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One campaign of the list, as much of it as a choice needs."""

    id: str
    name: str
    status: str | None
    description: str
    updated_at: datetime | None

    def holds(self, words: Sequence[str]) -> bool:
        """Whether every word (of `words_of`) is in the name or the description, a part of the id, or the status."""
        text, status = f"{self.name} {self.description}".casefold(), (self.status or "").casefold()
        return all(
            word in text or word == status or (word in self.id and _OF_AN_ID.fullmatch(word) is not None)
            for word in words
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """Campaigns in careCycle's order or, of a search, newest first. `whole`: there are no more.

    `problem`: why they are not newer, or not all, when careCycle was asked in vain. `among`: how many were looked
    through for them.
    """

    entries: tuple[Entry, ...]
    whole: bool
    problem: CareCycleError | None = None
    among: int = 0


def words_of(typed: str) -> tuple[str, ...]:
    """What is looked for: each word without case and the marks around it; where nothing else was typed, the marks."""
    typed_words = typed.casefold().split()
    return tuple(filter(None, (_MARKS.sub("", word) for word in typed_words))) or tuple(typed_words)


def word_to_ask_for(words: Sequence[str]) -> str:
    """The one word that finds fewest: several, careCycle may look for only side by side. Empty when all are short.

    Preferably one that an id or a status cannot be meant with: careCycle looks in names and descriptions alone.
    """
    long_enough = [word for word in words if len(word) >= SHORTEST]
    return max(long_enough, key=lambda word: (not looks_elsewhere(word), len(word)), default="")


def looks_elsewhere(word: str) -> bool:
    """Whether it may be a part of an id, or a status."""
    return word in STATUSES or _OF_AN_ID.fullmatch(word) is not None


def entries_of(page: CampaignPage) -> tuple[Entry, ...]:
    """The campaigns of a page of careCycle's list."""
    return tuple(_entry(campaign) for campaign in page.items)


def matching(
    entries: Iterable[Entry], words: Sequence[str], *, whole: bool, problem: CareCycleError | None = None
) -> Listing:
    """Those that hold the words, each once: in whose name they stand first, then newest first."""
    phrase, known = " ".join(words), {entry.id: entry for entry in entries}
    found = [entry for entry in known.values() if entry.holds(words)]
    found.sort(key=lambda entry: entry.updated_at or _LONG_AGO, reverse=True)
    found.sort(key=lambda entry: phrase not in entry.name.casefold())
    return Listing(tuple(found), whole, problem, len(known))


def _entry(campaign: Campaign) -> Entry:
    return Entry(
        campaign.id.lower(),
        campaign.name or "",
        campaign.status,
        (campaign.description or "")[:_DESCRIPTION],
        campaign.updated_at or campaign.created_at,
    )
