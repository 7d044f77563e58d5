"""Log a trouble that repeats itself once, and once when it is over."""

import asyncio

import structlog

_QUIET = 10.0  # seconds without it until it is over
_log = structlog.get_logger("http")


class Trouble:
    """A trouble with two lines for the log."""

    def __init__(self, begins: str, is_over: str) -> None:
        self._begins, self._is_over = begins, is_over
        self._times = 0
        self._last = 0.0
        self._due: asyncio.TimerHandle | None = None

    def goes_on(self) -> None:
        """Note that it happened once more."""
        loop = asyncio.get_running_loop()
        self._times += 1
        self._last = loop.time()
        if self._due is None:
            _log.warning(self._begins)
            self._due = loop.call_later(_QUIET, self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        if (rest := self._last + _QUIET - loop.time()) > 0:
            self._due = loop.call_later(rest, self._look)
            return
        self._due = None
        _log.info(self._is_over, times=self._times)
        self._times = 0
