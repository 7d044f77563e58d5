"""Assemble the bot from its settings, and open and close its parts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.carecycle.cache import CampaignCache
from bot.carecycle.http import open_http
from bot.clock import Clock
from bot.config import Settings
from bot.delivery.assembly import digests_of
from bot.delivery.notifications import Notifications
from bot.delivery.operations import DigestOperations
from bot.delivery.pace import Pace
from bot.delivery.scheduler import Scheduler
from bot.metrics import Metrics
from bot.readings.schedule import ReadingSchedule, regular_readings
from bot.slack import app as slack_app
from bot.slack.command import help_cards
from bot.slack.context.channels import Channels
from bot.slack.context.home_memory import HomeMemory
from bot.slack.context.left_out_events import LeftOutEvents
from bot.slack.context.pending_commands import PendingCommands
from bot.slack.context.people import People
from bot.slack.context.preview_memory import Previews
from bot.slack.context.services import Services
from bot.slack.context.tokens import Authorize, authorize_with
from bot.slack.context.web_client import slack_session, web_client, without_retries
from bot.slack.digests.line_port import LineAdapter
from bot.slack.digests.slack_port import SlackAdapter
from bot.slack.http.limits import Limits
from bot.slack.http.readiness import Readiness
from bot.slack.http.routes import routes
from bot.slack.http.server import HttpServer
from bot.slack.install.oauth import install_flow
from bot.slack.install.uninstall_check import keep_looking
from bot.slack.reply.background import BackgroundTasks
from bot.slack.reply.deduplication import RecentShares, SeenEvents
from bot.slack.reply.errors import report
from bot.slack.reply.replies import Replies
from bot.slack.reply.response_urls import ResponseUrls
from bot.slack.socket_mode import Socket
from bot.stopping import DidNotEnd, Shutdown, cancel, raise_if_cancelled
from bot.store.database import Database, open_database
from bot.store.retention import keep_tidy
from bot.workspaces.lookups import Lookups, kept_lookups
from bot.workspaces.registry import Workspaces

_HAND_BACK = 10.0  # seconds for deliveries under way; another replica or the next start goes on with the rest
_QUEUE = 5.0  # more seconds to close their queue
_DRAIN = 15.0  # seconds for answers under way; one may wait 10 s for careCycle before it is sent
_SOCKET = 5.0  # seconds to send the acks under way and close the connection
_READINGS = 5.0  # seconds for readings under way; another replica reads instead
_SHORT = 2.0  # seconds for a part that has little to do when it ends
_AFTER_A_MISTAKE = 60.0  # seconds until background work that failed is started again


@dataclass(frozen=True, slots=True)
class Bot:
    """The running program."""

    bolt: AsyncApp
    web: HttpServer
    socket: Socket | None  # its Socket Mode connection, if it has one
    workspaces: Workspaces
    tasks: BackgroundTasks  # work that goes on after an ack
    db: Database
    services: Services
    scheduler: Scheduler
    readings: ReadingSchedule
    notifications: Notifications
    shutdown: Shutdown


@asynccontextmanager
async def build(
    settings: Settings,
    clock: Clock | None = None,
    pace: Pace | None = None,
    shutdown: Shutdown | None = None,
    limits: Limits | None = None,
) -> AsyncIterator[Bot]:
    """Build the whole bot from its settings and keep it open until the block ends.

    At the end of the block, finish what was acknowledged to Slack. Raise SettingsError when Slack refuses the bot
    token, when the encryption keys do not fit the database, or when the database cannot be used.
    """
    clock, shutdown, limits = clock or Clock(), shutdown or Shutdown(), limits or Limits()
    async with AsyncExitStack() as stack:
        db = await _database(settings, clock, stack, shutdown)
        lookups = await shutdown.enter(stack, "writing look-ups", kept_lookups(db, clock), _SHORT)
        client, urls = await _slack(settings, clock, stack, shutdown)
        tasks = BackgroundTasks()
        authorize = await _authorize(settings, db, clock, client, tasks, stack, shutdown)
        workspaces = await _workspaces(settings, db, clock, stack, shutdown)
        workspaces.own_id = lambda: authorize.own.team_id if authorize.own else None
        schedule = await _schedule(settings, db, clock, workspaces, pace, stack, shutdown)
        stack.push_async_callback(shutdown.end, "answers", partial(tasks.drain, _DRAIN), _DRAIN + _SHORT)
        flow = install_flow(settings, db, clock, client, authorize) if settings.slack_client_id else None
        people, channels = People(clock), Channels(clock)
        once = without_retries(client)
        ports = SlackAdapter(client, once, authorize, channels, people, clock), LineAdapter(client, once, authorize)
        digests, scheduler, notifications = digests_of(settings, db, clock, workspaces, schedule.readings, ports, pace)
        services = _services(
            settings, db, clock, urls, tasks, workspaces, authorize, lookups, people, channels, digests, schedule
        )
        _in_background(stack, shutdown, "looking at installations", partial(keep_looking, client, services))
        app = slack_app.create(client=client, services=services, flow=flow)
        socket = Socket(app, token.get_secret_value()) if (token := settings.slack_app_token) else None
        readiness, metrics = _readiness(db, scheduler, stack, shutdown), Metrics(db, clock, scheduler, schedule)
        secret, left_out = settings.slack_signing_secret, LeftOutEvents(services).note
        served = HttpServer(routes(app, secret, flow, readiness.trouble, metrics.text, limits, left_out), limits)
        stack.push_async_callback(_end_work, shutdown, scheduler, socket, tasks)
        await scheduler.start()
        yield Bot(app, served, socket, workspaces, tasks, db, services, scheduler, schedule, notifications, shutdown)


async def _end_work(shutdown: Shutdown, scheduler: Scheduler, socket: Socket | None, tasks: BackgroundTasks) -> None:
    """End deliveries and answers at the same time: one after the other could take longer than the grace period."""

    async def end_answers() -> None:
        if socket:
            await shutdown.end("Socket Mode", socket.stop, _SOCKET)
        await shutdown.end("answers", partial(tasks.drain, _DRAIN), _DRAIN + _SHORT)

    await asyncio.gather(
        shutdown.end("digests", partial(scheduler.stop, _HAND_BACK), _HAND_BACK + _QUEUE), end_answers()
    )


def _in_background(stack: AsyncExitStack, shutdown: Shutdown, part: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` until the bot ends. Log its errors and start it again after each."""
    task = asyncio.create_task(_for_ever(work), name=part)

    async def end() -> None:
        if await cancel({task}, _SHORT):
            raise DidNotEnd(part)

    stack.push_async_callback(shutdown.end, part, end, _SHORT + 1)


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # any error: nothing else would report it
            raise_if_cancelled(error)
            report(error)
        await asyncio.sleep(_AFTER_A_MISTAKE)


