"""The cached command: in process, and over HTTP beside Bolt acking "hi"."""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.reply.time_limit import ARRIVED
from playground.world import world
from tests.bench.client import Load, command_body, load, signed
from tests.bench.report import Result
from tests.bench.servers import default_bolt, fast_bolt
from tests.bench.size import Size
from tests.bench.start import bot

NAMES = ("default", "fast", "bot")
Port = int


async def in_process(size: Size) -> list[Result]:
    """(a) The full cached card against "hi", from the raw request to the response."""
    async with world(cache_seconds=900) as here:
        api = here.slack.api.base + "/api/"
        apps = {"default": default_bolt(api), "fast": fast_bolt(api), "bot": here.bot.bolt}
        times: dict[str, list[float]] = {name: [] for name in NAMES}
        for _ in range(size.rounds):
            for name, app in apps.items():
                times[name].append(await _dispatch(app, min(size.calls, 30) if name == "default" else size.calls))
    card, fast, default = (median(times[name]) for name in ("bot", "fast", "default"))
    return [
        Result("(a) in process: cached card / default Bolt “hi”, time", card / default, at_most=1 / 20),
        Result("(a) in process: cached card / fast Bolt “hi”, time", card / fast),
        Result("    cached card, ms", card),
    ]


async def over_http(size: Size) -> list[Result]:
    """(b) The same over HTTP with 1 and with 16 connections, each server a process of its own."""
    async with _server("default") as default, _server("fast") as fast, bot() as running:
        ports = {"default": default, "fast": fast, "bot": running.port}
        results: list[Result] = []
        for connections in (1, 16):
            results += _compare(connections, await _rounds(ports, connections, size))
        return results


async def _dispatch(app: AsyncApp, times: int) -> float:
    body = command_body()
    headers = {name: [value] for name, value in signed(body).items()}
    await app.async_dispatch(AsyncBoltRequest(body=body, headers=dict(headers), context={ARRIVED: time.perf_counter()}))
    await asyncio.sleep(0.05)  # what the first one began beside its answer ends
    started = time.perf_counter()
    for _ in range(times):
        answer = await app.async_dispatch(
            AsyncBoltRequest(body=body, headers=dict(headers), context={ARRIVED: time.perf_counter()})
        )
        if answer.status != 200 or not answer.body:
            raise RuntimeError("no answer")
    return (time.perf_counter() - started) / times * 1000


async def _rounds(ports: dict[str, Port], connections: int, size: Size) -> dict[str, list[Load]]:
    """Bursts in turn, so that noise of the machine meets all three."""
    found: dict[str, list[Load]] = {name: [] for name in ports}
    for _ in range(size.rounds):
        for name, port in ports.items():
            found[name].append(await load(port, connections, size.seconds))
    return found


def _compare(connections: int, found: dict[str, list[Load]]) -> list[Result]:
    p50 = {name: median(one.p50 for one in loads) for name, loads in found.items()}
    # Ratios round by round: what slows the machine down slows a round's servers alike.
    rate = median(ours.rate / fast.rate for ours, fast in zip(found["bot"], found["fast"], strict=True))
    with_n = f"(b) HTTP, {connections} connection{'s' if connections > 1 else ''}:"
    bound = 1 / 20 if connections == 1 else None
    return [
        Result(f"{with_n} cached card / default Bolt “hi”, p50", p50["bot"] / p50["default"], at_most=bound),
        Result(f"{with_n} cached card / fast Bolt “hi”, throughput", rate, at_least=0.8),
        *(Result(f"    {name}: p50 ms", p50[name]) for name in NAMES),
        *(Result(f"    {name}: requests a second", median(one.rate for one in found[name])) for name in NAMES),
    ]


@asynccontextmanager
async def _server(name: str) -> AsyncIterator[Port]:
    process: Process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.servers", name, stdout=PIPE
    )
    try:
        if process.stdout is None:
            raise RuntimeError("no output")
        yield int(await asyncio.wait_for(process.stdout.readline(), 30))
    finally:
        process.kill()
        await asyncio.wait_for(process.wait(), 30)
