"""Phrases of which the sentences in *Details* are made: lists, values as careCycle sends them, what it does not say."""

from collections.abc import Mapping, Sequence

from blocks import words


def listed(parts: Sequence[str], joint: str = "and") -> str:
    """Join parts as people do: `a`, `a and b`, `a, b, and c`."""
    *first, last = parts
    if not first:
        return last
    return f"{', '.join(first)}{',' if len(first) > 1 else ''} {joint} {last}"


def in_words(value: str | None) -> str:
    """Return a value of the API in words (mrkdwn): `in_progress` as `In progress`, and free text as it is.

    What is neither stays as it came, in quotes. Return an empty string for no value.
    """
    shown = words.sentence_case(value or "")
    return words.literal(shown, 120) if shown != value or " " in shown else quoted(shown)


def quoted(value: str) -> str:
    """Return a value that this app does not know, as it came, in quotes (mrkdwn)."""
    return f"“{words.literal(value, 60)}”"


def unsaid(parts: Sequence[str], everything: str, most: int) -> str:
    """Say in one sentence what careCycle leaves out: `parts`, or `everything` where they are as many as `most`.

    Return an empty string when it leaves out nothing.
    """
    if not parts:
        return ""
    return f"careCycle does not say {everything if len(parts) == most else listed(parts, 'or')}."


def odd(numbers: Mapping[str, int | None]) -> str:
    """Show numbers that cannot be meant, as careCycle sends them, each with what it is for. Empty without any."""
    shown = [f"{words.number(number)} ({what})" for what, number in numbers.items() if number is not None]
    return f"careCycle sends numbers that make no sense: {listed(shown)}." if shown else ""
