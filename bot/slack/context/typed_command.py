"""Parse a typed command, and describe what a subcommand can do."""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Self

import structlog

from blocks.kit import Message
from blocks.workspace.help import Group, Line
from bot.campaigns.ids import has_nearly_an_id, with_dashes
from bot.campaigns.pasted_secrets import secret_in
from bot.errors import Busy
from bot.records import Role
from bot.slack.context.interaction import Interaction

# What people type as a whole command, by the command that answers it.
_ALIASES = {
    "help": ("", "-h", "--help", "h", "commands"),
    "list": ("ls", "status", "campaigns", "all", "show all", "list all", "list everything"),
    "problems": (
        *("issues", "trouble", "troubles", "warnings", "broken", "problem", "what is broken", "what's broken"),
        *("what is wrong", "what's wrong", "what needs me", "what needs a person", "who needs me"),
    ),
}
_MEANT = {typed: meant for meant, alike in _ALIASES.items() for typed in alike}
# Questions whether a campaign is calling: what stands between these words is its name.
_ASKS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?:why )?(?:is|isn't|is not|are|aren't) (.+?)(?: not)? (?:calling|dialing|running)(?: .*)?[?!.]*",
        r"why (?:does|doesn't|does not|did|didn't|do|don't) (.+?)(?: not)? (?:call|dial|run)(?: .*)?[?!.]*",
        r"check (?:if|whether) (.+?) (?:is|are) (?:calling|dialing|running)(?: .*)?[?!.]*",
        r"(?:check on|check up on|check up|checkup|diagnose|status of|state of) (.+?)[?!.]*",
    )
)
MOST_IDS = 10  # of one command or message that are answered
_DASHES = 4  # of an id
_LONGEST_WORD = 24  # characters; a longer one that is no id may be a key
_MAY_BE_A_KEY = re.compile(r"_|.{20}")
_LONGEST = 1000  # characters of a command that *Try again* keeps (Slack: 2,000 in a button's value)
_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """The text after the slash command, and its parts."""

    interaction: Interaction
    text: str
    first: str  # the first word in lower case, maybe a subcommand; `help` when nothing was typed
    rest: str  # what follows the first word
    ids: tuple[str, ...]  # campaign ids in the whole text
    public: bool = False  # everybody in the conversation sees the answer

    @classmethod
    def parse(cls, interaction: Interaction, text: str) -> Self:
        """Parse the text once, for all functions that need its parts."""
        meant = _meant(text)
        first, rest = (*meant.split(maxsplit=1), "")[:2]
        ids = interaction.workspace.links.ids_in(with_dashes(text))
        return cls(interaction, text, first.lower(), rest.strip(), ids)

    @property
    def command(self) -> str:
        """The name of the slash command."""
        return self.interaction.services.command

    def note_shared(self, *ids: str) -> None:
        """Record in a task who made campaigns public. Do nothing for a private answer."""
        if not self.public:
            return
        try:
            self.interaction.services.tasks.start(self.interaction.note_shared(*ids), spare=True)
        except Busy:
            _log.error("the audit trail misses a share", workspace=self.interaction.workspace.id)


def _meant(text: str) -> str:
    """Return the command that the text stands for: the text itself, if it is no other way to say one."""
    line = " ".join(text.replace("’", "'").split())
    asked = next((found[1] for form in _ASKS if (found := form.fullmatch(line))), None)
    return f"check {asked}" if asked else _MEANT.get(line.lower().rstrip("?!."), text)


@dataclass(frozen=True, slots=True)
class Subcommand:
    """What a first word does: it gives a message (`run`), opens a modal (`opens`), or both."""

    line: str  # its text in the help
    run: Callable[[TypedCommand], Awaitable[Message]] | None = None
    opens: Callable[[Interaction], None] | None = None
    opens_after: str = ""  # if it has both: the next word that opens the modal instead
    takes: tuple[str, ...] = ()  # what may follow, besides ids and links; other words may be a campaign's name
    fits: Callable[[str], bool] | None = None  # whether other words after it are meant for it, and no campaign's name
    shared: bool = False  # everybody sees its answer, if managers chose public answers
    group: Group = "look up"  # where it stands in the help; `managers` is for managers alone
    more: str = ""  # what else full members can type after it, and what that gives: `new: sets one up`

    def is_opened(self, typed: TypedCommand) -> bool:
        """Return whether to open its modal, rather than show its message or a campaign with that name."""
        return self.opens_after in typed.rest.lower().split()[:1] if self.run else self.is_meant(typed)

    def is_meant(self, typed: TypedCommand) -> bool:
        """Return whether the words after its first word fit it, and are not the rest of a campaign's name.

        Words that may be a careCycle key fit, so that they are never searched for. While the workspace is not
        connected, all words fit.
        """
        rest = typed.rest.lower().split()
        if not rest or typed.ids or typed.interaction.workspace.connection is None or " ".join(rest) in self.takes:
            return True
        if self.fits and self.fits(typed.rest):
            return True
        return "://" in typed.text or has_nearly_an_id(typed.text) or any(map(_MAY_BE_A_KEY.search, rest))

    def help_lines(self, name: str, role: Role | None) -> Iterator[Line]:
        """Yield the lines of the help for a person; None: it is not known who they are."""
        if self.group == "managers" and role != "manager":
            return
        yield Line(name, self.line, self.group)
        if self.more and role in ("manager", "member", None):
            word, _, gives = self.more.partition(": ")
            yield Line(f"{name} {word}", gives, self.group)


def kept(text: str) -> str | None:
    """Return a typed command for the value of *Try again*, or None when it may hold a key or a part of one."""
    words = (word for word in text.split() if "://" not in word and word.count("-") < _DASHES)
    may_be_a_key = secret_in(text) or any(len(word) > _LONGEST_WORD for word in words)
    return None if may_be_a_key else text[:_LONGEST]
