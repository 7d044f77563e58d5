"""Write a table as a CSV file that spreadsheets open as it is meant: numbers as numbers, and no text as a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

Cell = str | int | None  # None: no data, an empty cell
# OWASP, "CSV Injection": = + - @, tab and carriage return begin a formula; so may what looks like them.
_SIGNS = frozenset("=+-@−˗꞊")
_QUOTES = frozenset("'\"`´‘’‚‛“”„‟‹›«»")
_SEPARATORS = re.compile("([;\t\r\n]+)")  # where a program that expects other separators begins a new cell
_MARK = "\ufeff"  # without it, Excel reads the file in the letters of the computer's own language


def csv_file(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return the rows as a CSV file (RFC 4180; UTF-8 with a byte order mark)."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([defused(one) if isinstance(one, str) else one for one in row] for row in rows)
    return f"{_MARK}{text.getvalue()}".encode(errors="replace")  # half a character, which no file can hold, is a `?`


def defused(text: str) -> str:
    """Return the text with an apostrophe before whatever a spreadsheet could read as a formula."""
    return "".join(f"'{part}" if _could_be_formula(part) else part for part in _SEPARATORS.split(text))


def _could_be_formula(part: str) -> bool:
    if part[:1] in ("\t", "\r"):
        return True
    signs = (one for one in unicodedata.normalize("NFKD", part) if not _is_passed_over(one))
    first = next(signs, "")
    return first in _SIGNS or (first != "" and unicodedata.category(first) == "Pd")


def _is_passed_over(character: str) -> bool:
    """Return whether a program may leave the character out at the beginning of a cell: spaces, quotes, unseen ones."""
    return character in _QUOTES or character.isspace() or unicodedata.category(character)[0] in "CMZ"
