"""The resources that all workspaces share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.campaigns.figures import Figures
from bot.campaigns.ids import Links
from bot.carecycle.cache import CampaignCache
from bot.carecycle.full_list import FullLists
from bot.carecycle.search_index import SearchIndex
from bot.clock import Clock
from bot.store.database import Database
from bot.workspaces.accounts import Accounts
from bot.workspaces.assessments import Assessments
from bot.workspaces.current_keys import CurrentKeys
from bot.workspaces.key_status import KeyStatus
from bot.workspaces.link_forms import LinkForms


@dataclass(frozen=True, slots=True)
class Resources:
    """One of each resource for the whole program."""

    db: Database
    cache: CampaignCache
    search_index: SearchIndex
    full_lists: FullLists[Figures]
    links: Links
    clock: Clock
    key_status: KeyStatus
    accounts: Accounts
    link_forms: LinkForms
    assessments: Assessments
    keys: CurrentKeys
    read_anew: Callable[[str], None]  # drops what is remembered of a workspace, after a change, and reads it again
    of: Callable[[str, str | None], Awaitable[Any]]  # returns a workspace as it is now; Any: its class uses this one

    def forget_campaigns(self, workspace_id: str) -> None:
        """Drop every campaign that was read for a workspace."""
        for memory in (self.cache, self.search_index, self.full_lists, self.link_forms, self.assessments):
            memory.forget(workspace_id)
