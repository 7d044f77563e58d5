"""Print lines for operators. Names and titles come from outside, and may hold what a terminal would act on."""

import json
import re

import typer

# Control characters but tab and the end of a line, line separators, lone surrogates, and what changes the direction.
_ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]")
_SEVERAL = re.compile(r"\s+")


def inert(text: str) -> str:
    """Return text with U+FFFD for everything that a terminal would act on."""
    return _ACTS.sub("\ufffd", text)


def say(text: object) -> None:
    """Print text, in which nothing acts."""
    typer.echo(inert(str(text)))


def one_line(text: str) -> str:
    """Return text on one line, in which nothing acts."""
    return _SEVERAL.sub(" ", inert(text)).strip()


def json_text(value: object, *, indent: int | None = None) -> str:
    """Return JSON that a person can read: what a terminal would act on is escaped, and nothing else."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _ACTS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
