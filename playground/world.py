"""The outside world and the bot in it, on free ports of this machine: for people to play with and for tests."""

import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from pydantic import BaseModel

from bot.app import Bot, build
from bot.clock import Clock
from bot.config import Settings
from bot.delivery.pace import Pace
from bot.slack.http.limits import Limits
from bot.stopping import Shutdown
from playground.blank import copy_blank
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.clock import MovableClock
from playground.life import Life
from playground.reading import read_all
from playground.slack import Slack
from playground.slack.machinery import Machinery
from playground.slack.oauth import CLIENT_ID, CLIENT_SECRET
from playground.slack.page import Page
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import APP_TOKEN, BOT_TOKEN
from playground.stories import Told

LOOPBACK = "127.0.0.1"
_IN_FLIGHT = 0.5  # seconds for requests under way at the end


@dataclass
class World:
    """Everything that runs; `page` is the address to open, `carecycle_url` careCycle's.

    `clock` is there when it can be moved.
    """

    slack: Slack
    carecycle: CareCycle | None
    bot: Bot
    page: str
    clock: MovableClock | None
    carecycle_url: str | None
    machinery: Machinery  # what the page's panel does to the world: `tell`, `live`, `crowd`

    def tell(self, name: str, campaign_id: str | None = None) -> Told:
        """Tells one of the STORIES of `playground/stories.py`: of its own campaign, unless another one is named."""
        return self.machinery.tell(name, campaign_id)

    async def live(self, days: float, *, every: timedelta | None = None) -> None:
        """Lives through so many days quickly: the clock stops at each reading and each digest on the way.

        `every`: the time between two readings. None: an hour, and a quarter of one on the last day.
        """
        await self.machinery.live(days, every)

    async def forward(self, seconds: float) -> None:
        """Puts the clock forward, with the digests and readings on the way."""
        await self.machinery.set_clock({"forward": seconds})

    def crowd(self, count: int) -> None:
        """Makes Sunrise's account hold so many campaigns."""
        self.machinery.crowd(count)


@asynccontextmanager
async def world(
    *,
    port: int = 0,
    live: Settings | None = None,
    socket_mode: bool = False,
    carecycle: CareCycle | None = None,
    clock: Clock | MovableClock | None = None,
    now: Callable[[], float] = time.time,
    slack_fault: str = "none",
    many: bool = False,
    lively: bool = False,
    pace: Pace | None = None,
    shutdown: Shutdown | None = None,
    limits: Limits | None = None,
    installed: tuple[str, ...] = ("T01SUNRISE",),
    **settings: object,
) -> AsyncIterator[World]:
    """The stand-ins, the bot and the page, until the block ends.

    `live` are the settings to talk to the real careCycle with; `settings` override the bot's own. With `many` the bot
    serves any number of workspaces, and is added to those `installed`. On a
    `MovableClock` everybody's time is its time; `lively` campaigns make calls.
    """
    async with AsyncExitStack() as stack:
        movable = clock if isinstance(clock, MovableClock) else None
        slack = _slack(stack, movable.seconds if movable else now, now, slack_fault, many=many)
        stand_in = None if live else carecycle or CareCycle()
        page = Page(slack, stand_in, movable, life := _in_time(stand_in, slack, movable, lively=lively))
        base, address = await _open(stack, slack, page, stand_in, port)
        await _give_folder(stack, settings)
        listening, own = _address(stack)  # before the bot is built, which has to know it
        slack.redirect_uri, slack.deliveries.url = f"{own}/slack/oauth_redirect", f"{own}/slack/events"
        made = _settings(base, address, live, socket_mode=socket_mode, **(_for_many(own) if many else {}) | settings)
        bot = await stack.enter_async_context(build(made, _read(clock), pace, shutdown, limits))
        await _run(stack, bot, page, listening)
        if life and made.read_every:
            page.machinery.read_with(partial(read_all, bot, slack))
        for team_id in installed if many else ():
            await _install(slack, team_id)
        yield World(slack, stand_in, bot, base, movable, address, page.machinery)


def _slack(
    stack: AsyncExitStack, now: Callable[[], float], stopwatch: Callable[[], float], fault: str, *, many: bool
) -> Slack:
    slack = Slack(now=now, stopwatch=stopwatch, many=many)
    slack.faults.set(fault)
    stack.push_async_callback(slack.deliveries.close)
    return slack


