"""How long the program takes to be ready, and how much memory it needs then."""

import asyncio
import os
import socket
import sys
import time
from pathlib import Path
from statistics import median

import aiohttp
from aiohttp import web

from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.slack import Slack
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import BOT_TOKEN

from .report import Result

ROUNDS = 5


async def start_to_ready() -> list[Result]:
    """(d) From the start of `campaign-bot serve` to the first good `/healthz`."""
    slack = Slack()
    stand_in = web.Application()
    stand_in.add_routes(slack.routes())
    api, carecycle = await _serve(stand_in), await _serve(CareCycle().app())
    found = [await _start(f"{api}/api/", carecycle) for _ in range(ROUNDS)]
    return [
        Result("(d) start to ready, s", median(seconds for seconds, _ in found), at_most=1.5),
        Result("(d) memory when ready, MB", median(memory for _, memory in found), at_most=100),
    ]


async def _serve(app: web.Application) -> str:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _start(api: str, carecycle: str) -> tuple[float, float]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": api,
        "CARECYCLE_API_KEY": PLAYGROUND_KEY,
        "CARECYCLE_BASE_URL": carecycle,
        "PORT": str(port),
        "LOG_LEVEL": "ERROR",
    }
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "serve", env={**os.environ, **settings})
    try:
        await _healthy(port)
        seconds = time.perf_counter() - started
        return seconds, _memory(process.pid)
    finally:
        process.terminate()
        await process.wait()


async def _healthy(port: int) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(20):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)


def _memory(pid: int) -> float:
    """Resident memory in MB (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
