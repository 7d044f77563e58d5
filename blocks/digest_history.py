"""What became of a digest's deliveries, in words, each with the step that mends it; and the words to its owner."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from blocks import kit, notices, words
from blocks.digest import EDIT, HISTORY
from blocks.digest_list import RESUME_HERE, can_resume, row
from blocks.digest_reasons import why as reason_words
from blocks.kit import Block, Message
from bot.store.digest_records import Delivery, Digest

__all__ = ["AGAIN", "FIXES", "TITLE", "again", "failed_notice", "handed_over", "reason_words", "window"]

AGAIN = "digest.again"
TITLE = "History"
SHOWN = 30
_ON_TIME = timedelta(minutes=2)  # what goes out within this is not late
Fix = Literal["", "again", "connect", "edit", "invite", "allow"]
# What mends each reason (bot/digests/reasons.py; a test compares); empty: nothing has to be done.
FIXES: dict[str, Fix] = {
    "too_late": "again",
    "superseded": "",
    "paused": "",
    "unchanged": "",
    "ended": "edit",
    "limit": "again",
    "carecycle": "again",
    "slack": "again",
    "store": "again",
    "key": "connect",
    "no_campaigns": "edit",
    "not_in_channel": "invite",
    "channel_not_found": "invite",
    "is_archived": "edit",
    "restricted": "allow",
    "not_shown": "edit",
    "not_installed": "again",
    "bug": "again",
    "unconfirmed": "again",
}
_ADVICE: dict[Fix, str] = {
    "connect": "A manager connects a key that works; then all digests of this workspace go on by themselves.",
    "edit": "Press *Edit*, change what stands in its way, and save: then it goes on.",
    "invite": "Type `/invite @careCycle` in the channel and press *Resume*, or choose another channel with *Edit*.",
    "allow": "Somebody who manages the channel can allow this app to post; then press *Resume*.",
    "again": "The next one goes out as usual.",
}


def window(digest: Digest, deliveries: Sequence[Delivery], metadata: str, now: datetime, *, note: str = "") -> Block:
    """The last deliveries, newest first; `note`: what came of a button in it (mrkdwn)."""
    rows = [*([kit.section(note)] if note else []), *_head(digest, now), kit.divider()]
    rows += _lines(digest, deliveries[:SHOWN]) if deliveries else [kit.section("Nothing was due yet.")]
    return {**kit.modal(TITLE, rows), "private_metadata": metadata}


def failed_notice(digest: Digest, reason: str, *, run: str = "") -> Message:
    """To the owner, as a direct message: what happened, what stops, and the button that mends it.

    `run`: the delivery that can be sent again.
    """
    fix = FIXES.get(reason, "again")
    text = f"⚠️ {_happened(digest, reason)} {_stops(fix)}{_advice(reason)}".strip()
    return Message(text, (kit.section(text), kit.actions(*_mending(digest, fix, run))))


def handed_over(digest: Digest) -> Message:
    """To the one who looks after a digest from now on, as a direct message."""
    text = (
        f"You look after *{_name(digest)}* in {_where(digest)} now: "
        f"<@{words.literal(digest.owner_id, 64)}>, who set it up, is not here any more."
    )
    edit, history = kit.button("Edit", EDIT, value=digest.id), kit.button("History", HISTORY, value=digest.id)
    return Message(text, (kit.section(text), kit.actions(edit, history)))


def again(digest: Digest, *, began: bool) -> str:
    """After *Send again* (mrkdwn)."""
    if began:
        return f"📨 *{_name(digest)}* is on its way to {_where(digest)} again."
    return f"*{_name(digest)}* was sent already, or is on its way: nothing was done."


def _head(digest: Digest, now: datetime) -> Iterator[Block]:
    yield kit.section(row(digest, now))
    resume = (kit.button("Resume", RESUME_HERE, value=digest.id),) if can_resume(digest, now) else ()
    yield kit.actions(kit.button("Edit", EDIT, value=digest.id), *resume)


def _lines(digest: Digest, deliveries: Sequence[Delivery]) -> Iterator[Block]:
    mended = False  # what failed before one that went well needs no mending
    for delivery in deliveries:
        text = f"*{_moment(digest, delivery.due)}*  {_outcome(digest, delivery)}"
        mended = mended or delivery.state == "sent"
        fix = "" if mended or delivery.state in ("due", "posting") else FIXES.get(delivery.reason, "again")
        advice = _ADVICE.get(fix, "") if fix != "again" else ""
        unsure = delivery.state == "unconfirmed"
        button = _send_again(digest, delivery.id) if unsure or fix == "again" else None
        yield kit.section(f"{text} {advice}".strip(), button=button)


def _outcome(digest: Digest, delivery: Delivery) -> str:
    if delivery.state == "sent":
        return f"{_sent(digest, delivery)}."
    if delivery.state == "skipped":
        by = f" by <@{words.literal(delivery.asked_by, 64)}>" if delivery.asked_by else ""
        return f"left out: {reason_words(delivery.reason)}{by if delivery.reason == 'paused' else ''}."
    if delivery.state == "failed":
        return f"could not be sent: {reason_words(delivery.reason)}."
    if delivery.state == "unconfirmed":
        return f"may or may not be in {_where(digest)}: Slack did not say whether it took it. Look there."
    if delivery.reason and delivery.try_at:
        return f"waits until {_moment(digest, delivery.try_at)}: {reason_words(delivery.reason)}."
    return "is on its way." if delivery.state == "posting" else "is about to go out."


def _sent(digest: Digest, delivery: Delivery) -> str:
    asked = f", as <@{words.literal(delivery.asked_by, 64)}> asked" if delivery.asked_by else ""
    if delivery.kind != "scheduled":
        return f"sent{' again' if delivery.kind == 'again' else ''}{asked}"
    if delivery.wanted_at > delivery.due:
        return f"sent later, when somebody asked: {_moment(digest, delivery.ended_at or delivery.wanted_at)}"
    late = (delivery.ended_at or delivery.due) - delivery.due
    if late < _ON_TIME:
        return "sent"
    because = f": {reason_words(delivery.reason)}" if delivery.reason else ""
    return f"sent {_span(late)} late{because}"


def _happened(digest: Digest, reason: str) -> str:
    if reason == "unconfirmed":
        return (
            f"*{_name(digest)}* may or may not be in {_where(digest)}: Slack did not say whether it took the message. "
            "Look there; when it is missing, press *Send again*."
        )
    return f"*{_name(digest)}* could not be sent to {_where(digest)}: {reason_words(reason)}."


def _stops(fix: Fix) -> str:
    return "It is paused until that is mended. " if fix in ("edit", "invite", "allow") else ""


def _advice(reason: str) -> str:
    return _ADVICE.get(FIXES.get(reason, "again"), "")


def _mending(digest: Digest, fix: Fix, run: str) -> Iterator[Block]:
    if fix == "connect":
        yield kit.button("Connect a new key", notices.CONNECT, style="primary")
    if fix == "again" and run:
        yield _send_again(digest, run)
    if fix in ("invite", "allow"):
        yield kit.button("Resume", RESUME_HERE, value=digest.id)
    if fix in ("edit", "invite"):
        yield kit.button("Edit", EDIT, value=digest.id)
    yield kit.button("History", HISTORY, value=digest.id)


def _send_again(digest: Digest, run: str) -> Block:
    return kit.button("Send again", AGAIN, value=f"{digest.id} {run}")


def _moment(digest: Digest, when: datetime) -> str:
    return words.plain_moment(when.astimezone(ZoneInfo(digest.timetable.zone)))


def _span(late: timedelta) -> str:
    minutes = int(late.total_seconds()) // 60
    return words.amount(minutes, "minute") if minutes < 90 else words.amount(minutes // 60, "hour")


def _name(digest: Digest) -> str:
    return words.literal(digest.name, 100)


def _where(digest: Digest) -> str:
    return f"<#{words.literal(digest.channel_id, 64)}>"
