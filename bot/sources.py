"""What every workspace draws on: one of each for the whole program."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.carecycle.cache import CampaignCache
from bot.carecycle.directory import Directory
from bot.carecycle.sweep import Sweeps
from bot.clock import Clock
from bot.figures import Figures
from bot.health import KeyHealth
from bot.links import Links
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Sources:
    """`forget` lets go of what is remembered of a workspace, after a change."""

    db: Database
    cache: CampaignCache
    directory: Directory
    sweeps: Sweeps[Figures]
    links: Links
    clock: Clock
    health: KeyHealth
    forget: Callable[[str], None]
