"""Remember that a database did not answer, so that not everybody waits for it."""

_REST = 5.0  # seconds for which nobody waits again for a database that did not answer


class CircuitBreaker:
    """Remembers that a database did not answer in time, so that only one request in some seconds waits for it.

    All caches of the database share one. Times are those of `Clock.monotonic`.
    """

    def __init__(self) -> None:
        self._slow_until = self._down_until = float("-inf")

    def is_slow(self, now: float) -> bool:
        """Return whether a renewal is neither begun nor waited for: one was waited for in vain, or a load failed."""
        return now < self._slow_until

    def is_down(self, now: float) -> bool:
        """Return whether what is not in memory is not asked for either: a load failed."""
        return now < self._down_until

    def note_slow(self, now: float) -> None:
        """Note that a renewal was waited for in vain. It may still succeed."""
        self._slow_until = now + _REST

    def note_failure(self, now: float) -> None:
        """Note that a load failed."""
        self._slow_until = self._down_until = now + _REST

    def note_answer(self) -> None:
        """Note that the database answered: all ask again."""
        self._slow_until = self._down_until = float("-inf")
