"""Why a digest is not sent although a person asked for it. The words are in `blocks/not_sent.py`."""

from bot.errors import BotError


class CannotSend(BotError):
    """A digest would not arrive, or nobody knows whether it did."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason  # a Reason (bot/digests/digest.py)


class NewerArrived(BotError):
    """A newer delivery of the digest has arrived, so an older one is not sent again."""
