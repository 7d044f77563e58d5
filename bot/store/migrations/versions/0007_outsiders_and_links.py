"""Let managers shut out people of another company, and accept the form that links to campaigns have."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add three columns. Workspaces that are there keep what they have, and the version before does not see them."""
    with op.batch_alter_table("preferences") as preferences:
        preferences.add_column(sa.Column("outsiders", sa.String(16), nullable=False, server_default="short"))
        preferences.add_column(sa.Column("campaign_link", sa.String(255), nullable=False, server_default=sa.text("''")))
        preferences.add_column(sa.Column("link_tried", sa.Boolean, nullable=False, server_default=sa.false()))
