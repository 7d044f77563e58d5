"""What a due digest comes to: the newest slot goes out, the ones missed before it are only noted, with the reason."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from bot.digests.digest import ON_TIME, Delivery, Digest, Reason
from bot.digests.timetable import Slot, slot_id

MOST = 30  # rows for slots that were missed: the history shows no more


@dataclass(frozen=True, slots=True)
class Ticket:
    """One attempt at one delivery, to be put into the queue."""

    run: str
    attempt: int
    workspace_id: str


@dataclass(frozen=True, slots=True)
class Due:
    """What a due digest comes to: rows for the ledger, and when it is due next. `resumed`: its pause is over."""

    deliveries: tuple[Delivery, ...]
    next_due: datetime | None
    resumed: bool = False


def decide(digest: Digest, now: datetime, grace: timedelta) -> Due:
    """Rows for the slots from `next_due` to `now`, newest last, and the first slot after that."""
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
    """Why this slot does not go out; None: it does."""
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
        reason=why or ("too_late" if now - slot.due > ON_TIME else ""),  # nobody was there to take it up
        try_at=None if why else now,
        ended_at=now if why else None,
    )


def _offset(slot: Slot) -> str:
    """`+01:00`: 9:00 in another zone is another slot, should the digest change its zone between the two."""
    seconds = round((slot.wall - slot.due.replace(tzinfo=None)).total_seconds())
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
