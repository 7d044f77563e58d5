"""Bring the rows of a list up to date with the campaigns that were read since, without asking careCycle."""

from collections.abc import Iterable

from bot.campaigns.listing import Entry, newest
from bot.carecycle.api_key import fingerprint
from bot.carecycle.cache import CacheKey
from bot.workspaces.workspace import Workspace


def up_to_date(workspace: Workspace, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries with what is in memory of each campaign's own record (`newest`)."""
    if (connection := workspace.connection) is None:
        return tuple(entries)
    owner, cache = fingerprint(connection.key), workspace.resources.cache
    return tuple(newest(entry, cache.row(CacheKey(workspace.id, owner, entry.id))) for entry in entries)
