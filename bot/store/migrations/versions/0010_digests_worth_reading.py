"""Add what digests remember: quiet problems, late lines, announcements, owners that were told, and undone deletions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_MOMENT = sa.DateTime(timezone=True)
_ID = sa.String(64)


def upgrade() -> None:
    """Add four tables and four columns. What is stored stays as it is, and the version before sees none of them."""
    op.create_table(
        "quiet",
        _workspace(primary_key=True),
        sa.Column("account", sa.String(16), primary_key=True),
        sa.Column("campaign_id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("waiting", sa.Integer),
        sa.Column("problems", sa.JSON, nullable=False),
        sa.Column("calm_since", _MOMENT),
    )
    op.create_table(
        "late_lines",
        _workspace(primary_key=True),
        sa.Column("channel_id", _ID, primary_key=True),
        sa.Column("cause", _ID, primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("digests", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("try_at", _MOMENT, nullable=False),
        sa.Column("token", sa.String(36)),
        sa.Column("posted_in", _ID),
        sa.Column("ts", sa.String(32)),
        sa.Column("said", sa.String(16)),
    )
    op.create_index("ix_late_lines_try_at", "late_lines", ["try_at"])
    _create_alerts()
    with op.batch_alter_table("digests") as digests:
        digests.add_column(sa.Column("deleted_at", _MOMENT))
        digests.add_column(sa.Column("compares_from", _MOMENT))
        digests.add_column(sa.Column("end_asked", sa.Date))
    op.create_index("ix_digests_deleted_at", "digests", ["deleted_at"])
    with op.batch_alter_table("connections") as connections:
        connections.add_column(sa.Column("told_again_at", _MOMENT))


def _create_alerts() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("digest_id", sa.String(36), sa.ForeignKey("digests.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("by", _ID),
        sa.Column("try_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_announcements_digest_id", "announcements", ["digest_id"])
    op.create_index("ix_announcements_try_at", "announcements", ["try_at"])
    op.create_table(
        "owner_alerts",
        _workspace(primary_key=True),
        sa.Column("owner_id", _ID, primary_key=True),
        sa.Column("cause", _ID, primary_key=True),
        sa.Column("place", _ID, primary_key=True),
        sa.Column("digests", sa.JSON, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("try_at", _MOMENT),
    )
    op.create_index("ix_owner_alerts_try_at", "owner_alerts", ["try_at"])


def _workspace(*, primary_key: bool) -> "sa.Column[str]":
    belongs_to = sa.ForeignKey("workspaces.id", ondelete="CASCADE")
    return sa.Column("workspace_id", _ID, belongs_to, primary_key=primary_key)
