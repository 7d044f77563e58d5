"""Define the tables of readings: what careCycle said of an account, what was found in it, and who takes care of it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Integer, LargeBinary, MetaData, String, Table, Text, false
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
        self._metadata, self._moment, self._workspace = metadata, moment, workspace
        self.accounts = self._accounts(names)
        self.readings = self._readings()
        self.assessments = self._assessments()
        self.on_it = self._on_it(id_)
        self.quiet = self._quiet(id_)
        self.turns = self._turns()
        self.tables = (self.readings, self.assessments, self.on_it, self.quiet, self.accounts, self.turns)

    def _accounts(self, names: type[TypeEngine[Any]]) -> Table:
        return Table(
            "accounts",  # the careCycle accounts a workspace had, as fingerprints: each has readings of its own
            self._metadata,
            self._workspace(),
            Column("id", ACCOUNT, primary_key=True),
            Column("client", _PRINT),
            Column("campaigns", names, nullable=False),
            Column("connected_at", self._moment),  # of the connection it was last read with
            Column("fixed_key", _PRINT),  # of a key from the environment, which has no such moment
            Column("seen_at", self._moment, nullable=False),
        )

    def _readings(self) -> Table:
        return Table(
            "readings",  # what had changed in an account since the reading before, packed
            self._metadata,
            self._workspace(),
            Column("account", ACCOUNT, primary_key=True),
            Column("at", self._moment, primary_key=True),
            Column("packed", LargeBinary, nullable=False),
            Column("coarse", Boolean, nullable=False, server_default=false()),  # it is a digest's snapshot
        )

    def _assessments(self) -> Table:
        return Table(
            "assessments",  # what the newest reading of an account showed, packed
            self._metadata,
            self._workspace(),
            Column("account", ACCOUNT, primary_key=True),
            Column("at", self._moment, nullable=False),
            Column("packed", LargeBinary, nullable=False),
        )

    def _on_it(self, id_: String) -> Table:
        return Table(
            "on_it",  # who takes care of a campaign's problems
            self._metadata,
            self._workspace(),
            Column("account", ACCOUNT, primary_key=True),
            Column("campaign_id", _CAMPAIGN, primary_key=True),  # empty: the whole account
            Column("user_id", id_, nullable=False),
            Column("at", self._moment, nullable=False),
            Column("calm_since", self._moment),  # since when nothing is wrong with it
        )

    def _quiet(self, id_: String) -> Table:
        return Table(
            "quiet",  # which problems digests do not tell for a while
            self._metadata,
            self._workspace(),
            Column("account", ACCOUNT, primary_key=True),
            Column("campaign_id", _CAMPAIGN, primary_key=True),
            Column("kind", String(32), primary_key=True),  # of problem
            Column("until", self._moment, nullable=False),
            Column("user_id", id_, nullable=False),
            Column("at", self._moment, nullable=False),
            Column("note", Text, nullable=False),  # with phone numbers masked
            Column("waiting", Integer),  # customers that waited then
            Column("problems", JSON, nullable=False),  # the identities of those that were open then
            Column("calm_since", self._moment),  # since when the problem is gone
        )

    def _turns(self) -> Table:
        moment = self._moment
        return Table(
            "reading_turns",  # when each workspace is read next, by which replica, and what became of it
            self._metadata,
            self._workspace(),
            Column("next_due", moment, nullable=False),
            Column("try_at", moment, nullable=False, index=True),  # later than `next_due` while it waits for the budget
            Column("leased_until", moment),  # until then one replica alone reads
            Column("replica", String(36)),
            Column("read_at", moment),  # the last reading
            Column("whole_at", moment),  # the last reading of the whole list, not only of active campaigns
            Column("tried_at", moment),
            Column("failing_since", moment),
            Column("why", String(64), nullable=False),  # it fails
            Column("gaps", Integer, nullable=False),  # readings that failed
        )
