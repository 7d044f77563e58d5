"""What Slack refuses in a text object."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]  # Any: Block Kit JSON
TEXT_KEYS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}


def text(given: object, limit: int, *, only: str | None = None) -> Iterator[str]:
    """Why Slack would refuse this text; `only` is the one type it may have."""
    if not isinstance(given, dict) or given.get("type") not in TEXT_KEYS:
        yield "no text object"
        return
    if only and given["type"] != only:
        yield f"text must be {only}"
    if odd := set(given) - TEXT_KEYS[given["type"]]:
        yield f"unknown keys {sorted(odd)} in a text"
    said = given.get("text")
    if not isinstance(said, str) or not said:
        yield "text is empty"
    elif len(said) > limit:
        yield f"text of {len(said)} characters"
