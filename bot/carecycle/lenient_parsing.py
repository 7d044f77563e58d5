"""Read JSON into records, dropping only the parts that cannot be read."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.campaigns.record import Record
from bot.errors import Unreadable

R = TypeVar("R", bound=Record)
_LONGEST = 20_000  # items; no agency has a longer list of anything, and reading a million items blocks the bot
_MOST = 20_000  # problems; with more of them, whole lists are dropped instead of single parts
_LONG = 1_000  # items; the lists dropped then are longer than this
_DEPTH = 12  # levels; the API nests less deeply
_PASSES = 5  # dropping a part can reveal a deeper problem; the API nests no deeper than this


def read(
    record: type[R],
    data: Any,  # JSON from outside
    most_items: int | None = None,
) -> tuple[R, tuple[str, ...]]:
    """Read `data` as a `record`. Return it and the paths of the parts that were dropped (`customerStats.total`).

    A part of the wrong type is removed from `data` and becomes "no data". A list loses the records that lack a
    required field. When nothing is wrong, pydantic validates `data` only once. No list of `data` has more than
    `most_items` items, if that is known. Raise Unreadable when the rest is not a valid record.
    """
    dropped = [] if most_items is not None and most_items <= _LONGEST else _shed(data, _LONGEST)
    for _ in range(_PASSES):
        try:
            return record.model_validate(data), tuple(dropped)
        except ValidationError as error:
            if error.error_count() > _MOST:
                dropped += _shed(data, _LONG)
                continue
            problems = error.errors(include_url=False, include_input=False)
        paths = list(dict.fromkeys(_part(problem["type"], problem["loc"]) for problem in problems))
        for path in reversed(paths):  # from the end, so that indexes stay right
            # The path of a part nested too deep leads to nothing in `data`: then drop the nearest part that exists.
            if not any(_drop(data, path[:length]) for length in range(len(path), 0, -1)):
                raise Unreadable(f"no {record.__name__} in the answer")
        dropped += [".".join(map(str, path)) for path in paths]
    raise Unreadable(f"no {record.__name__} in the answer")


def _shed(data: Any, most: int, path: tuple[str, ...] = ()) -> list[str]:  # Any: JSON from outside
    """Remove every field that holds a list of more than `most` items. Return the paths of these fields."""
    if isinstance(data, list) and len(path) <= _DEPTH:
        deep = ((str(index), part) for index, part in enumerate(data) if isinstance(part, dict | list))
        return [one for name, part in deep for one in _shed(part, most, (*path, name))]
    if not isinstance(data, dict) or len(path) > _DEPTH:
        return []
    long = [name for name, part in data.items() if isinstance(part, list) and len(part) > most]
    for name in long:
        del data[name]
    deep = ((name, part) for name, part in data.items() if isinstance(part, dict | list))
    deeper = [one for name, part in deep for one in _shed(part, most, (*path, name))]
    return [".".join((*path, name)) for name in long] + deeper


def _part(problem: str, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return the path to drop for a problem: the part itself, or the record in which it is missing."""
    return path[:-1] if problem == "missing" else path


def _drop(data: Any, path: Sequence[str | int]) -> bool:  # Any: JSON from outside
    """Remove the part at `path` from `data`. Return False when there is none."""
    *way, last = path or ("",)
    try:
        for step in way:
            data = data[step]
        del data[last]
    except (LookupError, TypeError):
        return False
    return True
