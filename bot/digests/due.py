"""Decide which slot of a due digest goes out: the newest. The slots missed before it are recorded with the reason."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from bot.digests.digest import ON_TIME, Delivery, Digest, Reason
from bot.digests.timetable import Slot, slot_id

MOST = 30  # rows for missed slots: the history shows no more


@dataclass(frozen=True, slots=True)
class Ticket:
    """One attempt at one delivery, to be made."""

    run: str
    attempt: int
    workspace_id: str


@dataclass(frozen=True, slots=True)
class Due:
    """What to do with a due digest."""

    deliveries: tuple[Delivery, ...]  # new rows for the ledger
    next_due: datetime | None
    resumed: bool = False  # whether its pause is over


def decide(digest: Digest, now: datetime, grace: timedelta) -> Due:
    """Return rows for the last MOST slots from `next_due` to `now`, newest last, and when the next slot is due."""
    slots = _since(digest, now)
    rows = tuple(_row(digest, slot, now, _why(digest, slot, slots[-1], now, grace)) for slot in slots)
    later = next(digest.timetable.after(now), None)
    return Due(rows, later.due if later else None, resumed=digest.pause is not None and digest.pause.is_over(now))


def _since(digest: Digest, now: datetime) -> list[Slot]:
    if digest.next_due is None:
        return []
    missed = digest.timetable.at_or_after(digest.next_due)
    return list(deque(takewhile(lambda slot: slot.due <= now, missed), MOST))


def _why(digest: Digest, slot: Slot, newest: Slot, now: datetime, grace: timedelta) -> Reason | None:
    """Return why this slot does not go out, or None when it does."""
    if digest.pause and digest.pause.holds(slot.due):
        return "paused"
    if slot is not newest:
        return "superseded"
    return "too_late" if now - slot.due > grace else None


def _row(digest: Digest, slot: Slot, now: datetime, why: Reason | None) -> Delivery:
    return Delivery(
        id=f"{digest.id}:{slot_id(slot)}{_offset(slot)}",
        digest_id=digest.id,
        workspace_id=digest.workspace_id,
        kind="scheduled",
        due=slot.due,
        wanted_at=slot.due,
        state="skipped" if why else "due",
        channel_id=digest.channel_id,
        asked_by=digest.pause.by if why == "paused" and digest.pause else None,
        reason=why or ("too_late" if now - slot.due > ON_TIME else ""),  # this app was not running
        try_at=None if why else now,
        ended_at=now if why else None,
    )


def _offset(slot: Slot) -> str:
    """Return the UTC offset, such as `+01:00`. If the digest changes its zone, 9:00 there is another slot."""
    seconds = round((slot.wall - slot.due.replace(tzinfo=None)).total_seconds())
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
