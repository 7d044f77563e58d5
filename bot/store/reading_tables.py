"""Define the tables of readings: what careCycle said of an account, what was found in it, and who takes care of it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Boolean, Column, LargeBinary, MetaData, String, Table, false
from sqlalchemy.types import TypeEngine

ACCOUNT = String(16)  # our own id of a careCycle account of a workspace
_PRINT = String(16)  # a fingerprint
_CAMPAIGN = String(36)


class ReadingTables:
    """The tables of readings. They are deleted with their workspace.

    `moment`, `names` and `id_` are column types of `Tables`. `workspace` makes the column that refers to a workspace.
    """

    def __init__(
        self,
        metadata: MetaData,
        moment: type[TypeEngine[Any]],
        names: type[TypeEngine[Any]],
        id_: String,
        workspace: Callable[[], "Column[str]"],
    ) -> None:
        self.accounts = Table(
            "accounts",  # the careCycle accounts a workspace had, as fingerprints: each has readings of its own
            metadata,
            workspace(),
            Column("id", ACCOUNT, primary_key=True),
            Column("client", _PRINT),
            Column("campaigns", names, nullable=False),
            Column("connected_at", moment),  # of the connection it was last read with
            Column("fixed_key", _PRINT),  # of a key from the environment, which has no such moment
            Column("seen_at", moment, nullable=False),
        )
        self.readings = Table(
            "readings",  # what had changed in an account since the reading before, packed
            metadata,
            workspace(),
            Column("account", ACCOUNT, primary_key=True),
            Column("at", moment, primary_key=True),
            Column("packed", LargeBinary, nullable=False),
            Column("coarse", Boolean, nullable=False, server_default=false()),  # it is a digest's snapshot
        )
        self.assessments = Table(
            "assessments",  # what the newest reading of an account showed, packed
            metadata,
            workspace(),
            Column("account", ACCOUNT, primary_key=True),
            Column("at", moment, nullable=False),
            Column("packed", LargeBinary, nullable=False),
        )
        self.on_it = Table(
            "on_it",  # who takes care of a campaign's problems
            metadata,
            workspace(),
            Column("account", ACCOUNT, primary_key=True),
            Column("campaign_id", _CAMPAIGN, primary_key=True),  # empty: the whole account
            Column("user_id", id_, nullable=False),
            Column("at", moment, nullable=False),
            Column("calm_since", moment),  # since when nothing is wrong with it
        )
