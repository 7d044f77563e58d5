"""Say a digest in a list: its name and times, its state, which campaigns, whose it is, and how the last one went."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from blocks import words
from blocks.campaigns.campaign import small_status
from blocks.digests import timetable
from blocks.digests.reasons import still, why
from blocks.digests.where import where as place_of
from blocks.digests.who import paused_by
from bot.digests.digest import CampaignFilter, Delivery, Digest, Pause

_NAMED = 3  # campaigns that are named


@dataclass(frozen=True, slots=True)
class Listed:
    """A digest as one person sees it in a list, on the App Home, or in a form that offers digests."""

    digest: Digest
    last: Delivery | None = None  # the newest delivery to its channel; None: there is none
    is_read: bool = False  # whether `last` was looked up
    waiting: Delivery | None = None  # the newest scheduled delivery that waits for a retry; None: there is none
    link: str = ""  # to the message of `last`
    names: Mapping[str, str] = field(default_factory=dict)  # of campaigns by id, where they are known
    may_manage: bool = False  # this person may edit, send and delete it
    may_pause: bool = False  # this person may pause it for a day
    may_resume: bool = False  # this person may resume it
    may_connect: bool = False  # this person may connect a careCycle key


def row(one: Listed, now: datetime, *, where: bool = False) -> str:
    """Say all of it in three lines (mrkdwn). `where`: also its channel, outside of that."""
    digest = one.digest
    times = words.literal(timetable.summary(digest.timetable, now))
    stands = f"{'⚠️ ' if has_stopped(digest, now) else ''}{state(digest, now, one.waiting)}"
    lines = (name(digest), f"{times}  ·  {stands}", about(one, now, where=where))
    return "\n".join(lines)


def name(digest: Digest) -> str:
    """Return the name of a digest in bold (mrkdwn)."""
    return f"*{words.literal(digest.name, 100)}*"


def about(one: Listed, now: datetime, *, where: bool = False) -> str:
    """Say which campaigns, whose it is, and how the last one went, wherever a digest is named (mrkdwn).

    `where` is as in `row`.
    """
    digest = one.digest
    said = (
        which(digest.choice, one.names),
        f"<@{words.literal(digest.owner_id, 64)}>",
        place_of(digest.channel_id) if where else "",
        last(one, now),
    )
    return "  ·  ".join(filter(None, said))


def which(choice: CampaignFilter, names: Mapping[str, str]) -> str:
    """Say which campaigns a digest shows (mrkdwn).

    Examples: `all active campaigns`, `active campaigns with “ACA” in the name`, `4 campaigns: AEP, ACA and 2 more`.
    """
    if choice.ids:
        return _picked(choice.ids, names)
    campaigns = f"{small_status(choice.status)} campaigns" if choice.status else "campaigns"
    if choice.words:
        return f"{campaigns} with “{words.literal(choice.words, 60)}” in the name"
    return f"all {campaigns}"


def last(one: Listed, now: datetime) -> str:
    """Say how the newest delivery went, with a link to it (mrkdwn). Empty when that is said elsewhere or not known."""
    delivery, digest = one.last, one.digest
    if delivery is None:
        return "none sent yet" if one.is_read else ""
    why_paused = digest.pause.why if digest.pause and delivery.state == "failed" else ""
    stopped = why_paused == "failed" or (why_paused == delivery.reason == "key")
    if stopped or (one.waiting and one.waiting.id == delivery.id):
        return ""  # `state` says it
    said = _outcome(digest, delivery, now)
    return f"<{one.link}|{said}>" if one.link and delivery.state == "sent" else said


def state(digest: Digest, now: datetime, waiting: Delivery | None = None) -> str:
    """Say when a digest is due, `next Mon, Nov 30, 9:00 AM`, or why nothing goes out (mrkdwn).

    While a delivery waits for a retry, say of that one why it is late and when it is tried again.
    """
    if is_paused(digest, now):
        return _paused(digest, digest.pause, now)
    if waiting and waiting.try_at:
        return _late(digest, waiting, max(waiting.try_at, now), now)
    return f"next {_moment(digest, digest.next_due, now)}" if digest.next_due else "its last day has passed"


def is_paused(digest: Digest, now: datetime) -> bool:
    """Return whether the digest is paused. A pause that has ended does not count."""
    return digest.pause is not None and not digest.pause.is_over(now)


def has_stopped(digest: Digest, now: datetime) -> bool:
    """Return whether the digest stopped by itself, because a delivery failed."""
    return is_paused(digest, now) and digest.pause is not None and digest.pause.why == "failed"


def can_resume(digest: Digest, now: datetime) -> bool:
    """Return whether a button can resume the digest."""
    return is_paused(digest, now) and digest.pause is not None and digest.pause.why in ("person", "failed")


def _picked(ids: tuple[str, ...], names: Mapping[str, str]) -> str:
    known = [words.literal(name, 40) for one in ids if (name := names.get(one))][:_NAMED]
    more = len(ids) - len(known)
    rest = f" and {words.number(more)} more" if more and known else ""
    return f"{words.amount(len(ids), 'campaign')}{': ' if known else ''}{', '.join(known)}{rest}"


def _outcome(digest: Digest, delivery: Delivery, now: datetime) -> str:
    when = _recently(digest, delivery.due, now)
    if delivery.state == "sent":
        sent = _recently(digest, delivery.ended_at or delivery.due, now)
        late = delivery.lateness(delivery.ended_at or delivery.due) if delivery.kind == "scheduled" else None
        return f"sent {sent}, {words.span(late)} late" if late else f"sent {sent}"
    if delivery.state == "skipped":
        return f"skipped {when}: {why(delivery.reason)}"
    if delivery.state == "failed":
        return f"failed {when}: {why(delivery.reason)}"
    if delivery.state == "unconfirmed":
        return f"may not have arrived {when}"
    return "on its way"


def _recently(digest: Digest, when: datetime, now: datetime) -> str:
    """Format a moment in the digest's time zone: `today 9:00 AM`, or `Fri, Nov 20, 9:00 AM`."""
    zone = ZoneInfo(digest.timetable.zone)
    local = when.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"today {words.plain_time(local)}"
    return words.plain_moment(local, now)


