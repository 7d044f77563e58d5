"""What the parts that deliver digests have in common."""

from typing import NamedTuple

from bot.clock import Clock
from bot.delivery.slack_port import SlackPort
from bot.store.database import Database
from bot.workspaces.registry import Workspaces


class Dependencies(NamedTuple):
    """The database, the time, the workspaces and Slack."""

    db: Database
    clock: Clock
    workspaces: Workspaces
    slack: SlackPort
