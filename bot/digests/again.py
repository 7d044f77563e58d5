"""What can still be done about a delivery that did not arrive, or may not have."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.digests.digest import Delivery, Digest


def may_send_again(delivery: Delivery, history: Iterable[Delivery]) -> bool:
    """Return whether *Send again* makes sense: it did not surely arrive, and no newer one of its digest did.

    `history` has deliveries of its digest, in any order.
    """
    if delivery.state not in ("skipped", "failed", "unconfirmed"):
        return False
    return not any(one.state == "sent" and one.due > delivery.due for one in history)


def may_confirm(delivery: Delivery) -> bool:
    """Return whether *It is there* makes sense: nobody knows whether it arrived."""
    return delivery.state == "unconfirmed"


def as_arrived(digest: Digest, delivery: Delivery) -> Digest:
    """Return the digest as it is once this delivery has arrived.

    One that a person asked for after a failure had stopped the digest lets it go on (`bot/store/pauses.py`).
    """
    pause = digest.pause
    ends = delivery.is_asked_for and pause and pause.why == "failed" and pause.since <= delivery.wanted_at
    return replace(digest, pause=None) if ends else digest


def is_old(delivery: Delivery, digest: Digest, now: datetime) -> bool:
    """Return whether it is an old slot: sent again on another day, or after a newer slot of its digest was due."""
    if delivery.kind != "scheduled" or not delivery.is_asked_for:
        return False
    zone = ZoneInfo(digest.timetable.zone)
    newer = next(digest.timetable.after(delivery.due), None)
    is_past = newer is not None and newer.due <= now
    return is_past or delivery.due.astimezone(zone).date() != now.astimezone(zone).date()
