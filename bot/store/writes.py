"""Whether the database can be written. The log says once when it cannot, and once when it can again."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.errors import StoreUnavailable

NO_ROOM, _READ_ONLY, _BROKEN = "it has no room", "it is read-only", "its disk fails"
_CALM = 60.0  # seconds without a refusal until it is over: small rows may find room where larger ones do not
_SQLITE = {sqlite3.SQLITE_FULL: NO_ROOM, sqlite3.SQLITE_READONLY: _READ_ONLY, sqlite3.SQLITE_IOERR: _BROKEN}
_POSTGRESQL = {"53100": NO_ROOM, "25006": _READ_ONLY, "58030": _BROKEN}
_log = structlog.get_logger("bot")


def why_refused(cause: object) -> str:
    """Return why a driver's error says that nothing can be written; an empty string when it says something else."""
    code = getattr(cause, "sqlite_errorcode", None) or 0
    return _SQLITE.get(code & 0xFF) or _POSTGRESQL.get(getattr(cause, "sqlstate", None) or "", "")


class Writes:
    """Notes whether writes succeed."""

    def __init__(self) -> None:
        self._began: float | None = None  # monotonic seconds, as the next one
        self._refused = 0.0

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what becomes of the write in the block. Only a refusal is a failure, not an outage or a bug."""
        try:
            yield
        except StoreUnavailable as error:
            if error.refused:
                self.note_failure(error.refused)
            raise
        if self._began is not None and time.monotonic() - self._refused >= _CALM:
            _log.info("the database can be written again", after_seconds=round(time.monotonic() - self._began))
            self._began = None

    def note_failure(self, why: str) -> None:
        """Note that a write failed, and log it unless that was logged."""
        self._refused = time.monotonic()
        if self._began is None:
            self._began = self._refused
            _log.error("the database cannot be written", why=why)
