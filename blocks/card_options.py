"""How much of a campaign a card shows: what managers chose, and what must not leave the company."""

from dataclasses import dataclass
from typing import Literal

# What managers may have cards leave out.
SECTIONS = {
    "about": "What it is: kind, description, dates",
    "states": "How many customers are in each state",
    "transfers": "Where calls are transferred",
    "features": "What is switched on, calls at once",
}


@dataclass(frozen=True, slots=True)
class CardOptions:
    """How much a card shows: all but the `hidden` SECTIONS, or the `short` form.

    Short is what leaves the company: nothing of agents, routing and phone numbers, and no description, which may
    tell of them. It is used in a channel that is `shared` with another company, and before everybody in one of which
    nobody is sure.
    """

    short: Literal["shared", "unsure"] | None = None
    hidden: frozenset[str] = frozenset()

    def shows(self, section: str) -> bool:
        """Whether one of SECTIONS is shown."""
        return section not in self.hidden


WHOLE = CardOptions()


def why_short(form: CardOptions) -> str:
    """Say why a card is short (mrkdwn); nothing when it is not."""
    if form.short == "unsure":
        return (
            "Short form: Slack does not tell this app whether people of another company are here. "
            "In a channel, `/invite` it, and the next card is whole."
        )
    return "Short form: people of another company are in this channel." if form.short else ""
