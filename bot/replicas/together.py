"""What makes several processes one, for the rest of the program to use."""

from dataclasses import dataclass

from bot.carecycle.rate_limit import RequestBudget
from bot.replicas.heartbeat import Heartbeat
from bot.replicas.listener import Listener
from bot.replicas.once import Once


@dataclass(frozen=True, slots=True)
class Replicas:
    """What this process shares with the others that serve the same workspaces. With SQLite there are no others."""

    heartbeat: Heartbeat
    listener: Listener
    once: Once
    budget: RequestBudget
