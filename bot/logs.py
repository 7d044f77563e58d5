"""Log lines: what may be in them, how they are written, and what one request adds to its own.

A line never holds what a person typed, a key, a phone number or a name from careCycle.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TextIO

import structlog

Read = Literal["hit", "miss", "old"]
# The list is shared with the tasks a request starts: what they read counts for the request's line.
_reads: ContextVar[list[Read] | None] = ContextVar("reads", default=None)
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)  # one for all lines: to make one takes as long as a line
_QUIET = ("slack_bolt", "slack_sdk", "httpx", "httpcore", "aiohttp")  # they log bodies and URLs with tokens


@contextmanager
def reads() -> Iterator[list[Read]]:
    """Collects how campaigns were read (from memory or not) within this block."""
    found: list[Read] = []
    token = _reads.set(found)
    try:
        yield found
    finally:
        _reads.reset(token)


def note_read(how: Read) -> None:
    """Adds to the line of the request that is being worked on, if there is one."""
    if (found := _reads.get()) is not None:
        found.append(how)


def _to_json(line: object, **_: object) -> str:
    return _ENCODER.encode(line)


def set_up(level: str, form: Literal["text", "json"], stream: TextIO | None = None) -> None:
    """Sends every log line, ours and the libraries', to `stream` (default: standard error) in one form."""
    out = stream or sys.stderr
    stamped: list[Any] = [  # Any: structlog's own type of a processor
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
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


def without_payloads(name: str) -> logging.Logger:
    """A library's logger that says only what went wrong: below that, Slack's libraries log whole payloads.

    Bolt gives each of its loggers a level of its own, so it must be handed this one; a level above is not enough.
    """
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    return logger
