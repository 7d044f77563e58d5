"""Deliver what people do to several replicas in turn, as Slack does through a plain load balancer."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.stopping import cancel
from playground.slack.deliveries import PATIENCE, Ack, Deliveries, Payload, written
from playground.slack.slack import SIGNING_SECRET

NOBODY = -1  # in place of a replica's number
_delivered: ContextVar[list[tuple[Payload, Ack]] | None] = ContextVar("delivered", default=None)  # by this task
_named: ContextVar[int | None] = ContextVar("named", default=None)  # the replica that gets everything
_PROBE = 2.0  # seconds for an answer to a probe


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery: to which replica, when (monotonic), the seconds until its ack, and its HTTP status.

    `refused` and `cut` are the connections that another replica did not take, or ended before it answered.
    """

    kind: str
    payload: Payload
    replica: int
    at: float
    took: float
    status: int
    refused: int = 0
    cut: int = 0


class Balancer(Deliveries):
    """The way to the replicas at `addresses`: each in turn, or one that is named. `sent` is what was delivered.

    A delivery whose connection is refused or cut goes to the next one. Connections are kept, as balancers do.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        super().__init__(SIGNING_SECRET, patience=patience)
        self.addresses: list[str] = []
        self.slack: list[str] = []  # Slack's address for each replica, where each has one of its own
        self.sent: list[Sent] = []
        self.out: set[int] = set()  # replicas that get nothing
        self._turns = itertools.count()
        self._client: aiohttp.ClientSession | None = None

    @property
    def refused(self) -> int:
        """Return how many connections were refused, and went to another replica."""
        return sum(one.refused for one in self.sent)

    @property
    def cut(self) -> int:
        """Return how many connections ended before the answer, so that the request went to another replica."""
        return sum(one.cut for one in self.sent)

    @contextmanager
    def only(self, replica: int | None) -> Iterator[None]:
        """Send everything of this task to one replica until the block ends; None: to each in turn."""
        token = _named.set(replica)
        try:
            yield
        finally:
            _named.reset(token)

    @contextmanager
    def delivered(self) -> Iterator[list[tuple[Payload, Ack]]]:
        """Collect what this task delivers until the block ends, with the acks."""
        token = _delivered.set(found := list[tuple[Payload, Ack]]())
        try:
            yield found
        finally:
            _delivered.reset(token)

    async def deliver(self, what: str, kind: str, payload: Payload) -> Ack:
        ack = await super().deliver(what, kind, payload)
        if (found := _delivered.get()) is not None:  # without a limit: a variable
            found.append((payload, ack))
        return ack

    async def send(self, kind: str, payload: Payload, *, replica: int | None = None, retry: int = 0) -> Ack:
        """Deliver a payload to a replica, or to the next one. `retry`: which of Slack's repetitions of an event it is.

        `kind` is `slash_commands`, `interactive` or `events_api`.
        """
        again = {"x-slack-retry-num": str(retry), "x-slack-retry-reason": "http_timeout"} if retry else {}
        began, refused, cut = time.monotonic(), 0, 0
        for number in self._order(replica):
            body, content_type = written(kind, self._known_to(number, payload))
            headers = {**self.headers(body, content_type), **again}
            try:
                async with self._session_of_all().post(self._url(number), data=body, headers=headers) as answer:
                    text = await answer.text()
            except aiohttp.ClientConnectorError:
                refused += 1
                continue
            except (aiohttp.ClientError, OSError):
                cut += 1
                continue
            took = time.monotonic() - began
            self.sent.append(Sent(kind, payload, number, began, took, answer.status, refused, cut))
            return _ack(answer, text)
        self.sent.append(Sent(kind, payload, NOBODY, began, time.monotonic() - began, 0, refused, cut))
        return Ack(error="dispatch_failed")

    @asynccontextmanager
    async def probing(self, every: float, failures: int = 2) -> AsyncIterator[None]:
        """Ask each replica at `/readyz` every so many seconds until the block ends.

        One that failed so often in a row gets nothing more, until it answers well again.
        """
        probes = [asyncio.ensure_future(self._probe(number, every, failures)) for number in range(len(self.addresses))]
        try:
            yield
        finally:
            await cancel(probes, _PROBE)
            self.out.clear()

    async def close(self) -> None:
        await super().close()
        if self._client:
            await self._client.close()

    async def _by_http(self, kind: str, payload: Payload) -> Ack:
        return await self.send(kind, payload)

    def _order(self, replica: int | None) -> list[int]:
        """The replica that is named, or all in rotation, the next one first; out of rotation, when none is in it."""
        named = _named.get() if replica is None else replica  # without a limit: a variable
        if named is not None:
            return [named]
        everybody = range(len(self.addresses))
        some = [number for number in everybody if number not in self.out] or list(everybody)
        first = next(self._turns) % len(some)
        return some[first:] + some[:first]

    def _known_to(self, number: int, payload: Payload) -> Payload:
        """The payload with its response_url at the address of Slack that this replica knows."""
        if not self.slack or not payload.get("response_url"):
            return payload
        return {**payload, "response_url": self.slack[number] + urlsplit(payload["response_url"]).path}

    def _url(self, number: int) -> str:
        return f"{self.addresses[number]}/slack/events"

    def _session_of_all(self) -> aiohttp.ClientSession:
        self._client = self._client or aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self._client

    async def _probe(self, number: int, every: float, failures: int) -> None:
        failed = 0
        while True:
            failed = 0 if await self._is_ready(number) else failed + 1
            if failed == 0:
                self.out.discard(number)
            elif failed >= failures:
                self.out.add(number)
            await asyncio.sleep(every)  # without a limit: a pause

    async def _is_ready(self, number: int) -> bool:
        try:
            async with asyncio.timeout(_PROBE):
                async with self._session_of_all().get(f"{self.addresses[number]}/readyz") as answer:
                    return answer.status == 200
        except (aiohttp.ClientError, OSError):  # TimeoutError too
            return False


def _ack(answer: aiohttp.ClientResponse, text: str) -> Ack:
    if answer.status != 200:
        return Ack(error="dispatch_failed")
    return Ack(json.loads(text) if answer.content_type == "application/json" and text else text)
