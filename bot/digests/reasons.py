"""Why a delivery was skipped, failed or is late: one word each, kept in the ledger; the words for people are in blocks.

What may pass is tried again inside the grace time; what stays pauses the digest and is told to its owner.
"""

from typing import Literal

Reason = Literal[
    # skipped
    "too_late",  # this app was not running, and the grace time was over; or it is not, and the digest is late
    "superseded",  # the same, and a newer one was due as well
    "paused",
    "unchanged",  # and the digest says skip
    "ended",  # its last day is over
    # late, or failed when the grace time ended
    "limit",  # careCycle's requests a minute
    "carecycle",  # does not answer
    "slack",  # does not answer, or asks to wait
    "store",  # our own database did not answer
    # failed, and stays so
    "key",  # careCycle refuses it, or there is none
    "no_campaigns",  # none of those it names is there
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted",  # Slack lets the app not post there
    "not_shown",  # managers want no cards in channels shared with another company
    "not_installed",
    "bug",
    # nobody knows
    "unconfirmed",  # this app, or the line to Slack, died while Slack had the message
]
STAYS: frozenset[str] = frozenset(
    {"no_campaigns", "not_in_channel", "channel_not_found", "is_archived", "restricted", "not_shown"}
)
