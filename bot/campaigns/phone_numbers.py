"""Mask phone numbers in outside text. Nobody knows whose numbers they are, so no digit of them is shown.

A number is recognized by its shape, and masked when in doubt. Dates, ids, ranges of years, amounts, and counts stay.
"""

import re

MASK = "(phone)"
_BETWEEN = r"[\s./()_·•\-‐‑‒–—−\u200b-\u200d\u2060\ufeff]"  # what may stand between the digits of a number
_AN_EXTENSION = r"\s{0,2}(?i:x|ext\.?|extension)\s?\d{1,6}(?!\d)"
_EXTENSION = f"(?:{_AN_EXTENSION})?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"  # or a month
_KEPT = rf"""
    (?<![0-9A-Za-z])(?i:[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})(?![0-9A-Za-z])       # a UUID
  | (?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)                  # 2026-11-20
  | (?<![\d./])(?:{_DAY}[./]{_DAY}\.?\s?[-–]\s?)?                                        # 10/01-10/31/2026
    {_DAY}(?P<d>[./]){_DAY}(?P=d)(?:19|20)\d\d(?![./]?\d)
  | (?<![\d./-]){_DAY}-{_DAY}-(?:19|20)\d\d(?![./-]?\d)                                  # 20-11-2026
  | (?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])[-–](?:19|20)\d\d(?!\d)                        # 202611-2027
"""
_NUMBERS = rf"""
    (?<!\d)\+?(?:1{_BETWEEN}{{0,3}})?\(?                                                  # (212) 555-0143, 212.5550143
    (?:\d{{3}}{_BETWEEN}{{1,3}}\d{{3}}{_BETWEEN}{{0,3}}\d{{4}} | \d{{6}}{_BETWEEN}{{1,3}}\d{{4}})(?!\d){_EXTENSION}
  | (?<![A-Z\d$€£])(?<!\d[.,])1?[2-9]\d\d[2-9]\d{{6}}(?:{_AN_EXTENSION}|(?![A-Za-z\d]|[.,]\d))    # 2125550143
  | (?<!\d)\+{_BETWEEN}{{0,2}}\d(?:{_BETWEEN}{{0,3}}\d){{6,14}}(?!\d){_EXTENSION}         # +44 20 7123 4567
  | (?<![0-9A-Za-z.])(?<!\d[.:-])(?:0[1-9](?:{_BETWEEN}{{0,2}}\d){{7,9}} | 00[1-9](?:{_BETWEEN}{{0,2}}\d){{7,11}})
    (?!\d|[.:-]\d){_EXTENSION}                                                           # 020 7123 4567, 0044 …
  | (?<!\d)[2-9]\d\d[-‐‑‒–−](?!(?:19|20)\d\d)\d\d(?!00)\d\d(?!\d){_EXTENSION}             # 555-0143; not 500-1000
"""
_SEVEN = re.compile(r"(?:\D*+\d){7}")  # seven digits, the fewest of a number; most texts have fewer
_FOUND = re.compile(f"(?P<kept>{_KEPT})|{_NUMBERS}", re.VERBOSE)


def masked(text: str) -> str:
    """Return `text` with MASK in place of everything that may be a phone number."""
    if not _SEVEN.match(text):
        return text
    return _FOUND.sub(lambda found: found[0] if found["kept"] else MASK, text)
