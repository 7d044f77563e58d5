"""What processes write while they die: each has rows of its own, by the number of the point at which it dies."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bot.digests.announcement import Announcement
from bot.digests.causes import Cause
from bot.digests.digest import UNDO, Delivery, Digest, OwnerAlert, Pause
from bot.digests.timetable import Timetable
from bot.insight.problems import ProblemKind
from bot.records import AuditEntry
from bot.store import announcements, by_hand, deletions, deliveries, digests, owner_alerts, quiet, stops
from bot.store.database import Database
from tests.samples.digests import audit_entry, delivery, digest, keep
from tests.samples.store_rows import NOW

QUIET: tuple[ProblemKind, ...] = ("slow", "past_end")
_MINUTE = timedelta(minutes=1)
_ALWAYS = datetime.max.replace(tzinfo=UTC)  # whatever was added before
_Step = Callable[[Database, int], Awaitable[None]]


async def _nothing(_: Database, __: int) -> None:
    pass


@dataclass(frozen=True)
class Work:
    """What a process writes, and what it does before, when nobody dies. Both take the number of the point."""

    write: _Step
    prepare: _Step = _nothing


def entry(point: int, action: str, when: datetime) -> AuditEntry:
    """Return an entry of the audit trail about the digest of a point."""
    return replace(audit_entry(action, when=when), details={"digest": id_of(point)})


def id_of(point: int) -> str:
    """Return the id of the digest of a point."""
    return f"d{point:04d}"


def made(point: int, **more: object) -> Digest:
    """Return the digest of a point, in a channel of its own."""
    return digest(id_of(point), channel_id=f"C{id_of(point)}", **more)


async def _make_quiet(db: Database, point: int) -> None:
    """Make two problems quiet, then lift one of them."""
    campaign = f"c{point}"
    rows = [quiet.QuietRow(campaign, kind, NOW, "U1", NOW, "", None, ((kind,),)) for kind in QUIET]
    said = replace(audit_entry("quieted problems", "T1"), details={"campaign": campaign})
    await quiet.save(db, "T1", "a1", rows, said, None)
    lifted = replace(said, action="lifted a quiet")
    await quiet.lift(db, "T1", "a1", (campaign, "slow"), lifted, None)


async def _save(db: Database, point: int) -> None:
    """Save a digest, with what introduces it."""
    await digests.save(db, made(point), entry(point, "digest made", NOW), new=True)


async def _keep_with_a_delivery(db: Database, point: int) -> None:
    """Have a digest of which a delivery waits and another one was sent."""
    await keep(db, made(point))
    id_ = id_of(point)
    sent = delivery(f"{id_}:sent", id_, channel_id=f"C{id_}", kind="scheduled")
    await deliveries.add(db, sent, _ALWAYS)
    assert await deliveries.sent(db, sent, "1.1", NOW)
    await deliveries.add(db, delivery(f"{id_}:late", id_, channel_id=f"C{id_}", kind="scheduled"), _ALWAYS)


async def _delete(db: Database, point: int) -> None:
    """Delete a digest, restore it, delete it again, and purge it when its hour is over.

    Each point has a day of its own, before those of the points that are over: theirs are not purged.
    """
    now, id_ = NOW - timedelta(days=point), id_of(point)
    await deletions.delete(db, id_, entry(point, "digest deleted", now))
    await deletions.restore(db, id_, now, entry(point, "digest restored", now + _MINUTE))
    await deletions.delete(db, id_, entry(point, "digest deleted", now + 2 * _MINUTE))
    await deletions.purge(db, now + 2 * _MINUTE + UNDO)


async def _keep_unconfirmed(db: Database, point: int) -> None:
    """Have a digest that a failure stopped, and a delivery that a person asked for after that: nobody knows of it."""
    id_ = id_of(point)
    stopped = Pause(NOW - _MINUTE, "failed", detail="not_in_channel")
    await keep(db, made(point, pause=stopped))
    run = delivery(f"{id_}:now-1", id_, channel_id=f"C{id_}", asked_by="U0ALEX")
    await deliveries.add(db, run, _ALWAYS)
    assert await stops.unconfirmed(db, run, NOW)


async def _confirm(db: Database, point: int) -> None:
    """Take it for sent, because a person sees it."""
    run = f"{id_of(point)}:now-1"
    found = await deliveries.read(db, run)
    assert found
    await by_hand.confirm(db, found[0], entry(point, "digest confirmed", NOW))


async def _keep_failed(db: Database, point: int) -> None:
    """Have a digest of which a delivery failed."""
    id_ = id_of(point)
    await keep(db, made(point))
    run = delivery(f"{id_}:slot", id_, channel_id=f"C{id_}", kind="scheduled")
    await deliveries.add(db, run, _ALWAYS)
    assert await deliveries.end(db, run, "failed", "carecycle", NOW)


async def _send(db: Database, point: int) -> None:
    """Have it sent now, and the delivery that failed sent again."""
    id_ = id_of(point)
    now = delivery(f"{id_}:now-1", id_, channel_id=f"C{id_}")
    await deliveries.add(db, now, NOW, entry(point, "digest sent now", NOW))
    await by_hand.requeue(db, f"{id_}:slot", NOW, "U0ALEX", entry(point, "digest sent again", NOW))


async def _keep_on_its_last_day(db: Database, point: int) -> None:
    """Have a digest whose last slot has gone out, on a day of its own."""
    id_, now = id_of(point), _last(point)
    ends = Timetable("UTC", ends=date(now.year, now.month, now.day))
    await keep(db, made(point, timetable=ends, next_due=None))
    run = delivery(f"{id_}:last", id_, channel_id=f"C{id_}", kind="scheduled", due=now, wanted_at=now)
    await deliveries.add(db, run, _ALWAYS)
    assert await deliveries.sent(db, run, "1.1", now)


async def _ask(db: Database, point: int) -> None:
    """Ask whether it goes on; Slack takes nothing the first time."""
    question = Announcement(id_of(point), "last_day")
    await announcements.ask_about_ends(db, _last(point))
    if await announcements.claim(db, question):
        await announcements.put_back(db, question, _last(point))
    await announcements.claim(db, question)


def owner_of(point: int) -> str:
    """Return the owner of the two digests of a point that one cause stops."""
    return f"U{id_of(point)}"


async def _keep_stopped(db: Database, point: int) -> None:
    """Have two digests that one cause stopped, one of which was deleted before its owner was told."""
    id_ = id_of(point)
    await keep(db, *(replace(made(point), id=one, owner_id=owner_of(point)) for one in (id_, f"{id_}b")))
    run = delivery(f"{id_}:now-1", id_, channel_id=f"C{id_}")
    await deliveries.add(db, run, _ALWAYS)
    assert await stops.stop(db, run, "is_archived", entry(point, "digest paused", NOW)) == 2
    assert await deletions.delete(db, f"{id_}b", entry(point, "digest deleted", NOW))


async def _tell(db: Database, point: int) -> None:
    """Claim what their owner has to hear."""
    id_ = id_of(point)
    cause = Cause("T01SUNRISE", "is_archived", f"C{id_}")
    await owner_alerts.claim(db, OwnerAlert(owner_of(point), cause, (id_,)))


def _last(point: int) -> datetime:
    """Return when the last slot of a point's digest was due: too long after the others to ask about those."""
    return NOW + timedelta(days=4 * point)


