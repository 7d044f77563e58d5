"""Check the settings and the database without asking Slack or careCycle. Nothing is made or changed."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from blocks import words
from bot.cli.doctor.line import Line
from bot.config import ENV_FILE, Settings, SettingsError
from bot.errors import BotError
from bot.store import delivery_reports, installations, notices
from bot.store.database import Database, check_first_start, file_mode, open_database, sqlite_file
from bot.store.encryption import key_file

_OVERDUE = timedelta(minutes=2)
_ORDER = (  # as the README's steps ask for them
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "CARECYCLE_API_KEY",
    "ENCRYPTION_KEYS",
)
_OF_THE_DATABASE = {"DATABASE_URL", "DATA_DIR", "ENCRYPTION_KEYS"}
_THE_APP = "make the Slack app from what `campaign-bot manifest` prints"


def offline(settings: Settings, wrong: Mapping[str, str]) -> Iterator[Line]:
    """Check the settings, as `Settings.read` returned them, then the database they name.

    What depends on a setting with a wrong value is left out: a default stands in its place.
    """
    if ".env" not in wrong:
        yield _file()
    yield from _each(settings, wrong)
    if not wrong:
        yield from _ways(settings)
    if not wrong.keys() & _OF_THE_DATABASE:
        yield from _store(settings)
    if not wrong:
        yield from _addresses(settings)
        yield _readings(settings.read_every)


def _file() -> Line:
    if ENV_FILE.exists():
        return Line(None, "settings come from the environment and from .env in this folder")
    return Line(None, "there is no .env in this folder: settings come from the environment alone")


def _each(settings: Settings, wrong: Mapping[str, str]) -> Iterator[Line]:
    """Yield one line for each setting that is wrong, missing, or set."""
    missing = settings.missing(wrong)
    for name in (*_ORDER, *(other for other in wrong if other not in _ORDER)):
        if name in wrong:
            yield Line(False, f"{name} {wrong[name]}", f"correct {name}")
        elif name in missing:
            no_app = name == "SLACK_APP_TOKEN" and "SLACK_BOT_TOKEN" in missing
            remedy = f"{_THE_APP}, set {name}" if no_app else f"set {name}"
            yield Line(False, f"{name} is not set: {missing[name]}", remedy)
        elif getattr(settings, name.lower()):
            yield Line(True, f"{name} is set")


def _ways(settings: Settings) -> Iterator[Line]:
    if settings.slack_app_token:
        yield Line(None, "requests come through Socket Mode: no public address is needed")
    elif settings.slack_signing_secret:
        yield Line(
            None, f"requests come over HTTP, to {settings.host}:{settings.port}: Slack must reach /slack/events there"
        )
    if settings.slack_client_id:
        yield from _many(settings)
    elif not settings.carecycle_api_key:
        yield Line(
            None, f"CARECYCLE_API_KEY is not set: an admin connects careCycle in Slack with {settings.command} connect"
        )


def _many(settings: Settings) -> Iterator[Line]:
    yield Line(
        None,
        "every workspace that adds the app is served; "
        f"an admin of each connects its careCycle with {settings.command} connect",
    )
    if settings.public_url:
        yield Line(None, f"Add to Slack: {settings.public_url.rstrip('/')}/slack/install")
    else:
        yield Line(
            None, "PUBLIC_URL is not set: Slack uses the app’s first redirect URL, and messages cannot link to the app"
        )
    if settings.carecycle_api_key and not settings.slack_bot_token:
        yield Line(None, "CARECYCLE_API_KEY is not used: it is for the workspace of SLACK_BOT_TOKEN")


def _addresses(settings: Settings) -> Iterator[Line]:
    yield Line(None, f"careCycle’s API is at {settings.carecycle_base_url}")
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


def _readings(minutes: int) -> Line:
    if minutes == 0:
        return Line(
            None, "READ_EVERY is 0: campaigns are not read by themselves, and nobody learns what needs a person"
        )
    return Line(None, f"the list of campaigns of each workspace in use is read every {minutes} minutes (READ_EVERY)")


def _store(settings: Settings) -> Iterator[Line]:
    try:
        check_first_start(settings)
        yield from _not_made_yet(settings) or asyncio.run(_opened(settings))
    except SettingsError as error:
        yield from (Line(False, problem) for problem in error.problems)
    except BotError as error:
        yield Line(False, f"the database does not answer ({type(error).__name__})", "start the database")


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


async def _hearing(db: Database) -> Line:
    """Say whether several replicas would hear each other's changes."""
    if await notices.are_heard(db):
        return Line(True, "several replicas would hear each other’s changes at once")
    return Line(
        None,
        "several replicas would not hear each other’s changes: there is a pooler in transaction mode before the "
        "database, such as PgBouncer. Changes are seen after 30 seconds, and each request looks up its API key first. "
        "Set DATABASE_DIRECT_URL to the address of PostgreSQL itself",
    )


async def _opened(settings: Settings) -> list[Line]:
    async with open_database(settings, change=False) as db:
        kind = db.engine.dialect.name
        lines = [Line(True, f"the database ({kind}) answers, and {db.keyring.named} fits what is stored")]
        if (file := sqlite_file(settings)) and file_mode(file) & 0o077:
            lines.append(Line(None, f"{file} can be read by others: it is closed to them at the next start"))
        if db.is_shared:
            lines.append(await _hearing(db))
        if db.needs_migration:
            return [*lines, Line(None, "the database is of an earlier version: it is brought up to date at the start")]
        installed, connected, broken = await installations.count(db)
        digests, waiting = await delivery_reports.count_digests(db)
        overdue = await delivery_reports.overdue(db, datetime.now(UTC) - _OVERDUE)
    said = f"{_workspaces(installed, 'has', 'have')} added the app, {words.number(connected)} connected to careCycle"
    lines.append(Line(None, said))
    if broken:
        lines.append(Line(None, f"careCycle no longer accepts the key of {words.amount(broken, 'workspace')}"))
    if digests:
        lines.append(Line(None, f"digests: {digests}, of which {waiting} paused (`campaign-bot digests list`)"))
    if overdue:
        lines.append(Line(None, f"{overdue} due by now and not gone out: is the bot running?"))
    return lines


def _workspaces(count: int, one: str, several: str) -> str:
    return f"{words.amount(count, 'workspace')} {one if count == 1 else several}"
