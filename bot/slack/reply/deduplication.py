"""Notice what Slack sends, or people press, twice."""

from cachetools import TTLCache

from bot.clock import Clock
from bot.slack.reply.payload import Payload

_DOUBLE_CLICK = 60.0  # seconds
_REMEMBERED = 60 * 60.0  # seconds; Slack's last try comes after five minutes


class Once:
    """Which events were seen in the last hour, by this process."""

    def __init__(self, clock: Clock) -> None:
        self._seen: TTLCache[str, bool] = TTLCache(50_000, _REMEMBERED, timer=clock.monotonic)

    def is_first(self, body: Payload) -> bool:
        """Whether this event comes for the first time; one without an id always does."""
        event_id = body.get("event_id")
        if not isinstance(event_id, str):
            return True
        if event_id in self._seen:
            return False
        self._seen[event_id] = True
        return True


class Shares:
    """Which cards were shared in the last minute, so that a double click shares once."""

    def __init__(self, clock: Clock) -> None:
        self._claimed: TTLCache[tuple[str, ...], bool] = TTLCache(10_000, _DOUBLE_CLICK, timer=clock.monotonic)

    def claim(self, body: Payload) -> bool:
        """Whether this is the first click on this message's button by this person."""
        place = _place(body)
        if place in self._claimed:
            return False
        self._claimed[place] = True
        return True

    def release(self, body: Payload) -> None:
        """It did not go well: the next click counts again."""
        self._claimed.pop(_place(body), None)


def _place(body: Payload) -> tuple[str, ...]:
    container = body["container"]
    return container["channel_id"], container["message_ts"], body["user"]["id"]
