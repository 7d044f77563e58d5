"""Check the settings and the database without asking Slack or careCycle. Nothing is made or changed."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.cli.doctor.line import Line
from bot.config import Settings, SettingsError
from bot.errors import BotError
from bot.store import delivery_reports, installations
from bot.store.database import check_first_start, file_mode, open_database, sqlite_file
from bot.store.encryption import key_file

_OVERDUE = timedelta(minutes=2)
_SET = (
    "SLACK_BOT_TOKEN",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "CARECYCLE_API_KEY",
    "ENCRYPTION_KEYS",
)
_OF_THE_DATABASE = {"DATABASE_URL", "DATA_DIR", "ENCRYPTION_KEYS"}


def offline() -> Iterator[Line]:
    """Check the settings first, then the database they name, if the settings for it are valid."""
    settings, wrong = Settings.read()
    for name, text in wrong.items():
        yield Line(False, f"{name} {text}")
    missing = settings.missing()
    for name, where in missing.items():
        if name not in wrong:
            yield Line(False, f"{name} is not set: {where}")
    for name in _SET:
        if getattr(settings, name.lower()):
            yield Line(True, f"{name} is set")
    yield from _ways(settings)
    if not wrong.keys() & _OF_THE_DATABASE:
        yield from _store(settings)
    yield Line(None, f"careCycle is asked at {settings.carecycle_base_url}")
    yield _links(settings.carecycle_link)


def _links(template: str) -> Line:
    """Say what *Open in careCycle* opens, and how to make it open the campaign itself."""
    if "{id}" in template:
        return Line(None, f"Open in careCycle opens the campaign’s own page: {template}")
    return Line(
        None,
        f"buttons open careCycle’s list of campaigns, {template}. To open the campaign itself, open a campaign in "
        "careCycle once and look at the address in the browser: if the campaign’s id is in it, set CARECYCLE_LINK to "
        "that address with {id} in place of the id",
    )


def _ways(settings: Settings) -> Iterator[Line]:
    if settings.slack_client_id:
        yield Line(
            None, f"serves every workspace that adds the app: its managers connect with {settings.command} connect"
        )
        if settings.public_url:
            yield Line(None, f"Add to Slack: {settings.public_url.rstrip('/')}/slack/install")
        else:
            yield Line(None, "PUBLIC_URL is not set: Slack uses the app’s first redirect URL, notices have no link")
        if settings.carecycle_api_key and not settings.slack_bot_token:
            yield Line(None, "CARECYCLE_API_KEY is not used: it belongs to a workspace with SLACK_BOT_TOKEN")
    elif not settings.carecycle_api_key:
        yield Line(None, f"CARECYCLE_API_KEY is not set: a manager connects in Slack, with {settings.command} connect")
    if settings.slack_app_token:
        yield Line(None, "runs in Socket Mode: no public address needed")
    else:
        yield Line(None, f"runs over HTTP on {settings.host}:{settings.port}: Slack must reach its /slack/events")


def _store(settings: Settings) -> Iterator[Line]:
    try:
        check_first_start(settings)
        yield from _not_made_yet(settings) or asyncio.run(_opened(settings))
    except SettingsError as error:
        yield from (Line(False, problem) for problem in error.problems)
    except BotError as error:
        yield Line(False, f"the database does not answer ({type(error).__name__})")


def _not_made_yet(settings: Settings) -> list[Line]:
    """Return what a first start will make; an empty list when the SQLite file exists, or for PostgreSQL.

    Raise SettingsError.
    """
    file = sqlite_file(settings)
    if file is None or file.exists():
        return []
    if settings.database_url is None and not key_file(settings.data_dir).exists():
        return [Line(None, f"{file} and its key are made at the first start; keep both, and back them up together")]
    return [Line(None, f"{file} is made at the first start")]


async def _opened(settings: Settings) -> list[Line]:
    async with open_database(settings, change=False) as db:
        kind = db.engine.dialect.name
        lines = [Line(True, f"the database ({kind}) answers, and {db.keyring.named} fits what is stored")]
        if (file := sqlite_file(settings)) and file_mode(file) & 0o077:
            lines.append(Line(None, f"{file} can be read by others: it is closed to them at the next start"))
        if db.needs_migration:
            return [*lines, Line(None, "the database is of an earlier version: it is brought up to date at the start")]
        installed, connected, broken = await installations.count(db)
        digests, waiting = await delivery_reports.count_digests(db)
        overdue = await delivery_reports.overdue(db, datetime.now(UTC) - _OVERDUE)
    said = f"{installed} workspaces have added the app, {connected} are connected to careCycle"
    lines.append(Line(None, said))
    if broken:
        lines.append(Line(None, f"careCycle refuses the key of {broken}: somebody there is told once"))
    if digests:
        lines.append(Line(None, f"digests: {digests}, of which {waiting} paused (`campaign-bot digests list`)"))
    if overdue:
        lines.append(Line(None, f"{overdue} due by now and not gone out: is the bot running?"))
    return lines
