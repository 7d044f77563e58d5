"""What there is to know about a campaign beyond its numbers: its kind, how much it matters, and what to do."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.campaigns.routing.phrases import Sentence, plain

Weight = Literal["problem", "note", "unsaid"]
# Scripts rely on these words (docs/checks.md). A new one needs a line in the changelog.
Kind = Literal[
    "missing",
    "malformed",
    "off",
    "nobody",
    "no_time",
    "insecure",
    "unknown_value",
    "empty_tier",
    "single",
    "duplicate",
    "too_short",
    "too_long",
    "dates",
    "not_started",
    "ended",
    "not_active",
    "none_left",
    "no_customers",
    "after_hours",
    "cap",
    "no_calls",
    "stalled",
    "unsaid",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know about a campaign's transfers."""

    weight: Weight  # `problem`: breaks transfers; `note`: does not; `unsaid`: careCycle sent no data for a check
    kind: Kind
    says: Sentence  # what is wrong, as a sentence without its full stop
    field: str  # the path in careCycle's answer that decides it, from the campaign on
    fix: str = ""  # what to do about it in careCycle: whole sentences, or empty
    group: str = ""  # the id or the name of the group it is about: groups may change places

    @property
    def subject(self) -> str:
        """The field with the group in place of its index: it stays the same when groups change places."""
        return re.sub(r"\[\d+\]", f"[{self.group}]", self.field) if self.group else self.field

    @property
    def text(self) -> str:
        """What is wrong and what to do, as plain text."""
        return f"{plain(self.says)}. {self.fix}".rstrip()
