"""How a command ends: with plain lines on standard error and an exit status, never a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper

import typer

from bot.cli.printing import inert
from bot.config import SettingsError
from bot.errors import StoreUnavailable


class Refused(Exception):
    """A command cannot do what was asked. The text says why in one line."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.status = status  # the exit status; 2 for wrong usage


@contextmanager
def plain_ending() -> Iterator[None]:
    """Run the block, and turn what it raises into lines and an exit status: 2 for wrong usage or settings."""
    try:
        yield
    except SettingsError as error:
        _stop("\n".join(error.problems), 2)
    except typer.TyperException as error:  # wrong usage
        _stop(error.format_message(), 2)
    except StoreUnavailable as error:
        _stop(f"the database does not answer ({error})", 1)
    except Refused as error:
        _stop(str(error), error.status)
    except OSError as error:  # a file that cannot be read
        _stop(error.strerror or str(error), 1)


def write_anything() -> None:
    """Have signs that the terminal's encoding lacks, such as ✓, printed as ? instead of raising an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _stop(text: str, status: int) -> None:
    print(inert(text), file=sys.stderr)  # noqa: T201 - the one place that prints errors
    sys.exit(status)
