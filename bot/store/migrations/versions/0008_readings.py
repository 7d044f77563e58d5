"""Add the readings of careCycle accounts, what was found in them, and who takes care of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add four tables. What is stored already stays as it is, and the version before does not see them."""
    op.create_table(
        "accounts",
        _workspace(),
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("client", sa.String(16)),
        sa.Column("campaigns", sa.JSON, nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True)),
        sa.Column("fixed_key", sa.String(16)),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "readings",
        _workspace(),
        _account(),
        sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sa.Column("coarse", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "assessments",
        _workspace(),
        _account(),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "on_it",
        _workspace(),
        _account(),
        sa.Column("campaign_id", sa.String(36), primary_key=True),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calm_since", sa.DateTime(timezone=True)),
    )


def _workspace() -> "sa.Column[str]":
    belongs_to = sa.ForeignKey("workspaces.id", ondelete="CASCADE")
    return sa.Column("workspace_id", sa.String(64), belongs_to, primary_key=True)


def _account() -> "sa.Column[str]":
    return sa.Column("account", sa.String(16), primary_key=True)
