"""Commands that met "not connected": answered when somebody connects, without being typed again."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from cachetools import TTLCache

from blocks.kit import Message
from bot.clock import Clock

_MOST = 50  # in one workspace
_SECONDS = 28 * 60.0  # Slack: a response_url lives for thirty minutes


@dataclass(frozen=True, slots=True)
class PendingCommand:
    """Somebody who asked for `ids` in `channel`, and where the answer goes.

    `thread`: where in it a card can be shared, if not to all; `seen_in`: the thread in which the answer appears.
    `again`: does what was typed once more, where that was more than ids.
    """

    user: str
    channel: str
    ids: tuple[str, ...]
    response_url: str = field(repr=False)
    thread: str | None = None
    seen_in: str | None = None
    again: Callable[[Any], Awaitable[Message]] | None = field(default=None, compare=False, repr=False)


class Waiting:
    """In memory only: after a restart the *Connect* button still brings its own command's answer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # With the second in which each began to wait: a workspace's entry lives as long as its newest.
        self._waiters: TTLCache[str, deque[tuple[PendingCommand, float]]] = TTLCache(
            10_000, _SECONDS, timer=clock.monotonic
        )

    def add(self, workspace_id: str, waiter: PendingCommand) -> None:
        """Remembers one; the oldest of too many gives way."""
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
