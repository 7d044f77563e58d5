"""Say one line after the other, and at the end what to do next."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from bot.cli.doctor.line import Line
from bot.cli.doctor.offline import offline
from bot.cli.doctor.online import online as ask
from bot.config import Settings

_AGAIN = "run `campaign-bot doctor` again"


def examine(say: Callable[[object], None], *, online: bool) -> bool:
    """Say each line as soon as it is known, then the next step. Return whether the bot can run.

    With `online`, Slack and careCycle are asked, too.
    """
    settings, wrong = Settings.read()
    lines = []
    for line in chain(offline(settings, wrong), ask(settings, wrong) if online else ()):
        say(line)
        lines.append(line)
    say(f"Next: {_next(lines, online=online, command=settings.command)}")
    return all(line.ok is not False for line in lines)


def _next(lines: Sequence[Line], *, online: bool, command: str) -> str:
    wrong = [line for line in lines if line.ok is False]
    if wrong:
        remedies = _gathered(line.remedy or "correct what is marked ✗" for line in wrong)
        return f"{', '.join(remedies)}, then {_AGAIN}{' with --online' if online else ''}."
    if not online:
        return (
            "`campaign-bot doctor --online` asks Slack and careCycle whether they accept these settings; "
            "`campaign-bot serve` starts the bot."
        )
    return (
        "`campaign-bot serve` starts the bot. Where careCycle is not connected yet, "
        f"an admin then types {command} connect in Slack."
    )


def _gathered(remedies: Iterable[str]) -> list[str]:
    """Return each remedy once; those that set or correct a setting as one: `set A and B`."""
    gathered: list[str] = []
    for remedy in dict.fromkeys(remedies):
        verb, _, name = remedy.partition(" ")
        if gathered and verb in {"set", "correct"} and f" {verb} " in f" {gathered[-1]}":
            gathered[-1] += f" and {name}"
        else:
            gathered.append(remedy)
    return gathered
