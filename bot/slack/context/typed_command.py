"""A typed command, as the functions behind it get it, and what a first word may do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

import structlog

from blocks.kit import Message
from bot.errors import Busy
from bot.slack.context.interaction import Interaction

_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """What was typed after the command."""

    interaction: Interaction
    text: str
    first: str  # the first word in small letters, which may be a subcommand; nothing typed asks for help
    rest: str  # what follows it
    ids: tuple[str, ...]  # of campaigns, in all of it
    public: bool = False  # the answer is for everybody there

    @classmethod
    def parse(cls, interaction: Interaction, text: str) -> Self:
        """Take it apart, once for all that look at it."""
        first, rest = (*text.split(maxsplit=1), "", "")[:2]
        return cls(interaction, text, first.lower() or "help", rest.strip(), interaction.workspace.links.ids_in(text))

    @property
    def command(self) -> str:
        """The name under which the command is installed."""
        return self.interaction.services.command

    def note_shared(self, *ids: str) -> None:
        """Write down who made an answer public, beside it; nothing of one for this person alone."""
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
