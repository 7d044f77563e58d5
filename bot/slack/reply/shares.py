"""Which cards were shared a moment ago, so that a double click shares once."""

from typing import Any

from cachetools import TTLCache

from bot.clock import Clock

_DOUBLE_CLICK = 60.0  # seconds

Payload = dict[str, Any]  # Any: Slack's JSON


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
