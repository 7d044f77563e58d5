"""Build a digest's history (each delivery's outcome, and the step that fixes it) and the messages to its owner."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from blocks import kit, notices, words
from blocks.digests.buttons import EDIT, HISTORY
from blocks.digests.listed import Listed, can_resume, is_paused, name, row
from blocks.digests.listing import RESUME_HERE
from blocks.digests.notice import beside, notice
from blocks.digests.outcome import outcome
from blocks.digests.reasons import why
from blocks.digests.where import where
from blocks.kit import Block, Message
from bot.digests.again import may_confirm, may_send_again
from bot.digests.digest import Delivery, Digest

AGAIN, CONFIRM = "digest.again", "digest.confirm"
TITLE = "History"
SHOWN = 30
_NAMED = 10  # digests by name in a message
Fix = Literal["", "again", "connect", "edit", "resume"]
# The fix for each `Reason` (bot/digests/digest.py; a test compares them); empty: nothing has to be done.
FIXES: dict[str, Fix] = {
    "too_late": "again",
    "superseded": "",
    "paused": "",
    "unchanged": "",
    "deleted": "again",
    "limit": "again",
    "carecycle": "again",
    "unreadable": "again",
    "slack": "again",
    "slack_limit": "again",
    "key": "connect",
    "no_campaigns": "edit",
    "not_in_channel": "resume",
    "channel_not_found": "resume",
    "is_archived": "edit",
    "restricted": "resume",
    "refused": "resume",
    "not_shown": "resume",
    "left": "resume",
    "not_installed": "again",
    "bug": "again",
    "no_details": "",
    "unconfirmed": "again",
}
_ADVICE = {
    "key": "Once a manager connects a key that works, all digests of this workspace start again by themselves.",
    "no_campaigns": "Press *Edit* and choose other campaigns, and it starts again.",
    "not_in_channel": "Type `/invite @careCycle` in it and press *Resume*, or choose another channel with *Edit*.",
    "channel_not_found": (
        "Choose another channel with *Edit*. If it is a private channel, you can also type `/invite @careCycle` in it "
        "and press *Resume*."
    ),
    "is_archived": "Press *Edit* and choose another channel, and it starts again.",
    "restricted": (
        "Somebody who manages the channel can let this app post; then press *Resume*. "
        "Or choose another channel with *Edit*."
    ),
    "refused": "The person who set up this app can find Slack’s reason in the log. Once that is fixed, press *Resume*.",
    "not_shown": (
        "A manager can allow it under *Settings* in App Home; then press *Resume*. "
        "Or choose another channel with *Edit*."
    ),
    "left": "Press *Resume* when that person is back, or choose a channel with *Edit*.",
}
_ADVICE_MANY = {  # where the advice is another one for several digests
    "is_archived": "Choose another channel for each of them with *Edit*, and they start again.",
}


def modal(one: Listed, deliveries: Sequence[Delivery], metadata: str, now: datetime, *, note: str = "") -> Block:
    """Build the modal with the last deliveries, newest first, and the buttons this person may use.

    `note` is the result of a button in it (mrkdwn).
    """
    rows = [*([kit.section(note)] if note else []), *_head(one, now), kit.divider()]
    rows += _lines(one, deliveries[:SHOWN], now) if deliveries else [kit.section("Nothing was due yet.")]
    return {**kit.modal(TITLE, rows), "private_metadata": metadata}


def failed_notice(one: Listed, reason: str, now: datetime, *, run: str = "") -> Message:
    """Build the direct message to the owner: what happened, what stops, and the button that fixes it.

    `reason` is one of PAUSING_REASONS (bot/digests/digest.py), or `unconfirmed`, with the `run` that can be sent again.
    """
    digest, unsure = one.digest, reason == "unconfirmed"
    text = f"⚠️ {_unsure(digest) if unsure else _stopped(digest, reason)}"
    mending = (_confirm(digest, run), _send_again(digest, run)) if unsure else _mending(digest, reason)
    return notice(text, one, now, *mending, kit.button("History", HISTORY, value=digest.id), told=reason)


def waits_for_key(digests: Sequence[Listed], now: datetime, *, fixed: bool = False) -> Message:
    """Build the direct message for a missing or refused key: these digests of a person, like all here, wait.

    `fixed`: the key comes from the environment, so nobody in Slack can replace it.
    """
    then = (
        f"{notices.FIXED} Once it works, all digests of this workspace start again by themselves."
        if fixed
        else _ADVICE["key"]
    )
    text = (
        "⚠️ careCycle did not accept this workspace’s key, so "
        f"{', '.join(name(one.digest) for one in digests[:_NAMED])} and all other digests here wait. {then}"
    )
    mending = () if fixed else (kit.button("Connect a new key", notices.CONNECT),)
    history = kit.button("History", HISTORY, value=digests[0].digest.id)
    if len(digests) == 1:
        return notice(text, digests[0], now, *mending, history, told="key")
    lines = [f"{name(one.digest)}  ·  {beside(one, now, told='key')}" for one in digests[:_NAMED]]
    said = "\n".join((text, *lines))
    return Message(
        words.shorten(said, kit.TEXT), (kit.section(text), *map(kit.context, lines), kit.actions(*mending, history))
    )


def handed_over(one: Listed, before: str, now: datetime) -> Message:
    """Build the direct message to a digest's new owner. `before` is the Slack id of the old one."""
    digest = one.digest
    text = (
        f"You now own {name(digest)} in {_where(digest)}: "
        f"<@{words.literal(before, 64)}>, its owner until now, is no longer here."
    )
    edit, history = kit.button("Edit", EDIT, value=digest.id), kit.button("History", HISTORY, value=digest.id)
    return notice(text, one, now, edit, history)


