"""Recognize keys and tokens that people paste by mistake. Such text is not searched for, kept or echoed."""

import re
from typing import Literal

_KEY = re.compile(r"(?<![0-9a-z])cc_[0-9a-z_-]{4,}", re.IGNORECASE)  # careCycle: every key starts with cc_
_TOKEN = re.compile(r"(?<![0-9a-z])(?:xox[a-z](?:\.xox[a-z])?|xapp)-[0-9a-z-]{4,}", re.IGNORECASE)  # Slack's tokens


def secret_in(text: str) -> Literal["key", "token"] | None:
    """Return whether `text` may hold a careCycle key or a Slack token, or most of one."""
    if _KEY.search(text):
        return "key"
    return "token" if _TOKEN.search(text) else None
