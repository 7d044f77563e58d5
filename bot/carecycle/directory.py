"""The campaigns of an account by name: one list for everybody who searches, asked for as seldom as possible.

Most accounts have fewer campaigns than one page holds: then one request a minute answers every search. For larger ones
careCycle is asked for the words, too, and a whole answer for `reti` also answers `retirement`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cachetools import LRUCache, TTLCache

from bot.carecycle.listing import Entry, Listing
from bot.carecycle.models import Campaign, CampaignPage
from bot.clock import Clock
from bot.errors import CareCycleError, RateLimited, Unavailable

SECONDS = 60.0  # a list is fresh for so long
LAST_GOOD_SECONDS = 15 * 60.0
SHORTEST = 3  # characters; fewer match too much to be worth a request
SEARCHES = 2  # requests a minute for words, while somebody types
_ACCOUNTS = 1_000  # a page of a hundred takes about 50 kB
_WORDS = 10  # searches remembered for an account
MOST_PAGES = 50  # of the list; a wrong parameter name could make it endless
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

Fetch = Callable[[int, str | None], Awaitable[CampaignPage]]  # the page of this number, of all or of what matches
Place = tuple[str, str]  # workspace and key's fingerprint: nobody else's question is answered with it


@dataclass(slots=True)
class _Shelf:
    """What is known of one account; `asking` lets one request at a time through."""

    pages: list[tuple[Entry, ...]] = field(default_factory=list)
    ended: bool = False
    since: float = -1e9
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    found: LRUCache[str, tuple[float, Listing]] = field(default_factory=lambda: LRUCache(_WORDS))
    searched: list[float] = field(default_factory=list)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple({entry.id: entry for page in self.pages for entry in page}.values())


class Directory:
    """Lists and searches; every method raises a CareCycleError only when there is nothing to show at all."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shelves: TTLCache[Place, _Shelf] = TTLCache(_ACCOUNTS, LAST_GOOD_SECONDS, timer=clock.monotonic)
        self._under_way: set[asyncio.Task[Listing]] = set()

    def known(self, place: Place) -> Listing | None:
        """What is in memory of the list, however old; never asks."""
        shelf = self._shelves.get(place)
        return Listing(shelf.entries, shelf.ended) if shelf and shelf.pages else None

    def at_hand(self, place: Place, words: str) -> Listing:
        """What holds all of `words` in what is in memory, however old; never asks."""
        known = self.known(place)
        return _matching(known.entries if known else (), " ".join(words.split()).casefold(), whole=False)

    async def first(self, place: Place, fetch: Fetch, *, least: int = 1) -> Listing:
        """The first campaigns of the list, at least so many, if there are."""
        return await self._to_its_end(self._first(place, fetch, least))

    async def search(self, place: Place, fetch: Fetch, words: str, *, typing: bool = False) -> Listing:
        """What holds all of `words`, newest first. While somebody is `typing`, at most SEARCHES requests a minute."""
        return await self._to_its_end(self._search(place, fetch, words, typing=typing))

    async def close(self) -> None:
        """Ends the requests in flight."""
        for task in (tasks := list(self._under_way)):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def forget(self, workspace: str) -> None:
        """Lets go of everything of a workspace."""
        for place in [place for place in list(self._shelves) if place[0] == workspace]:
            self._shelves.pop(place, None)

    async def _to_its_end(self, work: Coroutine[None, None, Listing]) -> Listing:
        """Somebody who gives up, because they typed on, does not take the answer from the others."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Listing]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # its asker may have gone: without this asyncio would complain

    async def _first(self, place: Place, fetch: Fetch, least: int) -> Listing:
        shelf = self._shelf(place)
        async with shelf.asking:
            problem = await self._fill(shelf, fetch, least)
            self._renew(place, shelf, problem)
        return Listing(shelf.entries, shelf.ended, problem)

    async def _search(self, place: Place, fetch: Fetch, words: str, *, typing: bool) -> Listing:
        shelf, wanted = self._shelf(place), " ".join(words.split()).casefold()
        async with shelf.asking:
            problem = await self._fill(shelf, fetch, 1)
            self._renew(place, shelf, problem)
            if shelf.ended or problem or len(wanted) < SHORTEST:
                return _matching(shelf.entries, wanted, whole=shelf.ended, problem=problem)
            if (known := self._found(shelf, wanted)) is not None:
                return _matching(known.entries, wanted, whole=known.whole)
            if typing and not self._may_ask(shelf):
                return _matching(shelf.entries, wanted, whole=False)
            return await self._ask(shelf, fetch, wanted)

    def _renew(self, place: Place, shelf: _Shelf, problem: CareCycleError | None) -> None:
        """What was read a moment ago is kept for another quarter of an hour, unless its workspace left meanwhile."""
        if problem is None and self._shelves.get(place) is shelf:
            self._shelves[place] = shelf

    def _shelf(self, place: Place) -> _Shelf:
        shelf = self._shelves.get(place)
        if shelf is None:
            shelf = self._shelves[place] = _Shelf()
        return shelf

    async def _fill(self, shelf: _Shelf, fetch: Fetch, least: int) -> CareCycleError | None:
        """Reads pages until there are enough; what went wrong, when something older stands in."""
        stale = self._clock.monotonic() - shelf.since >= SECONDS
        if stale and (problem := await self._begin(shelf, fetch)) is not None:
            return problem
        while len(shelf.entries) < least and not shelf.ended and len(shelf.pages) < MOST_PAGES:
            try:
                await self._next(shelf, fetch)
            except CareCycleError as error:
                return error
        return None

    async def _begin(self, shelf: _Shelf, fetch: Fetch) -> CareCycleError | None:
        """The first page anew; what was known goes only when there is something newer."""
        fresh = _Shelf()
        try:
            await self._next(fresh, fetch)
        except (RateLimited, Unavailable) as error:
            if not shelf.pages:
                raise
            return error
        except CareCycleError:  # what we knew is no longer ours to show
            shelf.pages, shelf.ended, shelf.since = [], False, -1e9
            shelf.found.clear()
            raise
        shelf.pages, shelf.ended, shelf.since = fresh.pages, fresh.ended, self._clock.monotonic()
        return None

    async def _next(self, shelf: _Shelf, fetch: Fetch) -> None:
        """One page more. A page that brings nothing new, or another than was asked for, is the last."""
        number = len(shelf.pages) + 1
        page = await fetch(number, None)
        known = {entry.id for entry in shelf.entries}
        new = tuple(entry for entry in _entries(page) if entry.id not in known)
        strange = page.current_page not in (None, number)
        shelf.ended = page.next_page is None or not new or strange
        if not strange:
            shelf.pages.append(new)

    def _found(self, shelf: _Shelf, wanted: str) -> Listing | None:
        """A fresh answer for these words, or a whole one for a part of them."""
        now = self._clock.monotonic()
        for words, (since, listing) in list(shelf.found.items()):
            if now - since < SECONDS and (words == wanted or (listing.whole and words in wanted)):
                return listing
        return None

    def _may_ask(self, shelf: _Shelf) -> bool:
        now = self._clock.monotonic()
        shelf.searched = [when for when in shelf.searched if now - when < SECONDS]
        return len(shelf.searched) < SEARCHES

    async def _ask(self, shelf: _Shelf, fetch: Fetch, wanted: str) -> Listing:
        shelf.searched.append(self._clock.monotonic())
        try:
            page = await fetch(1, wanted)
        except CareCycleError as error:
            return _matching(shelf.entries, wanted, whole=False, problem=error)
        listing = Listing(tuple(_entries(page)), page.next_page is None)
        shelf.found[wanted] = (self._clock.monotonic(), listing)
        # A misspelt parameter is ignored: then the answer is the list itself, in which the words are looked for.
        return _matching((*listing.entries, *shelf.entries), wanted, whole=listing.whole)


def _entries(page: CampaignPage) -> Iterable[Entry]:
    return (_entry(campaign) for campaign in page.items)


def _entry(campaign: Campaign) -> Entry:
    return Entry(
        campaign.id.lower(),
        campaign.name or "",
        campaign.status,
        (campaign.description or "")[:200],
        campaign.updated_at or campaign.created_at,
    )


def _matching(entries: Iterable[Entry], wanted: str, *, whole: bool, problem: CareCycleError | None = None) -> Listing:
    """Those that hold the words, each once: in whose name they stand first, then newest first."""
    held = {entry.id: entry for entry in entries if entry.holds(wanted)}
    newest = sorted(held.values(), key=lambda entry: entry.updated_at or _LONG_AGO, reverse=True)
    newest.sort(key=lambda entry: wanted not in entry.name.casefold())
    return Listing(tuple(newest), whole, problem)
