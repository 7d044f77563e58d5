"""Build the list of a channel's digests: when each is due, or why it is not, its buttons and their results."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from blocks import kit, words
from blocks.digests import timetable
from blocks.digests.message import EDIT, HISTORY
from blocks.digests.reasons import still, why
from blocks.kit import Block, Message
from bot.digests.digest import Delivery, Digest, Pause

ACTION = "digests."  # the prefix of the list's action ids
PAUSE, HOLD, RESUME, SEND, DELETE = (f"{ACTION}{one}" for one in ("pause", "hold", "resume", "send", "delete"))
MAKE, HOLD_HERE, RESUME_HERE = "digest.make", "digest.hold", "digest.resume"
_CANNOT_POST = {
    "absent": "This app is not in this channel, so it cannot post here yet. Type `/invite @careCycle`.",
    "archived": "This channel is archived, so nobody can post in it anymore.",
    "not_shown": "Managers of this workspace chose not to show campaigns in channels shared with another company.",
}
_MOST = 15  # digests with their buttons (Slack: fifty blocks in a message)


@dataclass(frozen=True, slots=True)
class Note:
    """The result of a button, shown above the list."""

    text: str  # mrkdwn
    button: Block | None = None  # for what the person may want next


def card(
    digests: Sequence[Digest],
    now: datetime,
    *,
    note: Note | None = None,
    cannot_post: str = "",
    waiting: Mapping[str, Delivery] | None = None,
) -> Message:
    """Build the list of a channel's digests.

    `note` is the result of a button. `cannot_post` is why the app cannot post in the channel: one of the keys of
    `_CANNOT_POST`. Anything else is not explained. `waiting` has, by digest, the deliveries that wait for a retry.
    """
    late = waiting or {}
    noted = (kit.section(note.text, button=note.button),) if note else ()
    said = (note.text,) if note else ()
    why = (f"⚠️ {_CANNOT_POST[cannot_post]}",) if cannot_post in _CANNOT_POST else ()
    absent = tuple(map(kit.section, why))
    make = kit.actions(kit.button("Make a digest", MAKE, style=None if digests else "primary"))
    if not digests:
        text = (
            "This channel has no digest yet. A digest posts campaigns here at the times you choose, with what changed."
        )
        return Message("\n".join((*said, text, *why)), (*noted, kit.section(text), *absent, make))
    text = f"{words.amount(len(digests), 'digest')} for this channel"
    rows = [block for one in digests[:_MOST] for block in _row(one, now, late.get(one.id))]
    beyond = (kit.context(_beyond(digests[_MOST:])),) if digests[_MOST:] else ()
    said = (*said, text, *(row(one, now, late.get(one.id)) for one in digests[:_MOST]), *why)
    return Message(
        words.shorten("\n".join(said), kit.TEXT), (*noted, kit.section(f"*{text}*"), *rows, *beyond, *absent, make)
    )


def direct(command: str) -> Message:
    """Explain where a digest goes, when the command is used outside a channel."""
    text = (
        f"A digest goes to a channel. Type `{command} digest` in the one that should get it, "
        "or press the button and choose one."
    )
    return Message(text, (kit.section(text), kit.actions(kit.button("Make a digest", MAKE, style="primary"))))


def row(digest: Digest, now: datetime, waiting: Delivery | None = None) -> str:
    """Format a digest's name, times and state (mrkdwn). `waiting` is its delivery that waits for a retry."""
    times = words.literal(timetable.summary(digest.timetable, now))
    return f"*{words.literal(digest.name, 100)}*\n{times}  ·  {state(digest, now, waiting)}"


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


def can_resume(digest: Digest, now: datetime) -> bool:
    """Return whether a button can resume the digest."""
    return is_paused(digest, now) and digest.pause is not None and digest.pause.why in ("person", "failed")


