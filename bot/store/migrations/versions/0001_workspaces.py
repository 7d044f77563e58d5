"""Create installations, connections, preferences, managers and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.String(64)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the first tables. Secrets are text columns here; `tables.py` says how they are encrypted."""
    op.create_table(
        "encryption_canaries",
        sa.Column("key_name", sa.String(16), primary_key=True),
        sa.Column("canary", sa.Text, nullable=False),
    )
    op.create_table(
        "oauth_states",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "installations",
        sa.Column("id", ID, primary_key=True),
        sa.Column("enterprise_id", ID),
        sa.Column("is_enterprise_install", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("app_id", ID),
        sa.Column("bot_token", sa.Text, nullable=False),
        sa.Column("bot_refresh_token", sa.Text),
        sa.Column("bot_token_expires_at", MOMENT),
        sa.Column("bot_id", ID),
        sa.Column("bot_user_id", ID),
        sa.Column("bot_scopes", sa.Text, nullable=False),
        sa.Column("installed_by", ID),
        sa.Column("installed_at", MOMENT, nullable=False),
    )
    op.create_table(
        "workspaces",
        sa.Column("id", ID, primary_key=True),
        sa.Column("enterprise_id", ID, index=True),
    )
    op.create_table(
        "connections",
        _workspace(),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("connected_by", ID, nullable=False),
        sa.Column("connected_at", MOMENT, nullable=False),
        sa.Column("broken_at", MOMENT),
    )
    op.create_table(
        "preferences",
        _workspace(),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("hidden", sa.JSON, nullable=False),
        sa.Column("agents", sa.String(16), nullable=False),
        sa.Column("shared_channels", sa.String(16), nullable=False),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_table("managers", _workspace("preferences.workspace_id"), sa.Column("user_id", ID, primary_key=True))
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        _workspace(primary_key=False),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("actor", ID, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
    )


def _workspace(hangs_on: str = "workspaces.id", *, primary_key: bool = True) -> sa.Column[str]:
    return sa.Column(
        "workspace_id",
        ID,
        sa.ForeignKey(hangs_on, ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
        index=not primary_key,
    )
