"""Note which replica works on a delivery, and which replicas claim deliveries in the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the columns. The version before does not look at them: what it works on has nobody in `claimed_by`."""
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(sa.Column("claimed_by", sa.String(64)))
    with op.batch_alter_table("replicas") as replicas:
        replicas.add_column(sa.Column("claims", sa.Boolean()))
