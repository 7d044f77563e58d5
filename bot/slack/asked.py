"""A typed command, as the functions behind it get it, and what a first word may do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from blocks.kit import Message
from bot.slack.places import Place
from bot.slack.replies import Visit

Payload = dict[str, Any]  # Any: Slack's JSON


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: `words` after the command (and after the subcommand, for one), the `ids` in them, and where.

    `public`: the answer is for everybody there.
    """

    payload: Payload
    words: str
    ids: tuple[str, ...]
    place: Place
    public: bool = False
    is_subcommand: bool = False


@dataclass(frozen=True, slots=True)
class Subcommand:
    """What a first word does: `run` gives a message, or `opens` a modal; `line` is what help says of it.

    With both, the modal is opened when the word `opens_after` follows. `shared`: its answer is for everybody there,
    where managers chose that for answers.
    """

    line: str
    run: Callable[[Asked], Awaitable[Message]] | None = None
    opens: Callable[[Place, Visit, Payload], None] | None = None
    opens_after: str = ""
    shared: bool = False