def _readiness(db: Database, scheduler: Scheduler, stack: AsyncExitStack, shutdown: Shutdown) -> Readiness:
    readiness = Readiness(db, scheduler)
    stack.push_async_callback(shutdown.end, "readiness", readiness.close, _SHORT)
    return readiness


async def _authorize(
    settings: Settings,
    db: Database,
    clock: Clock,
    client: AsyncWebClient,
    tasks: BackgroundTasks,
    stack: AsyncExitStack,
    shutdown: Shutdown,
) -> Authorize:
    authorize = await authorize_with(settings, db, clock, client, tasks)
    stack.push_async_callback(shutdown.end, "reading tokens", authorize.close, _SHORT)
    return authorize


async def _database(settings: Settings, clock: Clock, stack: AsyncExitStack, shutdown: Shutdown) -> Database:
    db = await shutdown.enter(stack, "database", open_database(settings), _SHORT)
    tidy = partial(keep_tidy, db, clock, settings.audit_days, settings.snapshot_days)
    _in_background(stack, shutdown, "deleting old rows", tidy)
    return db


async def _slack(
    settings: Settings, clock: Clock, stack: AsyncExitStack, shutdown: Shutdown
) -> tuple[AsyncWebClient, ResponseUrls]:
    opening = slack_session(settings.slack_api_url, clock)
    session = await shutdown.enter(stack, "connections to Slack", opening, _SHORT)
    return web_client(settings.slack_api_url, session), ResponseUrls(session, settings.slack_api_url)


async def _workspaces(
    settings: Settings, db: Database, clock: Clock, stack: AsyncExitStack, shutdown: Shutdown
) -> Workspaces:
    opening = open_http(settings.carecycle_base_url, clock)
    http = await shutdown.enter(stack, "connections to careCycle", opening, _SHORT)
    workspaces = Workspaces(settings, db, http, CampaignCache(clock, settings.cache_seconds), clock)
    stack.push_async_callback(shutdown.end, "requests to careCycle", workspaces.close, _SHORT)
    return workspaces


async def _schedule(
    settings: Settings,
    db: Database,
    clock: Clock,
    workspaces: Workspaces,
    pace: Pace | None,
    stack: AsyncExitStack,
    shutdown: Shutdown,
) -> ReadingSchedule:
    reading = regular_readings(settings.read_every, db, clock, workspaces, (pace or Pace()).read)
    return await shutdown.enter(stack, "readings", reading, _READINGS)


def _services(
    settings: Settings,
    db: Database,
    clock: Clock,
    urls: ResponseUrls,
    tasks: BackgroundTasks,
    workspaces: Workspaces,
    authorize: Authorize,
    lookups: Lookups,
    people: People,
    channels: Channels,
    digests: DigestOperations,
    schedule: ReadingSchedule,
) -> Services:
    return Services(
        replies=Replies(urls, tasks, clock, settings.reply_within),
        response_urls=urls,
        tasks=tasks,
        clock=clock,
        people=people,
        channels=channels,
        shares=RecentShares(clock),
        pending_commands=PendingCommands(clock),
        previews=Previews(clock),
        seen_events=SeenEvents(clock),
        workspaces=workspaces,
        authorize=authorize,
        db=db,
        lookups=lookups,
        homes=HomeMemory(clock),
        assessments=workspaces.assessments,
        digests=digests,
        readings=schedule.readings,
        command=settings.command,
        help=help_cards(settings.command),
    )
