"""Lists of campaigns to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from bot.campaigns import progress
from bot.campaigns.campaign import Campaign, CampaignPage, CustomerStats, Reading
from bot.campaigns.figures import TransferProblem, shows_transfers, transfer_problems
from bot.errors import CareCycleError

STATUSES = ("draft", "active", "paused", "completed", "archived", "inactive", "cancelled", "testing")
ONE_PAGE = 100  # campaigns on a page of careCycle's list, at most
# Active campaigns first, then the most recently changed; the most recently changed first; or as careCycle sent them.
Order = Literal["active", "changed", "given"]
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
# What people call a status, by careCycle's name for it.
_CALLED = {
    "active": ("running", "live", "on", "open", "current", "ongoing", "in progress", "calling"),
    "paused": ("stopped", "on hold", "hold", "pause", "halted"),
    "completed": ("done", "finished", "ended", "complete", "over", "closed"),
    "cancelled": ("canceled", "cancel"),
    "archived": ("archive", "old"),
    "testing": ("test", "tests"),
    "draft": ("drafts", "new", "planned"),
    "inactive": ("off",),
}
_STATUS_OF = {name: status for status, names in _CALLED.items() for name in (status, *names)}
# What people call the campaigns that need a person.
PROBLEM_WORDS = ("problems", "with problems", "problem", "broken", "issues", "warnings", "failing", "in trouble")
_DESCRIPTION = 2_000  # characters that are searched; 100 campaigns with descriptions that long take 200 kB


@dataclass(frozen=True, slots=True)
class Entry:
    """One campaign of the list, with what is needed to choose it and what its row shows. None is no data."""

    id: str
    name: str
    status: str | None
    description: str
    updated_at: datetime | None  # created_at if the API sends no updated_at
    as_of: datetime | None = None  # when the figures below were read
    customers: int | None = None
    finished: int | None = None  # customers
    left: int | None = None  # customers who are pending or in progress
    today_calls: int | None = None
    ends: datetime | None = None
    findings: tuple[TransferProblem, ...] | None = None  # what breaks its transfers; None: nobody looked at them
    problems: tuple[str, ...] | None = None  # kinds of what needs a person, at the last reading; None: not judged
    looked_at: bool = False  # a reading looked at its transfers

    @property
    def is_active(self) -> bool:
        """Whether careCycle says that it calls at the moment."""
        return self.status == "active"

    @property
    def is_unseen(self) -> bool:
        """Whether it is active, and nobody looked at its transfers yet."""
        return self.is_active and self.findings is None and not self.looked_at


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


def status_called(words: str) -> str | None:
    """Return the status that people call so, such as `active` for `running`, or None."""
    return _STATUS_OF.get(words.removesuffix(" campaigns").removesuffix(" ones"))


def entries_of(page: CampaignPage) -> tuple[Entry, ...]:
    """Return the campaigns of one page of careCycle's list, which may come without their transfers."""
    return tuple(_entry(one, page.read_at, _findings_in_list(one)) for one in page.items)


def entry_of(reading: Reading) -> Entry:
    """Return the row of a campaign that was read by itself, with its transfers."""
    return _entry(reading.campaign, reading.as_of, transfer_problems(reading.campaign))


def newest(entry: Entry, read: Entry | None) -> Entry:
    """Return the row with what is known best: the figures that were read last, and the findings if one has them.

    `read` is the row of the campaign's own record, if that is in memory.
    """
    if read is None:
        return entry
    if entry.as_of is None or (read.as_of is not None and read.as_of >= entry.as_of):
        return replace(read, description=entry.description)
    return replace(entry, findings=read.findings) if entry.findings is None else entry


def in_order(listing: Listing) -> tuple[Listing, Order]:
    """Return the listing in the order in which it is shown, and which order that is.

    Only a list that came on one page is sorted: a longer one is read on while people turn its pages, and rows would
    change places under them.
    """
    entries = listing.entries
    if listing.whole and len(entries) <= ONE_PAGE:
        newest_first = sorted(entries, key=_changed, reverse=True)
        active_first = tuple(sorted(newest_first, key=lambda entry: not entry.is_active))
        return replace(listing, entries=active_first), "active" if _are_mixed(entries) else "changed"
    dates = [_changed(entry) for entry in entries]
    return listing, "changed" if dates == sorted(dates, reverse=True) else "given"


def _are_mixed(entries: Sequence[Entry]) -> bool:
    return len({entry.is_active for entry in entries}) > 1


def _changed(entry: Entry) -> datetime:
    return entry.updated_at or _LONG_AGO


def _findings_in_list(campaign: Campaign) -> tuple[TransferProblem, ...] | None:
    """Return what breaks its transfers; None where careCycle's list came without the transfers of a campaign."""
    off = campaign.features is not None and campaign.features.transfers is False
    return transfer_problems(campaign) if off or shows_transfers(campaign) else None


def _entry(campaign: Campaign, as_of: datetime | None, findings: tuple[TransferProblem, ...] | None) -> Entry:
    stats = campaign.customer_stats or CustomerStats()
    return Entry(
        campaign.id.lower(),
        campaign.name or "",
        campaign.status,
        (campaign.description or "")[:_DESCRIPTION],
        campaign.updated_at or campaign.created_at,
        as_of,
        stats.total,
        progress.finished(stats),
        progress.left(stats),
        stats.today_calls,
        campaign.end_date,
        findings,
    )
