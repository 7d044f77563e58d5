"""Bring the rows of a list up to date with the campaigns' own records, which alone have their transfers."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from bot.campaigns.listing import Entry, newest
from bot.carecycle.api_key import fingerprint
from bot.carecycle.cache import CacheKey
from bot.carecycle.rate_limit import Asker
from bot.errors import CareCycleError
from bot.workspaces.workspace import Workspace

_AT_ONCE = 10  # records to read for one list: careCycle takes 60 requests a minute
_WITHIN = 2.0  # seconds to read them


def up_to_date(workspace: Workspace, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries with what is in memory of each campaign's own record (`newest`). Never ask careCycle."""
    if (connection := workspace.connection) is None:
        return tuple(entries)
    owner, cache = fingerprint(connection.key), workspace.resources.cache
    return tuple(newest(entry, cache.row(CacheKey(workspace.id, owner, entry.id))) for entry in entries)


async def looked_at(workspace: Workspace, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries after reading the records of the first ten whose transfers nobody looked at.

    These requests are background work: the last of a minute are left to those who wait. What could not be read within
    two seconds stays as it was.
    """
    listed = tuple(entries)
    unseen = [entry.id for entry in listed if entry.is_unseen][:_AT_ONCE]
    with suppress(TimeoutError):
        async with asyncio.timeout(_WITHIN):
            await asyncio.gather(*(_look(workspace, campaign_id) for campaign_id in unseen))
    return up_to_date(workspace, listed)


async def _look(workspace: Workspace, campaign_id: str) -> None:
    with suppress(CareCycleError):
        await workspace.campaign(campaign_id, asker=Asker.BACKGROUND)
