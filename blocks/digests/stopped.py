"""Build the one message to an owner about all their digests that one cause stopped, with the button that mends it."""

from collections.abc import Iterator, Sequence

from blocks import kit, words
from blocks.digests.buttons import EDIT, HISTORY
from blocks.digests.history import FIXES, advice, failed_notice, waits_for_key
from blocks.digests.reasons import why
from blocks.digests.where import where
from blocks.kit import Block, Message
from bot.digests.causes import OF_WORKSPACE
from bot.digests.digest import Digest

RESUME_ALL = "digest.resume_all"  # value: one of the digests; all that the same cause stopped go on
_NAMED = 10  # digests by name; the rest is counted


def notice(digests: Sequence[Digest], reason: str, *, fixed: bool = False) -> Message:
    """Build the message about at least one digest.

    `fixed`: the key comes from the environment, so nobody in Slack can replace it.
    """
    if reason == "key":
        return waits_for_key(digests, fixed=fixed)
    if len(digests) == 1 and reason not in OF_WORKSPACE:
        return failed_notice(digests[0], reason)
    text = f"⚠️ {_away(digests) if reason in OF_WORKSPACE else _stopped(digests, reason)}"
    return Message(text, (kit.section(text), *_below(digests, reason)))


def names(digests: Sequence[Digest]) -> str:
    """Name these digests: `*A*, *B* and 3 more` (mrkdwn)."""
    named = [f"*{words.literal(one.name, 100)}*" for one in digests[:_NAMED]]
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


def _below(digests: Sequence[Digest], reason: str) -> Iterator[Block]:
    """Yield the button for all, and a line for each digest with its own."""
    if len(digests) > 1 and FIXES.get(reason) == "resume":
        yield kit.actions(kit.button("Resume", RESUME_ALL, value=digests[0].id, style="primary"))
    label, action = ("History", HISTORY) if reason in OF_WORKSPACE else ("Edit", EDIT)
    for one in digests[:_NAMED]:
        yield kit.section(names([one]), button=kit.button(label, action, value=one.id))
