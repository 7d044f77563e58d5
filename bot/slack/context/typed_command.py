"""A typed command, as the functions behind it get it, and what a first word may do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from blocks.kit import Message
from bot.errors import Busy
from bot.slack.context.interaction import Interaction
from bot.slack.reply.payload import Payload

_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """What was typed: `words` after the command (and after the subcommand, for one), the `ids` in them, and where.

    `public`: the answer is for everybody there.
    """

    payload: Payload
    words: str
    ids: tuple[str, ...]
    interaction: Interaction
    public: bool = False
    is_subcommand: bool = False

    def note_shared(self, *ids: str) -> None:
        """Writes down, beside an answer for everybody, who made it that; nothing of one for this person alone."""
        if not self.public:
            return
        try:
            self.interaction.services.tasks.start(self.interaction.note_shared(*ids), spare=True)
        except Busy:
            _log.error("the audit trail misses a share", workspace=self.interaction.workspace.id)


@dataclass(frozen=True, slots=True)
class Subcommand:
    """What a first word does: `run` gives a message, or `opens` a modal; `line` is what help says of it.

    With both, the modal is opened when the word `opens_after` follows. `takes`: what can follow it, beside ids and
    links; other words may be a name that begins like it. `shared`: its answer is for everybody there, where managers
    chose that for answers.
    """

    line: str
    run: Callable[[TypedCommand], Awaitable[Message]] | None = None
    opens: Callable[[Interaction], None] | None = None
    opens_after: str = ""
    takes: tuple[str, ...] = ()
    shared: bool = False
