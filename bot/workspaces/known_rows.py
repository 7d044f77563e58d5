"""Bring the rows of a list up to date with the campaigns' own records, which alone have their transfers."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.campaigns.figures import TransferProblem
from bot.campaigns.listing import Entry, newest
from bot.carecycle.api_key import fingerprint
from bot.carecycle.cache import CacheKey
from bot.carecycle.rate_limit import Asker
from bot.errors import CareCycleError, StoreUnavailable
from bot.insight.assessment import Assessed
from bot.workspaces.workspace import Workspace

_AT_ONCE = 10  # records to read for one list: careCycle takes 60 requests a minute
_WITHIN = 2.0  # seconds to read them


async def learn(workspace: Workspace) -> None:
    """Read what the last reading found into memory, for `up_to_date`. Without a database do nothing."""
    with suppress(StoreUnavailable):
        await workspace.resources.assessments.latest(workspace.id)


def up_to_date(workspace: Workspace, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries with what is in memory of each campaign's own record (`newest`), and of the last reading.

    Never ask careCycle or the database.
    """
    last = workspace.resources.assessments.known(workspace.id)
    judged = last.assessment.campaigns if last else {}
    return tuple(_judged(newest(entry, _known(workspace, entry.id)), judged.get(entry.id)) for entry in entries)


def _judged(entry: Entry, one: Assessed | None) -> Entry:
    if one is None:
        return entry
    kinds = tuple(problem.kind for problem in one.problems)
    return replace(entry, problems=kinds, looked_at=one.transfers is not None)


async def transfer_findings(workspace: Workspace, ids: Sequence[str]) -> dict[str, tuple[TransferProblem, ...]]:
    """Return what breaks the transfers of each of these campaigns, as far as anybody looked at them.

    Of those that nobody looked at, the first ten are read now. These requests are background work: the last of a minute
    are left to those who wait. What could not be read within two seconds is left out.
    """
    unseen = [campaign_id for campaign_id in ids if _findings(workspace, campaign_id) is None][:_AT_ONCE]
    with suppress(TimeoutError):
        async with asyncio.timeout(_WITHIN):
            await asyncio.gather(*(_look(workspace, campaign_id) for campaign_id in unseen))
    known = {campaign_id: _findings(workspace, campaign_id) for campaign_id in ids}
    return {campaign_id: found for campaign_id, found in known.items() if found is not None}


def _findings(workspace: Workspace, campaign_id: str) -> tuple[TransferProblem, ...] | None:
    row = _known(workspace, campaign_id)
    return row.findings if row else None


def _known(workspace: Workspace, campaign_id: str) -> Entry | None:
    if (connection := workspace.connection) is None:
        return None
    return workspace.resources.cache.row(CacheKey(workspace.id, fingerprint(connection.key), campaign_id))


async def _look(workspace: Workspace, campaign_id: str) -> None:
    with suppress(CareCycleError):
        await workspace.campaign(campaign_id, asker=Asker.BACKGROUND)
