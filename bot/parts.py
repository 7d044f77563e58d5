"""Open the parts of the program. Each is ended by `Shutdown` within its own time, in the reverse order."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial

from slack_sdk.web.async_client import AsyncWebClient

from bot.carecycle.cache import CampaignCache
from bot.carecycle.http import open_http
from bot.carecycle.rate_limit import Budget
from bot.clock import Clock
from bot.config import Settings
from bot.delivery.pace import Pace
from bot.delivery.scheduler import Scheduler
from bot.readings.schedule import ReadingSchedule, regular_readings
from bot.replicas.heartbeat import Heartbeat
from bot.replicas.listener import Listener
from bot.replicas.once import Once
from bot.replicas.shared_budget import SharedBudget
from bot.replicas.together import Replicas
from bot.slack.context.tokens import Authorize, authorize_with
from bot.slack.context.web_client import slack_session, web_client
from bot.slack.http.readiness import Readiness
from bot.slack.reply.background import BackgroundTasks
from bot.slack.reply.errors import report
from bot.slack.reply.response_urls import ResponseUrls
from bot.stopping import DidNotEnd, Shutdown, cancel, raise_if_cancelled
from bot.store.database import Database, open_database
from bot.store.retention import keep_tidy
from bot.workspaces.registry import Workspaces

SHORT = 2.0  # seconds for a part that has little to do when it ends
_READINGS = 5.0  # seconds for readings under way; another replica reads instead
_AFTER_A_MISTAKE = 60.0  # seconds until background work that failed is started again


def in_background(stack: AsyncExitStack, shutdown: Shutdown, part: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` until the bot ends. Log its errors and start it again after each."""
    task = asyncio.create_task(_for_ever(work), name=part)

    async def end() -> None:
        if await cancel({task}, SHORT):
            raise DidNotEnd(part)

    stack.push_async_callback(shutdown.end, part, end, SHORT + 1)


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # any error: nothing else would report it
            raise_if_cancelled(error)
            report(error)
        await asyncio.sleep(_AFTER_A_MISTAKE)


def open_readiness(db: Database, scheduler: Scheduler, stack: AsyncExitStack, shutdown: Shutdown) -> Readiness:
    """Return what says whether the program is ready."""
    readiness = Readiness(db, scheduler)
    stack.push_async_callback(shutdown.end, "readiness", readiness.close, SHORT)
    return readiness


async def open_authorize(
    settings: Settings,
    db: Database,
    clock: Clock,
    client: AsyncWebClient,
    tasks: BackgroundTasks,
    stack: AsyncExitStack,
    shutdown: Shutdown,
) -> Authorize:
    """Return what finds the tokens of requests. Raise SettingsError when Slack refuses the bot token."""
    authorize = await authorize_with(settings, db, clock, client, tasks)
    stack.push_async_callback(shutdown.end, "reading tokens", authorize.close, SHORT)
    return authorize


async def open_store(settings: Settings, clock: Clock, stack: AsyncExitStack, shutdown: Shutdown) -> Database:
    """Open the database, and delete its old rows for as long as it is open. Raise SettingsError."""
    db = await shutdown.enter(stack, "database", open_database(settings), SHORT)
    tidy = partial(keep_tidy, db, clock, settings.audit_days, settings.snapshot_days)
    in_background(stack, shutdown, "deleting old rows", tidy)
    return db


async def open_replicas(
    db: Database, clock: Clock, pace: Pace | None, stack: AsyncExitStack, shutdown: Shutdown
) -> Replicas:
    """Begin to hear from the other replicas, and to let them hear of this one."""
    listener, pace = Listener(db), pace or Pace()
    listener.start()
    stack.push_async_callback(shutdown.end, "hearing changes", listener.close, SHORT)
    heartbeat, once = Heartbeat(db, pace.beat, pace.dead), Once(db, clock)
    stack.push_async_callback(shutdown.end, "heartbeat", heartbeat.stop, SHORT)
    if not db.is_shared:  # there are no others, and only the recovery of deliveries looks at heartbeats
        return Replicas(heartbeat, listener, once, Budget(clock))
    heartbeat.start()
    in_background(stack, shutdown, "recording what was done", once.keep_recording)
    budget = SharedBudget(db, clock, heartbeat, listener)
    budget.start()
    stack.push_async_callback(shutdown.end, "limit of requests", budget.stop, SHORT)
    return Replicas(heartbeat, listener, once, budget)


async def open_slack(
    settings: Settings, clock: Clock, stack: AsyncExitStack, shutdown: Shutdown
) -> tuple[AsyncWebClient, ResponseUrls]:
    """Open the connections to Slack."""
    opening = slack_session(settings.slack_api_url, clock)
    session = await shutdown.enter(stack, "connections to Slack", opening, SHORT)
    return web_client(settings.slack_api_url, session), ResponseUrls(session, settings.slack_api_url)


async def open_workspaces(
    settings: Settings, db: Database, clock: Clock, replicas: Replicas, stack: AsyncExitStack, shutdown: Shutdown
) -> Workspaces:
    """Open the connections to careCycle, and return the workspaces that use them."""
    opening = open_http(settings.carecycle_base_url, clock, replicas.budget)
    http = await shutdown.enter(stack, "connections to careCycle", opening, SHORT)
    workspaces = Workspaces(settings, db, http, CampaignCache(clock, settings.cache_seconds), clock, replicas.listener)
    stack.push_async_callback(shutdown.end, "requests to careCycle", workspaces.close, SHORT)
    return workspaces


async def open_readings(
    settings: Settings,
    db: Database,
    clock: Clock,
    workspaces: Workspaces,
    pace: Pace | None,
    stack: AsyncExitStack,
    shutdown: Shutdown,
) -> ReadingSchedule:
    """Read all accounts regularly, until the program ends."""
    reading = regular_readings(settings.read_every, db, clock, workspaces, (pace or Pace()).read)
    return await shutdown.enter(stack, "readings", reading, _READINGS)
