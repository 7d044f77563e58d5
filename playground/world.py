"""The outside world and the bot in it, on free ports of this machine: for people to play with and for tests."""

import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.app import Bot, build
from bot.clock import Clock
from bot.config import Settings
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.slack import Slack
from playground.slack.page import Page
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import APP_TOKEN, BOT_TOKEN

LOOPBACK = "127.0.0.1"


@dataclass
class World:
    """Everything that runs; `page` is the address to open."""

    slack: Slack
    carecycle: CareCycle | None
    bot: Bot
    page: str


@asynccontextmanager
async def world(
    *,
    port: int = 0,
    live: Settings | None = None,
    socket_mode: bool = False,
    carecycle: CareCycle | None = None,
    clock: Clock | None = None,
    now: Callable[[], float] = time.time,
    slack_fault: str = "none",
    **settings: object,
) -> AsyncIterator[World]:
    """The stand-ins, the bot and the page, until the block ends.

    `live` are the settings to talk to the real careCycle with; `settings` override the bot's own.
    """
    async with AsyncExitStack() as stack:
        slack = Slack(now=now)
        slack.faults.set(slack_fault)
        stack.push_async_callback(slack.deliveries.close)
        stand_in = None if live else carecycle or CareCycle()
        page = Page(slack, stand_in)
        base = await _serve(stack, [*slack.routes(), *page.routes()], port)
        slack.at(base)
        address = await _serve_app(stack, stand_in.app()) if stand_in else None
        made = _settings(base, address, live, socket_mode=socket_mode, **settings)
        bot = await stack.enter_async_context(build(made, clock))
        slack.deliveries.url = await _serve_app(stack, bot.web) + "/slack/events"
        if bot.socket:
            await bot.socket.start()
            await bot.socket.connected()
        yield World(slack, stand_in, bot, base)


def _settings(
    base: str, carecycle: str | None, live: Settings | None, *, socket_mode: bool, **more: object
) -> Settings:
    """The bot's settings here: nothing is read from the environment, so that it cannot reach a real Slack."""
    account = (
        {"carecycle_api_key": live.carecycle_api_key, "carecycle_base_url": live.carecycle_base_url}
        if live
        else {"carecycle_api_key": PLAYGROUND_KEY, "carecycle_base_url": carecycle}
    )
    given: dict[str, object] = {
        "slack_bot_token": BOT_TOKEN,
        "slack_app_token": APP_TOKEN if socket_mode else None,
        "slack_signing_secret": SIGNING_SECRET,
        "slack_api_url": f"{base}/api/",
        **account,
        **more,
    }
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    return Settings(_env_file=None, **{**defaults, **given})


@web.middleware
async def _ours_alone(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only this machine's own page: a page from elsewhere brings its Origin, or its host's name."""
    own = {f"{name}:{request.url.port}" for name in (LOOPBACK, "localhost")}
    origin = request.headers.get("origin")
    if request.host not in own or (origin and origin.removeprefix("http://") not in own):
        return web.Response(status=403, text="The playground answers its own page only.")
    return await handler(request)


async def _serve(stack: AsyncExitStack, routes: list[web.RouteDef], port: int) -> str:
    app = web.Application(middlewares=[_ours_alone])
    app.add_routes(routes)
    return await _serve_app(stack, app, port)


async def _serve_app(stack: AsyncExitStack, app: web.Application, port: int = 0) -> str:
    """Serves `app` on this machine only; its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5, handler_cancellation=True)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    listening = socket.create_server((LOOPBACK, port))
    await web.SockSite(runner, listening).start()
    return f"http://{LOOPBACK}:{listening.getsockname()[1]}"
