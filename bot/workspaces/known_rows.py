"""Bring the rows of a list up to date with the campaigns' own records, which alone have their transfers."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from bot.campaigns.listing import Entry, newest
from bot.carecycle.api_key import fingerprint
from bot.carecycle.cache import CacheKey
from bot.errors import StoreUnavailable
from bot.insight.assessment import Assessed
from bot.workspaces.workspace import Workspace


async def learn(workspace: Workspace) -> None:
    """Read what the last reading found into memory, for `up_to_date`. Without a database do nothing."""
    with suppress(StoreUnavailable):
        await workspace.resources.assessments.latest(workspace.id)


def up_to_date(workspace: Workspace, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries with what is in memory of each campaign's own record (`newest`), and of the last reading.

    Never ask careCycle or the database.
    """
    last = workspace.resources.assessments.known(workspace.id)
    judged = last.assessment.campaigns if last and not last.assessment.is_stale(workspace.resources.clock.now()) else {}
    return tuple(_judged(newest(entry, _known(workspace, entry.id)), judged.get(entry.id)) for entry in entries)


def _judged(entry: Entry, one: Assessed | None) -> Entry:
    if one is None:
        return entry
    kinds = tuple(problem.kind for problem in one.problems)
    return replace(entry, problems=kinds, looked_at=one.transfers is not None)


def _known(workspace: Workspace, campaign_id: str) -> Entry | None:
    if (connection := workspace.connection) is None:
        return None
    return workspace.resources.cache.row(CacheKey(workspace.id, fingerprint(connection.key), campaign_id))
