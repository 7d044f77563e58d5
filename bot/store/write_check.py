"""Find out whether the database can be written, by writing."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import delete, insert

from bot.errors import StoreUnavailable
from bot.store.database import Database

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # so it counts as no replica, and is deleted with those that are silent
_FILLER = 16_000  # characters: more than SQLite has left in the pages it writes anyway. Elsewhere an id is short


async def why_not_written(db: Database) -> str:
    """Write a row and delete it again. Return why that fails, or an empty string.

    It is among the replicas, in a row of its own: others may do the same at the same time.
    """
    table = db.tables.replicas
    id_ = f"check-{uuid4()}" + ("-" * _FILLER if db.engine.dialect.name == "sqlite" else "")
    try:
        async with db.writing() as connection:
            await connection.execute(insert(table).values(id=id_, beat_at=_LONG_AGO))
        async with db.writing() as connection:
            await connection.execute(delete(table).where(table.c.id == id_))
    except StoreUnavailable as error:
        db.writes.note_failure(why := error.refused or str(error))
        return why
    return ""
