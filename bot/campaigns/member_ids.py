"""Mask numbers of persons in outside text: Medicare numbers and Social Security numbers.

Both have a shape that little else has. Ids of carriers have none in common, so they cannot be recognized.
"""

import re

MEMBER, SOCIAL = "(member ID)", "(SSN)"
_LETTER, _EITHER = "[AC-HJKMNP-RT-Y]", "[AC-HJKMNP-RT-Y0-9]"  # a Medicare number has no S, L, O, I, B and Z
_FOUND = re.compile(
    rf"""
    (?P<member>(?<![0-9A-Za-z-])(?i:[1-9]{_LETTER}{_EITHER}\d[- ]?{_LETTER}{_EITHER}\d[- ]?{_LETTER}{{2}}\d\d)
      (?![0-9A-Za-z-]))                                                                   # 1EG4-TE5-MK72
  | (?<![0-9A-Za-z-])\d{{3}}(?P<between>[- ])\d\d(?P=between)\d{{4}}(?![0-9A-Za-z-])      # 123-45-6789
""",
    re.VERBOSE,
)
_FIVE = re.compile(r"(?:\D*+\d){5}")  # five digits, the fewest of both; most texts have fewer


def masked(text: str) -> str:
    """Return `text` with a mask in place of what looks like one of these numbers."""
    return _FOUND.sub(_mask, text) if _FIVE.match(text) else text


def _mask(found: re.Match[str]) -> str:
    return MEMBER if found["member"] else SOCIAL
