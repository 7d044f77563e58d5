"""Why a link to a campaign has no preview, in one or two sentences."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from blocks import kit, words
from blocks.kit import Message
from blocks.notices import reason, short_reason
from bot.errors import BotError, NotShownHere

AGAIN_AFTER = timedelta(minutes=30)  # a channel does not see the preview of one campaign twice within this time
FEW = 2  # campaigns in one message: with more, there is no preview of any
What = Literal["shown", "off", "muted", "elsewhere", "many", "again", "failed", "refused", "unreached", "bug"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of a campaign's link in a channel, and when.

    `again`: the same was `shown` there a while ago; `failed`: there was an error, whose name is `word`, with its
    words `then` and `now`; `refused`: Slack did not take it, for the reason that it calls `word`.
    """

    what: What
    at: datetime
    word: str = ""
    then: str = ""
    now: str = ""
    shown: datetime | None = None

    @classmethod
    def failed(cls, error: BotError, at: datetime) -> Self:
        """For an error that can be explained."""
        what: What = "elsewhere" if isinstance(error, NotShownHere) else "failed"
        return cls(what, at, word=type(error).__name__, then=short_reason(error), now=reason(error, at))

    @property
    def name(self) -> str:
        """For the log."""
        if self.what == "refused":
            return f"refused: {self.word}"
        return "answered" if self.what == "shown" else self.word or self.what

    def same(self, other: "Decision") -> bool:
        """Whether both are for one reason."""
        return self.name == other.name


def card(past: Decision | None, present: Decision | None, command: str, now: datetime) -> Message:
    """`past`: what came of the last link, as far as is known; `present`: what stands in the way of the next."""
    if present is None:
        return _said(f"{_past(past)} {_next(past, now)}".strip() if past else _UNTOLD)
    before = f"{_past(past)} " if past and not past.same(present) else ""
    return _said(before + _present(present, command))


def other_link(host: str) -> Message:
    """For a link that leads elsewhere."""
    return _said(f"That link does not lead to careCycle: only links to {words.literal(host)} get a preview.")


def no_id() -> Message:
    """For a link to careCycle, but to no campaign."""
    return _said("That link holds no campaign id, so there is nothing to show. Open the campaign and copy its link.")


def no_link(command: str) -> Message:
    """For no link at all."""
    return _said(f"Paste the link after it: `{command} why https://…`. Then this app says why it has no preview here.")


def _present(present: Decision, command: str) -> str:
    match present.what:
        case "off":
            return "Managers have switched previews off for this workspace."
        case "muted":
            return f"Previews are muted in this channel; anybody here brings them back with `{command} unmute`."
        case "elsewhere":
            return "Managers want no campaigns in channels shared with another company."
    return present.now


def _past(past: Decision) -> str:
    at = words.moment(past.at)
    match past.what:
        case "shown":
            return f"It had a preview here, {at}."
        case "again":
            return f"The same campaign had a preview here, {words.moment(past.shown or past.at)}."
        case "many":
            return f"It was in a message with three or more campaigns, {at}: then none of them gets a preview."
        case "failed":
            return f"When it was posted, {at}, the campaign {past.then}."
        case "refused":
            return f"Slack did not take the preview, {at}, and calls the reason `{words.literal(past.word, 60)}`."
    return f"When it was posted, {at}, {_WERE[past.what]}."


def _next(past: Decision, now: datetime) -> str:
    """What comes of the next link, where nothing else stands in its way."""
    if past.what in ("shown", "again") and (until := (past.shown or past.at) + AGAIN_AFTER) > now:
        return f"The same one is not shown twice within thirty minutes: again from {words.clock_time(until)}."
    if past.word == "cannot_unfurl_url":  # Slack's word for it
        return "An admin may have put careCycle’s domain on the list of those without previews."
    return "" if past.what in ("many", "refused", "failed") else "The next link gets one."


def _said(text: str) -> Message:
    return Message(text, (kit.section(text),))


_WERE: dict[What, str] = {
    "off": "previews were switched off for this workspace",
    "muted": "previews were muted in this channel",
    "elsewhere": "managers wanted no campaigns in channels shared with another company",
    "unreached": "Slack could not be reached with the preview",
    "bug": "this app made a mistake, which is in its log",
}
_UNTOLD = (
    "Nothing stands in the way of a preview here, but this app does not remember being told of that link. Slack tells "
    "of none that stands in code or comes from an app, nor where somebody switched previews off or keeps this app out."
)
