"""Build what is said of a digest once: its introduction in the channel, and the question when its last day has come."""

from datetime import datetime
from zoneinfo import ZoneInfo

from blocks import kit, words
from blocks.digests import timetable
from blocks.digests.buttons import EDIT
from blocks.digests.listed import Listed, name, state, which
from blocks.digests.notice import notice
from blocks.digests.where import where
from blocks.kit import Message
from bot.digests.digest import Digest

GO_ON, LET_END = "digest.go_on", "digest.let_end"  # their value: the digest's id


def introduction(one: Listed, by: str, command: str, now: datetime) -> Message:
    """Build the introduction: who made the digest (a Slack id), what comes, and how to stop it."""
    digest = one.digest
    first = f" The first one comes {_moment(digest, digest.next_due, now)}." if digest.next_due else ""
    times = words.literal(timetable.summary(digest.timetable, now))
    made = f"👋 <@{words.literal(by, 64)}> set up the digest {name(digest)} for this channel, {times}.{first}"
    says = (
        f"It shows {which(digest.choice, one.names)}. It says what changed since the last one, which campaigns need "
        "somebody, and how many calls there were."
    )
    stop = (
        f"To pause it, press *⋯* under one of its messages, or type `{words.escape(command)} digest` here. "
        f"To change or end it, ask <@{words.literal(digest.owner_id, 64)}>."
    )
    return Message(f"{made}\n{says}\n{stop}", (kit.section(f"{made}\n{says}"), kit.context(stop)))


def asks_to_go_on(one: Listed, now: datetime) -> Message:
    """Build the question to the owner of a digest whose last slot has gone out."""
    digest = one.digest
    last = digest.timetable.ends
    day = f" ({words.weekday(last, now)})" if last else ""
    there = where(digest.channel_id, digest.owner_id)
    text = f"{name(digest)} in {there} has come to its last day{day}. Should it go on?"
    buttons = (
        kit.button("Go on without an end", GO_ON, value=digest.id),
        kit.button("Choose another day", EDIT, value=digest.id),
        kit.button("Let it end", LET_END, value=digest.id),
    )
    return notice(text, one, now, *buttons)


def goes_on(digest: Digest, now: datetime) -> str:
    """Say that a digest goes on (mrkdwn)."""
    return f"▶️ {name(digest)} goes on: {state(digest, now)}."


def has_ended(digest: Digest, command: str) -> str:
    """Say that a digest has ended, and what is left of it (mrkdwn)."""
    return (
        f"{name(digest)} has ended. It stays in the list of `{words.escape(command)} digest` with its history, "
        "until somebody deletes it."
    )


def _moment(digest: Digest, when: datetime, now: datetime) -> str:
    return words.plain_moment(when.astimezone(ZoneInfo(digest.timetable.zone)), now)
