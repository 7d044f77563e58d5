"""What operators change of digests. A running bot goes by it within seconds. The audit trail names the operator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from blocks.digests.listed import is_paused
from blocks.digests.reasons import why
from bot.cli.admin import must_exist
from bot.cli.digests import NoDigest, one_digest
from bot.config import Settings
from bot.digests.again import as_arrived, may_send_again
from bot.digests.digest import Delivery, Digest, Pause, is_person
from bot.records import OPERATOR, AuditEntry
from bot.store import by_hand, deliveries, digests, pauses
from bot.store.database import Database, open_database

_HISTORY = 1000  # deliveries looked through for a newer one


async def pause(settings: Settings, digest_id: str, now: datetime) -> str:
    """Pause a digest until it is resumed. Return the line to print. Raise NoDigest, SettingsError, StoreUnavailable."""
    async with _changing(settings) as db:
        digest = await one_digest(db, digest_id)
        done = await pauses.pause(
            db, digest.id, Pause(now, "person", by=OPERATOR), _entry(digest, now, "digest paused")
        )
    if not done:
        raise NoDigest(f"{digest.id} {_already(digest)}")
    return f"{digest.id} ({digest.name}) is paused until somebody resumes it"


async def resume(settings: Settings, digest_id: str, now: datetime) -> str:
    """Resume a digest. Return the line to print. Raise NoDigest, SettingsError, StoreUnavailable."""
    async with _changing(settings) as db:
        digest = await one_digest(db, digest_id)
        then = next((slot.due for slot in digest.timetable.after(now)), None)
        if not await pauses.resume(db, digest.id, then, _entry(digest, now, "digest resumed")):
            raise NoDigest(f"{digest.id} is not paused")
    return f"{digest.id} ({digest.name}) goes on" + ("" if then else ", but its last day has passed")


async def give(settings: Settings, digest_id: str, owner: str, now: datetime) -> str:
    """Give a digest to another owner. Return the line to print. Raise NoDigest, SettingsError, StoreUnavailable."""
    if not is_person(owner) or not owner.isalnum():
        raise NoDigest(f"{owner} is not the id of a person in Slack, which begins with U or W")
    async with _changing(settings) as db:
        digest = await one_digest(db, digest_id)
        if digest.is_direct:
            raise NoDigest(f"{digest.id} goes to one person alone, and is theirs")
        entry = _entry(digest, now, "digest handed over", **{"from": digest.owner_id, "to": owner})
        if digest.owner_id == owner or not await digests.hand_over(db, digest.id, digest.owner_id, owner, entry):
            raise NoDigest(f"{digest.id} is theirs already, or was given to somebody else at this moment")
    return f"{digest.id} ({digest.name}) is {owner}'s now; nobody was told, and it has no backup owner"


async def requeue(settings: Settings, run: str, now: datetime) -> str:
    """Have the running bot retry a delivery that was skipped, failed or is unconfirmed. Return the line to print.

    Raise NoDigest, SettingsError, StoreUnavailable.
    """
    async with _changing(settings) as db:
        found = await deliveries.read(db, run)
        if found is None or found[1].deleted_at:
            raise NoDigest(f"no delivery is called {run}: `campaign-bot digests history` lists them")
        delivery, digest = found
        if delivery.state == "sent" or delivery.state in deliveries.RUNNING:
            raise NoDigest(f"{run} was sent, or is on its way")
        if not may_send_again(delivery, await deliveries.history(db, digest.id, _HISTORY)):
            raise NoDigest(f"{run} is not tried again: a newer one of {digest.id} has arrived since")
        if not await by_hand.requeue(db, run, now, entry=_entry(digest, now, "digest sent again", run=run)):
            raise NoDigest(f"{run} was sent, or is on its way")
    return f"{run} is tried again by the running bot, within seconds{_and_then(digest, delivery, now)}"


def _and_then(digest: Digest, delivery: Delivery, now: datetime) -> str:
    """Say what becomes of a digest that is paused when the delivery arrives."""
    if digest.pause is None or not is_paused(digest, now) or digest.pause.why == "key":
        return ""
    if as_arrived(digest, replace(delivery, wanted_at=now)).pause is None:
        return f". {digest.id} is paused ({why(digest.pause.detail)}), and goes on when this one arrives"
    return f". {digest.id} stays paused: `campaign-bot digests resume {digest.id}` lets it go on"


def _already(digest: Digest) -> str:
    """Say why a pause changes nothing: no digest goes out anyway."""
    if digest.pause and digest.pause.why == "failed":
        return f"is paused already ({why(digest.pause.detail)}), until somebody resumes it"
    if digest.pause and digest.pause.why == "key":
        return "waits already, for a key that careCycle accepts, and goes on by itself then"
    return "is paused already, until somebody resumes it"


@asynccontextmanager
async def _changing(settings: Settings) -> AsyncIterator[Database]:
    must_exist(settings)
    async with open_database(settings) as db:
        yield db


def _entry(digest: Digest, now: datetime, action: str, **more: object) -> AuditEntry:
    details = {"digest": digest.id, "channel": digest.channel_id, **more}
    return AuditEntry(now, digest.workspace_id, OPERATOR, action, details)
