"""Read the campaigns of a digest with few requests, which the digests of a workspace share.

Part of the request budget is always left to people.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.campaigns.campaign import Campaign, CampaignPage, Reading
from bot.campaigns.figures import Figures, figures_of
from bot.carecycle.client import PAGE_SIZE
from bot.carecycle.full_list import FullList, FullLists
from bot.clock import Clock
from bot.digests.changes import fits
from bot.digests.digest import CampaignFilter
from bot.errors import CampaignNotFound, CareCycleError, KeyRefused

FEW = 10  # campaigns that are looked up singly at most, because a list leaves them out
SPARE = 20  # requests that must be left in the budget after that
_AT_ONCE = 5  # single requests at the same time

Page = Callable[[int, str | None], Awaitable[CampaignPage]]  # takes the page number, and a status or None for all
Single = Callable[[str], Awaitable[Reading]]  # takes the campaign id


def new_full_lists(clock: Clock) -> FullLists[Figures]:
    """Return full lists that keep the figures of each campaign."""
    return FullLists(clock, _figures)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The campaigns read for a digest, in the order of the chosen ids, or else in careCycle's order."""

    campaigns: Mapping[str, Figures]  # by id
    missing: Mapping[str, str]  # by id, the error's class name of each campaign that could not be read
    as_of: datetime  # when the oldest was read
    left_out: int = 0  # how many match beyond the limit
    requests: int = 0  # how many are needed when nothing is in memory
    problem: CareCycleError | None = None  # why these are not all campaigns; they may then only be shown as a part


@dataclass(frozen=True, slots=True)
class DigestCampaigns:
    """A reader of digest campaigns for one account."""

    account: tuple[str, str]  # workspace id, and the API key's fingerprint
    full_lists: FullLists[Figures]
    clock: Clock
    page: Page
    single: Single
    room: Callable[[], int]  # returns how many requests may be sent now

    async def campaigns(self, choice: CampaignFilter, most: int, known: Collection[str] = ()) -> Gathered:
        """Read at most `most` campaigns that fit `choice`, if there are more, then those that are `known` (ids) first.

        Raise a CareCycleError when none could be read, or when careCycle refuses the key while reading them singly.
        """
        if choice.ids:
            return await self._named(choice.ids[:most])
        return await self._matching(choice, most, known)

    async def all_statuses(self, *, may_read: bool) -> Mapping[str, Figures]:
        """Return the account's whole list from memory, or read it if it `may_read` and enough requests are left.

        Empty when it is not to be had.
        """
        account = (*self.account, None)
        if known := self.full_lists.known(account):
            return known.campaigns if known.whole else {}
        try:
            length = await self.full_lists.length(account, lambda number: self.page(number, None)) if may_read else None
            if length is None or self.room() < length + SPARE:
                return {}
            full = await self._list(None)
        except CareCycleError:
            return {}
        return full.campaigns if full.whole else {}

    async def _matching(self, choice: CampaignFilter, most: int, known: Collection[str]) -> Gathered:
        """Read the list and keep what fits the filter, because careCycle ignores misspelled parameters."""
        full = await self._list(choice.status)
        fitting = [(id_, one) for id_, one in full.campaigns.items() if fits(id_, one, choice)]
        if len(fitting) > most:
            fitting.sort(key=lambda pair: pair[0] not in known)  # the others stay in careCycle's order
        return Gathered(
            dict(fitting[:most]),
            {},
            full.as_of,
            left_out=max(len(fitting) - most, 0),
            requests=full.pages,
            problem=full.problem,
        )

    async def _named(self, ids: tuple[str, ...]) -> Gathered:
        """Read campaigns by their ids: singly if that takes no more requests than the list."""
        singly = await self._singly(len(ids))
        if singly and not self.full_lists.known((*self.account, None)):  # a list in memory costs nothing
            return await self._one_by_one(ids)
        full = await self._list(None)
        there = {id_: full.campaigns[id_] for id_ in ids if id_ in full.campaigns}
        absent = [id_ for id_ in ids if id_ not in there]
        why = type(full.problem or CampaignNotFound()).__name__
        requests = len(ids) if singly else full.pages
        problem = full.problem if absent else None
        found = Gathered(there, dict.fromkeys(absent, why), full.as_of, requests=requests, problem=problem)
        return found if problem else await self._confirmed(found)

    async def _confirmed(self, found: Gathered) -> Gathered:
        """Look the first ones up that are not in the list: one that changes while it is read may leave some out."""
        absent = list(found.missing)[: max(min(FEW, self.room() - SPARE), 0)]
        try:
            read = _gathered(await self.singly(absent), self.clock.now()) if absent else found
        except KeyRefused:
            raise
        except CareCycleError as error:  # none of them could be read; the others are there
            read = Gathered({}, dict.fromkeys(absent, type(error).__name__), found.as_of, problem=error)
        missing = {id_: why for id_, why in {**found.missing, **read.missing}.items() if id_ not in read.campaigns}
        return replace(found, campaigns={**found.campaigns, **read.campaigns}, missing=missing, problem=read.problem)

    async def _singly(self, count: int) -> bool:
        """Return whether `count` campaigns are read singly when nothing is in memory."""
        if count == 1:
            return True
        length = await self.full_lists.length((*self.account, None), lambda number: self.page(number, None))
        return length is not None and count <= length

    async def _list(self, status: str | None) -> FullList[Figures]:
        """Return the list of one status, or of all. A whole list of all in memory also serves for one status."""
        if status and (known := self.full_lists.known((*self.account, None))) and known.whole:
            fitting = sum(one.status == status for one in known.campaigns.values())
            return replace(known, pages=max(math.ceil(fitting / PAGE_SIZE), 1))  # as many as its own list would have
        return await self.full_lists.all((*self.account, status), lambda number: self.page(number, status))

    async def singly(self, ids: Sequence[str]) -> Mapping[str, Reading | CareCycleError]:
        """Read campaigns one by one, a few at the same time. Return the error in place of each that has one."""
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(id_: str) -> Reading | CareCycleError:
            async with turn:
                try:
                    return await self.single(id_)
                except CareCycleError as error:
                    return error

        return dict(zip(ids, await asyncio.gather(*map(one, ids)), strict=True))

    async def _one_by_one(self, ids: Sequence[str]) -> Gathered:
        return _gathered(await self.singly(ids), self.clock.now())


def _gathered(read: Mapping[str, Reading | CareCycleError], now: datetime) -> Gathered:
    """Gather the results of single requests. An old record counts as missing: a digest is late rather than wrong.

    Raise the first error other than CampaignNotFound if it is a refused key, or if nothing could be read.
    """
    fresh = {id_: one for id_, one in read.items() if isinstance(one, Reading) and one.problem is None}
    failed = {
        id_: one if isinstance(one, CareCycleError) else one.problem for id_, one in read.items() if id_ not in fresh
    }
    problem = next((one for one in failed.values() if not isinstance(one, CampaignNotFound)), None)
    if problem and (isinstance(problem, KeyRefused) or not fresh):
        raise problem
    return Gathered(
        {id_: _figures(one.campaign) for id_, one in fresh.items()},
        {id_: type(error).__name__ for id_, error in failed.items()},
        min((one.as_of for one in fresh.values()), default=now),
        requests=len(read),
        problem=problem,
    )


def _figures(campaign: Campaign) -> Figures:
    return figures_of(campaign, with_routing=True)
