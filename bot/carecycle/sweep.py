"""The whole list of an account, read page by page once for all digests that are due together."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from cachetools import TTLCache

from bot.carecycle.client import MOST_PAGES
from bot.carecycle.models import Campaign, CampaignPage
from bot.clock import Clock
from bot.errors import CareCycleError

T = TypeVar("T")
SECONDS = 60.0  # a whole list serves everybody for so long
_UNFINISHED = 3 * 60.0  # seconds; a list that met the limit is read on, not from the start
_ACCOUNTS = 300  # lists remembered; one of five hundred campaigns takes about half a megabyte

Fetch = Callable[[int], Awaitable[CampaignPage]]  # the page of this number
Place = tuple[str, str, str | None]  # workspace, key's fingerprint, status asked for


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
    """A list that is being read."""

    began: datetime
    since: float
    campaigns: dict[str, T] = field(default_factory=dict)
    pages: int = 0
    ended: bool = False


class Sweeps(Generic[T]):
    """Lists by account; `condense` makes of each campaign what is kept of it."""

    def __init__(self, clock: Clock, condense: Callable[[Campaign], T]) -> None:
        self._clock = clock
        self._condense = condense
        self._lists: TTLCache[Place, _List[T]] = TTLCache(_ACCOUNTS, _UNFINISHED, timer=clock.monotonic)
        self._asking: TTLCache[Place, asyncio.Lock] = TTLCache(10 * _ACCOUNTS, 3600, timer=clock.monotonic)

    async def all(self, place: Place, fetch: Fetch) -> Swept[T]:
        """The whole list, at most a minute old: of any number of askers one reads it.

        Raises a CareCycleError when there is nothing at all; what was read up to a problem is given with it.
        """
        async with self._asking.setdefault(place, asyncio.Lock()):
            if (known := self._fresh(place)) is None:
                known = self._begun(place)
                problem = await self._read(known, fetch)
                if problem and not known.pages:
                    raise problem
                return _swept(known, problem)
            return _swept(known)

    def known(self, place: Place) -> Swept[T] | None:
        """The same, if it is in memory and fresh; never asks."""
        found = self._fresh(place)
        return _swept(found) if found else None

    def forget(self, workspace: str) -> None:
        """Lets go of everything of a workspace."""
        for place in [place for place in list(self._lists) if place[0] == workspace]:
            self._lists.pop(place, None)

    def _fresh(self, place: Place) -> _List[T] | None:
        known = self._lists.get(place)
        return known if known and known.ended and self._age(known) < SECONDS else None

    def _begun(self, place: Place) -> _List[T]:
        known = self._lists.get(place)
        if known is None or known.ended or self._age(known) >= _UNFINISHED:
            known = self._lists[place] = _List(self._clock.now(), self._clock.monotonic())
        return known

    def _age(self, known: _List[T]) -> float:
        return self._clock.monotonic() - known.since

    async def _read(self, known: _List[T], fetch: Fetch) -> CareCycleError | None:
        """Page by page. One that brings nothing new, or another than was asked for, is the last."""
        while not known.ended and known.pages < MOST_PAGES:
            number = known.pages + 1
            try:
                page = await fetch(number)
            except CareCycleError as error:
                return error
            known.pages = number
            strange = page.current_page not in (None, number)
            new = {} if strange else self._new(known, page)
            known.campaigns.update(new)
            known.ended = page.next_page is None or not new or strange
        known.ended = True
        return None

    def _new(self, known: _List[T], page: CampaignPage) -> dict[str, T]:
        found = ((campaign.id.lower(), campaign) for campaign in page.items)
        return {id_: self._condense(campaign) for id_, campaign in found if id_ not in known.campaigns}


def _swept(known: _List[T], problem: CareCycleError | None = None) -> Swept[T]:
    return Swept(known.campaigns, known.began, known.ended and problem is None, known.pages, problem)
