"""Build the line that says in a channel which of its digests are late, why, and what becomes of them."""

from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from blocks import kit, words
from blocks.digests.reasons import still, why
from blocks.digests.stopped import names
from blocks.kit import Message
from bot.digests.late import LateDigest, cause_of

_LOST = 10  # sentences about digests that did not come; the rest is counted


def line(told: Sequence[LateDigest], grace: timedelta, now: datetime) -> Message:
    """Build the line about digests of which at least one still waits or did not come. Those that came are left out.

    `grace` is how long a delivery is tried.
    """
    told = sorted(told, key=lambda one: (one.digest.name.casefold(), one.digest.id))
    waiting = [one for one in told if one.is_waiting]
    text = "\n".join((*_waiting(waiting, grace, now), *_lost([one for one in told if one.is_lost], now)))
    return Message(text, (kit.section(text),))


def _waiting(told: Sequence[LateDigest], grace: timedelta, now: datetime) -> Iterator[str]:
    """Say what is late, one sentence for each cause: `*Morning digest* is late: careCycle is not answering. …`."""
    by_cause: dict[str, list[LateDigest]] = {}
    for one in told:
        by_cause.setdefault(cause_of(one.delivery), []).append(one)
    for cause, some in by_cause.items():
        until = _moment(max(one.delivery.wanted_at for one in some) + grace, some[0], now)
        late = "is late" if len(some) == 1 else "are late"
        again = "It is" if len(some) == 1 else "They are"
        yield f"⏳ {names([one.digest for one in some])} {late}: {still(cause)}. {again} tried again until {until}."


def _lost(told: Sequence[LateDigest], now: datetime) -> Iterator[str]:
    """Say what did not come: of several to which the same happened, in one sentence."""
    alike: dict[Hashable, list[LateDigest]] = {}
    for one in told:
        delivery, zone = one.delivery, one.digest.timetable.zone
        alike.setdefault((delivery.state, delivery.reason, delivery.due, _next(one), zone), []).append(one)
    groups = list(alike.values())
    yield from (_did_not_come(some, now) for some in groups[:_LOST])
    if rest := sum(map(len, groups[_LOST:])):
        yield f"⚠️ {words.amount(rest, 'more digest')} did not come either."


def _did_not_come(some: Sequence[LateDigest], now: datetime) -> str:
    first, several = some[0], len(some) > 1
    delivery, next_ = first.delivery, _next(first)
    happened = {
        "skipped": "were skipped" if several else "was skipped",
        "unconfirmed": "may or may not have come",
    }.get(delivery.state, "could not be sent")
    sign = "⏸️" if delivery.reason == "paused" else "⚠️"
    of = f"{names([one.digest for one in some])} of {_moment(delivery.due, first, now)}"
    then = f" The next {'ones are' if several else 'one is'} due {words.moment(next_, now)}." if next_ else ""
    return f"{sign} {of} {happened}: {why(delivery.reason)}.{then}"


def _next(told: LateDigest) -> datetime | None:
    """Return when it is due next; None when that is not certain."""
    return None if told.digest.pause else told.digest.next_due


def _moment(when: datetime, told: LateDigest, now: datetime) -> str:
    """Format a moment in the reader's own zone, without its date when that is today for the digest."""
    zone = ZoneInfo(told.digest.timetable.zone)
    today = when.astimezone(zone).date() == now.astimezone(zone).date()
    return words.clock_time(when) if today else words.moment(when, now)
