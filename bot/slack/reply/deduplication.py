"""Detect events that Slack sends twice, and buttons that people press twice."""

from cachetools import TTLCache

from bot.clock import Clock
from bot.slack.reply.payload import Payload, part, text

_DOUBLE_CLICK = 60.0  # seconds
_REMEMBERED = 60 * 60.0  # seconds; Slack's last try comes after five minutes


class SeenEvents:
    """The events that this process has seen in the last hour."""

    def __init__(self, clock: Clock) -> None:
        self._seen: TTLCache[str, bool] = TTLCache(50_000, _REMEMBERED, timer=clock.monotonic)

    def is_first(self, body: Payload) -> bool:
        """Return whether this event comes for the first time. An event without an id always does."""
        event_id = body.get("event_id")
        if not isinstance(event_id, str):
            return True
        if event_id in self._seen:
            return False
        self._seen[event_id] = True
        return True


class RecentShares:
    """The cards that were shared in the last minute, so that a double click shares only once."""

    def __init__(self, clock: Clock) -> None:
        self._claimed: TTLCache[tuple[str, ...], bool] = TTLCache(10_000, _DOUBLE_CLICK, timer=clock.monotonic)

    def claim(self, body: Payload) -> bool:
        """Return whether this is the person's first click on this message's button in the last minute."""
        place = _place(body)
        if place in self._claimed:
            return False
        self._claimed[place] = True
        return True

    def release(self, body: Payload) -> None:
        """Let the next click count again, after a share that failed."""
        self._claimed.pop(_place(body), None)


def _place(body: Payload) -> tuple[str, ...]:
    container = part(body.get("container"))
    return text(container.get("channel_id")), text(container.get("message_ts")), body["user"]["id"]
