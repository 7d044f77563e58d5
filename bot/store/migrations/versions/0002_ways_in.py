"""Add link previews, muted channels and recent look-ups."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.String(64)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add a column and tables. Previews are on for workspaces with saved preferences."""
    with op.batch_alter_table("preferences") as preferences:
        preferences.add_column(sa.Column("previews", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_table("muted_channels", _workspace(), sa.Column("channel_id", ID, primary_key=True))
    op.create_table(
        "lookups",
        _workspace(),
        sa.Column("user_id", ID, primary_key=True),
        sa.Column("campaign_id", sa.String(36), primary_key=True),
        sa.Column("at", MOMENT, nullable=False, index=True),
    )


def _workspace() -> sa.Column[str]:
    key = sa.ForeignKey("workspaces.id", ondelete="CASCADE")
    return sa.Column("workspace_id", ID, key, primary_key=True, nullable=False)
