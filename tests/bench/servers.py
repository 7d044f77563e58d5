"""The three servers that are compared: `python -m tests.bench.servers default|fast|bot` prints its port."""

import asyncio
import os
import sys

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot import logs
from bot.slack.authorize import OneWorkspace
from playground.slack import Slack
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import BOT_TOKEN
from playground.world import world


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
    app = AsyncApp(
        client=AsyncWebClient(base_url=api),
        signing_secret=SIGNING_SECRET,
        authorize=OneWorkspace(BOT_TOKEN),  # type: ignore[arg-type]  # see bot/slack/bolt.py
        process_before_response=True,
    )
    app.command("/campaign")(hi)
    return app


async def _serve(app: web.Application) -> int:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return int(runner.addresses[0][1])


async def main(which: str) -> None:
    """Serves until killed."""
    if which == "bot":
        async with world(cache_seconds=900) as here:
            print(str(here.slack.deliveries.url).split(":")[2].split("/")[0], flush=True)
            await asyncio.Event().wait()
    slack = Slack()
    stand_in = web.Application()
    stand_in.add_routes(slack.routes())
    api = f"http://127.0.0.1:{await _serve(stand_in)}/api/"
    app = default_bolt(api) if which == "default" else fast_bolt(api)
    print(await _serve(app.web_app("/slack/events")), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        logs.set_up("INFO", "json", nowhere)  # lines are made as in real life, and dropped
        asyncio.run(main(sys.argv[1]))
