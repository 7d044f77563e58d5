"""Carry what a form was filled in with to a window over it, whose buttons Slack sends without the form's fields."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import to_json

from blocks.digests.form_fields import Filled
from bot.errors import OldButton

BUTTON = 2000  # Slack: characters in a button's value
_LARGEST = 1_000_000  # bytes unpacked; a form has a few thousand
_ID = 16  # bytes of a campaign's id


def packed(chosen: Filled, kept: Sequence[str]) -> str:
    """Return the form as text, without the campaigns' names. `kept` are the campaigns that the saved digest names.

    Only what differs from those takes room, so that a digest of 500 campaigns needs no more than one of none: about
    2,500 characters for a hundred new ones. Raise OldButton when one of them is no id.
    """
    picked = chosen.picked if chosen.kind == "these" else {}
    rest = zlib.compress(to_json(asdict(replace(chosen, picked={}))), 9)
    lacking = [one for one in kept if one not in picked] if picked else []
    added = picked.keys() - set(kept)
    parts = (rest, _bytes(lacking), _bytes(one for one in picked if one in added))
    return ".".join(b64encode(one).decode() for one in parts)


def unpacked(text: str, kept: Sequence[str]) -> Filled:
    """Return the form that `packed` was given. Raise OldButton for any other text."""
    try:
        rest, lacking, added = (b64decode(one, validate=True) for one in text.split("."))
        chosen = _FILLED.validate_json(zlib.decompressobj().decompress(rest, _LARGEST))
        gone, new = set(_ids(lacking)), _ids(added)
    except (ValueError, zlib.error) as error:
        raise OldButton from error
    here = [one for one in kept if one not in gone] if chosen.kind == "these" else []
    return replace(chosen, picked=dict.fromkeys((*here, *new), ""))


def _bytes(ids: Iterable[str]) -> bytes:
    try:
        return b"".join(UUID(one).bytes for one in ids)
    except ValueError as error:
        raise OldButton from error


def _ids(joined: bytes) -> list[str]:
    return [str(UUID(bytes=joined[at : at + _ID])) for at in range(0, len(joined), _ID)]


_FILLED = TypeAdapter(Filled)