def _paused(digest: Digest, pause: Pause | None, now: datetime) -> str:
    if pause is None:
        return ""
    if pause.why == "failed":
        return f"paused, because the last one could not be sent: {why(pause.detail)}"
    if pause.why == "key":
        return "waiting for a careCycle key that works"
    who = paused_by(pause.by)
    by = f" by {who}" if who else ""
    return f"paused{by} until {_ending(digest, pause.until, now) if pause.until else 'somebody resumes it'}"


def _late(digest: Digest, waiting: Delivery, again: datetime, now: datetime) -> str:
    """Say why a delivery is late and when it is tried again: `today’s is late: …; tried again at 9:20 AM`."""
    zone = ZoneInfo(digest.timetable.zone)
    today, due = now.astimezone(zone).date(), waiting.due.astimezone(zone)
    which = "today’s" if due.date() == today else f"the one of {words.plain_moment(due, now)}"
    when = again.astimezone(zone)
    at = f"at {words.plain_time(when)}" if when.date() == today else words.plain_moment(when, now)
    return f"{which} is late: {still(waiting.reason)}; tried again {at}"


def _ending(digest: Digest, until: datetime, now: datetime) -> str:
    """Say when a pause ends and when the digest is due then: `Tue, Dec 1; next Tue, Dec 1, 9:00 AM`."""
    slot = next(digest.timetable.at_or_after(until), None)
    then = f"next {_moment(digest, slot.due, now)}" if slot else "by then its last day has passed"
    local = until.astimezone(ZoneInfo(digest.timetable.zone))
    begins = local.time() == time()  # a day is said without its midnight
    return f"{words.weekday(local, now) if begins else words.plain_moment(local, now)}; {then}"


def _moment(digest: Digest, when: datetime, now: datetime) -> str:
    """Format a moment in the digest's own time zone, which `row` shows."""
    return words.plain_moment(when.astimezone(ZoneInfo(digest.timetable.zone)), now)
