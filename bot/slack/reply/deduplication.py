"""Detect events that Slack sends twice, and buttons that people press twice, whichever replicas get them."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

from cachetools import TTLCache

from bot.clock import Clock
from bot.replicas.once import Memory, Once, Turn
from bot.slack.reply.payload import Payload, part, text
from bot.slack.reply.workspace_tags import Address
from bot.store.claims import Deed

_DOUBLE_CLICK = timedelta(minutes=1)
_REMEMBERED = timedelta(hours=1)  # Slack's last try comes after five minutes


class SeenEvents:
    """The events of the last hour."""

    def __init__(self, once: Once, clock: Clock) -> None:
        self._once = once
        self._seen: Memory = TTLCache(50_000, _REMEMBERED.total_seconds(), timer=clock.monotonic)

    @asynccontextmanager
    async def turn(self, body: Payload, address: Address, *, waits: bool = True) -> AsyncIterator[Turn]:
        """Yield whether to handle the event: it comes for the first time, or whoever had it died.

        An event without an id always is to be handled. With `waits`, wait while another replica is at it: Slack sends
        nothing again that was acked.
        """
        event_id = body.get("event_id")
        if not isinstance(event_id, str):
            yield Turn(is_mine=True)
            return
        deed = Deed("event", address, (event_id,), _REMEMBERED)
        async with self._once.turn(deed, self._seen, waits=waits) as turn:
            yield turn


class RecentShares:
    """The cards that were shared in the last minute, so that a double click shares only once."""

    def __init__(self, once: Once, clock: Clock) -> None:
        self._once = once
        self._claimed: Memory = TTLCache(10_000, _DOUBLE_CLICK.total_seconds(), timer=clock.monotonic)

    def turn(self, body: Payload, address: Address) -> AbstractAsyncContextManager[Turn]:
        """Yield whether this is the person's first click on this message's button in the last minute.

        A click beside another one is dropped: whoever reads of a failure, or of nothing, clicks again.
        """
        return self._once.turn(Deed("share", address, (address[0], *_place(body)), _DOUBLE_CLICK), self._claimed)


def _place(body: Payload) -> tuple[str, ...]:
    container = part(body.get("container"))
    return text(container.get("channel_id")), text(container.get("message_ts")), body["user"]["id"]
