"""Which delivery a digest is compared with: the last scheduled one in its channel since the digest began anew.

What a person had sent by *Send now* is none, because one reader's look must not move what all others compare with.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, or_, select

from bot.digests.digest import State
from bot.store.tables import Tables, built_once


@built_once
def baseline(tables: Tables, ledger: FromClause | None = None) -> Select[tuple[datetime, bytes]]:
    """Select when that delivery was sent, and its snapshot. No row: the next delivery is the first one.

    It is run with `compared`. `ledger` is the table of deliveries, or an alias of it.
    """
    table, digests = tables.deliveries if ledger is None else ledger, tables.digests
    mine = (table.c.digest_id == bindparam("of_digest")) & (table.c.channel_id == bindparam("in_channel"))
    sent = (table.c.kind == "scheduled") & _is_in(table, "sent") & table.c.snapshot.is_not(None)
    since = or_(digests.c.compares_from.is_(None), table.c.ended_at >= digests.c.compares_from)
    of = select(table.c.ended_at, table.c.snapshot).join(digests, digests.c.id == table.c.digest_id)
    return of.where(mine, sent, since).order_by(table.c.ended_at.desc(), table.c.due.desc()).limit(1)


def compared(digest_id: str, channel_id: str) -> dict[str, str]:
    """Return what `baseline` is run with."""
    return {"of_digest": digest_id, "in_channel": channel_id}


def is_in(tables: Tables, state: State) -> ColumnElement[bool]:
    """Build the condition that a delivery of one digest is in a state in which most deliveries of all digests end up.

    It hides the state from its index: SQLite would read all deliveries in that state, of every workspace.
    """
    return _is_in(tables.deliveries, state)


def _is_in(ledger: FromClause, state: State) -> ColumnElement[bool]:
    return ledger.c.state.concat("") == state
