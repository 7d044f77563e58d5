"""Remember commands from before the workspace was connected, so that nobody has to type them again."""

from collections import deque
from dataclasses import dataclass, field

from cachetools import TTLCache

from bot.clock import Clock

_MOST = 50  # in one workspace
_SECONDS = 28 * 60.0  # Slack: a response_url lives for thirty minutes


@dataclass(frozen=True, slots=True)
class PendingCommand:
    """A command sent while the workspace was not connected, and where its answer goes."""

    user: str
    channel: str
    ids: tuple[str, ...]  # of the requested campaigns
    response_url: str = field(repr=False)
    thread: str | None = None  # where *Share in thread* posts a card; None: no such button
    seen_in: str | None = None  # the thread in which the answer appears
    text: str = ""  # what was typed, when `ids` is empty


class PendingCommands:
    """The pending commands that came to this replica, in memory only.

    After a restart, the *Connect* button still gets its own command answered.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # Each has its start time in seconds, because a workspace's entry lives as long as its newest command.
        self._waiters: TTLCache[str, deque[tuple[PendingCommand, float]]] = TTLCache(
            10_000, _SECONDS, timer=clock.monotonic
        )

    def add(self, workspace_id: str, pending: PendingCommand) -> None:
        """Remember a command. Above the limit of a workspace, drop its oldest one."""
        held = self._waiters.get(workspace_id) or deque(maxlen=_MOST)
        if pending not in (one for one, _ in held):  # a slow command runs twice, and would be added twice
            held.append((pending, self._clock.monotonic()))
        self._waiters[workspace_id] = held

    def of(self, workspace_id: str) -> list[PendingCommand]:
        """Return a workspace's commands that can still be answered."""
        since = self._clock.monotonic() - _SECONDS
        return [one for one, began in self._waiters.get(workspace_id, ()) if began > since]

    def take(self, workspace_id: str) -> list[PendingCommand]:
        """Return the same commands and forget them."""
        found = self.of(workspace_id)
        self._waiters.pop(workspace_id, None)
        return found
