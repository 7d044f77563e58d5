"""Log a repeated task's failure once when it begins, and once when it is over."""

from collections.abc import Awaitable, Callable

import structlog

from bot.errors import StoreUnavailable
from bot.logs import places
from bot.stopping import raise_if_cancelled


class Outages:
    """Remembers which tasks failed the last time. `area` is the part of the program that log lines name."""

    def __init__(self, area: str) -> None:
        self._area = area
        self._log = structlog.get_logger(area)
        self._failing: set[str] = set()

    async def run_and_log(self, what: str, work: Callable[[], Awaitable[None]]) -> bool:
        """Do the task and return whether it succeeded. Log an error instead of raising it; raise a cancellation."""
        try:
            await work()
        except Exception as error:
            raise_if_cancelled(error)
            self._note(what, error)
            return False
        if what in self._failing:
            self._failing.discard(what)
            self._log.info(f"{self._area}: can {what} again")
        return True

    def _note(self, what: str, error: Exception) -> None:
        if what not in self._failing:
            self._failing.add(what)
            why = ": the database does not answer" if isinstance(error, StoreUnavailable) else ""
            self._log.error(f"{self._area}: could not {what}{why}", error=type(error).__name__, at=places(error))
