"""Add who was asked to connect careCycle, and fingerprints of the account that is connected."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add two tables. What is stored already stays as it is."""
    op.create_table(
        "connect_asks",
        _workspace(),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.String(64), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
    )
    op.create_table(
        "known_accounts",
        _workspace(),
        sa.Column("client", sa.String(16)),
        sa.Column("campaigns", sa.JSON, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
    )


def _workspace() -> "sa.Column[str]":
    belongs_to = sa.ForeignKey("workspaces.id", ondelete="CASCADE")
    return sa.Column("workspace_id", sa.String(64), belongs_to, primary_key=True)
