"""Reads JSON into records without losing the whole for the sake of a part."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.carecycle.record import Record
from bot.errors import Unavailable

R = TypeVar("R", bound=Record)
_PASSES = 4  # dropping a part can bring a deeper problem to light; the API nests no deeper than this


def read(record: type[R], data: Any) -> tuple[R, tuple[str, ...]]:  # Any: JSON from outside
    """`data` as a `record`, and the paths of the parts that had to be dropped (`customerStats.total`).

    A part of the wrong type becomes "no data" alone; `data` loses it, and a list loses the records that have no
    id. The whole passes through pydantic's compiled code once when nothing is wrong. Raises Unavailable when what
    is left is no such record.
    """
    dropped: list[str] = []
    for _ in range(_PASSES):
        try:
            return record.model_validate(data), tuple(dropped)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_input=False)
        paths = list(dict.fromkeys(_part(problem["type"], problem["loc"]) for problem in problems))
        for path in reversed(paths):  # from the end, so that indexes stay right
            if not _drop(data, path):
                raise Unavailable(f"no {record.__name__} in the answer")
        dropped += [".".join(map(str, path)) for path in paths]
    raise Unavailable(f"no {record.__name__} in the answer")


def _part(problem: str, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """What to drop for a problem: the part itself, or what it is missing from."""
    return path[:-1] if problem == "missing" else path


def _drop(data: Any, path: Sequence[str | int]) -> bool:  # Any: JSON from outside
    """Takes the part at `path` out of `data`; false when there is nothing to take."""
    *way, last = path or ("",)
    try:
        for step in way:
            data = data[step]
        del data[last]
    except (LookupError, TypeError):
        return False
    return True