def advice(reason: str, *, many: bool = False) -> str:
    """Say what to do about a reason; empty when there is nothing. `many`: it stopped several digests."""
    return _ADVICE_MANY.get(reason, _ADVICE.get(reason, "")) if many else _ADVICE.get(reason, "")


def confirmed(digest: Digest, *, done: bool) -> str:
    """Say what *It is there* did (mrkdwn). `done`: it counts as sent now; False: nobody was in doubt anymore."""
    if done:
        return f"✅ {name(digest)} is in {_where(digest)}. The next one is compared with it."
    return f"That is already settled for {name(digest)}, so nothing was done."


def again(digest: Digest, *, began: bool) -> str:
    """Say what *Send again* did (mrkdwn). `began`: the delivery is due again; False: nothing was done."""
    if began:
        return f"📨 {name(digest)} is on its way to {_where(digest)} again."
    return f"{name(digest)} was already sent, or is on its way, so nothing was done."


def _head(one: Listed, now: datetime) -> Iterator[Block]:
    digest = one.digest
    yield kit.section(row(replace(one, last=None, is_read=False), now))  # how the last one went is the first line
    edit = (kit.button("Edit", EDIT, value=digest.id),) if one.may_manage else ()
    can = one.may_resume and can_resume(digest, now)
    resume = (kit.button("Resume", RESUME_HERE, value=digest.id),) if can else ()
    if edit or resume:
        yield kit.actions(*edit, *resume)


def _lines(one: Listed, deliveries: Sequence[Delivery], now: datetime) -> Iterator[Block]:
    mended, told = False, set[str]()  # a failure needs no fix once a later delivery was sent
    for delivery in deliveries:
        mended = mended or delivery.state == "sent"
        fix = "" if mended or delivery.state in ("due", "posting") else _fix(one.digest, delivery, now)
        newest = delivery.reason not in told  # its fix also fixes the earlier deliveries with this reason
        told |= {delivery.reason} if fix else set()
        advised = one.may_manage and newest and fix not in ("", "again")
        advice = _ADVICE.get(delivery.reason, "") if advised else ""
        text = f"*{_moment(one.digest, delivery.due, now)}*  {outcome(one.digest, delivery, now)} {advice}".strip()
        buttons = tuple(_buttons(one, delivery, deliveries, fix, newest=newest))
        yield kit.section(text, button=buttons[0] if len(buttons) == 1 else None)
        if len(buttons) > 1:
            yield kit.actions(*buttons)


def _fix(digest: Digest, delivery: Delivery, now: datetime) -> Fix:
    """Return the fix for a delivery; empty when it needs none.

    When the digest is no longer paused, the cause is gone: the delivery can be sent again.
    """
    fix = FIXES.get(delivery.reason, "again")
    return fix if not fix or is_paused(digest, now) else "again"


def _buttons(
    one: Listed, delivery: Delivery, deliveries: Sequence[Delivery], fix: Fix, *, newest: bool
) -> Iterator[Block]:
    """Yield what this person can do about a delivery that did not arrive, or of which nobody knows."""
    if fix == "connect" and newest and one.may_connect:
        yield kit.button("Connect a new key", notices.CONNECT)
    if not one.may_manage:
        return
    if may_confirm(delivery):
        yield _confirm(one.digest, delivery.id)
    if (may_confirm(delivery) or fix == "again") and may_send_again(delivery, deliveries):
        yield _send_again(one.digest, delivery.id)


def _unsure(digest: Digest) -> str:
    return (
        f"{name(digest)} may or may not be in {_where(digest)}: Slack did not say whether it was posted. "
        "Check there, and press the button that is true."
    )


def _stopped(digest: Digest, reason: str) -> str:
    happened = f"{name(digest)} could not be sent to {_where(digest)}: {why(reason)}."
    return f"{happened} It is paused until that is fixed. {_ADVICE.get(reason, '')}".strip()


def _mending(digest: Digest, reason: str) -> Iterator[Block]:
    if FIXES.get(reason) == "resume":
        yield kit.button("Resume", RESUME_HERE, value=digest.id)
    yield kit.button("Edit", EDIT, value=digest.id)


def _confirm(digest: Digest, run: str) -> Block:
    return kit.button("It is there", CONFIRM, value=f"{digest.id} {run}")


def _send_again(digest: Digest, run: str) -> Block:
    return kit.button("Send again", AGAIN, value=f"{digest.id} {run}")


def _moment(digest: Digest, when: datetime, now: datetime) -> str:
    return words.plain_moment(when.astimezone(ZoneInfo(digest.timetable.zone)), now)


def _where(digest: Digest) -> str:
    return where(digest.channel_id)
