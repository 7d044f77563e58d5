"""Add whose turn it is to be read, and let managers switch readings off."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add a table and a column. The version before sees neither."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "reading_turns",
        sa.Column("workspace_id", sa.String(64), sa.ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("next_due", moment, nullable=False),
        sa.Column("try_at", moment, nullable=False),
        sa.Column("leased_until", moment),
        sa.Column("replica", sa.String(36)),
        sa.Column("read_at", moment),
        sa.Column("whole_at", moment),
        sa.Column("tried_at", moment),
        sa.Column("failing_since", moment),
        sa.Column("why", sa.String(64), nullable=False),
        sa.Column("gaps", sa.Integer, nullable=False),
    )
    op.create_index("ix_reading_turns_try_at", "reading_turns", ["try_at"])
    with op.batch_alter_table("preferences") as preferences:
        preferences.add_column(sa.Column("readings", sa.Boolean, nullable=False, server_default=sa.true()))
