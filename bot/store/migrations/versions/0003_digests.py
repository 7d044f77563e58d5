"""Add digests, the ledger of their deliveries, replicas, and when Slack refused the newer blocks."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.String(64)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add a column and tables. What is stored already keeps its meaning."""
    with op.batch_alter_table("workspaces") as workspaces:
        workspaces.add_column(sa.Column("plain_since", MOMENT))
    _digests()
    _deliveries()
    op.create_table(
        "replicas",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("beat_at", MOMENT, nullable=False, index=True),
    )


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("workspace_id", ID, sa.ForeignKey("workspaces.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("channel_id", ID, nullable=False, index=True),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("backup_id", ID),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("next_due", MOMENT, index=True),
        sa.Column("paused_since", MOMENT),
        sa.Column("paused_until", MOMENT),
        sa.Column("pause_why", sa.String(16)),
        sa.Column("paused_by", ID),
        sa.Column("pause_detail", sa.String(64)),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("digest_id", sa.String(36), sa.ForeignKey("digests.id", ondelete="CASCADE"), nullable=False),
        sa.Column("workspace_id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("wanted_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("asked_by", ID),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("try_at", MOMENT),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("leased_until", MOMENT),
        sa.Column("handed_at", MOMENT),
        sa.Column("token", sa.String(36)),
        sa.Column("ts", sa.String(32)),
        sa.Column("ended_at", MOMENT),
        sa.Column("gained", sa.Integer),
        sa.Column("snapshot", sa.LargeBinary),
        sa.Index("ix_deliveries_of_digest", "digest_id", "due"),
        sa.Index("ix_deliveries_open", "state", "try_at"),
        sa.Index("ix_deliveries_tallied", "due", "state", "reason"),
        sa.Index("ix_deliveries_ended", "ended_at"),
    )
