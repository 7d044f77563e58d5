"""Puts every object together, once; opens and closes them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.carecycle.cache import CampaignCache
from bot.carecycle.client import CareCycle
from bot.carecycle.http import open_http
from bot.clock import Clock
from bot.config import Settings
from bot.links import Links
from bot.slack import bolt
from bot.slack.authorize import OneWorkspace
from bot.slack.desk import Desk
from bot.slack.http import routes
from bot.slack.people import People
from bot.slack.replies import Replies
from bot.slack.response_urls import ResponseUrls
from bot.slack.shares import Shares
from bot.slack.socket import Socket
from bot.slack.tasks import Tasks
from bot.workspace import Workspaces

_DRAIN = 15.0  # seconds; longer than careCycle and a response_url may take together
_SLACK_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)


@dataclass(frozen=True, slots=True)
class Bot:
    """The running program: `web` is what it serves, `socket` its Socket Mode connection, if it has one.

    `tasks` is what goes on after an ack.
    """

    bolt: AsyncApp
    web: web.Application
    socket: Socket | None
    workspaces: Workspaces
    tasks: Tasks


@asynccontextmanager
async def build(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Bot]:
    """The whole bot from its settings, open until the block ends; then what was acknowledged is finished.

    Raises SettingsError when Slack refuses the bot token.
    """
    clock = clock or Clock()
    async with AsyncExitStack() as stack:
        workspaces = await _workspaces(settings, clock, stack)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=_SLACK_TIMEOUT))
        tasks = Tasks()
        stack.push_async_callback(tasks.drain, _DRAIN)
        app = await _bolt(settings, clock, session, workspaces, tasks)
        socket = None
        if settings.slack_app_token:
            socket = Socket(app, settings.slack_app_token.get_secret_value())
            stack.push_async_callback(socket.stop)
        secret = settings.slack_signing_secret
        served = routes(app, secret.get_secret_value() if secret else None)
        yield Bot(app, served, socket, workspaces, tasks)


async def _workspaces(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Workspaces:
    http = await stack.enter_async_context(open_http(settings.carecycle_base_url, clock))
    carecycle = CareCycle(http, settings.carecycle_params)
    cache = CampaignCache(clock, settings.cache_seconds)
    stack.push_async_callback(cache.close)
    return Workspaces(settings.carecycle_api_key, carecycle, cache, Links(settings.carecycle_link), clock)


async def _bolt(
    settings: Settings, clock: Clock, session: aiohttp.ClientSession, workspaces: Workspaces, tasks: Tasks
) -> AsyncApp:
    client = AsyncWebClient(
        base_url=settings.slack_api_url,
        session=session,  # else a new TLS connection for each call
        retry_handlers=[
            AsyncConnectionErrorRetryHandler(),
            AsyncRateLimitErrorRetryHandler(),
            AsyncServerErrorRetryHandler(),
        ],
    )
    authorize = OneWorkspace(settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else "")
    await authorize.learn(client)
    urls = ResponseUrls(session, settings.slack_api_url)
    return bolt.create(
        client=client,
        authorize=authorize,
        command_name=settings.command,
        workspaces=workspaces,
        desk=Desk(Replies(urls, tasks, clock, settings.reply_within), urls, tasks, clock, People(clock), Shares(clock)),
    )
