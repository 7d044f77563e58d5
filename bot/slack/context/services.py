"""Hold the services that listeners work with, one of each for the whole program."""

from dataclasses import dataclass

from blocks.kit import Message
from bot.clock import Clock
from bot.delivery.operations import Digests
from bot.slack.context.channels import Channels
from bot.slack.context.pending_commands import Waiting
from bot.slack.context.people import People
from bot.slack.context.preview_memory import Previews
from bot.slack.context.tokens import Authorize
from bot.slack.reply.background import Tasks
from bot.slack.reply.deduplication import Once, Shares
from bot.slack.reply.replies import Replies
from bot.slack.reply.response_urls import ResponseUrls
from bot.store.database import Database
from bot.workspaces.lookups import Lookups
from bot.workspaces.registry import Workspaces


@dataclass(frozen=True, slots=True)
class Services:
    """What every listener may use, as `interaction.services`."""

    replies: Replies
    response_urls: ResponseUrls
    tasks: Tasks
    clock: Clock
    people: People
    channels: Channels
    shares: Shares
    waiting: Waiting
    previews: Previews
    once: Once
    workspaces: Workspaces
    authorize: Authorize
    db: Database
    lookups: Lookups
    digests: Digests
    command: str  # the name of the slash command
    help: Message  # the command's help
