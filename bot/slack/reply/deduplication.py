"""Events Slack delivers more than once (Slack: up to three more times, when the first ack was late)."""

from typing import Any

from cachetools import TTLCache

from bot.clock import Clock

_REMEMBERED = 60 * 60.0  # seconds; Slack's last try comes after five minutes


class Once:
    """Which events were seen in the last hour, by this process."""

    def __init__(self, clock: Clock) -> None:
        self._seen: TTLCache[str, bool] = TTLCache(50_000, _REMEMBERED, timer=clock.monotonic)

    def is_first(self, body: dict[str, Any]) -> bool:  # Any: Slack's JSON
        """Whether this event comes for the first time; one without an id always does."""
        event_id = body.get("event_id")
        if not isinstance(event_id, str):
            return True
        if event_id in self._seen:
            return False
        self._seen[event_id] = True
        return True
