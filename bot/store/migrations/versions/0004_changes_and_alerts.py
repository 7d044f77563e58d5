"""Add who last changed a digest, and alerts: notifications still to be sent to its owner."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add a column and a table. What is stored already keeps its meaning."""
    with op.batch_alter_table("digests") as digests:
        digests.add_column(sa.Column("changed_by", sa.String(64)))
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(270), primary_key=True),
        sa.Column(
            "digest_id", sa.String(36), sa.ForeignKey("digests.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("why", sa.String(64), nullable=False),
        sa.Column("run", sa.String(200)),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
