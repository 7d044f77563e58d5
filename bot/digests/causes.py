"""What a lasting failure holds for: one digest alone, all digests of a channel, or all of a workspace."""

from typing import NamedTuple

OF_CHANNEL: frozenset[str] = frozenset(
    {"not_in_channel", "channel_not_found", "is_archived", "restricted", "not_shown", "left"}
)
OF_WORKSPACE: frozenset[str] = frozenset({"key", "not_installed"})  # digests go on by themselves when these are over
WORKSPACE = ""  # the place of a cause that holds for the whole workspace


class Cause(NamedTuple):
    """What stopped digests, and where."""

    workspace_id: str
    reason: str  # a `Reason` (bot/digests/digest.py)
    place: str  # the id of a channel or a digest, or WORKSPACE


def cause_of(reason: str, workspace_id: str, digest_id: str, channel_id: str) -> Cause:
    """Return the cause when this reason was met at a digest in a channel."""
    if reason in OF_WORKSPACE:
        return Cause(workspace_id, reason, WORKSPACE)
    return Cause(workspace_id, reason, channel_id if reason in OF_CHANNEL else digest_id)
