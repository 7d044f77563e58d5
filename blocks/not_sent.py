"""Say why a digest was not sent although a person asked for it, and what to do about it."""

from bot.digests.errors import CannotSend

NEWER = "A newer one of this digest has arrived since, so the old one was not sent again."
_WHY = {
    "not_in_channel": (
        "This app is not in the digest’s channel, so nothing was sent. Type `/invite @careCycle` there and try again."
    ),
    "channel_not_found": (
        "Slack does not find the digest’s channel, so nothing was sent. If it is a private channel, type "
        "`/invite @careCycle` there and try again. Otherwise choose another channel with *Edit*."
    ),
    "is_archived": "The digest’s channel is archived, so nothing was sent. Choose another channel with *Edit*.",
    "restricted": (
        "The rules of the digest’s channel do not let this app post, so nothing was sent. Somebody who manages the "
        "channel can allow it; then press *Resume*."
    ),
    "refused": (
        "Slack does not let this app post that digest, so nothing was sent. The person who set up this app can find "
        "Slack’s reason in the log. Once that is fixed, press *Resume*."
    ),
    "no_campaigns": (
        "None of the digest’s campaigns is in careCycle’s account, so nothing was sent. Choose others with *Edit*."
    ),
    "left": "The person that digest is for is no longer in this Slack workspace, so nothing was sent.",
    "unconfirmed": (
        "Slack did not say whether it took the message. Look in your messages with this app before you try again."
    ),
}
_OTHERWISE = "That digest cannot be sent right now, so nothing was sent. Its history says why."


def reason(error: CannotSend) -> str:
    """Explain it in one or two sentences (mrkdwn)."""
    return _WHY.get(error.reason, _OTHERWISE)
