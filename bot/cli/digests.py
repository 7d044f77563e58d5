"""What operators read of digests, also beside a running bot: which there are, when they come, what became of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from blocks import notices
from blocks.card_options import WHOLE
from blocks.digests import timetable
from blocks.digests.listed import is_paused
from blocks.digests.reasons import still, why
from blocks.kit import Message
from bot.carecycle.cache import CampaignCache
from bot.carecycle.http import open_http
from bot.cli.admin import must_exist
from bot.cli.columns import Row
from bot.cli.names import Names, of_places
from bot.clock import Clock
from bot.config import Settings
from bot.delivery.compose import Composer
from bot.digests.digest import Delivery, Digest
from bot.digests.timetable import Shift
from bot.errors import BotError, StoreUnavailable
from bot.readings.reader import Readings
from bot.replicas.listener import Listener
from bot.store import delivery_reports, digests, installations
from bot.store.database import Database, open_database
from bot.store.waiting import waiting
from bot.workspaces.registry import Workspaces

TIMES = 5  # how many of a digest's next times are printed
LISTED = (
    "digest",
    "name",
    "workspace",
    "channel",
    "owner",
    "next",
    "state",
    "last",
    "last state",
)  # columns of a table
DELIVERED = ("due", "state", "at", "why", "name", "channel", "run")
TIMED = ("due", "day", "note")
_NOTES: dict[Shift, str] = {
    "": "",
    "later": "the clock skips its time that day, so it is later",
    "first": "its time comes twice that day, and the first counts",
}
_TAKEN_WITHIN = timedelta(minutes=2)  # after it was due, a slot is in the ledger, if a bot runs
_NEVER = datetime.min.replace(tzinfo=UTC)


class NoDigest(Exception):
    """A digest or delivery was not found, or the command cannot be done on it. The text says why in one line."""


async def listed(settings: Settings, workspace: str | None, now: datetime, *, names: bool = False) -> list[Row]:
    """Return a row for each digest of a workspace, or of all: where it goes, whose it is, when next, why it waits.

    `names`: ask Slack for the names of channels and people. Raise SettingsError, StoreUnavailable.
    """
    async with _looking(settings) as db:
        found = [] if db.needs_migration else await digests.of_workspace(db, workspace)
        if not found:
            return []
        late = await waiting(db, [one.id for one in found])
        last = await delivery_reports.newest_of(db, [one.id for one in found])
        known = await installations.names(db) | (await of_places(settings, db, found) if names else {})
    return [_row(one, now, late.get(one.id), last.get(one.id), known) for one in found]


async def times(settings: Settings, digest_id: str, now: datetime, zone: ZoneInfo) -> list[Row]:
    """Return the next times of a digest, with the weekday in `zone`, and at a clock change what becomes of it.

    Raise NoDigest, SettingsError, StoreUnavailable.
    """
    async with _looking(settings) as db:
        digest = await one_digest(db, digest_id)
    slots = islice(digest.timetable.after(now), TIMES)
    return [{"due": slot.due, "day": f"{slot.due.astimezone(zone):%a}", "note": _NOTES[slot.shift]} for slot in slots]


def with_names(rows: list[Row]) -> list[Row]:
    """Return rows of `listed` for a table: what has a name has its id behind it."""
    named = ("workspace", "channel", "owner")
    return [{**row, **{one: _named(row[one], row[f"{one} name"]) for one in named}} for row in rows]


def _named(id_: object, name: object) -> str:
    return f"{name} ({id_})" if name else str(id_)


async def history(
    settings: Settings,
    digest_id: str | None,
    most: int,
    now: datetime,
    *,
    workspace: str | None = None,
    day: tuple[datetime, datetime] | None = None,
) -> list[Row]:
    """Return a row for each of the `most` last deliveries of a digest, a workspace, or all, newest first.

    `day`: only those that were due from the first moment to the second. What is due and not in the ledger comes first.
    Raise NoDigest, SettingsError, StoreUnavailable.
    """
    async with _looking(settings) as db:
        if db.needs_migration:
            return []
        if digest_id is None:
            found = await digests.of_workspace(db, workspace)
        else:
            found = [await one_digest(db, digest_id)]
        rows = await delivery_reports.due_within(db, day, most, digest_id=digest_id, workspace_id=workspace)
    untaken = [one for one in found if _is_untaken(one, now, day)]
    by_id = {one.id: one for one in found}
    return [*(_untaken(one) for one in untaken), *(_delivery(one, by_id.get(one.digest_id)) for one in rows)]


async def dry_run(settings: Settings, digest_id: str) -> Message:
    """Return what a digest would deliver now. careCycle is asked, Slack is not, and nothing is written.

    Raise NoDigest, SettingsError, StoreUnavailable.
    """
    clock = Clock()
    async with _looking(settings) as db, open_http(settings.carecycle_base_url, clock) as http:
        digest = await one_digest(db, digest_id)
        cache = CampaignCache(clock, settings.cache_seconds)
        workspaces = Workspaces(settings, db, http, cache, clock, Listener(db))
        try:
            workspace = await workspaces.of(digest.workspace_id, digest.enterprise_id)
            readings = Readings(db, clock, workspaces.assessments, timedelta(minutes=settings.read_every))
            composing = Composer(db, clock, readings, settings.digest_campaigns)
            composed = await composing.preview(workspace, digest, WHOLE)
        except StoreUnavailable:
            raise
        except BotError as error:
            raise NoDigest(notices.plain_reason(error, clock.now())) from error
        finally:
            await workspaces.close()
        return composed.plain


@asynccontextmanager
async def _looking(settings: Settings) -> AsyncIterator[Database]:
    must_exist(settings)
    async with open_database(settings, change=False) as db:
        yield db


async def one_digest(db: Database, digest_id: str) -> Digest:
    """Return a digest. Raise NoDigest, StoreUnavailable."""
    found = None if db.needs_migration else await digests.read(db, digest_id)
    if found is None:
        raise NoDigest(f"no digest is called {digest_id}: `campaign-bot digests list` lists them")
    return found


def _row(digest: Digest, now: datetime, late: Delivery | None, last: Delivery | None, known: Names) -> Row:
    return {
        "digest": digest.id,
        "name": digest.name,
        "workspace": digest.workspace_id,
        "workspace name": known.get(digest.workspace_id),
        "channel": digest.channel_id,
        "channel name": known.get(digest.channel_id),
        "owner": digest.owner_id,
        "owner name": known.get(digest.owner_id),
        "times": timetable.summary(digest.timetable),
        "next": digest.next_due,
        "state": _state(digest, now, late),
        "until": digest.pause.until if digest.pause and is_paused(digest, now) else None,
        "tried again": late.try_at if late else None,
        "last": (last.ended_at or last.due) if last else None,
        "last state": last.state if last else None,
        "last why": why(last.reason) if last and last.reason else None,
        "last run": last.id if last else None,
    }


def _state(digest: Digest, now: datetime, late: Delivery | None) -> str:
    if digest.pause and is_paused(digest, now):
        if digest.pause.why == "failed":
            return f"paused: {why(digest.pause.detail)}"
        return "waits: careCycle does not accept the key" if digest.pause.why == "key" else "paused by a person"
    if late:
        return f"late: {still(late.reason)}"
    return "on" if digest.next_due else "over"


def _delivery(one: Delivery, digest: Digest | None) -> Row:
    return {
        "due": one.due,
        "state": one.state,
        "at": one.ended_at,
        "why": why(one.reason) if one.reason else None,
        "tried again": one.try_at if one.state == "due" and one.attempt else None,
        "digest": one.digest_id,
        "name": digest.name if digest else None,
        "workspace": one.workspace_id,
        "channel": one.channel_id,
        "kind": one.kind,
        "asked by": one.asked_by,
        "run": one.id,
    }


def _untaken(digest: Digest) -> Row:
    """Return the row of a slot that should be in the ledger and is not."""
    nothing = Delivery("", digest.id, digest.workspace_id, "scheduled", _NEVER, _NEVER, "due", digest.channel_id)
    waits = {"due": digest.next_due, "state": "not begun", "why": "no bot has looked for it yet: is one running?"}
    return {**_delivery(nothing, digest), **waits, "run": None}


def _is_untaken(digest: Digest, now: datetime, day: tuple[datetime, datetime] | None) -> bool:
    due = digest.next_due
    return due is not None and due < now - _TAKEN_WITHIN and (day is None or day[0] <= due < day[1])
