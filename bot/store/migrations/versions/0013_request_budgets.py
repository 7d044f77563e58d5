"""Add what counts against the limit of requests of each careCycle key, over all replicas."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the table. The version before does not look at it."""
    op.create_table(
        "request_budgets",
        sa.Column("fingerprint", sa.String(32), primary_key=True),
        sa.Column("use", sa.JSON(), nullable=False),
        sa.Column("counts_until", sa.DateTime(timezone=True), nullable=False, index=True),
    )
