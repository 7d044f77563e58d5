"""Remember when Slack last left out events of a workspace, because there were too many."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column. The version before does not look at it."""
    with op.batch_alter_table("workspaces") as workspaces:
        workspaces.add_column(sa.Column("left_out_at", sa.DateTime(timezone=True)))
