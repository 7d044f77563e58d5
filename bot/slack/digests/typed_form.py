"""Carry what a form was filled in with to a window over it, whose buttons Slack sends without the form's fields."""

import zlib
from base64 import b64decode, b64encode
from dataclasses import asdict, replace

from pydantic import TypeAdapter
from pydantic_core import to_json

from blocks.digests.form_fields import Filled
from bot.errors import OldButton

BUTTON = 2000  # Slack: characters in a button's value
_LARGEST = 1_000_000  # bytes unpacked; a form has a few thousand


def packed(chosen: Filled) -> str:
    """Return the form as text, without the campaigns' names: about 3,000 characters for a hundred campaigns."""
    nameless = replace(chosen, picked=dict.fromkeys(chosen.picked, ""))
    return b64encode(zlib.compress(to_json(asdict(nameless)), 9)).decode()


def unpacked(text: str) -> Filled:
    """Return the form that `packed` was given. Raise OldButton for any other text."""
    try:
        return _FILLED.validate_json(zlib.decompressobj().decompress(b64decode(text, validate=True), _LARGEST))
    except (ValueError, zlib.error) as error:
        raise OldButton from error


_FILLED = TypeAdapter(Filled)
