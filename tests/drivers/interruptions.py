"""Run a coroutine step by step, interrupt it at its n-th wait, and let its cleanup fail."""

from collections.abc import Callable, Coroutine, Generator
from typing import Any


class Interrupted:
    """Awaits `work`; at its wait number `at` calls `interrupt`, once.

    With `spoil` the first thing that its cleaning waits for, after it was cancelled, raises.
    """

    def __init__(self, work: Coroutine[Any, Any, None], at: int, interrupt: Callable[[], None], *, spoil: bool) -> None:
        self.waits = 0
        self.spoiled = False
        self._work = work
        self._at = at
        self._interrupt = interrupt
        self._spoil = spoil

    def __await__(self) -> Generator[Any, Any, None]:
        """As the event loop drives it: what it waits for goes out, what came of that comes in."""
        result, error, cancelled = None, None, False
        while True:
            try:
                awaited = self._work.throw(error) if error else self._work.send(result)
            except StopIteration:
                return
            self.waits += 1
            if self.waits == self._at:
                self._interrupt()
            result, error = None, None
            try:
                result = yield awaited
            except BaseException as raised:  # whatever it is, it is the coroutine's
                error = raised
            if cancelled and self._spoil and not self.spoiled:
                self.spoiled, error = True, RuntimeError("cleaning went wrong")
            cancelled = cancelled or error is not None
