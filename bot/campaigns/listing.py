"""Lists of campaigns to choose from."""

from dataclasses import dataclass
from datetime import datetime

from bot.campaigns.campaign import Campaign, CampaignPage
from bot.errors import CareCycleError

STATUSES = ("draft", "active", "paused", "completed", "archived", "inactive", "cancelled", "testing")
_DESCRIPTION = 2_000  # characters that are searched; 100 campaigns with descriptions that long take 200 kB


@dataclass(frozen=True, slots=True)
class Entry:
    """One campaign of the list, with only the fields that are needed to choose it."""

    id: str
    name: str
    status: str | None
    description: str
    updated_at: datetime | None  # created_at if the API sends no updated_at


@dataclass(frozen=True, slots=True)
class Listing:
    """Campaigns in careCycle's order or, for a search, in the order of `matching` (bot/campaigns/matching.py)."""

    entries: tuple[Entry, ...]
    whole: bool  # there are no more
    problem: CareCycleError | None = None  # why they are not newer or not all, when a request failed
    among: int = 0  # how many campaigns were searched
    total: int | None = None  # how many the account has, as careCycle counts; None when it does not say
    words: tuple[str, ...] = ()  # those that were found, without filler words if that was needed
    best: tuple[Entry, ...] = ()  # the entries that fit equally well and better than all others
    sure: bool = False  # `best` has exactly that name, or an id that begins so
    near: tuple[Entry, ...] = ()  # what may have been meant, when there are no entries

    @property
    def hit(self) -> Entry | None:
        """The one campaign that is meant: the only best one, if it is sure or nothing is left to search."""
        return self.best[0] if len(self.best) == 1 and (self.sure or self.whole) else None


def entries_of(page: CampaignPage) -> tuple[Entry, ...]:
    """Return the campaigns of one page of careCycle's list."""
    return tuple(_entry(campaign) for campaign in page.items)


def _entry(campaign: Campaign) -> Entry:
    return Entry(
        campaign.id.lower(),
        campaign.name or "",
        campaign.status,
        (campaign.description or "")[:_DESCRIPTION],
        campaign.updated_at or campaign.created_at,
    )
