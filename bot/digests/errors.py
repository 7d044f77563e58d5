"""Why a digest is not added, or not sent although a person asked for it (words in `blocks/not_sent.py`)."""

from bot.errors import BotError


class CannotSend(BotError):
    """A digest would not arrive, or nobody knows whether it did."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason  # a Reason (bot/digests/digest.py)


class NewerArrived(BotError):
    """A newer delivery of the digest has arrived, so an older one is not sent again."""


class TooManyDigests(BotError):
    """The workspace has as many digests as the operator allows."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} digests")
        self.most = most  # how many are allowed