def three_of(point: int) -> tuple[Digest, ...]:
    """Return the digests of a point's channel, two of one owner and one of another."""
    first = made(point)
    return first, replace(first, id=f"{first.id}b"), replace(first, id=f"{first.id}c", owner_id="U2")


async def _keep_three(db: Database, point: int) -> None:
    """Have three digests of one channel, of which one is about to be posted."""
    await keep(db, *three_of(point))
    await deliveries.add(db, _of_three(point), _ALWAYS)


def _of_three(point: int) -> Delivery:
    id_ = id_of(point)
    return delivery(f"{id_}:slot", id_, channel_id=f"C{id_}", kind="scheduled")


async def _stop(db: Database, point: int) -> None:
    """Stop the digests of a channel that is gone. What each owner has to hear is claimed in `_tell`."""
    await stops.stop(db, _of_three(point), "is_archived", entry(point, "digest paused", NOW))


WORKS = {
    "quiet": Work(_make_quiet),
    "save": Work(_save),
    "delete": Work(_delete, _keep_with_a_delivery),
    "confirm": Work(_confirm, _keep_unconfirmed),
    "send": Work(_send, _keep_failed),
    "ask": Work(_ask, _keep_on_its_last_day),
    "tell": Work(_tell, _keep_stopped),
    "stop": Work(_stop, _keep_three),
}
