"""Deliver what people do to the bot, and note how long each ack took, also when Slack has given up."""

import asyncio
import time
from dataclasses import dataclass

import aiohttp

from playground.slack.deliveries import PATIENCE, Ack, Deliveries, Payload
from playground.slack.slack import SIGNING_SECRET

_LISTENS = 30.0  # seconds; ten times as long as Slack, to see how late an ack is
GOOD = "200"


@dataclass(frozen=True, slots=True)
class Acked:
    """One delivery: what it was, when it was sent (monotonic), the seconds until its ack, and how it went."""

    what: str
    sent: float
    took: float
    outcome: str  # `200`, or Slack's word for no good answer
    response_url: str

    @property
    def is_late(self) -> bool:
        """Whether Slack had given up: it waits 3 s."""
        return self.took > PATIENCE


class MeasuredDeliveries(Deliveries):
    """The way to the bot, without a limit on connections. People see Slack's own error after three seconds."""

    def __init__(self) -> None:
        super().__init__(SIGNING_SECRET, patience=_LISTENS)
        self.acks: list[Acked] = []

    def open(self) -> None:
        """Begin, in the loop that will deliver."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def deliver(self, what: str, kind: str, payload: Payload) -> Ack:
        """Deliver one payload, and return what Slack would show of the ack."""
        listening = asyncio.create_task(self._listen(what, kind, payload))
        self._later.add(listening)
        listening.add_done_callback(self._later.discard)
        done, _ = await asyncio.wait({listening}, timeout=PATIENCE)
        if not done:
            return Ack(error="operation_timeout")
        return listening.result()  # without a limit: it is done

    async def _listen(self, what: str, kind: str, payload: Payload) -> Ack:
        sent = time.monotonic()
        ack = await super().deliver(what, kind, payload)
        url = str(payload.get("response_url", "")) if kind == "slash_commands" else ""
        self.acks.append(Acked(what, sent, time.monotonic() - sent, ack.error or GOOD, url))
        return ack
