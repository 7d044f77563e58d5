"""Build the help for the command and for mentions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from blocks import kit
from blocks.kit import Message
from bot.campaigns.ids import EXAMPLE_ID

Group = Literal["look up", "lists", "digests", "previews", "managers"]
_TITLES: dict[Group, str] = {
    "look up": "Look up a campaign",
    "lists": "Lists",
    "digests": "Digests, posted on a schedule",
    "previews": "Previews of careCycle links",
    "managers": "For managers",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the help: what to type after the command, what comes of it, and under which title it stands."""

    typed: str
    gives: str
    group: Group


def mention(command: str) -> Message:
    """Explain how to mention the app, to a person who did so without an id."""
    text = (
        "Mention me with a campaign’s name, id or link, and I answer everybody in this thread. "
        f"Or type `{command}` and its name."
    )
    return Message(text, (kit.section(text),))


def card(command: str, lines: Sequence[Line], *, unsure: bool = False) -> Message:
    """Explain how to use `command` (`/campaign`), with the lines that are for this person.

    `unsure`: who the person is is not known yet, so that a manager's commands may be missing.
    """
    return Message(
        f"{command} turns a careCycle campaign’s name or id into a card.",
        (
            kit.section(f"*Type a campaign’s name after `{command}`*, or paste its id or link, and its card appears."),
            *(kit.section(text) for text in _groups(command, (*_looking_up(), *lines))),
            kit.context(
                "Unless managers set it differently, only you see the answer until you press *Share to channel*.",
                "Managers of this workspace have more commands; in a moment, this help shows them to managers."
                if unsure
                else "",
            ),
        ),
    )


def _looking_up() -> Iterator[Line]:
    yield Line("medicare", "by a part of its name", "look up")
    yield Line(EXAMPLE_ID, "by its id", "look up")
    yield Line("https://app.carecycle.ai/…", "by a careCycle link to it", "look up")
    yield Line("aep, medicare", "several at once, up to ten", "look up")


def _groups(command: str, lines: Sequence[Line]) -> Iterator[str]:
    for group, title in _TITLES.items():
        if shown := [f"`{command} {one.typed}`  {one.gives}" for one in lines if one.group == group]:
            yield "\n".join((f"*{title}*", *shown))
