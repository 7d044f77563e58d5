"""Read an account's whole list of campaigns once for all digests that are due at the same time."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

import structlog
from cachetools import TTLCache

from bot.campaigns.campaign import Campaign, CampaignPage
from bot.carecycle.client import MOST_PAGES
from bot.clock import Clock
from bot.errors import CareCycleError, Unreadable

T = TypeVar("T")
SECONDS = 60.0  # a whole list is fresh this long after its last page was read
_UNFINISHED = 3 * 60.0  # seconds after its start in which an interrupted list is continued, not restarted
_KEPT = 5 * 60.0  # seconds after its last page; longer than the two above together
_LENGTHS = 24 * 3600.0  # seconds; the number of pages changes slowly and only decides how campaigns are requested
_CAMPAIGNS = 150_000  # remembered in all lists: 500 of them take about half a megabyte
_AN_ACCOUNT = 10  # campaigns that take as much as a list without any
_ACCOUNTS = 3_000  # whose number of pages is remembered

_log = structlog.get_logger("carecycle")

Fetch = Callable[[int], Awaitable[CampaignPage]]  # takes the page number
Account = tuple[str, str, str | None]  # workspace, the API key's fingerprint, requested status


@dataclass(frozen=True, slots=True)
class FullList(Generic[T]):
    """The campaigns read from one account's list."""

    campaigns: Mapping[str, T]  # by id (lower case), in careCycle's order
    as_of: datetime  # when the oldest of them were read
    whole: bool  # there are no more campaigns
    pages: int  # requests it took
    problem: CareCycleError | None = None  # why the list is not whole


@dataclass(slots=True)
class _List(Generic[T]):
    """A list that is being read."""

    began: datetime
    since: float  # the same moment on the monotonic clock, seconds
    ended: float | None = None  # monotonic seconds; when its last page was read
    campaigns: dict[str, T] = field(default_factory=dict)
    pages: int = 0
    cut: Unreadable | None = None  # why there may be more campaigns although the reading ended

    def take(self, page: CampaignPage, new: Mapping[str, T], now: float) -> None:
        """Add the next page's new campaigns.

        A page without any ends the list, because careCycle may ignore `page`. So does a page with another number than
        requested, and its campaigns are not added.
        """
        self.pages += 1
        strange = page.current_page not in (None, self.pages)
        over = not strange and page.next_page is None
        if new and strange:
            self.cut = _cut("another page than was asked for")
        elif new and not over and self.pages >= MOST_PAGES:
            self.cut = _cut("more pages than are read")
        if not strange:
            self.campaigns.update(new)
        self.ended = now if over or not new or self.cut else None

    def length(self, page: CampaignPage) -> int | None:
        """Return how many pages the list has, or None when neither its end nor its first page says so."""
        if self.ended is not None:
            return self.pages
        return math.ceil(page.items_total / len(page.items)) if page.items_total and self.pages == 1 else None


class FullLists(Generic[T]):
    """The lists of all accounts. Of each campaign only what `condense` returns is kept."""

    def __init__(self, clock: Clock, condense: Callable[[Campaign], T]) -> None:
        self._clock = clock
        self._condense = condense
        self._lists: TTLCache[Account, _List[T]] = TTLCache(
            _CAMPAIGNS, _KEPT, timer=clock.monotonic, getsizeof=lambda one: _AN_ACCOUNT + len(one.campaigns)
        )
        self._lengths: TTLCache[Account, int] = TTLCache(_ACCOUNTS, _LENGTHS, timer=clock.monotonic)
        self._asking: WeakValueDictionary[Account, asyncio.Lock] = WeakValueDictionary()  # kept while in use

    async def all(self, account: Account, fetch: Fetch) -> FullList[T]:
        """Return the whole list, whose last page was read at most a minute ago. Concurrent callers share one reading.

        After a CareCycleError, return what was read so far, with the error as its `problem`. Raise the error when
        nothing was read.
        """
        async with self._turn(account):
            known = self._fresh(account) or self._begun(account)
            problem = await self._read(account, known, fetch, MOST_PAGES)
            found = _as_full_list(known, problem)
        if found.problem and not found.campaigns:
            raise found.problem
        return found

    async def length(self, account: Account, fetch: Fetch) -> int | None:
        """Return how many pages the list has, or None when careCycle does not say.

        The number is remembered from an earlier reading, or else the list's first page is read; `all` continues
        from that page. Raise a CareCycleError when it cannot be read.
        """
        async with self._turn(account):
            if account not in self._lengths and (problem := await self._read(account, self._begun(account), fetch, 1)):
                raise problem
            return self._lengths.get(account)

    def known(self, account: Account) -> FullList[T] | None:
        """Return the list if it is in memory and fresh, else None. Send no request."""
        found = self._fresh(account)
        return _as_full_list(found) if found else None

    def forget(self, workspace: str) -> None:
        """Drop everything remembered for a workspace."""
        for account in [account for account in list(self._lists) if account[0] == workspace]:
            self._lists.pop(account, None)
        for account in [account for account in list(self._lengths) if account[0] == workspace]:
            self._lengths.pop(account, None)

    def _turn(self, account: Account) -> asyncio.Lock:
        """Return the lock that concurrent callers share. If locks expired by time, two callers could hold two."""
        return self._asking.setdefault(account, asyncio.Lock())

    def _fresh(self, account: Account) -> _List[T] | None:
        known = self._lists.get(account)
        return known if known and known.ended is not None and self._age(known.ended) < SECONDS else None

    def _begun(self, account: Account) -> _List[T]:
        """Return the unfinished list to continue, or a new one when there is none, or it is too old."""
        known = self._lists.get(account)
        if known is None or not known.pages or known.ended is not None or self._age(known.since) >= _UNFINISHED:
            known = self._lists[account] = _List(self._clock.now(), self._clock.monotonic())
        return known

    def _age(self, since: float) -> float:
        return self._clock.monotonic() - since

    async def _read(self, account: Account, known: _List[T], fetch: Fetch, most: int) -> CareCycleError | None:
        """Read on until the list ends or has `most` pages. Return the error that stopped it, if any."""
        while known.ended is None and known.pages < most:
            try:
                page = await fetch(known.pages + 1)
            except CareCycleError as error:
                return error
            known.take(page, self._new(known, page), self._clock.monotonic())
            if self._lists.get(account) is known:  # not forgotten meanwhile
                self._lists[account] = known  # as large as it is now
            if length := known.length(page):
                self._lengths[account] = length
        return None

    def _new(self, known: _List[T], page: CampaignPage) -> dict[str, T]:
        found = ((campaign.id.lower(), campaign) for campaign in page.items)
        return {id_: self._condense(campaign) for id_, campaign in found if id_ not in known.campaigns}


def _cut(reason: str) -> Unreadable:
    error = Unreadable(reason)
    _log.error("unreadable answer", reference=error.reference, reason=reason)
    return error


def _as_full_list(known: _List[T], problem: CareCycleError | None = None) -> FullList[T]:
    problem = problem or known.cut
    return FullList(known.campaigns, known.began, known.ended is not None and problem is None, known.pages, problem)
