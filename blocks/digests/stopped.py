"""Build the one message to an owner about all their digests that one cause stopped, with the button that mends it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from blocks import kit, words
from blocks.digests.buttons import EDIT, HISTORY
from blocks.digests.history import FIXES, advice, failed_notice, waits_for_key
from blocks.digests.listed import Listed, name
from blocks.digests.notice import beside
from blocks.digests.reasons import why
from blocks.digests.where import where
from blocks.kit import Block, Message
from bot.digests.causes import OF_WORKSPACE
from bot.digests.digest import Digest

RESUME_ALL = "digest.resume_all"  # value: one of the digests; all that the same cause stopped go on
_NAMED = 10  # digests by name; the rest is counted


def notice(some: Sequence[Listed], reason: str, now: datetime, *, fixed: bool = False) -> Message:
    """Build the message about at least one digest.

    `fixed`: the key comes from the environment, so nobody in Slack can replace it.
    """
    if reason == "key":
        return waits_for_key(some, now, fixed=fixed)
    if len(some) == 1 and reason not in OF_WORKSPACE:
        return failed_notice(some[0], reason, now)
    digests = [one.digest for one in some]
    text = f"⚠️ {_away(digests) if reason in OF_WORKSPACE else _stopped(digests, reason)}"
    lines = [f"{name(one.digest)}\n{beside(one, now, told=reason)}" for one in some[:_NAMED]]
    return Message(
        words.shorten("\n".join((text, *lines)), kit.TEXT), (kit.section(text), *_below(digests, lines, reason))
    )


def names(digests: Sequence[Digest]) -> str:
    """Name these digests: `*A*, *B* and 3 more` (mrkdwn)."""
    named = [name(one) for one in digests[:_NAMED]]
    if rest := len(digests) - len(named):
        return f"{', '.join(named)} and {words.number(rest)} more"
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _stopped(digests: Sequence[Digest], reason: str) -> str:
    happened = f"{names(digests)} could not be sent to {where(digests[0].channel_id)}: {why(reason)}."
    return f"{happened} They are paused until that is fixed. {advice(reason, many=True)}".strip()


def _away(digests: Sequence[Digest]) -> str:
    go_on = (
        "It goes on by itself at its next time" if len(digests) == 1 else "They go on by themselves at their next times"
    )
    return (
        f"For a while Slack did not let this app post in this workspace, so {names(digests)} could not be sent. "
        f"{go_on}; what was missed can be sent again from *History*."
    )


def _below(digests: Sequence[Digest], lines: Sequence[str], reason: str) -> Iterator[Block]:
    """Yield the button for all, and for each of the digests that have one its line, with its own button."""
    if len(digests) > 1 and FIXES.get(reason) == "resume":
        yield kit.actions(kit.button("Resume", RESUME_ALL, value=digests[0].id, style="primary"))
    label, action = ("History", HISTORY) if reason in OF_WORKSPACE else ("Edit", EDIT)
    for one, line in zip(digests, lines, strict=False):
        yield kit.section(line, button=kit.button(label, action, value=one.id))
