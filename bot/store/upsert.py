"""Write rows with `INSERT … ON CONFLICT`, for which SQLAlchemy has a class for each kind of database."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_AT_ONCE = 200  # rows: SQLite takes 32,766 values in a statement


async def upsert(connection: AsyncConnection, table: Table, **values: Any) -> None:  # Any: a column's own type
    """Add a row, or change the one with the same primary key to these values.

    Either way, nobody else can change or delete it until the transaction ends.
    """
    statement = _insert(connection, table).values(**values)
    same = {name: statement.excluded[name] for name in values}
    await connection.execute(statement.on_conflict_do_update(index_elements=_keys(table), set_=same))


async def add_or_renew(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[dict[str, Any]],  # Any: as above
    *,
    by: str,
) -> None:
    """Add each row. If its primary key exists, only set the column `by` to the later of the two values."""
    if rows:
        statement = _insert(connection, table)
        later = table.c[by] < statement.excluded[by]
        renewed = statement.on_conflict_do_update(
            index_elements=_keys(table), set_={by: statement.excluded[by]}, where=later
        )
        await connection.execute(renewed, rows)


async def add_new(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> int:  # Any: as above
    """Add each row whose primary key is new, and leave the others as they are. Return how many were new.

    All rows must have the same columns.
    """
    added = 0
    for start in range(0, len(rows), _AT_ONCE):
        statement = _insert(connection, table).values(rows[start : start + _AT_ONCE])
        # The returned rows are counted: PostgreSQL's driver does not say how many rows an INSERT like this added.
        new = statement.on_conflict_do_nothing(index_elements=_keys(table)).returning(*table.primary_key)
        added += len((await connection.execute(new)).all())
    return added


def _insert(connection: AsyncConnection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    if connection.dialect.name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # imported here: SQLite does not need its 2 MB and 50 ms

    return postgresql.insert(table)


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]
