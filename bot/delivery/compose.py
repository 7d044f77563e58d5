"""Compose a digest's message from careCycle's current figures and the last delivery, to be sent or previewed."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

import blocks.digests.message
from blocks import formats
from blocks.campaigns import problems
from blocks.card_options import CardOptions
from blocks.digests.message import Edition
from blocks.kit import Message
from bot.carecycle.rate_limit import Asker
from bot.clock import Clock
from bot.digests.comparison import Comparison, Delivered, calls_gained, compare
from bot.digests.digest import Delivery, Digest
from bot.digests.snapshot import Snapshot, pack
from bot.errors import CareCycleError
from bot.insight.assessment import Assessed, Assessment
from bot.store import deliveries, delivery_reports
from bot.store.database import Database
from bot.store.deliveries import Packed
from bot.workspaces.digest_campaigns import Gathered
from bot.workspaces.workspace import Workspace

_GAINS = 13  # earlier deliveries in the chart, besides this one
_LOOK_BACK = 10  # ledger rows searched for a failure since the last delivery


@dataclass(frozen=True, slots=True)
class Composed:
    """A digest's message, and what the ledger keeps of it."""

    message: Message  # in Slack's newer blocks
    plain: Message  # the same in classic blocks
    snapshot: Snapshot
    gained: int | None  # calls since the last delivery; None when that is unknown
    changed: bool  # whether anything changed since the last delivery; True for the first one
    problem: CareCycleError | None  # why not all campaigns could be read; None also when the others were deleted
    none_left: bool  # whether the digest names campaigns and none of them is there
    seen: datetime | None  # when the last delivery was sent; None for the first one

    @property
    def packed(self) -> Packed:
        """What the ledger stores of this message."""
        return Packed(pack(self.snapshot), self.gained)


class Composer:
    """Composes messages from careCycle's figures and the ledger, and writes nothing.

    `most` limits the campaigns in a digest.
    """

    def __init__(self, db: Database, clock: Clock, most: int) -> None:
        self._db = db
        self._clock = clock
        self._most = most

    async def delivery(
        self, workspace: Workspace, digest: Digest, delivery: Delivery, options: CardOptions
    ) -> Composed:
        """Compose the message of a delivery. Raise NotConnected, a CareCycleError or StoreUnavailable."""
        return await self._compose(workspace, digest, options, delivery)

    async def preview(self, workspace: Workspace, digest: Digest, options: CardOptions) -> Composed:
        """Compose the message as it would go out now, without buttons. Raise the same errors as `delivery`."""
        return await self._compose(workspace, digest, options, None)

    async def _compose(
        self, workspace: Workspace, digest: Digest, options: CardOptions, delivery: Delivery | None
    ) -> Composed:
        asker = Asker.BACKGROUND if delivery else Asker.PERSON
        gathered = await workspace.digest_figures(digest.choice, self._most, asker=asker)
        before, history = await self._past(digest)
        snapshot = _snapshot(digest, gathered, before)
        now = self._clock.now()
        assessment = await _assessment(workspace, now)
        edition = Edition(
            digest=digest,
            run=delivery.id if delivery else "",
            now=snapshot,
            before=before,
            comparison=_compared(snapshot, before, gathered, options, assessment),
            history=history,
            next_due=_next(digest, now),
            due=delivery.due if delivery else now,
            late=delivery.lateness(now) if delivery and delivery.kind != "now" else None,
            late_why=delivery.reason if delivery else "",
            failed_since=await self._failed_since(digest, before, delivery),
            options=options,
            left_out=gathered.left_out,
            problem=type(gathered.problem).__name__ if gathered.problem else None,
            preview=delivery is None,
            link=workspace.links.home,
            assessment=assessment,
        )
        return _composed(edition, gathered)

    async def _past(self, digest: Digest) -> tuple[Delivered | None, tuple[tuple[datetime, int | None], ...]]:
        """Return the last delivery to the digest's channel, and times and gained calls of recent ones, oldest first."""
        if digest.created_at is None:  # a new digest has no past, whatever id the form gave it
            return None, ()
        last = await delivery_reports.last_sent(self._db, digest.id, digest.channel_id)
        gains = await delivery_reports.gains(self._db, digest.id, digest.channel_id, _GAINS)
        return Delivered(*last) if last else None, tuple(gains)

    async def _failed_since(
        self, digest: Digest, before: Delivered | None, delivery: Delivery | None
    ) -> Delivery | None:
        """Return the newest delivery that failed, was missed or is unconfirmed since the last one sent, or None."""
        if (since := before.at if before else digest.created_at) is None:
            return None
        rows = await deliveries.history(self._db, digest.id, _LOOK_BACK)
        later = takewhile(lambda row: row.state != "sent", rows)  # in any channel: it reported what failed before it
        lost = (row for row in later if row.state in ("failed", "unconfirmed") or _was_missed(row))
        return next((row for row in lost if row.due > since and (delivery is None or row.id != delivery.id)), None)


