"""The cached command: in process, and over HTTP beside Bolt acking "hi"."""

import asyncio
import time
from dataclasses import dataclass
from statistics import median

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.reply.time_limit import ARRIVED
from playground.world import world
from tests.bench.client import Load, command_body, load, signed
from tests.bench.others import Server, other
from tests.bench.processes import cpu_of
from tests.bench.report import Result
from tests.bench.servers import default_bolt, fast_bolt
from tests.bench.size import Size
from tests.bench.start import bot

NAMES = ("default", "fast", "bot")


@dataclass(frozen=True)
class _Burst:
    """A load, and the milliseconds of processor time that each of its requests took the server."""

    load: Load
    cpu: float


async def in_process(size: Size) -> list[Result]:
    """(a) The full cached card against "hi", from the raw request to the response, through Bolt as in Socket Mode."""
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
    async with other("default") as default, other("fast") as fast, bot() as running:
        servers = {"default": default, "fast": fast, "bot": Server(running.pid, running.port)}
        results: list[Result] = []
        for connections in (1, 16):
            results += _compare(connections, await _rounds(servers, connections, size))
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


async def _rounds(servers: dict[str, Server], connections: int, size: Size) -> dict[str, list[_Burst]]:
    """Bursts in turn, so that noise of the machine meets all three."""
    found: dict[str, list[_Burst]] = {name: [] for name in servers}
    for _ in range(size.rounds):
        for name, server in servers.items():
            before = cpu_of(server.pid)
            made = await load(server.port, connections, size.seconds)
            found[name].append(_Burst(made, (cpu_of(server.pid) - before) / made.count))
    return found


def _compare(connections: int, found: dict[str, list[_Burst]]) -> list[Result]:
    p50 = {name: median(one.load.p50 for one in bursts) for name, bursts in found.items()}
    # Ratios round by round: what slows the machine down slows a round's servers alike.
    pairs = list(zip(found["bot"], found["fast"], strict=True))
    rate = median(ours.load.rate / fast.load.rate for ours, fast in pairs)
    cpu = median(ours.cpu / fast.cpu for ours, fast in pairs)
    with_n = f"(b) HTTP, {connections} connection{'s' if connections > 1 else ''}:"
    bound = 1 / 20 if connections == 1 else None
    return [
        Result(f"{with_n} cached card / default Bolt “hi”, p50", p50["bot"] / p50["default"], at_most=bound),
        Result(f"{with_n} cached card / fast Bolt “hi”, throughput", rate, at_least=0.9),
        Result(f"{with_n} cached card / fast Bolt “hi”, CPU a request", cpu, at_most=1 / 0.9),
        *(Result(f"    {name}: p50 ms", p50[name]) for name in NAMES),
        *(Result(f"    {name}: requests a second", median(one.load.rate for one in found[name])) for name in NAMES),
        *(Result(f"    {name}: CPU a request, ms", median(one.cpu for one in found[name])) for name in NAMES),
    ]
