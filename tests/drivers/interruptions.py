"""Run a coroutine step by step, interrupt it at its n-th wait, and let its cleanup fail."""

from collections.abc import Callable, Coroutine, Generator
from typing import Any


class Interrupted:
    """An awaitable that runs `work`, and calls `interrupt` at its wait number `at`.

    `spoil`: the first wait of its cleanup, after an error or a cancellation, raises RuntimeError.
    """

    def __init__(self, work: Coroutine[Any, Any, None], at: int, interrupt: Callable[[], None], *, spoil: bool) -> None:
        self.waits = 0
        self.spoiled = False
        self._work = work
        self._at = at
        self._interrupt = interrupt
        self._spoil = spoil

    def __await__(self) -> Generator[Any, Any, None]:
        """Pass each wait of `work` to the event loop, and the result or error back to `work`."""
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
