"""Let an alert belong to a connection instead of a digest: for a broken API key."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Change the table of alerts. Alerts that are waiting stay."""
    hangs_on = sa.ForeignKey("connections.workspace_id", name="fk_alerts_connections", ondelete="CASCADE")
    with op.batch_alter_table("alerts") as alerts:
        alerts.alter_column("digest_id", existing_type=sa.String(36), nullable=True)
        alerts.add_column(sa.Column("workspace_id", sa.String(64), hangs_on))
    op.create_index("ix_alerts_workspace_id", "alerts", ["workspace_id"])
