"""Collect what a digest says: its campaigns, what became of those that left, the last delivery, and the readings."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from blocks.card_options import CardOptions
from bot.campaigns.figures import Figures
from bot.carecycle.rate_limit import Asker
from bot.clock import Clock
from bot.digests.changes import Leavers, settle, to_look_up
from bot.digests.compare import Account, report
from bot.digests.digest import Digest
from bot.digests.read_numbers import Asked, read_numbers
from bot.digests.report import Report
from bot.digests.snapshot import Delivered, Snapshot
from bot.insight.assessment import STALE_AFTER
from bot.insight.history import Past
from bot.readings.reader import Readings
from bot.workspaces.digest_campaigns import Gathered
from bot.workspaces.leavers import look_up
from bot.workspaces.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Collected:
    """All numbers of one delivery."""

    gathered: Gathered
    before: Delivered | None  # what it is compared with
    snapshot: Snapshot  # to be kept with the delivery
    report: Report
    at: datetime


class Collector:
    """Collects from careCycle and the readings, and writes nothing. `most` limits a digest's campaigns."""

    def __init__(self, clock: Clock, readings: Readings, most: int) -> None:
        self._clock = clock
        self._readings = readings
        self._most = most

    async def collect(
        self, workspace: Workspace, digest: Digest, before: Delivered | None, options: CardOptions, asker: Asker
    ) -> Collected:
        """Return what it says now, beside `before`. Raise NotConnected, a CareCycleError or StoreUnavailable."""
        known = before.snapshot.campaigns if before else {}
        gathered = await workspace.digest_figures(digest.choice, self._most, asker=asker, known=known.keys())
        snapshot, now = _snapshot(digest, gathered, before), self._clock.now()
        left = to_look_up(snapshot, before)
        past = await self._readings.past(workspace, (*snapshot.campaigns, *left))
        reads = workspace.digest_campaigns(asker)
        leavers = await look_up(reads, left, digest.choice, _last(past, now)) if left else Leavers()
        snapshot, leavers = settle(snapshot, before, leavers, digest.choice)
        made = report(snapshot, before, leavers, await self._account(workspace, now, options), now)
        whole = await _with_readings(made, past, digest, snapshot, before) if past else made
        return Collected(gathered, before, replace(snapshot, said=made.said), whole, now)

    async def _account(self, workspace: Workspace, now: datetime, options: CardOptions) -> Account:
        current = await workspace.resources.assessments.latest(workspace.id)
        if current and not current.assessment.is_stale(now):
            return Account(current, with_transfers=not options.short)
        if not self._readings.are_regular(workspace):
            return Account(current, "off")
        return Account(current, "old" if current else "none")


def _snapshot(digest: Digest, gathered: Gathered, before: Delivered | None) -> Snapshot:
    """Make the snapshot. Campaigns of the last delivery that were not read, because a list was cut, are `missing`."""
    missing, old = dict(gathered.missing), before.snapshot if before else None
    if gathered.problem and old and not digest.choice.ids:
        unread = (id_ for id_ in (*old.campaigns, *old.missing) if id_ not in gathered.campaigns)
        missing |= dict.fromkeys(unread, type(gathered.problem).__name__)
    day = gathered.as_of.astimezone(ZoneInfo(digest.timetable.zone)).date()
    return Snapshot(gathered.as_of, day, gathered.campaigns, missing)


def _last(past: Past | None, now: datetime) -> Mapping[str, Figures]:
    """Return the campaigns that were in the account's last reading, as they were then; none of one that is too old."""
    if past is None or not past.read or now - past.read[-1] > STALE_AFTER:
        return {}
    return {id_: one.last for id_, one in past.campaigns.items() if one.read[-1:] == [past.read[-1]]}


async def _with_readings(
    made: Report, past: Past, digest: Digest, snapshot: Snapshot, before: Delivered | None
) -> Report:
    """Add the numbers that only readings have: in a thread, because hundreds of campaigns take a while."""
    compared = [row.id for row in made.rows if "calls" in row.changes]
    since = before.snapshot.as_of if before else None
    asked = Asked(snapshot.campaigns.keys(), compared, digest.timetable, since, snapshot.as_of)
    numbers = await asyncio.to_thread(read_numbers, past, asked)
    totals = replace(
        made.totals,
        calls_before=numbers.calls_before,
        before=numbers.before,
        usual_failed=numbers.usual_failed,
        calling_days_left=numbers.calling_days_left,
    )
    return replace(made, totals=totals, days=numbers.days)
