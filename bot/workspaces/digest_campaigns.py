"""What a digest reads: as few requests as will do, shared with the other digests of its workspace, people first."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.campaigns.campaign import Campaign, CampaignPage, Reading
from bot.carecycle.client import PAGE_SIZE
from bot.carecycle.full_list import FullLists, Swept
from bot.clock import Clock
from bot.digests.comparison import figures
from bot.digests.digest import CampaignFilter
from bot.digests.snapshot import Figures
from bot.errors import CampaignNotFound, CareCycleError, KeyRefused

FEW = 10  # campaigns; so many are read one by one, for their routing, when there is room
_SPARE = 20  # requests that must be left in the minute after routing was read
_AT_ONCE = 5  # single requests

Page = Callable[[int, str | None], Awaitable[CampaignPage]]  # the page of this number, of one status or all
Single = Callable[[str], Awaitable[Reading]]


def new_sweeps(clock: Clock) -> FullLists[Figures]:
    """Lists of which the figures are kept."""
    return FullLists(clock, _figures)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Campaigns by id, and by id the name of the error of those that could not be read; in careCycle's order.

    `left_out`: how many match beyond the limit. `as_of`: when the oldest was read. `requests`: what it costs when
    nothing is in memory. `problem`: why it is not all, in which case it can only be shown as a part. `routed`: where
    transfers go was asked for.
    """

    campaigns: Mapping[str, Figures]
    missing: Mapping[str, str]
    as_of: datetime
    left_out: int = 0
    requests: int = 0
    problem: CareCycleError | None = None
    routed: bool = False


@dataclass(frozen=True, slots=True)
class Gathering:
    """Reads for one account. `place` is its workspace and key's fingerprint; `room`: requests that could be sent."""

    place: tuple[str, str]
    sweeps: FullLists[Figures]
    clock: Clock
    page: Page
    single: Single
    room: Callable[[], int]

    async def campaigns(self, choice: CampaignFilter, most: int) -> Gathered:
        """Those of `choice`, at most `most`. Raises NotConnected and a CareCycleError when there is nothing at all."""
        if choice.ids:
            return await self._named(choice.ids[:most])
        return await self._with_routing(await self._matching(choice, most))

    async def _matching(self, choice: CampaignFilter, most: int) -> Gathered:
        """All that fit the filter; it is applied here too, for a misspelled parameter is ignored by careCycle."""
        swept = await self._list(choice.status)
        fitting = [(id_, one) for id_, one in swept.campaigns.items() if _fits(one, choice)]
        return Gathered(
            dict(fitting[:most]),
            {},
            swept.as_of,
            left_out=max(len(fitting) - most, 0),
            requests=swept.pages,
            problem=swept.problem,
        )

    async def _named(self, ids: tuple[str, ...]) -> Gathered:
        """By their ids: one by one where that is fewer requests than the list, or gives the routing as well."""
        singly = await self._singly(len(ids))
        if singly and not self.sweeps.known((*self.place, None)):  # a list in memory costs nothing
            return await self._one_by_one(ids)
        swept = await self._list(None)
        there = {id_: swept.campaigns[id_] for id_ in ids if id_ in swept.campaigns}
        why = type(swept.problem or CampaignNotFound()).__name__
        absent = dict.fromkeys((id_ for id_ in ids if id_ not in there), why)
        problem = swept.problem if absent else None
        gathered = Gathered(there, absent, swept.as_of, requests=swept.pages, problem=problem)
        found = await self._with_routing(gathered)
        return replace(found, requests=len(ids)) if singly else found

    async def _singly(self, count: int) -> bool:
        """Whether so many campaigns are read one by one, when nothing is in memory."""
        if count == 1 or (count <= FEW and self.room() >= count + _SPARE):
            return True
        length = await self.sweeps.length((*self.place, None), lambda number: self.page(number, None))
        return length is not None and count <= length

    async def _list(self, status: str | None) -> Swept[Figures]:
        """One list for all; that of every status, if it is whole, serves for one of them, too."""
        if status and (known := self.sweeps.known((*self.place, None))) and known.whole:
            fitting = sum(one.status == status for one in known.campaigns.values())
            return replace(known, pages=max(math.ceil(fitting / PAGE_SIZE), 1))  # as many as its own list would have
        return await self.sweeps.all((*self.place, status), lambda number: self.page(number, status))

    async def _one_by_one(self, ids: Sequence[str]) -> Gathered:
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(id_: str) -> Reading | CareCycleError:
            async with turn:
                try:
                    return await self.single(id_)
                except CareCycleError as error:
                    return error

        read = dict(zip(ids, await asyncio.gather(*map(one, ids)), strict=True))
        return _gathered(read, self.clock.now())

    async def _with_routing(self, found: Gathered) -> Gathered:
        """Also where transfers go, of a few, when the list does not say it and there is room for asking."""
        ids = list(found.campaigns)
        carried = any(one.findings is not None for one in found.campaigns.values())
        if found.routed or carried or found.problem or not 0 < len(ids) <= FEW or self.room() < len(ids) + _SPARE:
            return found
        try:
            more = await self._one_by_one(ids)
        except CareCycleError:  # the numbers are there: routing is left out
            return found
        routed = {id_: _routed(one, more.campaigns.get(id_)) for id_, one in found.campaigns.items()}
        return replace(found, campaigns=routed, requests=found.requests + len(ids))


def _gathered(read: Mapping[str, Reading | CareCycleError], now: datetime) -> Gathered:
    """What came of single requests. An old record is none: a digest is late rather than wrong. Raises the problem."""
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
        routed=True,
    )


def _fits(one: Figures, choice: CampaignFilter) -> bool:
    name = one.name.casefold()
    return choice.status in (None, one.status) and all(word in name for word in choice.words.casefold().split())


def _figures(campaign: Campaign) -> Figures:
    return figures(campaign, with_routing=True)


def _routed(one: Figures, more: Figures | None) -> Figures:
    return replace(one, findings=more.findings) if more else one
