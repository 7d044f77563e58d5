"""Hears that the process is to stop, and ends it when that takes longer than the grace: the last resort."""

import asyncio
import logging
import os
import select
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from queue import Queue
from types import FrameType
from typing import NoReturn

import structlog

from bot.stopping import GRACE, Shutdown

STATUS = 1  # of a process that did not end by itself, or not whole
_MORE = 2.0  # seconds more than the parts of the program have, each of which has a limit of its own
_LAST_WORDS = 1.0  # seconds for writing the log: who reads it may hang, too
_log = structlog.get_logger("bot")


class Watchdog:
    """A thread of its own: an event loop that is blocked, and a log nobody reads, do not outlive it either."""

    def __init__(self, shutdown: Shutdown, grace: float = GRACE + _MORE) -> None:
        self._shutdown = shutdown
        self._grace = grace
        self._loop = asyncio.get_running_loop()
        self._signals, self._heard = os.pipe()
        self._why: Queue[str] = Queue()  # the process is ended
        self._said = threading.Event()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def listen(self, stop: asyncio.Event) -> None:
        """Set `stop` at SIGINT or SIGTERM; from then on the process has the grace, a second SIGINT ends it at once."""

        def handle(number: int, _: FrameType | None) -> None:
            os.write(self._heard, bytes([number]))  # all that is safe here: what was interrupted may hold any lock
            with suppress(RuntimeError):  # the loop has ended; the process is about to
                self._loop.call_soon_threadsafe(stop.set)

        # Not the loop's own way, which waits for the loop.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, handle)

    def _watch(self) -> None:
        os.read(self._signals, 1)
        with suppress(RuntimeError):  # Python ends already. When it does, no thread can be started: now, not later
            threading.Thread(target=self._say, name="last words", daemon=True).start()
        until = time.monotonic() + self._grace
        while (left := until - time.monotonic()) > 0:
            if select.select([self._signals], [], [], left)[0] and os.read(self._signals, 1)[0] == signal.SIGINT:
                self._bite("told to stop twice")
        self._bite(f"stopping took longer than {self._grace:.0f} s")

    def _bite(self, why: str) -> NoReturn:
        self._why.put(why)
        self._said.wait(_LAST_WORDS)
        os._exit(STATUS)

    def _say(self) -> None:
        why = self._why.get()
        main = sys._current_frames()[threading.main_thread().ident or 0]  # noqa: SLF001 - the documented way
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_stack(main)[-5:]]
        _log.error("ended without waiting", why=why, **self._left(), at=places)
        _flush()
        self._said.set()

    def _left(self) -> dict[str, list[str]]:
        try:
            tasks = sorted({task.get_name() for task in asyncio.all_tasks(self._loop)})
        except RuntimeError:  # they changed while they were counted, in another thread
            tasks = ["many"]
        threads = [thread.name for thread in threading.enumerate() if not thread.daemon]
        return {"parts": [*self._shutdown.left, *self._shutdown.ending], "tasks": tasks, "threads": threads}


def leave(parts: list[str]) -> NoReturn:
    """End the process, in which these parts did not end, without waiting for its threads and tasks."""
    _log.error("stopped, but not whole", parts=parts)
    _flush()
    os._exit(STATUS)


def _flush() -> None:
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
