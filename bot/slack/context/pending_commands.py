"""Commands that met "not connected": answered when somebody connects, without being typed again."""

from collections import deque
from dataclasses import dataclass, field

from cachetools import TTLCache

from bot.clock import Clock

_MOST = 50  # in one workspace
_SECONDS = 28 * 60.0  # Slack: a response_url lives for thirty minutes


@dataclass(frozen=True, slots=True)
class PendingCommand:
    """Somebody who asked while the workspace was not connected, and where the answer goes."""

    user: str
    channel: str
    ids: tuple[str, ...]  # of the campaigns that were asked for
    response_url: str = field(repr=False)
    thread: str | None = None  # where in the channel a card can be shared, if not with everybody
    seen_in: str | None = None  # the thread in which the answer appears
    text: str = ""  # what was typed, where that was more than ids


class Waiting:
    """In memory only: after a restart the *Connect* button still brings its own command's answer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # With the second in which each began to wait: a workspace's entry lives as long as its newest.
        self._waiters: TTLCache[str, deque[tuple[PendingCommand, float]]] = TTLCache(
            10_000, _SECONDS, timer=clock.monotonic
        )

    def add(self, workspace_id: str, waiter: PendingCommand) -> None:
        """Remember one; the oldest of too many gives way."""
        held = self._waiters.get(workspace_id) or deque(maxlen=_MOST)
        if waiter not in (one for one, _ in held):  # a command that is answered late meets it twice
            held.append((waiter, self._clock.monotonic()))
        self._waiters[workspace_id] = held

    def of(self, workspace_id: str) -> list[PendingCommand]:
        """All of a workspace that can still be answered."""
        since = self._clock.monotonic() - _SECONDS
        return [one for one, began in self._waiters.get(workspace_id, ()) if began > since]

    def take(self, workspace_id: str) -> list[PendingCommand]:
        """The same, who then wait no more."""
        found = self.of(workspace_id)
        self._waiters.pop(workspace_id, None)
        return found
