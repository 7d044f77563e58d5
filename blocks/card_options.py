"""The options that decide how much of a campaign a card shows."""

from dataclasses import dataclass
from typing import Literal

# Sections of a card that managers can hide, with their labels.
SECTIONS = {
    "about": "What it is: kind, description, dates",
    "states": "How many customers have each status",
    "transfers": "Where calls are transferred",
    "features": "What is switched on, calls at once",
}


@dataclass(frozen=True, slots=True)
class CardOptions:
    """How much of a campaign a card shows.

    A short card may be read by people of another company. It leaves out agents, routing and phone numbers, and the
    description, which may mention them.
    """

    # Why the card is short. "shared": the channel is shared with another company. "unsure": everybody in the channel
    # sees the card, and Slack does not say whether the channel is shared. None: the card is not short.
    short: Literal["shared", "unsure"] | None = None
    hidden: frozenset[str] = frozenset()  # keys of SECTIONS to leave out

    def shows(self, section: str) -> bool:
        """Return whether `section`, a key of SECTIONS, is not hidden."""
        return section not in self.hidden


WHOLE = CardOptions()


def why_short(options: CardOptions) -> str:
    """Say why a card is short (mrkdwn). Return an empty string when it is not."""
    if options.short == "unsure":
        return (
            "Short form: Slack does not tell this app whether people from another company are here. "
            "Type `/invite` and this app’s name in the channel, and the next card is complete."
        )
    return "Short form: people from another company are in this channel." if options.short else ""
