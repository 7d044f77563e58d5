"""What the bot is compared with: `python -m tests.bench.servers default|fast` acks "hi" and prints its port."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

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
    client = AsyncWebClient(base_url=api)
    app = AsyncApp(
        client=client,
        signing_secret=SIGNING_SECRET,
        authorize=OneWorkspace(BOT_TOKEN, client, Clock(), BackgroundTasks()),
        process_before_response=True,
    )
    app.command("/campaign")(hi)
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


async def main(which: str) -> None:
    """Serves a Bolt that acks "hi" until killed; prints its port."""
    async with stand_ins(Slack(), CareCycle()) as settings, AsyncExitStack() as stack:
        api = settings["SLACK_API_URL"]
        app = default_bolt(api) if which == "default" else fast_bolt(api)
        print(await serve(stack, app.web_app("/slack/events")), flush=True)
        await asyncio.Event().wait()  # without a limit: its parent kills it


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
