"""Define the tables through which replicas tell each other what was done.

Their rows have no foreign key: there may be some of a workspace of which nothing else is stored, and adding one locks
nothing. `installations.forget` deletes them with the workspace, but for `request_budgets`, which names no workspace and
is deleted within minutes anyway.
"""

from typing import Any

from sqlalchemy import JSON, Column, MetaData, String, Table
from sqlalchemy.types import TypeEngine

_FINGERPRINT = String(32)


class ReplicaTables:
    """These tables. `moment` and `id_` are column types of `Tables`."""

    def __init__(self, metadata: MetaData, moment: type[TypeEngine[Any]], id_: String) -> None:
        self.claims = Table(
            "claims",  # what is done once, whichever replica is asked: events, shares and previews
            metadata,
            Column("key", _FINGERPRINT, primary_key=True),
            Column("workspace_id", id_, nullable=False),
            Column("enterprise_id", id_),
            Column("holder", _FINGERPRINT, nullable=False),
            Column("claimed_at", moment, nullable=False),
            Column("leased_until", moment),  # null: it is done
            Column("expires_at", moment, nullable=False),
        )
        self.link_outcomes = Table(
            "link_outcomes",  # what became of a link to a campaign in a channel, for `/campaign why`
            metadata,
            Column("key", _FINGERPRINT, primary_key=True),
            Column("workspace_id", id_, nullable=False),
            Column("enterprise_id", id_),
            Column("at", moment, nullable=False),
            Column("outcome", JSON, nullable=False),
        )
        self.tables = (self.claims, self.link_outcomes)
        self.request_budgets = Table(
            "request_budgets",  # of careCycle keys, which workspaces may share; a row is needed for minutes
            metadata,
            Column("fingerprint", _FINGERPRINT, primary_key=True),  # of the key
            Column("use", JSON, nullable=False),  # read and written as a whole
            Column("counts_until", moment, nullable=False, index=True),
        )
