"""Run a bot that only listens, to test the stand-in for Slack from both sides."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from playground.slack import Slack
from playground.slack.page import Page
from playground.slack.web_api import BOT_TOKEN
from playground.slack.workspace import Modal

Json = dict[str, Any]
PLAIN = {"type": "plain_text", "text": "Key"}
KEY = {"type": "input", "block_id": "key", "label": PLAIN, "element": {"type": "plain_text_input", "action_id": "key"}}
FORM = {"type": "modal", "title": PLAIN, "submit": PLAIN, "callback_id": "c", "private_metadata": "m", "blocks": [KEY]}


class Bot:
    """A bot that answers every delivery with `says`, and keeps what it received in `heard`."""

    def __init__(self, slack: Slack) -> None:
        self.slack, self.says = slack, Json()
        self.heard: list[Json] = []

    @property
    def page(self) -> str:
        """The address of the playground's page, as a World has it."""
        return self.slack.api.base

    async def answer(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.heard.append(json.loads(str(form["payload"])) if "payload" in form else dict(form))
        return web.json_response(self.says) if self.says else web.Response()


@asynccontextmanager
async def listening() -> AsyncIterator[Bot]:
    """Run the stand-in for Slack, and a bot that receives from it, until the block ends."""
    slack = Slack()
    bot, served = Bot(slack), web.Application()
    served.add_routes([*slack.routes(), *Page(slack, None).routes(), web.post("/slack/events", bot.answer)])
    here = TestServer(served, host="127.0.0.1")
    # Else it waits twice a minute for the page's stream of events to end by itself.
    await here.start_server(shutdown_timeout=0.5)
    try:
        slack.at(str(here.make_url("")).rstrip("/"))
        slack.deliveries.url = f"{slack.api.base}/slack/events"
        yield bot
        await slack.deliveries.close()
    finally:
        await here.close()


async def call(bot: Bot, method: str, token: str = BOT_TOKEN, **args: Any) -> Json:
    """Call a method of the Web API in JSON, and return the answer."""
    headers = {"authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{bot.slack.api.base}/api/{method}", json=args, headers=headers) as answer:
            found: Json = await answer.json()
            return found


async def opened(bot: Bot, user: str = "U01OWNER", **more: Any) -> Modal:
    """Open a form for this person, and return it."""
    trigger = bot.slack.views.new_trigger(bot.slack.workspace, user)
    assert (await call(bot, "views.open", trigger_id=trigger, view={**FORM, **more}))["ok"]
    return bot.slack.modals_of(user)[-1]
