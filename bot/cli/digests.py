"""Operators' commands on digests. They may be used beside a running bot, which sends what they requeue."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import islice

from blocks import notices
from blocks.card_options import WHOLE
from blocks.digests import timetable
from blocks.digests.listed import is_paused
from blocks.digests.reasons import still, why
from blocks.kit import Message
from bot.carecycle.cache import CampaignCache
from bot.carecycle.http import open_http
from bot.cli.admin import must_exist
from bot.clock import Clock
from bot.config import Settings
from bot.delivery.compose import Composer
from bot.digests.digest import Delivery, Digest
from bot.errors import BotError, StoreUnavailable
from bot.readings.reader import Readings
from bot.store import by_hand, deliveries, digests
from bot.store.database import Database, open_database
from bot.store.waiting import waiting
from bot.workspaces.registry import Workspaces

TIMES = 5  # how many of a digest's next times are printed


class NoDigest(Exception):
    """A digest or delivery was not found, or the command cannot be done on it. The text says why in one line."""


async def digest_lines(settings: Settings, workspace: str | None, now: datetime) -> list[str]:
    """Return a line for each digest of a workspace, or of all: where, what, when next, why paused.

    Raise SettingsError, StoreUnavailable.
    """
    async with _looking(settings) as db:
        found = [] if db.needs_migration else await digests.of_workspace(db, workspace)
        late = await waiting(db, [one.id for one in found])
    return [_line(one, now, late.get(one.id)) for one in found]


async def time_lines(settings: Settings, digest_id: str, now: datetime) -> list[str]:
    """Return the next times of a digest, in UTC and its own time zone.

    Raise NoDigest, SettingsError, StoreUnavailable.
    """
    async with _looking(settings) as db:
        digest = await _one(db, digest_id)
    slots = islice(digest.timetable.after(now), TIMES)
    return [f"{slot.due:%Y-%m-%d %H:%M}Z  {timetable.slot_words(slot, digest.timetable.zone)}" for slot in slots]


async def history_lines(settings: Settings, digest_id: str | None, most: int) -> list[str]:
    """Return a line for each of the `most` last deliveries of a digest, or of all digests, newest first.

    Raise NoDigest, SettingsError, StoreUnavailable.
    """
    async with _looking(settings) as db:
        if db.needs_migration:
            return []
        if digest_id is None:
            return [_delivery_line(one) for one in await deliveries.newest(db, most)]
        return [_delivery_line(one) for one in await deliveries.history(db, (await _one(db, digest_id)).id, most)]


async def dry_run(settings: Settings, digest_id: str) -> Message:
    """Return what a digest would deliver now. careCycle is asked, Slack is not, and nothing is written.

    Raise NoDigest, SettingsError, StoreUnavailable.
    """
    clock = Clock()
    async with _looking(settings) as db, open_http(settings.carecycle_base_url, clock) as http:
        digest = await _one(db, digest_id)
        cache = CampaignCache(clock, settings.cache_seconds)
        workspaces = Workspaces(settings, db, http, cache, clock)
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


async def requeue(settings: Settings, run: str) -> str:
    """Have the running bot retry a delivery that was skipped, failed or is unconfirmed. Return the line to print.

    Raise NoDigest, SettingsError, StoreUnavailable.
    """
    must_exist(settings)
    async with open_database(settings) as db:
        if await deliveries.read(db, run) is None:
            raise NoDigest(f"no delivery is called {run}: `campaign-bot digests history` lists them")
        if not await by_hand.requeue(db, run, Clock().now()):
            raise NoDigest(f"{run} was sent, or is on its way")
    return f"{run} is tried again by the running bot, within seconds"


@asynccontextmanager
async def _looking(settings: Settings) -> AsyncIterator[Database]:
    must_exist(settings)
    async with open_database(settings, change=False) as db:
        yield db


async def _one(db: Database, digest_id: str) -> Digest:
    found = None if db.needs_migration else await digests.read(db, digest_id)
    if found is None:
        raise NoDigest(f"no digest is called {digest_id}: `campaign-bot digests list` lists them")
    return found


def _line(digest: Digest, now: datetime, late: Delivery | None) -> str:
    when = f"next {digest.next_due:%Y-%m-%d %H:%M}Z" if digest.next_due else "over"
    if late and late.try_at and not is_paused(digest, now):
        when = f"due {late.due:%Y-%m-%d %H:%M}Z is late ({still(late.reason)}), tried again {late.try_at:%H:%M:%S}Z"
    parts = (digest.id, digest.workspace_id, digest.channel_id, digest.owner_id, when, _paused(digest, now))
    return f"{'  '.join(filter(None, parts))}  {digest.name}  ({timetable.summary(digest.timetable)})"


def _paused(digest: Digest, now: datetime) -> str:
    if (pause := digest.pause) is None or not is_paused(digest, now):
        return ""
    until = f" until {pause.until:%Y-%m-%d %H:%M}Z" if pause.until else ""
    said = (
        why(pause.detail)
        if pause.detail
        else {"key": "careCycle does not accept the key"}.get(pause.why, "by a person")
    )
    return f"paused{until}: {said}"


def _delivery_line(one: Delivery) -> str:
    """Write a delivery as `2026-11-23 14:00Z  sent at 14:12:03Z  …`."""
    ended = f" at {one.ended_at:%H:%M:%S}Z" if one.ended_at else ""
    again = f", tried again at {one.try_at:%H:%M:%S}Z" if one.state == "due" and one.try_at and one.attempt else ""
    reason = f" ({why(one.reason)})" if one.reason else ""
    return f"{one.due:%Y-%m-%d %H:%M}Z  {one.state}{ended}{reason}{again}  {one.workspace_id}  {one.id}"
