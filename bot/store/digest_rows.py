"""Turn digests into rows of the database and back."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from bot.digests.digest import CampaignFilter, Digest, Pause
from bot.digests.timetable_json import from_json, to_json
from bot.store import pauses
from bot.store.tables import Tables


def rows(tables: Tables) -> Select[Any]:
    """Select digests with their organization, for `digest_of`."""
    return select(tables.digests, tables.workspaces.c.enterprise_id).join(tables.workspaces)


def there(tables: Tables) -> ColumnElement[bool]:
    """Return the condition that a digest is not deleted (`deletions.py`)."""
    return tables.digests.c.deleted_at.is_(None)


def digest_of(row: Any) -> Digest:  # Any: a row of `rows`
    """Turn a row of `rows` into a digest. Raise ValueError, KeyError or TypeError when it cannot be read."""
    kept = row.definition
    return Digest(
        id=row.id,
        workspace_id=row.workspace_id,
        name=row.name,
        channel_id=row.channel_id,
        owner_id=row.owner_id,
        backup_id=row.backup_id,
        timetable=from_json(kept["timetable"]),
        choice=CampaignFilter(tuple(kept["choice"]["ids"]), kept["choice"]["status"], kept["choice"]["words"]),
        skip_unchanged=kept["skip_unchanged"],
        length=kept["length"],
        threaded=kept["threaded"],
        created_at=row.created_at,
        next_due=row.next_due,
        pause=_pause(row),
        enterprise_id=row.enterprise_id,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        compares_from=row.compares_from,
        end_asked=row.end_asked,
        deleted_at=row.deleted_at,
    )


def readable(some: Iterable[Any]) -> list[Digest]:  # Any: rows of `rows`
    """Turn rows into digests, without those that cannot be read (of an unknown zone, say)."""
    found = []
    for row in some:
        with suppress(ValueError, KeyError, TypeError):
            found.append(digest_of(row))
    return found


def values_of(digest: Digest) -> dict[str, Any]:  # Any: a column's own type
    """Return a digest as the columns of a row, but those of its changes."""
    plain = ("id", "workspace_id", "name", "channel_id", "owner_id", "backup_id", "next_due")
    definition = {
        "choice": {**asdict(digest.choice), "ids": list(digest.choice.ids)},
        "timetable": to_json(digest.timetable),
        "skip_unchanged": digest.skip_unchanged,
        "length": digest.length,
        "threaded": digest.threaded,
    }
    paused = pauses.columns(digest.pause) if digest.pause else pauses.NONE
    return {**{name: getattr(digest, name) for name in plain}, "definition": definition, **paused}


def _pause(row: Any) -> Pause | None:  # Any: as above
    if row.pause_why is None:
        return None
    return Pause(row.paused_since, row.pause_why, row.paused_until, row.paused_by, row.pause_detail or "")