async def _open(
    stack: AsyncExitStack, slack: Slack, page: Page, carecycle: CareCycle | None, port: int
) -> tuple[str, str | None]:
    """Slack and the page are served at the first address, the stand-in for careCycle at the second."""
    base = await _serve(stack, [*slack.routes(), *page.routes()], port)
    slack.at(base)
    return base, await _serve_app(stack, carecycle.app()) if carecycle else None


async def _run(stack: AsyncExitStack, bot: Bot, page: Page, listening: socket.socket) -> None:
    page.machinery.drive(bot)
    stack.push_async_callback(page.machinery.close)
    await serve_bot(stack, bot, listening)
    if bot.socket:
        await bot.socket.start()
        await bot.socket.connected()


def _in_time(carecycle: CareCycle | None, slack: Slack, movable: MovableClock | None, *, lively: bool) -> Life | None:
    """careCycle counts requests by the clock that can be moved, if there is one, as the bot does."""
    if carecycle and movable:
        carecycle.now = movable.monotonic
    if not carecycle or not lively:
        return None
    carecycle.life = life = Life(slack.site.now, carecycle.campaigns.values())
    return life


def _read(clock: Clock | MovableClock | None) -> Clock | None:
    """The clock as the bot reads it."""
    return Clock(clock.now, clock.monotonic) if isinstance(clock, MovableClock) else clock


async def serve_bot(stack: AsyncExitStack, bot: Bot, listening: socket.socket | None = None) -> str:
    """Serves what the bot serves, on this machine only; its address."""
    await bot.web.start([listening or socket.create_server((LOOPBACK, 0))], _IN_FLIGHT)
    stack.push_async_callback(bot.web.stop)
    return f"http://{LOOPBACK}:{bot.web.port}"


async def _give_folder(stack: AsyncExitStack, settings: dict[str, object]) -> None:
    """For the bot's data. A cancelled connection to SQLite ends in a thread of its own, maybe while this is removed."""
    if "data_dir" in settings:
        return
    settings["data_dir"] = folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
    if not settings.keys() & {"database_url", "encryption_keys"}:
        await copy_blank(folder)


def _address(stack: AsyncExitStack) -> tuple[socket.socket, str]:
    """Where the bot will listen."""
    listening = stack.enter_context(socket.create_server((LOOPBACK, 0)))
    return listening, f"http://{LOOPBACK}:{listening.getsockname()[1]}"


async def _install(slack: Slack, team_id: str) -> None:
    page = await slack.install(team_id)
    if page.status != 200 or not slack.tokens.installed(slack.workspaces[team_id]):
        raise RuntimeError(f"the app could not be added to {team_id}: {page.status} {page.html}")


def _for_many(own: str) -> dict[str, object]:
    """Settings of a bot at the address `own` that has neither a workspace nor a key of its own."""
    return {
        "slack_bot_token": None,
        "slack_client_id": CLIENT_ID,
        "slack_client_secret": CLIENT_SECRET,
        "public_url": own,
        "carecycle_api_key": None,
    }


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
        "read_every": 0,  # who wants readings says so: a reading at a moment of its own is nothing to count requests by
        **account,
        **more,
    }
    made = Settings.__new__(Settings)
    BaseModel.__init__(made, **given)  # as of any model: looking for sources takes a sixth of a world's start
    return made


def _guarded(route: web.RouteDef) -> web.RouteDef:
    """Only for this machine's own page: a page from elsewhere brings its Origin, or its host's name."""
    # Not a middleware: aiohttp remembers the last thousand applications that have one, with all that they hold.

    async def answer(request: web.Request) -> web.StreamResponse:
        own = {f"{name}:{request.url.port}" for name in (LOOPBACK, "localhost")}
        origin = request.headers.get("origin")
        if request.host not in own or (origin and origin.removeprefix("http://") not in own):
            return web.Response(status=403, text="The playground answers its own page only.")
        return await handle(request)

    handle: Callable[[web.Request], Awaitable[web.StreamResponse]] = route.handler
    return web.route(route.method, route.path, answer, **route.kwargs)


async def _serve(stack: AsyncExitStack, routes: list[web.RouteDef], port: int) -> str:
    app = web.Application()
    app.add_routes(map(_guarded, routes))
    return await _serve_app(stack, app, socket.create_server((LOOPBACK, port)))


async def _serve_app(stack: AsyncExitStack, app: web.Application, listening: socket.socket | None = None) -> str:
    """Serves `app` on this machine only; its address."""
    listening = listening or socket.create_server((LOOPBACK, 0))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_IN_FLIGHT, handler_cancellation=True)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, listening).start()
    return f"http://{LOOPBACK}:{listening.getsockname()[1]}"
