"""Why a delivery was skipped, failed or is late: one word each, kept in the ledger; the words for people are in blocks.

What may pass is tried again inside the grace time; what stays pauses the digest and is told to its owner.
"""

from typing import Literal

Reason = Literal[
    # skipped
    "too_late",  # nobody took it up: this app was not running, or its database not there; late, or the grace time over
    "superseded",  # the same, and a newer one was due as well
    "paused",
    "unchanged",  # and the digest says skip
    # late, or failed when the grace time ended
    "limit",  # careCycle's requests a minute
    "carecycle",  # does not answer
    "slack",  # does not answer, or asks to wait
    # failed, and stays so
    "key",  # careCycle refuses it, or there is none
    "no_campaigns",  # none of those it names is there
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "restricted",  # Slack lets the app not post there
    "refused",  # Slack would not take it, for a reason that is for whoever runs the app
    "not_shown",  # managers want no cards in channels shared with another company
    "not_installed",
    "bug",
    # nobody knows
    "unconfirmed",  # this app, or the line to Slack, died while Slack had the message
]
STAYS: frozenset[str] = frozenset(
    {"no_campaigns", "not_in_channel", "channel_not_found", "is_archived", "restricted", "refused", "not_shown"}
)
