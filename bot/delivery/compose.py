"""Makes a digest's message of what careCycle says now and what the channel saw last: for deliveries and previews."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

import blocks.digests.message
from blocks.card_options import CardOptions
from blocks.digests.message import Edition
from blocks.kit import Message
from bot.carecycle.rate_limit import Asker
from bot.clock import Clock
from bot.digests.comparison import Comparison, Delivered, calls_gained, compare
from bot.digests.digest import Delivery, Digest
from bot.digests.snapshot import Snapshot, pack
from bot.errors import CareCycleError
from bot.store import deliveries, delivery_reports
from bot.store.database import Database
from bot.store.deliveries import Packed
from bot.workspaces.digest_campaigns import Gathered
from bot.workspaces.workspace import Workspace

_GAINS = 13  # earlier deliveries in the chart, beside this one
_LOOK_BACK = 10  # rows of the ledger, for what failed since the last delivery


@dataclass(frozen=True, slots=True)
class Composed:
    """A message in both forms, and what the ledger keeps of it. `changed`: since the last delivery, that of `seen`.

    `problem`: why campaigns are missing, where that may pass. `none_left`: of campaigns that were named, none is there.
    """

    message: Message
    plain: Message
    snapshot: Snapshot
    gained: int | None
    changed: bool
    problem: CareCycleError | None
    none_left: bool
    seen: datetime | None

    @property
    def packed(self) -> Packed:
        """For the ledger."""
        return Packed(pack(self.snapshot), self.gained)

    def in_classic_blocks(self) -> "Composed":
        """The same, where Slack refuses the newer ones."""
        return replace(self, message=self.plain)


class Composing:
    """Reads through a workspace, compares with the ledger; writes nothing."""

    def __init__(self, db: Database, clock: Clock, most: int) -> None:
        self._db = db
        self._clock = clock
        self._most = most

    async def delivery(self, workspace: Workspace, digest: Digest, delivery: Delivery, form: CardOptions) -> Composed:
        """What is to go out. Raises NotConnected, a CareCycleError, StoreUnavailable."""
        return await self._compose(workspace, digest, form, delivery)

    async def preview(self, workspace: Workspace, digest: Digest, form: CardOptions) -> Composed:
        """The same as it would go out now, without buttons. Raises as `delivery`."""
        return await self._compose(workspace, digest, form, None)

    async def _compose(
        self, workspace: Workspace, digest: Digest, form: CardOptions, delivery: Delivery | None
    ) -> Composed:
        asker = Asker.BACKGROUND if delivery else Asker.PERSON
        gathered = await workspace.digest_figures(digest.choice, self._most, asker=asker)
        before, history = await self._past(digest)
        snapshot = _snapshot(digest, gathered, before)
        now = self._clock.now()
        edition = Edition(
            digest=digest,
            run=delivery.id if delivery else "",
            now=snapshot,
            before=before,
            comparison=_compared(snapshot, before, gathered, form),
            history=history,
            next_due=_next(digest, now),
            due=delivery.due if delivery else now,
            late=delivery.lateness(now) if delivery and delivery.kind != "now" else None,
            late_why=delivery.reason if delivery else "",
            failed_since=await self._failed_since(digest, before, delivery),
            form=form,
            left_out=gathered.left_out,
            problem=type(gathered.problem).__name__ if gathered.problem else None,
            preview=delivery is None,
            link=workspace.links.home,
        )
        return _composed(edition, gathered)

    async def _past(self, digest: Digest) -> tuple[Delivered | None, tuple[tuple[datetime, int | None], ...]]:
        """What the channel saw last, and the calls gained by the deliveries before; a new digest has no past."""
        if digest.created_at is None:  # whatever id the form says it has
            return None, ()
        last = await delivery_reports.last_sent(self._db, digest.id, digest.channel_id)
        gains = await delivery_reports.gains(self._db, digest.id, digest.channel_id, _GAINS)
        return Delivered(*last) if last else None, tuple(gains)

    async def _failed_since(
        self, digest: Digest, before: Delivered | None, delivery: Delivery | None
    ) -> Delivery | None:
        """The newest delivery since the last one, or ever, that did not come, though it should have."""
        if (since := before.at if before else digest.created_at) is None:
            return None
        rows = await deliveries.history(self._db, digest.id, _LOOK_BACK)
        later = takewhile(lambda row: row.state != "sent", rows)  # also in another channel: it said so
        lost = (row for row in later if row.state in ("failed", "unconfirmed") or _was_missed(row))
        return next((row for row in lost if row.due > since and (delivery is None or row.id != delivery.id)), None)


def _compared(now: Snapshot, before: Delivered | None, gathered: Gathered, form: CardOptions) -> Comparison:
    """Nothing of the routing where it must not be shown; what was not looked at is not gone."""
    whole = gathered.problem is None and not gathered.left_out
    return compare(now, before, whole=whole, with_routing=not form.short)


def _composed(edition: Edition, gathered: Gathered) -> Composed:
    found, before = edition.comparison, edition.before
    stalled = frozenset(row.id for row in found.rows if "stalled" in row.reasons)
    newly = stalled - (before.snapshot.stalled if before else frozenset())  # nothing changed there, and it matters
    return Composed(
        message=blocks.digests.message.message(edition),
        plain=blocks.digests.message.message(edition, plain=True),
        snapshot=replace(edition.now, stalled=stalled),
        gained=calls_gained(edition.now, before.snapshot if before else None),
        changed=found.changed or bool(newly),
        problem=gathered.problem,
        none_left=bool(edition.digest.choice.ids) and not gathered.campaigns and not gathered.problem,
        seen=before.at if before else None,
    )


def _was_missed(row: Delivery) -> bool:
    return row.state == "skipped" and row.reason == "too_late"


def _next(digest: Digest, now: datetime) -> datetime | None:
    """The first that is not left out."""
    slots = digest.timetable.after(now)
    if (pause := digest.pause) and pause.holds(now):
        if pause.until is None:
            return None
        slots = digest.timetable.at_or_after(pause.until)
    return next((slot.due for slot in slots), None)


def _snapshot(digest: Digest, gathered: Gathered, before: Delivered | None) -> Snapshot:
    """Of a list that could not be read to its end, what the channel saw or missed last is missing, and is named."""
    missing, old = dict(gathered.missing), before.snapshot if before else None
    if gathered.problem and old and not digest.choice.ids:
        unread = (id_ for id_ in (*old.campaigns, *old.missing) if id_ not in gathered.campaigns)
        missing |= dict.fromkeys(unread, type(gathered.problem).__name__)
    names = {id_: name for id_ in missing if old and (name := old.name(id_))}
    day = gathered.as_of.astimezone(ZoneInfo(digest.timetable.zone)).date()
    return Snapshot(gathered.as_of, day, gathered.campaigns, missing, names=names)
