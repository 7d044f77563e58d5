"""Build the line that says in a channel which of its digests are late, why, and what becomes of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from blocks import kit, words
from blocks.digests.reasons import still, why
from blocks.digests.stopped import names
from blocks.kit import Message
from bot.digests.late import LateDigest, cause_of

_LOST = 10  # digests that did not come, by name


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
    for one in told[:_LOST]:
        delivery, name = one.delivery, names([one.digest])
        of = f"{name} of {_moment(delivery.due, one, now)}"
        if delivery.state == "unconfirmed":
            happened = f"{of} may or may not have come: {why(delivery.reason)}"
        else:
            happened = (
                f"{of} {'was skipped' if delivery.state == 'skipped' else 'could not be sent'}: {why(delivery.reason)}"
            )
        next_ = one.digest.next_due
        then = f" The next one is due {words.moment(next_, now)}." if next_ and not one.digest.pause else ""
        yield f"⚠️ {happened}.{then}"
    if rest := told[_LOST:]:
        yield f"⚠️ {words.amount(len(rest), 'more digest')} did not come either."


def _moment(when: datetime, told: LateDigest, now: datetime) -> str:
    """Format a moment in the reader's own zone, without its date when that is today for the digest."""
    zone = ZoneInfo(told.digest.timetable.zone)
    today = when.astimezone(zone).date() == now.astimezone(zone).date()
    return words.clock_time(when) if today else words.moment(when, now)
