"""Log lines: what may be in them, how they are written, and what one request adds to its own.

A line never holds what a person typed, a key, a phone number or a name from careCycle.
"""

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


def set_up(level: str, form: Literal["text", "json"], stream: TextIO | None = None) -> None:
    """Sends every log line, ours and the libraries', to `stream` (default: standard error) in one form."""
    shared: list[Any] = [  # Any: structlog's own type of a processor
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, sort_keys=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                last,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
