"""Writes a row, whether it is there already or not: the one statement the two databases spell apart."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_AT_ONCE = 200  # rows: SQLite takes 32,766 values in a statement


async def upsert(connection: AsyncConnection, table: Table, **values: Any) -> None:  # Any: a column's own type
    """Add the row, or change the one with the same primary key to these values.

    Either way nobody else changes or deletes it until the transaction ends.
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
    """Add each row; of one with the same primary key the later `by` counts."""
    if rows:
        statement = _insert(connection, table)
        later = table.c[by] < statement.excluded[by]
        renewed = statement.on_conflict_do_update(
            index_elements=_keys(table), set_={by: statement.excluded[by]}, where=later
        )
        await connection.execute(renewed, rows)


async def add_new(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> int:  # Any: as above
    """Add each row whose primary key is new, and leave the others as they are; how many were new.

    All rows have the same columns.
    """
    added = 0
    for start in range(0, len(rows), _AT_ONCE):
        statement = _insert(connection, table).values(rows[start : start + _AT_ONCE])
        # Returned and counted: of an INSERT like this PostgreSQL's driver does not say how many rows it added.
        new = statement.on_conflict_do_nothing(index_elements=_keys(table)).returning(*table.primary_key)
        added += len((await connection.execute(new)).all())
    return added


def _insert(connection: AsyncConnection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    if connection.dialect.name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # here: 2 MB and 50 ms that nobody with SQLite needs

    return postgresql.insert(table)


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]