def paused(digest: Digest, now: datetime, *, may_manage: bool) -> Message:
    """Build the reply to *Pause*. `may_manage`: the person who pressed it may also pause the digest without an end."""
    text = f"*{words.literal(digest.name, 100)}* is {state(digest, now)}." if digest.pause else row(digest, now)
    resume = (kit.button("Resume", RESUME_HERE, value=digest.id),) if can_resume(digest, now) else ()
    buttons = (*resume, *(_hold(digest, now, HOLD_HERE) if may_manage else ()))
    return Message(text, (kit.section(text), *((kit.actions(*buttons),) if buttons else ())))


def paused_note(digest: Digest, now: datetime, *, may_manage: bool) -> Note:
    """Build the note above the list after *Pause*. `may_manage` is as in `paused`."""
    text = f"⏸ *{words.literal(digest.name, 100)}* is {state(digest, now)}."
    return Note(text, next(_hold(digest, now, HOLD), None) if may_manage else None)


def resumed_note(digest: Digest, now: datetime) -> str:
    """Say what *Resume* did (mrkdwn)."""
    return f"▶️ *{words.literal(digest.name, 100)}* goes on: {state(digest, now)}."


def sent_note(digest: Digest) -> str:
    """Say what *Send now* did (mrkdwn)."""
    return f"📨 *{words.literal(digest.name, 100)}* is on its way to <#{words.literal(digest.channel_id, 64)}>."


def deleted_note(digest: Digest) -> str:
    """Say what *Delete* did (mrkdwn)."""
    return f"🗑 *{words.literal(digest.name, 100)}* and its history are deleted."


def _row(digest: Digest, now: datetime, waiting: Delivery | None) -> Iterator[Block]:
    yield kit.section(row(digest, now, waiting))
    yield kit.actions(
        *_switch(digest, now),
        kit.button("Edit", EDIT, value=digest.id),
        kit.button("Send now", SEND, value=digest.id, confirm=_SEND),
        kit.button("History", HISTORY, value=digest.id),
        kit.button("Delete", DELETE, value=digest.id, style="danger", confirm=_DELETE),
    )


def _switch(digest: Digest, now: datetime) -> Iterator[Block]:
    """Yield *Resume* or *Pause for a day*, or neither without a key or after the last day."""
    if can_resume(digest, now):
        yield kit.button("Resume", RESUME, value=digest.id)
    elif digest.next_due and not is_paused(digest, now):
        yield kit.button("Pause for a day", PAUSE, value=digest.id)


def _hold(digest: Digest, now: datetime, action_id: str) -> Iterator[Block]:
    """Yield the button that turns a one-day pause into one without an end."""
    if can_resume(digest, now) and digest.pause and digest.pause.until:
        yield kit.button("Until I resume it", action_id, value=digest.id)


def _paused(digest: Digest, pause: Pause | None, now: datetime) -> str:
    if pause is None:
        return ""
    if pause.why == "failed":
        return f"stopped, because the last one could not be sent: {why(pause.detail)}"
    if pause.why == "key":
        return "waiting for a careCycle key that works"
    by = f" by <@{words.literal(pause.by, 64)}>" if pause.by else ""
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
    """Say when a pause ends and when the digest is due then: `Tue, Dec 1, 12:00 AM; next Tue, Dec 1, 9:00 AM`."""
    slot = next(digest.timetable.at_or_after(until), None)
    then = f"next {_moment(digest, slot.due, now)}" if slot else "by then its last day has passed"
    return f"{_moment(digest, until, now)}; {then}"


def _moment(digest: Digest, when: datetime, now: datetime) -> str:
    """Format a moment in the digest's own time zone, which `row` shows."""
    return words.plain_moment(when.astimezone(ZoneInfo(digest.timetable.zone)), now)


def _beyond(rest: Sequence[Digest]) -> str:
    names = ", ".join(words.literal(one.name, 40) for one in rest[:10])
    return f"and {words.number(len(rest))} more: {names}{' …' if rest[10:] else ''}. Their owners see them in App Home."


_SEND = kit.confirm("Send it now?", "Everybody in this channel will see it.", "Send")
_DELETE = kit.confirm("Delete this digest?", "Its history is deleted, too. What it has posted stays.", "Delete")