async def _assessment(workspace: Workspace, now: datetime) -> Assessment | None:
    """Return the account's last assessment, if it is not too old. Raise StoreUnavailable."""
    current = await workspace.resources.assessments.latest(workspace.id)
    return current.assessment if current and not current.assessment.is_stale(now) else None


def _compared(
    now: Snapshot,
    before: Delivered | None,
    gathered: Gathered,
    options: CardOptions,
    assessment: Assessment | None,
) -> Comparison:
    """Compare, without the routing when cards are short. A campaign that may just be unread does not count as gone."""
    whole = gathered.problem is None and not gathered.left_out
    assessed = assessment.campaigns.items() if assessment else ()
    with_problems = {id_: bool(problems.ordered(one, options)) for id_, one in assessed}
    return compare(now, before, whole=whole, with_routing=not options.short, with_problems=with_problems)


def _composed(edition: Edition, gathered: Gathered) -> Composed:
    found, before = edition.comparison, edition.before
    opened = edition.assessment.campaigns if edition.assessment else {}
    stalled = frozenset(
        row.id
        for row in found.rows
        if "stalled" in row.reasons or ("judged" in row.reasons and _stands_still(opened.get(row.id)))
    )
    newly = stalled - (before.snapshot.stalled if before else frozenset())  # no number changed, but it matters
    with formats.written_for(formats.EN_US):  # a preview, too, since it shows what everybody will see
        drawn = [blocks.digests.message.message(edition, plain=plain) for plain in (False, True)]
    return Composed(
        message=drawn[0],
        plain=drawn[1],
        snapshot=replace(edition.now, stalled=stalled),
        gained=calls_gained(edition.now, before.snapshot if before else None),
        changed=found.changed or bool(newly) or _has_opened(edition),
        problem=gathered.problem,
        none_left=bool(edition.digest.choice.ids) and not gathered.campaigns and not gathered.problem,
        seen=before.at if before else None,
    )


def _stands_still(one: Assessed | None) -> bool:
    return one is not None and any(problem.kind == "standing_still" for problem in one.problems)


def _has_opened(edition: Edition) -> bool:
    """Return whether a problem that is shown opened since the last delivery."""
    if edition.assessment is None or edition.before is None:
        return False
    judged = (edition.assessment.campaigns[row.id] for row in edition.comparison.rows if "judged" in row.reasons)
    return any(one.opened > edition.before.at for assessed in judged for one in assessed.open)


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


def _snapshot(digest: Digest, gathered: Gathered, before: Delivered | None) -> Snapshot:
    """Make the snapshot. Campaigns of the last delivery that were not read, because a list was cut, are `missing`."""
    missing, old = dict(gathered.missing), before.snapshot if before else None
    if gathered.problem and old and not digest.choice.ids:
        unread = (id_ for id_ in (*old.campaigns, *old.missing) if id_ not in gathered.campaigns)
        missing |= dict.fromkeys(unread, type(gathered.problem).__name__)
    names = {id_: name for id_ in missing if old and (name := old.name(id_))}
    day = gathered.as_of.astimezone(ZoneInfo(digest.timetable.zone)).date()
    return Snapshot(gathered.as_of, day, gathered.campaigns, missing, names=names)
