"""What a card's button carries, as text in its value."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from blocks.campaigns.held import held_id, held_moment
from bot.errors import OldButton


@dataclass(frozen=True, slots=True)
class CardState:
    """What a card's button carries: the campaign, what the card showed, and where it is shared."""

    id: str  # of the campaign
    as_of: datetime  # when the campaign was read
    shared_by: str | None = None  # Slack id of the person who made the card public
    thread: str | None = None  # where *Share* posts the card; None: in the channel
    fingerprint: str | None = None  # of the campaign as the card showed it

    def value(self) -> str:
        """Return the `value` of a button (Slack: 2,000 characters)."""
        marked = (f"t:{self.thread}" if self.thread else None, f"d:{self.fingerprint}" if self.fingerprint else None)
        return " ".join(filter(None, (self.id, self.as_of.isoformat(), self.shared_by, *marked)))

    @classmethod
    def read(cls, value: str) -> Self:
        """Read what `value` returned. Raise OldButton for anything else."""
        try:
            campaign_id, as_of, *more = value.split()
            marked = {part[0]: part[2:] for part in more if part[1:2] == ":"}
            shared_by = [part for part in more if part[1:2] != ":"]
            (shared,) = shared_by or ("",)
            return cls(held_id(campaign_id), held_moment(as_of), shared or None, marked.get("t"), marked.get("d"))
        except (ValueError, TypeError) as error:
            raise OldButton from error
