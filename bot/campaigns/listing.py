"""Lists of campaigns to choose from, and how they are searched for words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.campaigns.campaign import Campaign, CampaignPage
from bot.errors import CareCycleError

STATUSES = ("draft", "active", "paused", "completed", "archived", "inactive", "cancelled", "testing")
SHORTEST = 3  # characters; fewer match too much to be worth a request
_DESCRIPTION = 2_000  # characters that are searched; 100 campaigns with descriptions that long take 200 kB
_OF_AN_ID = re.compile(r"[0-9a-f-]{4,36}")  # fewer characters are in too many ids to be meant as a part of one
_MARKS = re.compile(r"^[\W_]+|[\W_]+$")  # quotes, asterisks, a question mark around a word
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One campaign of the list, with only the fields that are needed to choose it."""

    id: str
    name: str
    status: str | None
    description: str
    updated_at: datetime | None  # created_at if the API sends no updated_at

    def holds(self, words: Sequence[str]) -> bool:
        """Return whether each word (of `words_of`) is in the name or description, in the id, or equal to the status."""
        text, status = f"{self.name} {self.description}".casefold(), (self.status or "").casefold()
        return all(
            word in text or word == status or (word in self.id and _OF_AN_ID.fullmatch(word) is not None)
            for word in words
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """Campaigns in careCycle's order or, for a search, in the order of `matching`."""

    entries: tuple[Entry, ...]
    whole: bool  # there are no more
    problem: CareCycleError | None = None  # why they are not newer or not all, when a request failed
    among: int = 0  # how many campaigns were searched


def words_of(typed: str) -> tuple[str, ...]:
    """Split typed text into casefolded words without the marks around them. Keep the marks if there is nothing else."""
    typed_words = typed.casefold().split()
    return tuple(filter(None, (_MARKS.sub("", word) for word in typed_words))) or tuple(typed_words)


def word_to_ask_for(words: Sequence[str]) -> str:
    """Return the longest word, which finds the fewest campaigns, or "" when all are shorter than SHORTEST.

    It is only one word, because careCycle may match several only as a phrase. A word that may be an id or a status is
    the last choice, because careCycle searches names and descriptions alone.
    """
    long_enough = [word for word in words if len(word) >= SHORTEST]
    return max(long_enough, key=lambda word: (not looks_elsewhere(word), len(word)), default="")


def looks_elsewhere(word: str) -> bool:
    """Return whether the word may be a part of an id, or a status."""
    return word in STATUSES or _OF_AN_ID.fullmatch(word) is not None


def entries_of(page: CampaignPage) -> tuple[Entry, ...]:
    """Return the campaigns of one page of careCycle's list."""
    return tuple(_entry(campaign) for campaign in page.items)


def matching(
    entries: Iterable[Entry], words: Sequence[str], *, whole: bool, problem: CareCycleError | None = None
) -> Listing:
    """Return the entries that hold all words, each once: first those with the phrase in the name, then newest first."""
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
