"""Play Slack and careCycle for several replicas, and record who sent what, and when."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.carecycle import CareCycle
from playground.slack import Slack
from playground.world import LOOPBACK
from tests.drivers.balancer import NOBODY


@dataclass(slots=True)
class Request:
    """A request to careCycle: when it came (monotonic seconds), from which replica, and with which key.

    `status` is 0 until it is answered.
    """

    at: float
    replica: int
    key: str
    path: str
    query: dict[str, str]
    status: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call to Slack: when it came (monotonic seconds), from which replica, for which workspace, and its body.

    `method` is the Web API's, or `response_url`, of which nobody can tell which replica sent it.
    """

    at: float
    replica: int
    method: str
    team: str | None
    body: str


@dataclass
class Outside:
    """Slack and careCycle. Each replica has an address of its own for each, which shows who asks."""

    slack: Slack
    carecycle: CareCycle
    requests: list[Request] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    slack_addresses: list[str] = field(default_factory=list)
    carecycle_addresses: list[str] = field(default_factory=list)

    def most_in_a_minute(self, key: str) -> int:
        """Return the most requests with a key that careCycle saw in any 60 seconds."""
        times = sorted(one.at for one in self.requests if one.key == key)
        most, first = 0, 0
        for last, at in enumerate(times):
            while at - times[first] >= 60:
                first += 1
            most = max(most, last - first + 1)
        return most

    def longest_pause(self, key: str) -> float:
        """Return the most seconds between two requests with a key."""
        times = sorted(one.at for one in self.requests if one.key == key)
        return max((later - before for before, later in pairwise(times)), default=0.0)

    def called(self, method: str) -> list[Call]:
        """Return the calls of one of the Web API's methods."""
        return [one for one in self.calls if one.method == method]

    @web.middleware
    async def record_request(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Record a request to careCycle."""
        key, number = request.headers.get("x-api-key", ""), _number(self.carecycle_addresses, request)
        record = Request(time.monotonic(), number, key, request.path, dict(request.query))
        self.requests.append(record)
        response = await handler(request)
        record.status = response.status
        return response

    @web.middleware
    async def record_call(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Record a call to Slack."""
        at, body = time.monotonic(), await request.text()
        method = request.match_info.get("method", "response_url")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        grant = self.slack.tokens.grants.get(token)
        number = NOBODY if method == "response_url" else _number(self.slack_addresses, request)
        self.calls.append(Call(at, number, method, grant.team_id if grant else None, body))
        return await handler(request)


def _number(addresses: list[str], request: web.Request) -> int:
    return next((n for n, one in enumerate(addresses) if one.endswith(f":{request.url.port}")), NOBODY)


@asynccontextmanager
async def outside(slack: Slack, carecycle: CareCycle, count: int) -> AsyncIterator[Outside]:
    """Run Slack and careCycle until the block ends, with an address of each for so many replicas."""
    async with AsyncExitStack() as stack:
        world = Outside(slack, carecycle)
        app = web.Application(middlewares=[world.record_call])
        app.add_routes(slack.routes())
        world.slack_addresses = await _serve(stack, app, count)
        slack.at(world.slack_addresses[0])
        theirs = carecycle.app()
        theirs.middlewares.append(world.record_request)
        world.carecycle_addresses = await _serve(stack, theirs, count)
        yield world


async def _serve(stack: AsyncExitStack, app: web.Application, count: int) -> list[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    for _ in range(count):
        await web.TCPSite(runner, LOOPBACK, 0).start()
    return [f"http://{LOOPBACK}:{address[1]}" for address in runner.addresses]
