"""Explain in words why a delivery was skipped, failed or is late: for the message, the history and the owner."""

from blocks import words

_WHY = {
    "too_late": "this app was not running, or could not reach its database",
    "superseded": "this app was not running, or could not reach its database, until the next one was due",
    "paused": "it was paused",
    "unchanged": "nothing had changed",
    "deleted": "it was deleted, and restored later",
    "limit": "careCycle’s request limit was reached",
    "carecycle": "careCycle was not answering",
    "unreadable": "careCycle answered with something this app could not read",
    "slack": "Slack was not answering",
    "slack_limit": "Slack was limiting this app",
    "key": "careCycle did not accept this workspace’s key",
    "no_campaigns": "none of its campaigns was in careCycle’s account",
    "not_in_channel": "this app was not in the channel",
    "channel_not_found": "the channel was not found",
    "is_archived": "the channel was archived",
    "restricted": "the channel’s rules did not let this app post",
    "refused": "Slack did not let this app post it",
    "not_shown": "managers chose not to show campaigns in channels shared with another company",
    "left": "the recipient is no longer in this Slack workspace",
    "not_installed": "this app was not installed",
    "bug": "a mistake in this app",
    "no_details": "Slack did not take the details in its thread",
    "unconfirmed": "Slack did not say whether the message was posted",
}


_STILL = {
    "too_late": "this app was not running, or could not reach its database",
    "limit": "careCycle’s request limit is reached",
    "carecycle": "careCycle is not answering",
    "unreadable": "careCycle answers with something this app cannot read",
    "slack": "Slack is not answering",
    "slack_limit": "Slack is limiting this app",
    "unconfirmed": "Slack did not say whether the message was posted",
}


def why(reason: str) -> str:
    """Explain a reason, as text to follow a colon: `nothing had changed` (mrkdwn).

    An unknown reason is shown as it was kept.
    """
    return _WHY.get(reason) or words.literal(reason.replace("_", " "), 60) or "the reason was not kept"


def still(reason: str) -> str:
    """Explain why a delivery waits now, in the present tense: `careCycle is not answering` (mrkdwn)."""
    return _STILL.get(reason) or why(reason)
