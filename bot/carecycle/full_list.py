"""The whole list of an account, read page by page once for all digests that are due together."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from cachetools import TTLCache

from bot.campaigns.campaign import Campaign, CampaignPage
from bot.carecycle.client import MOST_PAGES
from bot.clock import Clock
from bot.errors import CareCycleError, Unavailable

T = TypeVar("T")
SECONDS = 60.0  # a whole list serves everybody for so long: how long it took to read does not count
_UNFINISHED = 3 * 60.0  # seconds; a list that met the limit is read on, not from the start
_KEPT = 5 * 60.0  # seconds; more than the two take together, with the reading between them
_LENGTHS = 24 * 3600.0  # seconds; how many pages there are changes slowly, and only decides what is asked for
_ACCOUNTS = 300  # lists remembered; one of five hundred campaigns takes about half a megabyte

Fetch = Callable[[int], Awaitable[CampaignPage]]  # the page of this number
Account = tuple[str, str, str | None]  # workspace, key's fingerprint, status asked for


@dataclass(frozen=True, slots=True)
class Swept(Generic[T]):
    """Campaigns by id (lower case) in careCycle's order; `as_of`: when the oldest of them were read.

    `whole`: there are no more; if not, `problem` says why. `pages`: requests it took.
    """

    campaigns: Mapping[str, T]
    as_of: datetime
    whole: bool
    pages: int
    problem: CareCycleError | None = None


@dataclass(slots=True)
class _List(Generic[T]):
    """A list that is being read. `ended`: when no more of it could be read; `cut`: why that may not be all."""

    began: datetime
    since: float
    ended: float | None = None
    campaigns: dict[str, T] = field(default_factory=dict)
    pages: int = 0
    cut: str = ""

    def take(self, page: CampaignPage, new: Mapping[str, T], now: float) -> None:
        """The next page and what is new in it: nothing, where the parameter has no effect, and then that is all."""
        self.pages += 1
        strange = page.current_page not in (None, self.pages)
        over = not strange and page.next_page is None
        if new and strange:
            self.cut = "another page than was asked for"
        elif new and not over and self.pages >= MOST_PAGES:
            self.cut = "more pages than are read"
        if not strange:
            self.campaigns.update(new)
        self.ended = now if over or not new or self.cut else None

    def length(self, page: CampaignPage) -> int | None:
        """How many pages it has, as far as its first one says it."""
        if self.ended is not None:
            return self.pages
        return math.ceil(page.items_total / len(page.items)) if page.items_total and self.pages == 1 else None


class FullLists(Generic[T]):
    """Lists by account; `condense` makes of each campaign what is kept of it."""

    def __init__(self, clock: Clock, condense: Callable[[Campaign], T]) -> None:
        self._clock = clock
        self._condense = condense
        self._lists: TTLCache[Account, _List[T]] = TTLCache(_ACCOUNTS, _KEPT, timer=clock.monotonic)
        self._lengths: TTLCache[Account, int] = TTLCache(10 * _ACCOUNTS, _LENGTHS, timer=clock.monotonic)
        self._asking: WeakValueDictionary[Account, asyncio.Lock] = WeakValueDictionary()  # while somebody asks

    async def all(self, account: Account, fetch: Fetch) -> Swept[T]:
        """The whole list, as it was read at most a minute ago: of any number of askers one reads it.

        Raises a CareCycleError when there is nothing at all; what was read up to a problem is given with it.
        """
        async with self._turn(account):
            known = self._fresh(account) or self._begun(account)
            problem = await self._read(account, known, fetch, MOST_PAGES)
            found = _swept(known, problem)
        if found.problem and not found.campaigns:
            raise found.problem
        return found

    async def length(self, account: Account, fetch: Fetch) -> int | None:
        """How many pages the list has, as its last reading or its first page says it; None where that does not.

        The page is the beginning of the list, which `all` goes on with. Raises a CareCycleError.
        """
        async with self._turn(account):
            if account not in self._lengths and (problem := await self._read(account, self._begun(account), fetch, 1)):
                raise problem
            return self._lengths.get(account)

    def known(self, account: Account) -> Swept[T] | None:
        """The same, if it is in memory and fresh; never asks."""
        found = self._fresh(account)
        return _swept(found) if found else None

    def forget(self, workspace: str) -> None:
        """Let go of everything of a workspace."""
        for account in [account for account in list(self._lists) if account[0] == workspace]:
            self._lists.pop(account, None)
        for account in [account for account in list(self._lengths) if account[0] == workspace]:
            self._lengths.pop(account, None)

    def _turn(self, account: Account) -> asyncio.Lock:
        """One lock for all who ask at the same time; kept by time, two of them could hold different ones."""
        return self._asking.setdefault(account, asyncio.Lock())

    def _fresh(self, account: Account) -> _List[T] | None:
        known = self._lists.get(account)
        return known if known and known.ended is not None and self._age(known.ended) < SECONDS else None

    def _begun(self, account: Account) -> _List[T]:
        """The one to read on; a new one where nothing was read yet: it is as old as its first page."""
        known = self._lists.get(account)
        if known is None or not known.pages or known.ended is not None or self._age(known.since) >= _UNFINISHED:
            known = self._lists[account] = _List(self._clock.now(), self._clock.monotonic())
        return known

    def _age(self, since: float) -> float:
        return self._clock.monotonic() - since

    async def _read(self, account: Account, known: _List[T], fetch: Fetch, most: int) -> CareCycleError | None:
        """Page by page, until there are so many; what went wrong."""
        while known.ended is None and known.pages < most:
            try:
                page = await fetch(known.pages + 1)
            except CareCycleError as error:
                return error
            known.take(page, self._new(known, page), self._clock.monotonic())
            if length := known.length(page):
                self._lengths[account] = length
        return None

    def _new(self, known: _List[T], page: CampaignPage) -> dict[str, T]:
        found = ((campaign.id.lower(), campaign) for campaign in page.items)
        return {id_: self._condense(campaign) for id_, campaign in found if id_ not in known.campaigns}


def _swept(known: _List[T], problem: CareCycleError | None = None) -> Swept[T]:
    problem = problem or (Unavailable(known.cut) if known.cut else None)
    return Swept(known.campaigns, known.began, known.ended is not None and problem is None, known.pages, problem)
