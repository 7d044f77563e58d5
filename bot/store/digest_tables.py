"""Define the tables of digests, deliveries (the ledger), what people have to hear about them, and replicas."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

RUN = String(200)  # a digest's id, and a slot or `now-` and random characters
ALERT = String(270)  # the id of a delivery, digest or workspace, and why
_DIGEST = String(36)


class DigestTables:
    """The tables of digests.

    `moment` and `id_` are column types of `Tables`. `workspace` makes the column that refers to a workspace.
    """

    def __init__(
        self, metadata: MetaData, moment: type[TypeEngine[Any]], id_: String, workspace: Callable[..., "Column[str]"]
    ) -> None:
        self._metadata, self._workspace = metadata, workspace
        self.digests = self._digests(moment, id_, workspace())
        self.deliveries = self._deliveries(moment, id_)
        self.beside = self.deliveries.alias("beside")  # others, in a condition; made once: it takes long
        self.alerts = self._alerts(moment, id_)
        self.announcements, self.late_lines = self._announcements(moment, id_), self._late_lines(moment, id_)
        self.owner_alerts = self._owner_alerts(moment, id_)
        self.replicas = Table(
            "replicas",  # processes that run digests, and the last heartbeat of each
            metadata,
            Column("id", String(64), primary_key=True),
            Column("beat_at", moment, nullable=False, index=True),
            Column("claims", Boolean),  # it claims deliveries in the ledger; None: the version before, which does not
        )

    def _digests(self, moment: type[TypeEngine[Any]], id_: String, workspace: "Column[str]") -> Table:
        return Table(
            "digests",
            self._metadata,
            Column("id", _DIGEST, primary_key=True),
            workspace,
            Column("name", Text, nullable=False),
            Column("channel_id", id_, nullable=False, index=True),
            Column("owner_id", id_, nullable=False),
            Column("backup_id", id_),
            Column("definition", JSON, nullable=False),  # campaigns, timetable and layout, read and written as a whole
            Column("created_at", moment, nullable=False),
            Column("changed_at", moment, nullable=False),
            Column("changed_by", id_),
            Column("next_due", moment, index=True),
            Column("paused_since", moment),
            Column("paused_until", moment),
            Column("pause_why", String(16)),
            Column("paused_by", id_),
            Column("pause_detail", String(64)),
            Column("deleted_at", moment, index=True),  # it can be restored until UNDO after that
            Column("compares_from", moment),  # only deliveries from then on are compared with; None: all
            Column("end_asked", Date),  # the last day about which its owner was asked whether it goes on
        )

    def _announcements(self, moment: type[TypeEngine[Any]], id_: String) -> Table:
        return Table(
            "announcements",  # what is still to be said of a digest, once; deleted right before it is sent
            self._metadata,
            Column("id", id_, primary_key=True),
            Column("digest_id", _DIGEST, ForeignKey("digests.id", ondelete="CASCADE"), nullable=False, index=True),
            Column("kind", String(16), nullable=False),  # `introduction` in its channel, `last_day` to its owner
            Column("by", id_),  # the person who made the digest
            Column("try_at", moment, nullable=False, index=True),
        )

    def _late_lines(self, moment: type[TypeEngine[Any]], id_: String) -> Table:
        return Table(
            "late_lines",  # the line that says in a channel that its digests are late, one for a cause
            self._metadata,
            self._workspace(primary_key=True),
            Column("channel_id", id_, primary_key=True),
            Column("cause", id_, primary_key=True),  # a Reason
            Column("at", moment, nullable=False),  # when the first of these digests was due
            Column("digests", JSON, nullable=False),  # the ids of those it tells of
            Column("state", String(16), nullable=False),
            Column("try_at", moment, nullable=False, index=True),
            Column("token", String(36)),  # identifies who posts or changes it
            Column("posted_in", id_),  # the channel; another one than `channel_id` for a person's own messages
            Column("ts", String(32)),  # Slack's id of the line
            Column("said", String(16)),  # a fingerprint of what it says
        )

    def _owner_alerts(self, moment: type[TypeEngine[Any]], id_: String) -> Table:
        return Table(
            "owner_alerts",  # one message for an owner about all digests that one cause stopped; kept for a day
            self._metadata,
            self._workspace(primary_key=True),
            Column("owner_id", id_, primary_key=True),
            Column("cause", id_, primary_key=True),  # a Reason
            Column("place", id_, primary_key=True),  # the channel, or empty for a cause of the whole workspace
            Column("digests", JSON, nullable=False),  # their ids
            Column("at", moment, nullable=False),
            Column("try_at", moment, index=True),  # None: it was sent
        )

    def _alerts(self, moment: type[TypeEngine[Any]], id_: String) -> Table:
        return Table(
            "alerts",  # notifications to send, about a digest or an API key; deleted right before sending
            self._metadata,
            Column("id", ALERT, primary_key=True),
            Column("digest_id", _DIGEST, ForeignKey("digests.id", ondelete="CASCADE"), index=True),
            Column("workspace_id", id_, ForeignKey("connections.workspace_id", ondelete="CASCADE"), index=True),
            Column("why", String(64), nullable=False),
            Column("run", RUN),
            Column("try_at", moment, nullable=False, index=True),
        )

    def _deliveries(self, moment: type[TypeEngine[Any]], id_: String) -> Table:
        return Table(
            "deliveries",  # the ledger
            self._metadata,
            Column("id", RUN, primary_key=True),
            Column("digest_id", _DIGEST, ForeignKey("digests.id", ondelete="CASCADE"), nullable=False),
            Column("workspace_id", id_, nullable=False),
            Column("kind", String(16), nullable=False),
            Column("due", moment, nullable=False),
            Column("wanted_at", moment, nullable=False),  # the grace time starts here
            Column("state", String(16), nullable=False),
            Column("channel_id", id_, nullable=False),
            Column("asked_by", id_),
            Column("reason", String(64), nullable=False),
            Column("try_at", moment),
            Column("attempt", Integer, nullable=False),
            Column("leased_until", moment),  # until then a replica of the version before is putting it into its queue
            Column("handed_at", moment),  # when this attempt was claimed, or put into the queue of the version before
            Column("claimed_by", String(64)),  # the replica that works on it
            Column("token", String(36)),  # identifies the attempt that posts
            Column("ts", String(32)),
            Column("ended_at", moment),
            Column("gained", Integer),  # calls since the delivery before
            Column("snapshot", LargeBinary),
            Index("ix_deliveries_of_digest", "digest_id", "due"),
            Index("ix_deliveries_open", "state", "try_at"),
            Index("ix_deliveries_tallied", "due", "state", "reason"),
            Index("ix_deliveries_ended", "ended_at"),
        )
