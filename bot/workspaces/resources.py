"""The resources that all workspaces share."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.campaigns.ids import Links
from bot.carecycle.cache import CampaignCache
from bot.carecycle.full_list import FullLists
from bot.carecycle.search_index import SearchIndex
from bot.clock import Clock
from bot.digests.snapshot import Figures
from bot.store.database import Database
from bot.workspaces.key_status import KeyStatus


@dataclass(frozen=True, slots=True)
class Sources:
    """One of each resource for the whole program."""

    db: Database
    cache: CampaignCache
    directory: SearchIndex
    sweeps: FullLists[Figures]
    links: Links
    clock: Clock
    key_status: KeyStatus
    forget: Callable[[str], None]  # drops what is remembered of a workspace, after a change
