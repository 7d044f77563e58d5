"""What the bot is compared with: `python -m tests.bench.servers default|fast|asking` answers and prints its port.

Two ack "hi"; `asking` asks careCycle with httpx, and acks the status.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.slack.context.tokens import OneWorkspace
from bot.slack.reply.background import BackgroundTasks
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.slack import Slack
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import BOT_TOKEN


def key_of(team: str) -> str:
    """The key to careCycle of a workspace of a benchmark."""
    return f"cc_bench_{team}"


async def hi(ack: AsyncAck) -> None:
    """The least a listener can do."""
    await ack("hi")


def default_bolt(api: str) -> AsyncApp:
    """Bolt as its guide shows it."""
    client = AsyncWebClient(token=BOT_TOKEN, base_url=api)
    app = AsyncApp(client=client, signing_secret=SIGNING_SECRET)
    app.command("/campaign")(hi)
    return app


def fast_bolt(api: str) -> AsyncApp:
    """Bolt with everything slow switched off, as this bot runs it."""
    app = _fast(api)
    app.command("/campaign")(hi)
    return app


def _fast(api: str) -> AsyncApp:
    client = AsyncWebClient(base_url=api)
    return AsyncApp(
        client=client,
        signing_secret=SIGNING_SECRET,
        authorize=OneWorkspace(BOT_TOKEN, client, Clock(), BackgroundTasks()),
        process_before_response=True,
    )


def asking_bolt(api: str, carecycle: str) -> AsyncApp:
    """Fast Bolt that asks careCycle for each command: the least that Bolt, httpx and JSON can do for a look-up."""
    app = _fast(api)
    client = httpx.AsyncClient(base_url=carecycle, timeout=5)

    async def status(ack: AsyncAck, command: dict[str, str]) -> None:
        answer = await client.get(f"/v2/campaigns/{command['text']}", headers={"x-api-key": key_of(command["team_id"])})
        await ack(str(answer.raise_for_status().json()["campaign"]["status"]))

    app.command("/campaign")(status)
    return app


async def serve(stack: AsyncExitStack, app: web.Application) -> int:
    """The port it is served at until the stack is closed."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return int(runner.addresses[0][1])


@asynccontextmanager
async def stand_ins(slack: Slack, carecycle: CareCycle) -> AsyncIterator[dict[str, str]]:
    """Slack and careCycle on this machine, and the settings of a bot that talks to them."""
    served = web.Application()
    served.add_routes(slack.routes())
    async with AsyncExitStack() as stack:
        slack.at(f"http://127.0.0.1:{await serve(stack, served)}")
        yield {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{slack.api.base}/api/",
            "CARECYCLE_API_KEY": PLAYGROUND_KEY,
            "CARECYCLE_BASE_URL": f"http://127.0.0.1:{await serve(stack, carecycle.app())}",
            "CACHE_SECONDS": "900",
            "LOG_FORMAT": "json",
        }


async def main(which: str, carecycle: str = "") -> None:
    """Serve one of them until killed, and print its port. `asking` asks the careCycle that is given."""
    async with stand_ins(Slack(), CareCycle()) as settings, AsyncExitStack() as stack:
        api = settings["SLACK_API_URL"]
        app = {"default": default_bolt, "fast": fast_bolt}[which](api) if not carecycle else asking_bolt(api, carecycle)
        print(await serve(stack, app.web_app("/slack/events")), flush=True)
        await asyncio.Event().wait()  # without a limit: its parent kills it


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
