"""Make what a digest says: its campaigns now, beside its last delivery and the account's last assessment.

Pure functions of these values: the same ones always make the same report.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.digests.changes import ENDED, Leavers, changes, in_order
from bot.digests.report import Report, Unjudged
from bot.digests.snapshot import NUMBERS, Delivered, Snapshot
from bot.digests.totals import moved, rows, totals
from bot.digests.troubles import Troubles, troubles, unjudged
from bot.insight.assessment import Current


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of the account at a delivery."""

    current: Current | None = None  # the last assessment, also when it is too old
    unjudged: Unjudged = ""  # why it says nothing of problems
    with_transfers: bool = True  # whether what is wrong with transfers may be said in the channel


def report(now: Snapshot, before: Delivered | None, leavers: Leavers, account: Account, at: datetime) -> Report:
    """Return what the delivery at `at` says, without the numbers that only readings have.

    `now` and `leavers` are settled (`bot/digests/changes.py`).
    """
    old, found = before.snapshot if before else None, _troubles(now, before, account, at)
    made, listed = changes(now, before, leavers), rows(now, old)
    assessment = account.current.assessment if account.current else None
    return Report(
        rows=listed,
        changes=in_order((*made, *found.over)),
        owed=tuple(leavers.owed),
        needs=found.needs,
        known=found.known,
        quiet=found.quiet,
        standing_still=found.standing_still,
        standing_still_told=found.standing_still_told,
        others_call=assessment.others_call if assessment else False,
        totals=totals(listed, old),
        moved=moved(listed),
        since=before.at if before else None,
        judged_at=assessment.at if assessment else None,
        unjudged=account.unjudged,
        ended=sum(one.kind == "status" and one.now in ENDED and one.was not in ENDED for one in made),
        said=found.said,
    )


def has_changed(made: Report, now: Snapshot, before: Delivered | None) -> bool:
    """Return whether there is anything to read: news, or any other number than the last time. The first one has."""
    if before is None or made.has_news:
        return True
    was = before.snapshot
    return now.campaigns.keys() != was.campaigns.keys() or any(
        read(one) != read(was.campaigns[id_]) for id_, one in now.campaigns.items() for read in NUMBERS.values()
    )


def _troubles(now: Snapshot, before: Delivered | None, account: Account, at: datetime) -> Troubles:
    if account.current is None or account.unjudged:
        return unjudged(now, before)
    return troubles(now, before, account.current, at, with_transfers=account.with_transfers)
