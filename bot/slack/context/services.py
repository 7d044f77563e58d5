"""Hold the services that listeners work with, one of each for the whole program."""

from collections.abc import Mapping
from dataclasses import dataclass

from blocks.kit import Message
from bot.clock import Clock
from bot.delivery.operations import DigestOperations
from bot.readings.reader import Readings
from bot.records import Role
from bot.replicas.once import Once
from bot.slack.context.channels import Channels
from bot.slack.context.home_memory import HomeMemory
from bot.slack.context.pending_commands import PendingCommands
from bot.slack.context.people import People
from bot.slack.context.preview_memory import Previews
from bot.slack.context.tokens import Authorize
from bot.slack.reply.background import BackgroundTasks
from bot.slack.reply.deduplication import RecentShares, SeenEvents
from bot.slack.reply.replies import Replies
from bot.slack.reply.response_urls import ResponseUrls
from bot.store.database import Database
from bot.workspaces.assessments import Assessments
from bot.workspaces.lookups import Lookups
from bot.workspaces.registry import Workspaces


@dataclass(frozen=True, slots=True)
class Services:
    """What every listener may use, as `interaction.services`."""

    replies: Replies
    response_urls: ResponseUrls
    tasks: BackgroundTasks
    clock: Clock
    people: People
    channels: Channels
    shares: RecentShares
    pending_commands: PendingCommands
    previews: Previews
    seen_events: SeenEvents
    once: Once
    workspaces: Workspaces
    authorize: Authorize
    db: Database
    lookups: Lookups
    homes: HomeMemory
    assessments: Assessments
    digests: DigestOperations
    readings: Readings
    command: str  # the name of the slash command
    help: Mapping[Role | None, Message]  # the command's help; None: for people who are not known
