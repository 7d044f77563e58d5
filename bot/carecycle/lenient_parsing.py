"""Reads JSON into records without losing the whole for the sake of a part."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.campaigns.record import Record
from bot.errors import Unavailable

R = TypeVar("R", bound=Record)
_LONGEST = 20_000  # items of a list; an agency has no more of anything, and a million would hold everybody up
_MOST = 20_000  # problems; from here on it is not worth naming each, and what is long goes whole
_LONG = 1_000  # items
_DEPTH = 12  # of the API's own nesting, with room to spare
_PASSES = 5  # dropping a part can bring a deeper problem to light; the API nests no deeper than this


def read(record: type[R], data: Any) -> tuple[R, tuple[str, ...]]:  # Any: JSON from outside
    """`data` as a `record`, and the paths of the parts that had to be dropped (`customerStats.total`).

    A part of the wrong type becomes "no data" alone; `data` loses it, and a list loses the records that have no
    id. The whole passes through pydantic's compiled code once when nothing is wrong. Raises Unavailable when what
    is left is no such record.
    """
    dropped = _shed(data, _LONGEST)
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
            # Of a part nested too deep the path ends in what pydantic made of it: then what holds it goes.
            if not any(_drop(data, path[:length]) for length in range(len(path), 0, -1)):
                raise Unavailable(f"no {record.__name__} in the answer")
        dropped += [".".join(map(str, path)) for path in paths]
    raise Unavailable(f"no {record.__name__} in the answer")


def _shed(data: Any, most: int, path: tuple[str, ...] = ()) -> list[str]:  # Any: JSON from outside
    """Take out every list of more than `most` items; their paths."""
    if isinstance(data, list) and len(path) <= _DEPTH:
        return [one for index, part in enumerate(data) for one in _shed(part, most, (*path, str(index)))]
    if not isinstance(data, dict) or len(path) > _DEPTH:
        return []
    long = [name for name, part in data.items() if isinstance(part, list) and len(part) > most]
    for name in long:
        del data[name]
    deeper = [one for name, part in data.items() for one in _shed(part, most, (*path, name))]
    return [".".join((*path, name)) for name in long] + deeper


def _part(problem: str, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """What to drop for a problem: the part itself, or what it is missing from."""
    return path[:-1] if problem == "missing" else path


def _drop(data: Any, path: Sequence[str | int]) -> bool:  # Any: JSON from outside
    """Take the part at `path` out of `data`; false when there is nothing to take."""
    *way, last = path or ("",)
    try:
        for step in way:
            data = data[step]
        del data[last]
    except (LookupError, TypeError):
        return False
    return True
