"""Explain in one or two sentences why a link to a campaign has no preview."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from blocks import kit, words
from blocks.kit import Message
from blocks.notices import reason
from blocks.short_reasons import short_reason
from bot.errors import BotError, NotShownHere

AGAIN_AFTER = timedelta(minutes=30)  # a channel does not see the preview of one campaign twice within this time
FEW = 2  # campaigns in one message: with more, there is no preview of any
What = Literal["shown", "off", "muted", "elsewhere", "many", "again", "failed", "refused", "unreached", "bug"]


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of a campaign's link in a channel: the preview was shown, or why it was not."""

    what: What
    at: datetime
    word: str = ""  # the class name of the error, or Slack's error code when it did not take the preview
    then: str = ""  # the error in a few words, to be said of a link in the past
    now: str = ""  # the error in whole sentences, to be said of a link posted now
    shown: datetime | None = None  # when the same campaign had a preview in the channel (for `again`)

    @classmethod
    def failed(cls, error: BotError, at: datetime) -> Self:
        """Return the decision for an error that can be explained to a person."""
        what: What = "elsewhere" if isinstance(error, NotShownHere) else "failed"
        return cls(what, at, word=type(error).__name__, then=short_reason(error), now=reason(error, at))

    @property
    def name(self) -> str:
        """The outcome as the log calls it."""
        if self.what == "refused":
            return f"refused: {self.word}"
        return "answered" if self.what == "shown" else self.word or self.what

    def same(self, other: "Decision") -> bool:
        """Return whether both decisions have the same reason."""
        return self.name == other.name


def card(past: Decision | None, present: Decision | None, command: str, now: datetime) -> Message:
    """Explain the outcome of the last link, and what prevents a preview of the next.

    `past` is None when the last link is not remembered, `present` when nothing prevents a preview.
    """
    if present is None:
        return _said(f"{_past(past, now)} {_next(past, now)}".strip() if past else _UNTOLD)
    before = f"{_past(past, now)} " if past and not past.same(present) else ""
    return _said(before + _present(present, command))


def other_link(host: str) -> Message:
    """Explain a link that does not lead to careCycle."""
    return _said(f"That link does not lead to careCycle. Only links to {words.literal(host)} get a preview.")


def no_id() -> Message:
    """Explain a link to careCycle that holds no campaign id."""
    return _said("That link leads to careCycle, but has no campaign id. Open the campaign there and copy its link.")


def no_link(command: str) -> Message:
    """Explain how to use `why`, when no link was given."""
    return _said(
        f"Paste the link, or type the campaign’s name: `{command} why https://…`. "
        "Then this app says why it has no preview here."
    )


def _present(present: Decision, command: str) -> str:
    match present.what:
        case "off":
            return "Managers turned previews off for this workspace."
        case "muted":
            return f"Previews are muted in this channel; anybody here can bring them back with `{command} unmute`."
        case "elsewhere":
            return "Managers chose not to show campaigns in channels shared with another company."
    return present.now


def _past(past: Decision, now: datetime) -> str:
    at = words.moment(past.at, now)
    match past.what:
        case "shown":
            return f"It got a preview here, {at}."
        case "again":
            return f"The same campaign got a preview here, {words.moment(past.shown or past.at, now)}."
        case "many":
            return f"It was in a message with three or more campaigns, {at}, and then none of them gets a preview."
        case "failed":
            return f"It was posted {at}, and there was no preview, because the campaign {_then(past.then)}."
        case "refused":
            return f"Slack refused the preview, {at}, for this reason: `{words.literal(past.word, 60)}`."
    return f"It was posted {at}, and there was no preview, because {_WERE[past.what]}."


def _then(said: str) -> str:
    """Put an error in a few words into the past."""
    return f"was {said.removeprefix('is ')}" if said.startswith("is ") else said


def _next(past: Decision, now: datetime) -> str:
    """Say what happens to the next link when nothing else prevents a preview."""
    if past.what in ("shown", "again") and (until := (past.shown or past.at) + AGAIN_AFTER) > now:
        return f"The same campaign gets one every 30 minutes at most: the next one from {words.clock_time(until)} on."
    if past.word == "cannot_unfurl_url":  # Slack's error code
        return "An admin may have turned off previews for careCycle’s domain."
    return "" if past.what in ("many", "refused", "failed") else "The next link gets one."


def _said(text: str) -> Message:
    return Message(text, (kit.section(text),))


_WERE: dict[What, str] = {
    "off": "previews were turned off for this workspace",
    "muted": "previews were muted in this channel",
    "elsewhere": "managers chose not to show campaigns in channels shared with another company",
    "unreached": "Slack could not be reached",
    "bug": "this app made a mistake, which was logged",
}
_UNTOLD = (
    "Previews work here, but Slack did not tell this app about that link. It leaves out links in code and links from "
    "apps, and channels where somebody turned previews off or removed this app."
)
