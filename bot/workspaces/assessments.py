"""What the last reading of a workspace's account showed, for every surface that says what needs a person."""

from cachetools import TTLCache

from bot.clock import Clock
from bot.insight.assessment import Current

__all__ = ["FRESH", "Assessments", "Current"]

FRESH = 30.0  # seconds; the longest time until a reading made by another replica is seen
_MOST = 200  # workspaces remembered


class Assessments:
    """The last assessments of all workspaces."""

    def __init__(self, clock: Clock) -> None:
        self._current: TTLCache[str, Current] = TTLCache(_MOST, FRESH, timer=clock.monotonic)

    def known(self, workspace_id: str) -> Current | None:
        """Return what is in memory. Send no query to the database."""
        return self._current.get(workspace_id)

    async def latest(self, workspace_id: str) -> Current | None:
        """Return the last assessment; None when there is no reading. Raise StoreUnavailable."""
        return self._current.get(workspace_id)

    def put(self, workspace_id: str, current: Current) -> None:
        """Remember a new assessment."""
        self._current[workspace_id] = current

    def forget(self, workspace_id: str) -> None:
        """Drop what is remembered of a workspace."""
        self._current.pop(workspace_id, None)
