"""Set up logging, and collect what a request adds to its own log line.

A log line never holds what a person typed, a key, a phone number or a name from careCycle.
"""

import logging
import math
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, TextIO

import structlog
from pydantic_core import to_json
from structlog.typing import EventDict

# hit: from the cache; miss: asked of careCycle, even in vain; old: the last good record, because careCycle failed
Read = Literal["hit", "miss", "old"]
# The tasks a request starts share the request's list, so what they read is in its log line.
_reads: ContextVar[list[Read] | None] = ContextVar("reads", default=None)
# These libraries log bodies, URLs with tokens, and every statement with its values.
_QUIET = ("slack_bolt", "slack_sdk", "httpx", "httpcore", "aiohttp", "aiosqlite", "alembic", "sqlalchemy", "psycopg")

_SELDOM = 1.0  # seconds between two lines of one event of `Seldom`


@contextmanager
def reads() -> Iterator[list[Read]]:
    """Collect how campaigns were read (from memory or not) within this block."""
    found: list[Read] = []
    token = _reads.set(found)
    try:
        yield found
    finally:
        _reads.reset(token)


def note_read(how: Read) -> None:
    """Add how a campaign was read to the log line of the current request, if there is one."""
    if (found := _reads.get()) is not None:
        found.append(how)


def places(error: BaseException) -> list[str]:
    """Return where an error was raised, as up to 12 lines `file:line function`, innermost last.

    The exception's own text is left out, because it may hold private data.
    """
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]


def _stamp(_: object, __: str, line: EventDict) -> EventDict:
    """Add the time in UTC, to the millisecond. Each second is formatted only once."""
    now = time.time()
    line["timestamp"] = f"{_second(int(now))}.{int(now % 1 * 1000):03d}Z"
    return line


@lru_cache(maxsize=1)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _to_json(line: object, **_: object) -> str:
    return to_json(line, fallback=str).decode()  # pydantic's takes a third of the standard library's time


def set_up(level: str, form: Literal["text", "json"], stream: TextIO | None = None) -> None:
    """Send every log line, ours and the libraries', to `stream` (default: standard error) in the format `form`."""
    out = stream or sys.stderr
    stamped: list[Any] = [  # Any: structlog's own type of a processor
        structlog.processors.add_log_level,
        _stamp,
    ]
    last: Any = (
        structlog.processors.JSONRenderer(serializer=_to_json)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*stamped, structlog.processors.format_exc_info, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,  # modules make their loggers before this is called, tests call it again
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=stamped, processor=last))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _QUIET:
        without_payloads(name)


class Seldom:
    """A logger for what strangers can cause: of each event at most one line a second.

    The next line of the event says how many were `left_out` before it.
    """

    def __init__(self, name: str) -> None:
        self._log = structlog.get_logger(name)
        self._seen: dict[str, tuple[float, int]] = {}  # when an event was logged, and how many were left out since

    def warning(self, event: str, **fields: object) -> None:
        """Log a warning. `event` is one of few constants, never what somebody sent."""
        now = time.monotonic()
        logged, left_out = self._seen.get(event, (-math.inf, 0))
        if now - logged < _SELDOM:
            self._seen[event] = logged, left_out + 1
            return
        self._seen[event] = now, 0
        self._log.warning(event, **fields, **({"left_out": left_out} if left_out else {}))


def silence() -> None:
    """Log nothing, until `set_up` is called: a command whose output is its answer has no log."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), cache_logger_on_first_use=False)


def without_payloads(name: str) -> logging.Logger:
    """Return a library's logger that logs errors only: below that level, Slack's libraries log whole payloads.

    Bolt sets a level on each of its own loggers, so pass it this one; setting a parent's level is not enough.
    """
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    return logger
