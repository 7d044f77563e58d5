"""Find the campaigns that a typed text names: by id, by a part of an id, or by name."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bot.campaigns.ids import has_nearly_an_id, with_dashes
from bot.campaigns.listing import Entry, Listing
from bot.campaigns.matching import looks_elsewhere, matching, may_be_of_an_id, words_of
from bot.campaigns.naming import beginnings_in, joined_in, listed_in, named_beside, splits_of, without
from bot.campaigns.pasted_secrets import secret_in
from bot.carecycle.client import PAGE_SIZE
from bot.carecycle.rate_limit import Asker
from bot.errors import CareCycleError, NotUnderstood
from bot.workspaces.workspace import Workspace

MOST_PARTS = 10  # campaigns in one text
_READ_ON_WITHIN = 2.5  # seconds of the five in which everybody is answered


@dataclass(frozen=True, slots=True)
class Named:
    """The campaigns that a text names, each once, in its order."""

    ids: tuple[str, ...]
    part: Listing | None = None  # what was looked at, if an id was known by its beginning and there are more campaigns


@dataclass(frozen=True, slots=True)
class Unclear:
    """A part of a text that does not name one campaign for certain."""

    typed: str  # the part
    listing: Listing  # what fits it, or nearly fits it; maybe nothing
    before: tuple[str, ...] = ()  # ids of the campaigns that the text names before this part
    after: tuple[str, ...] = ()  # the parts of the text after it

    def chosen(self, *ids: str) -> str:
        """Return the text with these ids in place of the part."""
        return ", ".join((*self.before, *ids, *self.after))


async def find(workspace: Workspace, text: str, *, pair: bool = False) -> Named | Unclear:
    """Find the campaigns that `text` names. `pair`: it names two, so their names need no comma between them.

    Raise NotUnderstood for text that cannot be a name, NotConnected, or a CareCycleError.
    """
    refuse_secret(text)
    if not words_of(text):
        raise NotUnderstood
    ids = workspace.links.ids_in(with_dashes(text))
    spare = _Spare.of(workspace)
    if ids and not (pair and len(ids) == 1):
        return await _beside(workspace, ids, named_beside(text, ids), spare)
    _refuse_link(workspace, text)
    if ids:
        other = without(text, ids[0])
        return await _each(workspace, (ids[0], other), spare) if other else Named(ids)
    parts = listed_in(text)
    if not pair and len(parts) == 1:
        return await _one_or_several(workspace, text, spare)
    if len(parts) > 1:
        whole = workspace.search_at_hand(text)
        if not pair and whole.sure and whole.hit:  # a name with a comma in it
            return Named((whole.hit.id,))
        return await _each(workspace, parts, spare)
    return await _pair(workspace, text, spare)


@dataclass(frozen=True, slots=True)
class _Spare:
    """What all the searches for one text may use up together: half of the requests that people have left, and time."""

    kept: int  # requests that are left to others
    until: float  # when reading on ends, by the event loop's clock

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        room = _room(workspace)
        return cls(room - room // 2, asyncio.get_running_loop().time() + _READ_ON_WITHIN)


def _room(workspace: Workspace) -> int:
    return workspace.carecycle.room(workspace.connection.key, Asker.PERSON) if workspace.connection else 0


async def find_one(workspace: Workspace, text: str, spare: _Spare | None = None) -> Listing:
    """Search for one campaign. Where the list is not known to its end, read on, if that could help.

    Reading on takes at most what is to `spare`, by itself half of the requests that people have left. Raise as `find`.
    """
    spare = spare or _Spare.of(workspace)
    listing = await workspace.search(text)
    words = words_of(text)
    beginning = len(words) == 1 and may_be_of_an_id(words[0])
    if listing.hit and not (beginning and not listing.whole):
        return listing
    if listing.whole or listing.problem or (listing.entries and not beginning):
        return listing
    known = await _read_on(workspace, spare)
    more = (*listing.entries, *known.entries)
    return matching(more, words, whole=known.whole, problem=known.problem, total=known.total)


def refuse_secret(text: str, *, seen_by_all: bool = False) -> None:
    """Raise NotUnderstood if `text` may hold a key or a token. `seen_by_all`: everybody here can read it."""
    if kind := secret_in(text):
        raise NotUnderstood(pasted=kind, seen_by_all=seen_by_all)


def _refuse_link(workspace: Workspace, text: str) -> None:
    """Raise NotUnderstood for a link that opens no campaign."""
    links = workspace.links
    if "://" not in text:
        return
    if links.has_customer_link(text):
        raise NotUnderstood("customer link")
    if links.has_other_link(text):
        raise NotUnderstood("other link")
    if links.has_own_link(text):
        raise NotUnderstood("bare link")


async def _beside(workspace: Workspace, ids: tuple[str, ...], beside: Sequence[str], spare: _Spare) -> Named | Unclear:
    """Find what is named beside ids. A single part that is like no name is only what a person says of them."""
    if not beside:
        return Named(ids)
    found = await _each(workspace, (*ids, *beside), spare)
    if isinstance(found, Named) or found.listing.entries or found.listing.near:
        return found
    return found if len(beside) > 1 or beginnings_in(beside[0]) else Named(ids)


async def _one_or_several(workspace: Workspace, text: str, spare: _Spare) -> Named | Unclear:
    """Find one campaign, or else two or more whose names have no comma between them."""
    if len(beginnings := beginnings_in(text)) > 1:
        return await _each(workspace, beginnings, spare)
    listing = await find_one(workspace, text, spare)
    if listing.hit:
        return _named(listing.hit, listing)
    if not listing.entries and (several := await _several(workspace, text, spare)):
        return several
    if has_nearly_an_id(text) and not (listing.entries or listing.near):
        raise NotUnderstood("broken id")
    return Unclear(text, listing)


async def _several(workspace: Workspace, text: str, spare: _Spare) -> Named | Unclear | None:
    """Find campaigns whose names are joined by a word such as `and`, or stand side by side."""
    if len(parts := joined_in(text)) > 1:
        several = await _each(workspace, parts, spare)
        if isinstance(several, Named):
            return several
    pairs = _pairs(workspace, text)
    if len(pairs) == 1:
        return Named(pairs[0])
    return Unclear(text, _listing_of(workspace, pairs)) if pairs else None


async def _pair(workspace: Workspace, text: str, spare: _Spare) -> Named | Unclear:
    """Find two campaigns in a text without a comma."""
    if len(parts := beginnings_in(text)) > 1 or len(parts := joined_in(text)) > 1:
        return await _each(workspace, parts, spare)
    whole = await find_one(workspace, text, spare)  # it also reads the names that the pairs are looked for in
    if whole.sure and whole.hit:  # one name, and no second
        return Named((whole.hit.id,))
    if (named := await _several(workspace, text, spare)) is not None:
        return named
    if whole.hit:
        return Named((whole.hit.id,))
    split = _likeliest(workspace, text)
    return await _each(workspace, split, spare) if split else Unclear(text, whole)


def _pairs(workspace: Workspace, text: str) -> list[tuple[str, str]]:
    """Return the pairs of different campaigns that the words of a text name, taken as two names."""
    found = {}
    for first, second in splits_of(text):
        left, right = _only(workspace, first), _only(workspace, second)
        if left and right and left != right:
            found[frozenset((left, right))] = (left, right)
    return list(found.values())


def _only(workspace: Workspace, text: str) -> str | None:
    best = workspace.search_at_hand(text).best
    return best[0].id if len(best) == 1 else None


def _likeliest(workspace: Workspace, text: str) -> tuple[str, str] | None:
    """Return the two names whose words fit the fewest campaigns, or None when no two names fit any."""
    counted = []
    for first, second in splits_of(text):
        left, right = _count(workspace, first), _count(workspace, second)
        if left and right:
            counted.append((left * right, (first, second)))
    return min(counted)[1] if counted else None


def _count(workspace: Workspace, text: str) -> int:
    """Return how many campaigns a name fits. What it only nearly fits counts ten times."""
    listing = workspace.search_at_hand(text)
    return len(listing.best) or 10 * len(listing.near)


def _listing_of(workspace: Workspace, pairs: Sequence[tuple[str, str]]) -> Listing:
    known = {entry.id: entry for entry in workspace.search_at_hand("").entries}
    ids = dict.fromkeys(campaign_id for pair in pairs for campaign_id in pair)
    return Listing(tuple(known[one] for one in ids), whole=False, among=len(known))


async def _each(workspace: Workspace, parts: Sequence[str], spare: _Spare) -> Named | Unclear:
    """Find the campaign of each of ten parts: an id, or a name. Return the first that is not clear.

    When there is nothing to `spare` any more, look only among the campaigns in memory.
    """
    ids: list[str] = []
    looked: Listing | None = None
    parts = tuple(dict.fromkeys(parts))[:MOST_PARTS]
    for place, part in enumerate(parts):
        if whole := workspace.links.ids_in(with_dashes(part)):
            ids += whole
            continue
        if place == 0 or _room(workspace) > spare.kept or not workspace.search_at_hand("").among:
            listing = await find_one(workspace, part, spare)
        else:
            listing = workspace.search_at_hand(part)
        if listing.hit is None:
            return Unclear(part, listing, tuple(dict.fromkeys(ids)), tuple(parts[place + 1 :]))
        named = _named(listing.hit, listing)
        ids, looked = [*ids, *named.ids], named.part or looked
    return Named(tuple(dict.fromkeys(ids)), looked)


def _named(hit: Entry, listing: Listing) -> Named:
    words = listing.words
    by_beginning = len(words) == 1 and looks_elsewhere(words[0]) and words_of(hit.name) != words
    return Named((hit.id,), listing if by_beginning and not listing.whole else None)


async def _read_on(workspace: Workspace, spare: _Spare) -> Listing:
    """Read more of the list: to its end, unless the time or the requests to spare are used up before."""
    known = workspace.search_at_hand("")
    least = known.among + PAGE_SIZE * max(_room(workspace) - spare.kept, 0)
    try:
        async with asyncio.timeout_at(spare.until):
            return await workspace.recent_campaigns(least)
    except (TimeoutError, CareCycleError):
        return workspace.search_at_hand("")
