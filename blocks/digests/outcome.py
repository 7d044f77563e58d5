"""Say how one delivery of a digest went, for its history."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from blocks import words
from blocks.digests.reasons import why
from blocks.digests.where import where
from blocks.digests.who import paused_by
from bot.digests.digest import Delivery, Digest


def outcome(digest: Digest, delivery: Delivery, now: datetime) -> str:
    """Say it in one sentence, to follow the moment at which it was due (mrkdwn)."""
    if delivery.state == "sent":
        return f"{_sent(digest, delivery, now)}."
    if delivery.state == "skipped":
        who = paused_by(delivery.asked_by) if delivery.reason == "paused" else ""
        return f"skipped: {why(delivery.reason)}{f' by {who}' if who else ''}."
    if delivery.state == "failed":
        return f"could not be sent: {why(delivery.reason)}."
    if delivery.state == "unconfirmed":
        return f"may or may not be in {where(digest.channel_id)}: Slack did not say whether it was posted. Check there."
    if delivery.reason and delivery.try_at:
        return f"waits until {_moment(digest, delivery.try_at, now)}: {why(delivery.reason)}."
    return "is on its way." if delivery.state == "posting" else "is about to go out."


def _sent(digest: Digest, delivery: Delivery, now: datetime) -> str:
    if delivery.reason == "no_details":
        return f"{_sent(digest, replace(delivery, reason=''), now)}, but without all details: {why(delivery.reason)}"
    asked = f", as <@{words.literal(delivery.asked_by, 64)}> asked" if delivery.asked_by else ""
    if delivery.kind == "now":
        return f"sent{asked}"
    if delivery.wanted_at > delivery.due:
        return f"sent later, when somebody asked: {_moment(digest, delivery.ended_at or delivery.wanted_at, now)}"
    if (late := delivery.lateness(delivery.ended_at or delivery.due)) is None:
        return "sent"
    because = f": {why(delivery.reason)}" if delivery.reason else ""
    return f"sent {words.span(late)} late{because}"


def _moment(digest: Digest, when: datetime, now: datetime) -> str:
    return words.plain_moment(when.astimezone(ZoneInfo(digest.timetable.zone)), now)
