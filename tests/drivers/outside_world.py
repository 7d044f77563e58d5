"""Play the world around processes that are killed: see who posts, and kill on demand."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from playground.carecycle import CareCycle
from playground.slack import Slack


@dataclass
class Outside:
    """Slack and careCycle. Each process has an address of its own here, which shows which process posts.

    `strikes` says, by a part of a run's id, when the process that posts this run is killed: `on receipt` (Slack does
    not take the message), `taken` or `answered`. `struck` holds those that happened.
    """

    slack: Slack = field(default_factory=Slack)
    carecycle: CareCycle = field(default_factory=lambda: CareCycle(limit=1_000_000))
    strikes: dict[str, str] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    pids: dict[int, int] = field(default_factory=dict)  # by port
    carecycle_address: str = ""

    def messages(self, run: str) -> int:
        """Return how many messages of this run are in the channel."""
        hidden = [one.metadata for one in self.slack.workspace.messages if one.metadata]
        return sum(one["event_payload"].get("run") == run for one in hidden)

    @web.middleware
    async def deadly(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Kill the process that posts a run named in `strikes`."""
        body = await request.text() if request.path.endswith("chat.postMessage") else ""
        token = next((one for one in self.strikes if _is_about(body, one)), "")
        how, pid = self.strikes.pop(token, ""), self.pids.get(request.url.port or 0, 0)
        if how:
            self.struck.add(token)
        if how == "on receipt":
            kill(pid)
            return web.Response(status=500)
        response = await handler(request)
        if how == "answered":
            await response.prepare(request)
            await response.write_eof()
        if how:
            kill(pid)
        return response


def _is_about(body: str, token: str) -> bool:
    """Return whether a message is the digest of this token, or another one in a channel of its own."""
    return any(f"{token}{mark}" in body for mark in (":", "%3A", "X"))


def kill(pid: int) -> None:
    """Kill a process with SIGKILL, if it still runs."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@asynccontextmanager
async def outside(processes: int) -> AsyncIterator[Outside]:
    """Run the world, with an address for each of that many processes."""
    async with AsyncExitStack() as stack:
        world = Outside()
        app = web.Application(middlewares=[world.deadly])
        app.add_routes(world.slack.routes())
        runner = await _runner(stack, app)
        for _ in range(processes):
            await web.TCPSite(runner, "127.0.0.1", 0).start()
        world.addresses = [f"http://127.0.0.1:{address[1]}" for address in runner.addresses]
        world.slack.at(world.addresses[0])
        carecycle = await _runner(stack, world.carecycle.app())
        await web.TCPSite(carecycle, "127.0.0.1", 0).start()
        world.carecycle_address = f"http://127.0.0.1:{carecycle.addresses[0][1]}"
        yield world


async def _runner(stack: AsyncExitStack, app: web.Application) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    return runner
