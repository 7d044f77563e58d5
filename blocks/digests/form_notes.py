"""Say in the form for a digest what would happen if it were saved, and what became of a button."""

from datetime import datetime

from blocks import notices, words
from blocks.digests import timetable
from blocks.digests.listed import Listed, about
from blocks.digests.where import where
from bot.digests.digest import Digest
from bot.errors import BotError

REPLACE = "Replace"
_CANNOT_POST = {
    "direct": "A digest goes to a channel or just to you. Choose a channel, or “Just for me”.",
    "absent": (
        "This app is not in that channel, so it cannot post there. Type /invite @careCycle there, then press “Save”. "
        "Nothing you typed is lost."
    ),
    "archived": "That channel is archived, so nobody can post in it anymore. Choose another.",
    "not_shown": "Managers of this workspace chose not to show campaigns in channels shared with another company.",
    "unsure": "Slack did not say whether this app is in that channel. Try again in a moment.",
}


def cannot_post(why: str) -> str:
    """Say why the app cannot post in a channel, and what to do (plain text). Return "" when it can."""
    return _CANNOT_POST.get(why, "")


def may_join() -> str:
    """Say that the app is not in a channel which it can join (plain text)."""
    return "This app is not in that channel yet, so it cannot post there. Press “Join the channel”, then “Save”."


def shared() -> str:
    """Say what a digest is like in a channel with people of another company (mrkdwn)."""
    return (
        "This channel is shared with another company. There, the digest says nothing about where calls are "
        "transferred, or what is wrong with that."
    )


def same_name(digest: Digest, now: datetime) -> str:
    """Say that a digest of the same name comes there already (mrkdwn)."""
    return f"There is already a digest *{words.literal(digest.name, 100)}* here: {_when_and_whose(digest, now)}."


def same_content(digest: Digest, now: datetime) -> str:
    """Say that a digest of the same campaigns comes there at the same times already (mrkdwn)."""
    name = f"*{words.literal(digest.name, 100)}*"
    return f"{name} already brings the same campaigns here at the same times: {_when_and_whose(digest, now)}."


def _when_and_whose(digest: Digest, now: datetime) -> str:
    times = words.literal(timetable.summary(digest.timetable, now))
    return f"{times}  ·  {about(Listed(digest), now)}"


def matches(campaigns: int, left_out: int) -> str:
    """Say how many campaigns match now (mrkdwn)."""
    if not campaigns:
        return "⚠️ No campaign matches now. Until one does, the digest has nothing to show."
    some = f"{words.amount(campaigns, 'campaign')} {'matches' if campaigns == 1 else 'match'} now"
    return some + (f", {words.number(left_out)} of them over a digest’s limit" if left_out else "")


def unsaid(submit: str) -> str:
    """Say that the form was not saved because it had not said something before (mrkdwn). `submit` is its button."""
    return f"⚠️ *Not saved yet:* please read what is marked ⚠️ above. *{submit}* saves it all the same."


def unasked(error: BotError, now: datetime) -> str:
    """Say that the number is not known because careCycle cannot be asked; saving is still possible (mrkdwn)."""
    return f"⚠️ How many campaigns match is not known. {notices.reason(error, now)} You can still save it."


def slow() -> str:
    """Say that the number is not known yet because careCycle is slow (mrkdwn)."""
    return "⚠️ careCycle is slow, so how many campaigns match is not known yet. You can still save it."


def joined(channel: str) -> str:
    """Say that the app is in the channel now (mrkdwn)."""
    return f"✅ The app is in {where(channel)} now. Nothing is posted there before you save."


def not_joined(channel: str) -> str:
    """Say that the app could not join (mrkdwn)."""
    return f"⚠️ Slack did not let this app join {where(channel)}. Type `/invite @careCycle` there instead."


def over(by: str, at: datetime, reader: str, now: datetime) -> str:
    """Say that `by` changed the digest after `reader` opened its form (mrkdwn). `by` is empty when it is not known."""
    whose = "it" if by in ("", reader) else "their change"
    return (
        f"⚠️ {_changed(by, reader, 'this digest')} {words.moment(at, now)}, after you opened this form. "
        f"Nothing you typed is lost; it is all still here. *{REPLACE}* saves it over {whose}. "
        "To see what was saved, press *Cancel*, then *Edit* in the list again."
    )


def sent_over(by: str | None, reader: str) -> str:
    """Say after *Send now* that `by` changed the digest after `reader` opened it (mrkdwn).

    `by` is None when it is not known.
    """
    return f" {_changed(by or '', reader, 'it')} after you opened this form, and that version goes out."


def _changed(by: str, reader: str, what: str) -> str:
    if not by:
        return f"Somebody changed {what}"
    return (
        f"You changed {what} somewhere else, or saved it a moment ago,"
        if by == reader
        else f"<@{words.literal(by, 64)}> changed {what}"
    )
