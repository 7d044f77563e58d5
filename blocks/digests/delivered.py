"""Say what is wrong or special with one delivery of a digest, or was with the one before."""

from collections.abc import Iterator

from blocks import words
from blocks.digests.edition import Edition
from blocks.digests.reasons import why
from blocks.digests.who import paused_by
from blocks.short_reasons import short_reason_of
from bot.digests.digest import Delivery, Pause


def warnings(edition: Edition) -> Iterator[str]:
    """Yield what is wrong with this delivery, was wrong with the one before, or why none came (mrkdwn)."""
    if edition.problem:
        yield f"*Some campaigns {short_reason_of(edition.problem)}.* This is not all."
    if edition.left_out:
        are = "is" if edition.left_out == 1 else "are"
        yield f"{words.amount(edition.left_out, 'campaign')} over a digest’s limit {are} not counted here."
    if edition.late:
        because = f": {why(edition.late_why)}" if edition.late_why else ""
        yield f"{words.span(edition.late)} late{because}."
    if (failed := edition.failed_since) is not None:
        happened = {"skipped": "was skipped", "unconfirmed": "may not have arrived"}.get(failed.state)
        yield f"{_whose(failed, edition)} {happened or 'could not be sent'}: {why(failed.reason)}."
    if edition.paused_since:
        yield _paused(edition.paused_since, edition)


def _whose(delivery: Delivery, edition: Edition) -> str:
    """Return `Monday’s`, or the date when `Monday’s` could mean another Monday."""
    when, now = (one.astimezone(edition.zone) for one in (delivery.due, edition.as_of))
    return f"{when:%A}’s" if (now.date() - when.date()).days < 7 else f"The one of {words.plain_moment(when, now)}"


def _paused(pause: Pause, edition: Edition) -> str:
    """Say who paused it, and which days went without one: `since` and `until` are the first and the last of them."""
    who = paused_by(pause.by) or "somebody"
    first, last = (
        words.weekday(one.astimezone(edition.zone), edition.as_of) for one in (pause.since, pause.until or pause.since)
    )
    return f"Paused by {who}: nothing came {f'on {first}' if first == last else f'from {first} to {last}'}."
