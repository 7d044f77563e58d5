"""What listeners work with: one of each for the whole program, handed to every listener as `desk`."""

from dataclasses import dataclass

from blocks.kit import Message
from bot.clock import Clock
from bot.digests.digests import Digests
from bot.lookups import Lookups
from bot.slack.authorize import Authorize
from bot.slack.channels import Channels
from bot.slack.once import Once
from bot.slack.people import People
from bot.slack.previews import Previews
from bot.slack.replies import Replies
from bot.slack.response_urls import ResponseUrls
from bot.slack.shares import Shares
from bot.slack.tasks import Tasks
from bot.slack.waiting import Waiting
from bot.store.database import Database
from bot.workspaces import Workspaces


@dataclass(frozen=True, slots=True)
class Desk:
    """`replies` is what nearly every listener needs; the rest is for the few that do more. `help`: what it says."""

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
    command: str
    help: Message
