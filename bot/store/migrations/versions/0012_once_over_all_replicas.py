"""Add what replicas tell each other: what was done, and what became of links."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add two tables. The version before sees neither."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "claims",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(64), nullable=False),
        sa.Column("enterprise_id", sa.String(64)),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("claimed_at", moment, nullable=False),
        sa.Column("leased_until", moment),
        sa.Column("expires_at", moment, nullable=False),
    )
    op.create_table(
        "link_outcomes",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(64), nullable=False),
        sa.Column("enterprise_id", sa.String(64)),
        sa.Column("at", moment, nullable=False),
        sa.Column("outcome", sa.JSON, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Not written to disk at each commit: after a crash of the server it is empty, and an event may come twice.
        op.execute("ALTER TABLE claims SET UNLOGGED")
