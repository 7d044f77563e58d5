"""Assemble the bot from its settings, and open and close its parts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.config import Settings
from bot.delivery.assembly import digests_of
from bot.delivery.notifications import Notifications
from bot.delivery.operations import DigestOperations
from bot.delivery.pace import Pace
from bot.delivery.scheduler import Scheduler
from bot.leaving import DRAIN, Leaving
from bot.metrics import Metrics
from bot.parts import (
    SHORT,
    in_background,
    open_authorize,
    open_readiness,
    open_readings,
    open_replicas,
    open_slack,
    open_store,
    open_workspaces,
)
from bot.readings.schedule import ReadingSchedule
from bot.replicas.listener import Listener
from bot.replicas.together import Replicas
from bot.slack import app as slack_app
from bot.slack.campaigns.at_hand import AtHand
from bot.slack.command import answer_again, help_cards
from bot.slack.context.channels import Channels
from bot.slack.context.home_memory import HomeMemory
from bot.slack.context.installed import follow_installations
from bot.slack.context.left_out_events import LeftOutEvents
from bot.slack.context.pending_commands import PendingCommands
from bot.slack.context.people import People
from bot.slack.context.preview_memory import Previews
from bot.slack.context.services import Services
from bot.slack.context.tokens import Authorize
from bot.slack.context.web_client import without_retries
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
from bot.slack.reply.replies import Replies
from bot.slack.reply.response_urls import ResponseUrls
from bot.slack.socket_mode import Socket
from bot.slack.workspace.pending_answers import answer_when_told
from bot.stopping import Shutdown
from bot.store.database import Database
from bot.workspaces.lookups import Lookups, kept_lookups
from bot.workspaces.registry import Workspaces


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
    replicas: Replicas
    leaving: Leaving  # how it stops


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
    clock, shutdown = clock or Clock(), shutdown or Shutdown()
    async with AsyncExitStack() as stack:
        db = await open_store(settings, clock, stack, shutdown)
        replicas = await open_replicas(db, clock, pace, stack, shutdown)
        lookups = await shutdown.enter(stack, "writing look-ups", kept_lookups(db, clock), SHORT)
        client, urls = await open_slack(settings, clock, stack, shutdown)
        tasks = BackgroundTasks()
        authorize = await open_authorize(settings, db, clock, client, tasks, stack, shutdown)
        workspaces = await open_workspaces(settings, db, clock, replicas, stack, shutdown)
        workspaces.own_id = lambda: authorize.own.team_id if authorize.own else None
        schedule = await open_readings(settings, db, clock, workspaces, pace, stack, shutdown)
        stack.push_async_callback(shutdown.end, "answers", partial(tasks.drain, DRAIN), DRAIN + SHORT)
        people, channels, ports = _ports(client, authorize, clock)
        digests, scheduler, notifications = digests_of(
            settings, db, clock, workspaces, schedule.readings, replicas.heartbeat, ports, pace
        )
        known = authorize, lookups, people, channels
        services = _services(settings, db, clock, urls, tasks, workspaces, *known, digests, schedule, replicas)
        _follow_others(replicas.listener, services, client)
        in_background(stack, shutdown, "looking at installations", partial(keep_looking, client, services))
        readiness = open_readiness(db, scheduler, stack, shutdown)
        metrics = Metrics(db, clock, scheduler, schedule, replicas)
        app, served, socket = _doors(settings, services, client, readiness, metrics, limits or Limits())
        leaving = Leaving(shutdown, readiness, served, scheduler, socket, tasks)
        stack.push_async_callback(leaving.finish)
        await scheduler.start()
        works = scheduler, schedule, notifications
        yield Bot(app, served, socket, workspaces, tasks, db, services, *works, replicas, leaving)


def _follow_others(listener: Listener, services: Services, client: AsyncWebClient) -> None:
    """Do what other replicas tell: forget a workspace that left, and answer what waited for a key."""
    follow_installations(listener, services)
    answer_when_told(listener, services, client, answer_again)


def _doors(
    settings: Settings,
    services: Services,
    client: AsyncWebClient,
    readiness: Readiness,
    metrics: Metrics,
    limits: Limits,
) -> tuple[AsyncApp, HttpServer, Socket | None]:
    """Return the ways in from Slack: Bolt, and the HTTP server and the Socket Mode connection that lead to it."""
    db, clock = services.db, services.clock
    flow = install_flow(settings, db, clock, client, services.authorize) if settings.slack_client_id else None
    app = slack_app.create(client=client, services=services, flow=flow)
    socket = Socket(app, token.get_secret_value()) if (token := settings.slack_app_token) else None
    before_bolt = LeftOutEvents(services).note, AtHand(services, client).answer
    routed = routes(app, settings.slack_signing_secret, flow, readiness.trouble, metrics.text, limits, *before_bolt)
    return app, HttpServer(routed, limits), socket


def _ports(
    client: AsyncWebClient, authorize: Authorize, clock: Clock
) -> tuple[People, Channels, tuple[SlackAdapter, LineAdapter]]:
    """Return people, channels, and what deliveries need from Slack.

    Messages of deliveries are sent once: Slack may have posted one that failed.
    """
    people, channels, once = People(clock), Channels(clock), without_retries(client)
    slack = SlackAdapter(client, once, authorize, channels, people, clock)
    return people, channels, (slack, LineAdapter(client, once, authorize))


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
    replicas: Replicas,
) -> Services:
    return Services(
        replies=Replies(urls, tasks, clock, settings.reply_within),
        response_urls=urls,
        tasks=tasks,
        clock=clock,
        people=people,
        channels=channels,
        shares=RecentShares(replicas.once, clock),
        pending_commands=PendingCommands(clock),
        previews=Previews(replicas.once, db, clock),
        seen_events=SeenEvents(replicas.once, clock),
        once=replicas.once,
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
