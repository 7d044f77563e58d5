"""Search an account's campaigns by name with as few requests as possible.

All people of the account share one list. Most accounts have fewer campaigns than fit on a page: one request a minute
then answers every search. For a larger account careCycle is also asked for one of the typed words. A complete answer
for `reti` serves `retirement plans`, too.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from cachetools import LRUCache, TTLCache

from bot.cached import SingleFlight
from bot.campaigns.campaign import CampaignPage
from bot.campaigns.listing import Entry, Listing, entries_of
from bot.campaigns.matching import SHORTEST, looks_elsewhere, matching, without_fillers, word_to_ask_for, words_of
from bot.carecycle.client import MOST_PAGES
from bot.clock import Clock
from bot.errors import CareCycleError, RateLimited, Unavailable, Unreadable

SECONDS = 60.0  # a list is fresh for this long
LAST_GOOD_SECONDS = 15 * 60.0
SEARCHES = 2  # requests a minute while a person types a search; a search that starts differently counts separately
_ACCOUNTS = 1_000  # a page of 100 campaigns takes about 50 kB, or 250 kB with the longest descriptions
_WORDS = 10  # searches remembered per account

Fetch = Callable[[int, str | None], Awaitable[CampaignPage]]  # takes the page number, and a search or None
# The workspace and the API key's fingerprint, so that no other workspace gets the list; plus a status, if only
# campaigns of that status are listed.
Account = tuple[str, str] | tuple[str, str, str]
# What careCycle is asked for: an _Index, by its id; the number of a page, or words; and whether somebody only types.
# Who types may use less of the request budget, so a person who waits does not share the error of that.
Question = tuple[int, int | str, bool]
Run = tuple[str, str]  # the id of the person who types, and the first SHORTEST characters of the search


@dataclass(slots=True)
class _Index:
    """What is known of one account. All times are monotonic seconds."""

    pages: list[tuple[Entry, ...]] = field(default_factory=list)
    ended: bool = False  # no more pages can be read
    whole: bool = False  # there are no more pages; False when it ended at a page that was not asked for
    total: int | None = None  # how many campaigns there are, as careCycle counts
    since: float = -1e9  # when the first page was read
    # careCycle's answers, each with its time, by the words it was asked for.
    found: LRUCache[str, tuple[float, Listing]] = field(default_factory=lambda: LRUCache(_WORDS))
    searched: dict[Run, list[float]] = field(default_factory=dict)  # when requests were sent

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple({entry.id: entry for page in self.pages for entry in page}.values())

    def listing(self, problem: CareCycleError | None = None) -> Listing:
        """Return what is known as a Listing."""
        return Listing(self.entries, self.whole, problem, len(self.entries), self.total)


class SearchIndex:
    """The lists and searches of all accounts. Methods raise a CareCycleError only when there is nothing to show."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shelves: TTLCache[Account, _Index] = TTLCache(_ACCOUNTS, LAST_GOOD_SECONDS, timer=clock.monotonic)
        self._flights: SingleFlight[Question, CareCycleError | None] = SingleFlight()

    def known(self, account: Account) -> Listing | None:
        """Return the part of the list that is in memory, however old, or None. Send no request."""
        index = self._shelves.get(account)
        return index.listing() if index and index.pages else None

    def at_hand(self, account: Account, words: str) -> Listing:
        """Search for `words` in the part of the list that is in memory, however old. Send no request."""
        known = self.known(account) or Listing((), whole=False)
        return matching(known.entries, words_of(words), whole=known.whole, total=known.total)

    async def first(self, account: Account, fetch: Fetch, *, least: int = 1) -> Listing:
        """Return the first campaigns of the list: at least `least`, if there are that many."""
        index = self._index(account)
        problem = await self._fill(index, fetch, least)
        self._renew(account, index, problem)
        return index.listing(problem)

    async def search(self, account: Account, fetch: Fetch, words: str, *, typing: str = "") -> Listing:
        """Return the campaigns that hold all of `words`, sorted as by `matching`.

        `typing` is the id of a person who is still typing. At most SEARCHES requests a minute are sent while they type
        one search.
        """
        index = self._index(account)
        problem = await self._fill(index, fetch, 1, typing=bool(typing))
        self._renew(account, index, problem)
        if index.ended or problem:
            return matching(index.entries, words_of(words), whole=index.whole, problem=problem, total=index.total)
        return await self._search_large(index, fetch, words_of(words), typing)

    async def close(self) -> None:
        """Cancel the requests in flight."""
        await self._flights.close()

    def forget(self, workspace: str) -> None:
        """Drop everything remembered for a workspace."""
        for account in [account for account in list(self._shelves) if account[0] == workspace]:
            self._shelves.pop(account, None)

    async def _search_large(self, index: _Index, fetch: Fetch, words: Sequence[str], typing: str) -> Listing:
        """Search a list that has more than one page, with up to two requests.

        Ask careCycle for one word, and then for the whole phrase if the first answer was not complete.
        """
        phrase, problem = " ".join(without_fillers(words) or words), None
        for asked in dict.fromkeys((word_to_ask_for(words), phrase)):
            if len(asked) < SHORTEST or problem or self._whole(index, words):
                break
            question = (id(index), asked, bool(typing))
            if asked in dict(self._found(index)):
                continue
            if self._flights.has(question) or self._may_ask(index, typing, phrase):
                problem = await self._flights.join(question, partial(self._ask, index, fetch, asked))
        if (whole := self._whole(index, words)) is not None:
            return matching((*whole.entries, *index.entries), words, whole=True, total=index.total)
        # careCycle ignores a misspelled parameter and sends the list itself, so the words are searched for here, too.
        seen = (entry for _, listing in self._found(index) for entry in listing.entries)
        return matching((*seen, *index.entries), words, whole=False, problem=problem, total=index.total)

    def _renew(self, account: Account, index: _Index, problem: CareCycleError | None) -> None:
        """Keep a list without a problem for another 15 minutes, unless its workspace was forgotten in between."""
        if problem is None and self._shelves.get(account) is index:
            self._shelves[account] = index

    def _index(self, account: Account) -> _Index:
        index = self._shelves.get(account)
        if index is None:
            index = self._shelves[account] = _Index()
        return index

    async def _fill(self, index: _Index, fetch: Fetch, least: int, *, typing: bool = False) -> CareCycleError | None:
        """Read pages until there are `least` campaigns. Return an error, or raise it when there is no list to show.

        All who need the same page at the same time share one request, and its error.
        """
        if self._clock.monotonic() - index.since >= SECONDS:
            problem = await self._flights.join((id(index), 1, typing), partial(self._begin, index, fetch))
            if problem is not None:
                return problem
        while len(index.entries) < least and not index.ended and len(index.pages) < MOST_PAGES:
            question = (id(index), len(index.pages) + 1, typing)
            if (problem := await self._flights.join(question, partial(self._read_on, index, fetch))) is not None:
                return problem
        return None

    async def _begin(self, index: _Index, fetch: Fetch) -> CareCycleError | None:
        """Read the first page again and drop the older pages.

        After RateLimited, Unavailable or Unreadable, keep the older pages and return the error, or raise it when there
        are none. After any other CareCycleError, drop all pages and raise it.
        """
        fresh = _Index()
        try:
            await self._next(fresh, fetch)
        except (RateLimited, Unavailable, Unreadable) as error:
            if not index.pages:
                raise
            return error
        except CareCycleError:  # the known campaigns may no longer be shown
            index.pages, index.ended, index.whole, index.since = [], False, False, -1e9
            index.found.clear()
            raise
        index.pages, index.ended, index.whole = fresh.pages, fresh.ended, fresh.whole
        index.total, index.since = fresh.total, self._clock.monotonic()
        return None

    async def _read_on(self, index: _Index, fetch: Fetch) -> CareCycleError | None:
        """Read one more page. Return the error, if any."""
        try:
            await self._next(index, fetch)
        except CareCycleError as error:
            return error
        return None

    async def _next(self, index: _Index, fetch: Fetch) -> None:
        """Read one more page. A page with nothing new, or with another number than requested, is the last."""
        pages, number = index.pages, len(index.pages) + 1
        page = await fetch(number, None)
        if index.pages is not pages or len(pages) >= number:  # meanwhile the list began again, or somebody read on
            return
        known = {entry.id for entry in index.entries}
        new = tuple(entry for entry in entries_of(page) if entry.id not in known)
        strange = page.current_page not in (None, number)
        index.ended = page.next_page is None or not new or strange
        index.whole = index.ended and not strange
        index.total = page.items_total if page.items_total is not None else index.total
        if not strange:
            index.pages.append(new)

    def _found(self, index: _Index) -> Iterator[tuple[str, Listing]]:
        """Return the answers of the last minute, each with the words careCycle was asked for."""
        now = self._clock.monotonic()
        return ((asked, found) for asked, (since, found) in list(index.found.items()) if now - since < SECONDS)

    def _whole(self, index: _Index, words: Sequence[str]) -> Listing | None:
        """Return a complete answer that also covers `words`, or None.

        It is the answer for a part of one of the words. Words that may be an id or a status do not count, because
        careCycle searches names and descriptions alone.
        """
        sure = " ".join(word for word in words if not looks_elsewhere(word))
        return next((found for asked, found in self._found(index) if found.whole and asked in sure), None)

    def _may_ask(self, index: _Index, typing: str, phrase: str) -> bool:
        """Return whether one more request may be sent, and count it. Only a search that is being typed is limited."""
        if not typing:
            return True
        now, run = self._clock.monotonic(), (typing, phrase[:SHORTEST])
        recent = {one: [at for at in times if now - at < SECONDS] for one, times in index.searched.items()}
        index.searched = {one: times for one, times in recent.items() if times}
        if len(index.searched.setdefault(run, [])) >= SEARCHES:
            return False
        index.searched[run].append(now)
        return True

    async def _ask(self, index: _Index, fetch: Fetch, asked: str) -> CareCycleError | None:
        """Ask careCycle for `asked` and keep the answer. Return the error, if any.

        The answer is whole when it has one page and `asked` is one word that can only be in a name or description.
        """
        try:
            page = await fetch(1, asked)
        except CareCycleError as error:
            return error
        whole = page.next_page is None and " " not in asked and not looks_elsewhere(asked)
        index.found[asked] = (self._clock.monotonic(), Listing(entries_of(page), whole))
        return None
