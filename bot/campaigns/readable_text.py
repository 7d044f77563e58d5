"""Replace what cannot be written down in text from outside: JSON may hold half of a pair of surrogates, and NUL."""

import re
from typing import Any

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
# Where they may be in the bytes of JSON: escaped, or as Python's json reads them (with `surrogatepass`).
_SUSPECT = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)|\xed[\xa0-\xbf]|\x00")
_REPLACEMENT = "\ufffd"
_DEEPEST = 100  # levels; Slack and careCycle nest less deeply


def readable(text: str) -> str:
    """Return `text` with U+FFFD for each lone surrogate, which is in no encoding, and NUL, which databases refuse."""
    return _UNWRITABLE.sub(_REPLACEMENT, text) if not text.isascii() or "\x00" in text else text


def may_be_unreadable(body: bytes) -> bool:
    """Return whether the JSON in `body` may hold text that `readable` changes."""
    return _SUSPECT.search(body) is not None


def readable_json(data: Any, deepest: int = _DEEPEST) -> Any:  # Any: JSON from outside
    """Return JSON with `readable` texts and names. What is nested deeper is left as it is: nobody reads it."""
    if isinstance(data, str):
        return readable(data)
    if deepest == 0:
        return data
    if isinstance(data, dict):
        return {readable(name): readable_json(value, deepest - 1) for name, value in data.items()}
    return [readable_json(one, deepest - 1) for one in data] if isinstance(data, list) else data
