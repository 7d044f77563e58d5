"""The campaigns of an account by name: one list for everybody who searches, asked for as seldom as possible.

Most accounts have fewer campaigns than one page holds: then one request a minute answers every search. For larger ones
careCycle is asked for a word of those typed, too, and a whole answer for `reti` also answers `retirement plans`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from cachetools import LRUCache, TTLCache

from bot.cached import SingleFlight
from bot.campaigns.campaign import CampaignPage
from bot.campaigns.listing import (
    SHORTEST,
    Entry,
    Listing,
    entries_of,
    looks_elsewhere,
    matching,
    word_to_ask_for,
    words_of,
)
from bot.carecycle.client import MOST_PAGES
from bot.clock import Clock
from bot.errors import CareCycleError, RateLimited, Unavailable

SECONDS = 60.0  # a list is fresh for so long
LAST_GOOD_SECONDS = 15 * 60.0
SEARCHES = 2  # requests a minute for what somebody types, character by character; beginning anew counts anew
_ACCOUNTS = 1_000  # a page of a hundred takes about 50 kB, with the longest descriptions 250
_WORDS = 10  # searches remembered for an account

Fetch = Callable[[int, str | None], Awaitable[CampaignPage]]  # the page of this number, of all or of what matches
# Workspace and key's fingerprint: nobody else's question is answered with it. For a list of one status, that, too.
Account = tuple[str, str] | tuple[str, str, str]
Run = tuple[str, str]  # who types, and how it began


@dataclass(slots=True)
class _Shelf:
    """What is known of one account; `asking` lets one request at a time through."""

    pages: list[tuple[Entry, ...]] = field(default_factory=list)
    ended: bool = False
    since: float = -1e9
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    found: LRUCache[str, tuple[float, Listing]] = field(default_factory=lambda: LRUCache(_WORDS))
    searched: dict[Run, list[float]] = field(default_factory=dict)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple({entry.id: entry for page in self.pages for entry in page}.values())


class SearchIndex:
    """Lists and searches; every method raises a CareCycleError only when there is nothing to show at all."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shelves: TTLCache[Account, _Shelf] = TTLCache(_ACCOUNTS, LAST_GOOD_SECONDS, timer=clock.monotonic)
        self._flights: SingleFlight[object, Listing] = SingleFlight()

    def known(self, account: Account) -> Listing | None:
        """What is in memory of the list, however old; never asks."""
        shelf = self._shelves.get(account)
        return Listing(shelf.entries, shelf.ended) if shelf and shelf.pages else None

    def at_hand(self, account: Account, words: str) -> Listing:
        """What holds all of `words` in what is in memory, however old; never asks."""
        known = self.known(account)
        return matching(known.entries if known else (), words_of(words), whole=False)

    async def first(self, account: Account, fetch: Fetch, *, least: int = 1) -> Listing:
        """The first campaigns of the list, at least so many, if there are."""
        return await self._to_its_end(partial(self._first, account, fetch, least))

    async def search(self, account: Account, fetch: Fetch, words: str, *, typing: str = "") -> Listing:
        """What holds all of `words`, newest first. While somebody (their id) is `typing`, at most SEARCHES requests."""
        return await self._to_its_end(partial(self._search, account, fetch, words_of(words), typing))

    async def close(self) -> None:
        """End the requests in flight."""
        await self._flights.close()

    def forget(self, workspace: str) -> None:
        """Let go of everything of a workspace."""
        for account in [account for account in list(self._shelves) if account[0] == workspace]:
            self._shelves.pop(account, None)

    async def _to_its_end(self, work: Callable[[], Coroutine[None, None, Listing]]) -> Listing:
        """Somebody who gives up, because they typed on, does not take the answer from the others."""
        return await self._flights.join(object(), work)  # each for itself: `asking` lets one at a time through

    async def _first(self, account: Account, fetch: Fetch, least: int) -> Listing:
        shelf = self._shelf(account)
        async with shelf.asking:
            problem = await self._fill(shelf, fetch, least)
            self._renew(account, shelf, problem)
        return Listing(shelf.entries, shelf.ended, problem)

    async def _search(self, account: Account, fetch: Fetch, words: Sequence[str], typing: str) -> Listing:
        shelf = self._shelf(account)
        async with shelf.asking:
            problem = await self._fill(shelf, fetch, 1)
            self._renew(account, shelf, problem)
            if shelf.ended or problem:
                return matching(shelf.entries, words, whole=shelf.ended, problem=problem)
            return await self._search_large(shelf, fetch, words, typing)

    async def _search_large(self, shelf: _Shelf, fetch: Fetch, words: Sequence[str], typing: str) -> Listing:
        """Ask for one word, and for all of them side by side when more campaigns hold that one than a page has."""
        phrase, problem = " ".join(words), None
        for asked in dict.fromkeys((word_to_ask_for(words), phrase)):
            if len(asked) < SHORTEST or problem or self._whole(shelf, words):
                break
            if asked not in dict(self._found(shelf)) and self._may_ask(shelf, typing, phrase):
                problem = await self._ask(shelf, fetch, asked)
        if (whole := self._whole(shelf, words)) is not None:
            return matching((*whole.entries, *shelf.entries), words, whole=True)
        # A misspelled parameter is ignored: then the answer is the list itself, in which the words are looked for.
        seen = (entry for _, listing in self._found(shelf) for entry in listing.entries)
        return matching((*seen, *shelf.entries), words, whole=False, problem=problem)

    def _renew(self, account: Account, shelf: _Shelf, problem: CareCycleError | None) -> None:
        """What was read a moment ago is kept for another quarter of an hour, unless its workspace left meanwhile."""
        if problem is None and self._shelves.get(account) is shelf:
            self._shelves[account] = shelf

    def _shelf(self, account: Account) -> _Shelf:
        shelf = self._shelves.get(account)
        if shelf is None:
            shelf = self._shelves[account] = _Shelf()
        return shelf

    async def _fill(self, shelf: _Shelf, fetch: Fetch, least: int) -> CareCycleError | None:
        """Read pages until there are enough; what went wrong, when something older stands in."""
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
        new = tuple(entry for entry in entries_of(page) if entry.id not in known)
        strange = page.current_page not in (None, number)
        shelf.ended = page.next_page is None or not new or strange
        if not strange:
            shelf.pages.append(new)

    def _found(self, shelf: _Shelf) -> Iterator[tuple[str, Listing]]:
        """The answers of the last minute, by what was asked for."""
        now = self._clock.monotonic()
        return ((asked, found) for asked, (since, found) in list(shelf.found.items()) if now - since < SECONDS)

    def _whole(self, shelf: _Shelf, words: Sequence[str]) -> Listing | None:
        """A whole answer for a part of one of the words that can be in names and descriptions alone."""
        sure = " ".join(word for word in words if not looks_elsewhere(word))
        return next((found for asked, found in self._found(shelf) if found.whole and asked in sure), None)

    def _may_ask(self, shelf: _Shelf, typing: str, phrase: str) -> bool:
        """Whether there are requests left for what begins like that, if somebody is typing it; counts one."""
        if not typing:
            return True
        now, run = self._clock.monotonic(), (typing, phrase[:SHORTEST])
        recent = {one: [at for at in times if now - at < SECONDS] for one, times in shelf.searched.items()}
        shelf.searched = {one: times for one, times in recent.items() if times}
        if len(shelf.searched.setdefault(run, [])) >= SEARCHES:
            return False
        shelf.searched[run].append(now)
        return True

    async def _ask(self, shelf: _Shelf, fetch: Fetch, asked: str) -> CareCycleError | None:
        """Keep the answer: whole, if there is no more of it and what was asked for can be nowhere else."""
        try:
            page = await fetch(1, asked)
        except CareCycleError as error:
            return error
        whole = page.next_page is None and " " not in asked and not looks_elsewhere(asked)
        shelf.found[asked] = (self._clock.monotonic(), Listing(entries_of(page), whole))
        return None
