"""Keep what DBOS logs to lines: no tracebacks, no texts of errors, and nothing repeated while it stays true."""

import logging
import sys
import threading

from cachetools import TTLCache

_QUIET = 60.0  # seconds without it, after which a line is news again
_MOST = 100  # kinds of lines that are remembered


def keep_short() -> None:
    """Let the lines of DBOS go through our handlers, shortened. Later calls change nothing."""
    log = logging.getLogger("dbos")
    if not any(isinstance(one, _Shortened) for one in log.filters):
        log.addHandler(logging.NullHandler())  # otherwise DBOS adds a handler that bypasses ours
        log.addFilter(_Shortened())


class _Shortened(logging.Filter):
    """Lets a kind of line through once, until it was not said for a minute.

    Each thread of DBOS says every few seconds that the database does not answer, partly with a traceback. That it
    answers again is in the line of the scheduler, which notices both.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: TTLCache[str, None] = TTLCache(_MOST, _QUIET)
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the line is news. It keeps what stands before the first colon, and the name of the error."""
        kind = record.getMessage().partition(":")[0].strip()
        with self._lock:
            is_news = kind not in self._said
            self._said[kind] = None
        error = sys.exc_info()[0]
        record.msg, record.args = f"{kind} ({error.__name__})" if error else kind, ()
        record.exc_info = record.exc_text = record.stack_info = None
        return is_news
