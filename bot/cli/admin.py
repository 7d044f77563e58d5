"""Operators' commands on the database, which may be used beside a running bot."""

from bot.cli.printing import one_line
from bot.config import Settings, SettingsError
from bot.records import AuditEntry
from bot.store import audit
from bot.store.database import Database, open_database, sqlite_file
from bot.store.key_rotation import rotate as encrypt_anew


async def rotate(settings: Settings) -> str:
    """Encrypt all secrets with the newest key. Return the line to print. Raise SettingsError, StoreUnavailable."""
    must_exist(settings)
    if not settings.encryption_keys:
        raise SettingsError(
            ["ENCRYPTION_KEYS is not set: put a new key first and the one in use second, separated by a comma"]
        )
    async with open_database(settings) as db:
        changed = await encrypt_anew(db)
    return f"{changed} secrets encrypted again; only the first of ENCRYPTION_KEYS is needed now"


async def audit_lines(settings: Settings, workspace: str | None, most: int) -> list[str]:
    """Return a line for each of the `most` last audit entries, newest first. Raise SettingsError, StoreUnavailable."""
    must_exist(settings)
    async with open_database(settings, change=False) as db:
        return [_line(entry) for entry in await _entries(db, workspace, most)]


async def _entries(db: Database, workspace: str | None, most: int) -> list[AuditEntry]:
    return [] if db.needs_migration else await audit.newest(db, workspace, most)


def _line(entry: AuditEntry) -> str:
    details = " ".join(f"{name}={one_line(str(value))}" for name, value in entry.details.items() if value)
    return f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.workspace_id}  {entry.actor}  {entry.action}  {details}".rstrip()


def must_exist(settings: Settings) -> None:
    """Raise SettingsError when the SQLite file does not exist yet: looking at a database must not create it."""
    if (file := sqlite_file(settings)) and not file.exists():
        raise SettingsError([f"there is no database at {file}: look at DATA_DIR and DATABASE_URL"])
