"""Define all tables. Their history is in `migrations/`; a test fails when the two differ."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
    true,
)
from sqlalchemy.types import TypeDecorator

from bot.store.digest_tables import DigestTables
from bot.store.encryption import Encrypted, Keyring
from bot.store.reading_tables import ReadingTables
from bot.store.replica_tables import ReplicaTables

P = ParamSpec("P")
S = TypeVar("S")
_DATABASES = 8  # whose statements are kept: the program has one, tests have many
ID = String(64)  # Slack's ids have about eleven characters today


class Moment(TypeDecorator[datetime]):
    """A moment in UTC that keeps its time zone, which SQLite would lose."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert a value to UTC before it is stored. Raise ValueError when it has no time zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return a stored value with the time zone UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Names(TypeDecorator[frozenset[str]]):
    """A set of names, stored as a list in JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> list[str] | None:
        """Return the names as a sorted list, so that the same names are always the same text."""
        return None if value is None else sorted(value)

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> frozenset[str] | None:
        """Return a stored list as a set."""
        return None if value is None else frozenset(value)


def built_once(build: Callable[P, S]) -> Callable[P, S]:
    """Build a statement for each database once: building one and finding its SQL takes as long as running it.

    What differs from one run to the next is a `bindparam` in it.
    """
    return cast("Callable[P, S]", lru_cache(maxsize=_DATABASES)(build))


class Tables:
    """All tables. A keyring encrypts their secret columns."""

    def __init__(self, keyring: Keyring) -> None:
        self.metadata = MetaData()
        self.canaries = Table(
            "encryption_canaries",  # a row for each encryption key in use, to check a keyring without reading secrets
            self.metadata,
            Column("key_name", String(16), primary_key=True),
            Column("canary", Encrypted(keyring), nullable=False),
        )
        self.oauth_states, self.installations = self._oauth_states(), self._installations(keyring)
        self.workspaces = Table(
            "workspaces",  # what belongs to a workspace is deleted with its row
            self.metadata,
            Column("id", ID, primary_key=True),
            Column("enterprise_id", ID, index=True),
            Column("plain_since", Moment),  # when Slack last refused the newer blocks there
            Column("left_out_at", Moment),  # when Slack last left out events, because there were too many
        )
        self.connections = self._connections(keyring)
        self.preferences = self._preferences()
        self.managers = Table(
            "managers",  # saved together with the preferences, and deleted with them
            self.metadata,
            self._workspace("preferences.workspace_id", primary_key=True),
            Column("user_id", ID, primary_key=True),
        )
        self.muted_channels, self.lookups = self._muted_channels(), self._lookups()
        self.connect_asks, self.known_accounts = self._connect_asks(), self._known_accounts()
        self.audit = self._audit()
        digests = DigestTables(self.metadata, Moment, ID, self._workspace)
        self.digests, self.deliveries, self.alerts = digests.digests, digests.deliveries, digests.alerts
        self.announcements, self.owner_alerts = digests.announcements, digests.owner_alerts
        self.beside, self.late_lines, self.replicas = digests.beside, digests.late_lines, digests.replicas
        kept = ReadingTables(self.metadata, Moment, Names, ID, lambda: self._workspace(primary_key=True))
        self.accounts, self.readings = kept.accounts, kept.readings
        self.assessments, self.on_it, self.quiet = kept.assessments, kept.on_it, kept.quiet
        self.reading_turns = kept.turns
        self.of_readings = kept.tables
        shared = ReplicaTables(self.metadata, Moment, ID)
        self.claims, self.link_outcomes, self.of_replicas = shared.claims, shared.link_outcomes, shared.tables
        self.request_budgets = shared.request_budgets

    @property
    def secrets(self) -> "list[Column[object]]":
        """Every encrypted column except the canaries, for changing encryption keys."""
        tables = (table for table in self.metadata.tables.values() if table is not self.canaries)
        return [column for table in tables for column in table.columns if isinstance(column.type, Encrypted)]

    def _workspace(self, hangs_on: str = "workspaces.id", *, primary_key: bool = False) -> "Column[str]":
        return Column(
            "workspace_id",
            ID,
            ForeignKey(hangs_on, ondelete="CASCADE"),
            primary_key=primary_key,
            nullable=False,
            index=not primary_key,
        )

    def _oauth_states(self) -> Table:
        return Table(
            "oauth_states",
            self.metadata,
            Column("digest", String(64), primary_key=True),
            Column("expires_at", Moment, nullable=False, index=True),
        )

    def _installations(self, keyring: Keyring) -> Table:
        return Table(
            "installations",  # of the app in Slack; `id` is that of a workspace, or of a whole organization
            self.metadata,
            Column("id", ID, primary_key=True),
            Column("enterprise_id", ID),
            Column("is_enterprise_install", Boolean, nullable=False),
            Column("name", Text),
            Column("app_id", ID),
            Column("bot_token", Encrypted(keyring), nullable=False),
            Column("bot_refresh_token", Encrypted(keyring)),
            Column("bot_token_expires_at", Moment),
            Column("bot_id", ID),
            Column("bot_user_id", ID),
            Column("bot_scopes", Text, nullable=False),
            Column("installed_by", ID),
            Column("installed_at", Moment, nullable=False),
        )

    def _connections(self, keyring: Keyring) -> Table:
        return Table(
            "connections",  # to careCycle
            self.metadata,
            self._workspace(primary_key=True),
            Column("key", Encrypted(keyring), nullable=False),
            Column("connected_by", ID, nullable=False),
            Column("connected_at", Moment, nullable=False),
            Column("broken_at", Moment),
            Column("told_again_at", Moment),  # when one more manager was told that it is broken
        )

    def _preferences(self) -> Table:
        return Table(
            "preferences",
            self.metadata,
            self._workspace(primary_key=True),
            Column("audience", String(16), nullable=False),
            Column("hidden", Names, nullable=False),
            Column("agents", String(16), nullable=False),
            Column("shared_channels", String(16), nullable=False),
            Column("params", JSON, nullable=False),
            Column("previews", Boolean, nullable=False, server_default=true()),
            Column("readings", Boolean, nullable=False, server_default=true()),
            Column("outsiders", String(16), nullable=False, server_default="short"),
            Column("campaign_link", String(255), nullable=False, server_default=text("''")),
            Column("link_tried", Boolean, nullable=False, server_default=false()),
            Column("changed_at", Moment, nullable=False),
        )

    def _muted_channels(self) -> Table:
        return Table(
            "muted_channels",  # channels without link previews
            self.metadata,
            self._workspace(primary_key=True),
            Column("channel_id", ID, primary_key=True),
        )

    def _lookups(self) -> Table:
        return Table(
            "lookups",  # which campaigns a person looked up lately, for their App Home
            self.metadata,
            self._workspace(primary_key=True),
            Column("user_id", ID, primary_key=True),
            Column("campaign_id", String(36), primary_key=True),
            Column("at", Moment, nullable=False, index=True),
        )

    def _connect_asks(self) -> Table:
        return Table(
            "connect_asks",  # the last time a manager was asked to connect careCycle, because they are asked once a day
            self.metadata,
            self._workspace(primary_key=True),
            Column("asked_at", Moment, nullable=False),
            Column("asked", ID, nullable=False),  # the manager
            Column("asked_by", ID, nullable=False),
        )

    def _known_accounts(self) -> Table:
        return Table(
            "known_accounts",  # careCycle's account, as fingerprints: is a new key one of the same account?
            self.metadata,
            self._workspace(primary_key=True),
            Column("client", String(16)),
            Column("campaigns", Names, nullable=False),
            Column("whole", Boolean, nullable=False),  # whether these are all campaigns of the account
            Column("listed_at", Moment, nullable=False),
        )

    def _audit(self) -> Table:
        return Table(
            "audit",
            self.metadata,
            Column("id", Integer, primary_key=True),
            self._workspace(),
            Column("at", Moment, nullable=False, index=True),
            Column("actor", ID, nullable=False),
            Column("action", String(32), nullable=False),
            Column("details", JSON, nullable=False),
        )
