"""Listen for stop signals, and end the process when stopping takes longer than the grace period: the last resort."""

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

STATUS = 1  # exit status of a process that had to be ended, or some parts of which did not end
_MORE = 2.0  # seconds beyond the grace period, in which the limits of the parts should have ended the program
_REPEATED = 1.0  # seconds; supervisors send SIGTERM several times at once
_LAST_WORDS = 1.0  # seconds for writing the log: its reader may hang, too
_log = structlog.get_logger("bot")


class Watchdog:
    """Ends the process from its own thread, even when the event loop is blocked or nobody reads the log."""

    def __init__(self, shutdown: Shutdown, grace: float = GRACE + _MORE) -> None:
        self._shutdown = shutdown
        self._grace = grace
        self._loop = asyncio.get_running_loop()
        self._signals, self._heard = os.pipe()
        self._why: Queue[str] = Queue()  # why the process is ended
        self._told = 0.0  # when the first signal came, in the loop's seconds
        self._said = threading.Event()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def listen(self, stop: asyncio.Event) -> None:
        """Set `stop` at SIGINT or SIGTERM. The process then has the grace period; a further SIGINT ends it at once.

        While the shutdown is delayed, a further signal ends the delay and nothing else.
        """

        def handle(number: int, _: FrameType | None) -> None:
            heard = signal.SIGTERM if self._shutdown.is_delayed else number
            os.write(self._heard, bytes([heard]))  # not a queue or a log: the interrupted code may hold their locks
            with suppress(RuntimeError):  # the loop has ended, and the process is about to end
                self._loop.call_soon_threadsafe(self._tell, number, stop)

        # Not with the loop's add_signal_handler, which waits for a blocked loop.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, handle)

    def _tell(self, number: int, stop: asyncio.Event) -> None:
        now = self._loop.time()
        if not stop.is_set():
            self._told = now
            stop.set()
        elif number == signal.SIGINT or now - self._told >= _REPEATED:
            self._shutdown.hurry()

    def _watch(self) -> None:
        os.read(self._signals, 1)
        # Started now, not when it is needed: while Python exits no thread can be started (RuntimeError).
        with suppress(RuntimeError):
            threading.Thread(target=self._log_last_words, name="last words", daemon=True).start()
        until = time.monotonic() + self._grace
        while (left := until - time.monotonic()) > 0:
            if select.select([self._signals], [], [], left)[0] and os.read(self._signals, 1)[0] == signal.SIGINT:
                self._end_process("told to stop twice")
        self._end_process(f"stopping took longer than {self._grace:.0f} s")

    def _end_process(self, why: str) -> NoReturn:
        self._why.put(why)
        self._said.wait(_LAST_WORDS)
        os._exit(STATUS)

    def _log_last_words(self) -> None:
        why = self._why.get()
        main = sys._current_frames()[threading.main_thread().ident or 0]  # noqa: SLF001 - the documented way
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_stack(main)[-5:]]
        _log.error("ended without waiting", why=why, **self._left(), at=places)
        _flush()
        self._said.set()

    def _left(self) -> dict[str, list[str]]:
        try:
            tasks = sorted({task.get_name() for task in asyncio.all_tasks(self._loop)})
        except RuntimeError:  # another thread changed the tasks while they were counted
            tasks = ["many"]
        threads = [thread.name for thread in threading.enumerate() if not thread.daemon]
        return {"parts": [*self._shutdown.left, *self._shutdown.ending], "tasks": tasks, "threads": threads}


def leave(parts: list[str]) -> NoReturn:
    """End the process without waiting for its threads and tasks, because `parts` did not end."""
    _log.error("stopped, but not whole", parts=parts)
    _flush()
    os._exit(STATUS)


def _flush() -> None:
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
