"""Compose a digest's message from what was collected, to be sent or previewed."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

import blocks.digests.message
from blocks import formats
from blocks.card_options import CardOptions
from blocks.digests.edition import Edition
from blocks.kit import Message
from bot.carecycle.rate_limit import Asker
from bot.clock import Clock
from bot.delivery.collect import Collected, Collector
from bot.digests.again import as_arrived, is_old
from bot.digests.compare import has_changed
from bot.digests.digest import Delivery, Digest
from bot.digests.snapshot import Snapshot, pack
from bot.errors import CareCycleError
from bot.readings.reader import Readings
from bot.store import delivery_work
from bot.store.database import Database
from bot.store.deliveries import Packed
from bot.store.delivery_work import Past
from bot.workspaces.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Composed:
    """A digest's message, and what the ledger keeps of it."""

    message: Message  # in Slack's newer blocks
    plain: Message  # the same in classic blocks
    window: Message  # of a preview: that for a window, which says where the chart will be
    snapshot: Snapshot
    gained: int | None  # calls since the last delivery; None when that is unknown
    changed: bool  # whether there is news, or a number is another one than at the last delivery
    problem: CareCycleError | None  # why not all campaigns could be read; None also when the others were deleted
    none_left: bool  # whether the digest names campaigns and none of them is there
    seen: datetime | None  # when the last delivery was sent; None for the first one

    @property
    def packed(self) -> Packed:
        """What the ledger stores of this message."""
        return Packed(pack(self.snapshot), self.gained)


class Composer:
    """Composes messages from careCycle's figures, the ledger and the readings, and writes nothing.

    `most` limits the campaigns in a digest.
    """

    def __init__(self, db: Database, clock: Clock, readings: Readings, most: int) -> None:
        self._db = db
        self._collector = Collector(clock, readings, most)

    async def delivery(
        self, workspace: Workspace, digest: Digest, delivery: Delivery, past: Past, options: CardOptions
    ) -> Composed:
        """Compose the message of a delivery. Raise NotConnected, a CareCycleError or StoreUnavailable."""
        found = await self._collector.collect(workspace, digest, past.before, options, Asker.BACKGROUND)
        edition = replace(
            self._edition(workspace, as_arrived(digest, delivery), options, found),
            run=delivery.id,
            due=delivery.due,
            late=delivery.lateness(found.at) if delivery.kind != "now" else None,
            late_why=delivery.reason,
            failed_since=_failed_since(digest, past, delivery),
            paused_since=past.paused,
            is_now=delivery.kind == "now",
            is_old=is_old(delivery, digest, found.at),
        )
        return _composed(edition, found)

    async def preview(self, workspace: Workspace, digest: Digest, options: CardOptions) -> Composed:
        """Compose the message as it would go out now, without buttons. Raise the same errors as `delivery`."""
        past = await delivery_work.read_past(self._db, digest)
        found = await self._collector.collect(workspace, digest, past.before, options, Asker.PERSON)
        edition = replace(
            self._edition(workspace, digest, options, found),
            failed_since=_failed_since(digest, past, None),
            paused_since=past.paused,
            for_one=True,
        )
        return _composed(edition, found)

    def _edition(self, workspace: Workspace, digest: Digest, options: CardOptions, found: Collected) -> Edition:
        gathered, snapshot = found.gathered, found.snapshot
        unread = sum(id_ not in found.report.owed for id_ in snapshot.unread)
        return Edition(
            digest=digest,
            report=found.report,
            as_of=snapshot.as_of,
            due=found.at,
            count=len(snapshot.campaigns) + unread + gathered.left_out,
            next_due=_next(digest, found.at),
            options=options,
            left_out=gathered.left_out,
            problem=type(gathered.problem).__name__ if gathered.problem else None,
            link=workspace.links.home,
        )


def _failed_since(digest: Digest, past: Past, delivery: Delivery | None) -> Delivery | None:
    """Return the newest delivery that failed, was missed or is unconfirmed since the last one sent, or None."""
    if (since := past.before.at if past.before else digest.created_at) is None:
        return None
    later = takewhile(lambda row: row.state != "sent", past.newest)  # in any channel: it reported what failed before it
    lost = (row for row in later if row.state in ("failed", "unconfirmed") or _was_missed(row))
    return next((row for row in lost if row.due > since and (delivery is None or row.id != delivery.id)), None)


def _composed(edition: Edition, found: Collected) -> Composed:
    with formats.written_for(formats.EN_US):  # a preview, too, since it shows what everybody will see
        drawn = [blocks.digests.message.message(edition, plain=plain) for plain in (False, True)]
        window = blocks.digests.message.in_window(edition) if edition.for_one else drawn[1]
    return Composed(
        message=drawn[0],
        plain=drawn[1],
        window=window,
        snapshot=found.snapshot,
        gained=found.report.totals.calls,
        changed=has_changed(found.report, found.snapshot, found.before),
        problem=found.gathered.problem,
        none_left=bool(edition.digest.choice.ids) and not found.gathered.campaigns and not found.gathered.problem,
        seen=found.before.at if found.before else None,
    )


def _was_missed(row: Delivery) -> bool:
    return row.state == "skipped" and row.reason == "too_late"


def _next(digest: Digest, now: datetime) -> datetime | None:
    """Return when the next slot outside a pause is due, or None when there is none."""
    slots = digest.timetable.after(now)
    if (pause := digest.pause) and pause.holds(now):
        if pause.until is None:
            return None
        slots = digest.timetable.at_or_after(pause.until)
    return next((slot.due for slot in slots), None)
