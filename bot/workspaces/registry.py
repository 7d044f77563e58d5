"""Every workspace this program serves, read from the store and remembered for half a minute."""

import asyncio
from collections.abc import Callable

from pydantic import SecretStr

from bot.cached import StaleCache
from bot.campaigns.ids import Links
from bot.carecycle.cache import CampaignCache
from bot.carecycle.client import CareCycle
from bot.carecycle.http import Http
from bot.carecycle.search_index import SearchIndex
from bot.clock import Clock
from bot.config import Settings
from bot.records import Connection, Profile
from bot.store import profiles
from bot.store.database import Database
from bot.workspaces.digest_campaigns import new_sweeps
from bot.workspaces.key_status import KeyStatus
from bot.workspaces.resources import Sources
from bot.workspaces.workspace import Workspace

FRESH = 30.0  # seconds; a change made by another replica is seen after so long at most
_Key = tuple[str, str | None]


class Workspaces:
    """Finds them by Slack's ids. The key from the environment belongs to the one whose id `own_id` says, once known.

    `links` are the web app's: the same for all. `key_broke` is set when somebody is to be told that a key did.
    """

    def __init__(
        self,
        settings: Settings,
        db: Database,
        http: Http,
        cache: CampaignCache,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._http = http
        self._carecycle = CareCycle(http, settings.carecycle_params)
        self._remembered: StaleCache[_Key, Workspace] = StaleCache(self._load, clock, seconds=FRESH)
        self.key_broke = asyncio.Event()
        key_status = KeyStatus(db, clock, self.key_broke.set, self.forget)
        self.links = Links(settings.carecycle_link)
        self._sources = Sources(
            db, cache, SearchIndex(clock), new_sweeps(clock), self.links, clock, key_status, self.forget
        )
        self.own_id: Callable[[], str | None] = lambda: None

    def known(self, workspace_id: str, enterprise_id: str | None = None) -> Workspace | None:
        """The workspace, if it is remembered; never asks the store."""
        return self._remembered.known((workspace_id, enterprise_id))

    async def of(self, workspace_id: str, enterprise_id: str | None = None) -> Workspace:
        """The workspace with Slack's id (where Slack gives none: its organization's). Raises StoreUnavailable."""
        return await self._remembered.of((workspace_id, enterprise_id))

    def forget(self, workspace_id: str) -> None:
        """Let go of what is remembered of a workspace, after a change."""
        self._remembered.forget(lambda key: key[0] == workspace_id)

    def left(self, id_: str) -> set[str]:
        """A workspace, or a whole organization, is gone: nothing of it stays in memory. The ids of its workspaces."""
        ids = {id_} | {key[0] for key in self._remembered.held() if key[1] == id_}
        for one in ids:
            self.forget(one)
            self._sources.cache.forget(one)
            self._sources.directory.forget(one)
            self._sources.sweeps.forget(one)
        return ids

    async def close(self) -> None:
        """End the requests in flight."""
        await self._sources.directory.close()
        await self._sources.cache.close()

    async def _load(self, key: _Key) -> Workspace:
        workspace_id, enterprise_id = key
        profile = await profiles.read(self._sources.db, workspace_id)
        if own := self._own_key(workspace_id):
            profile = Profile(Connection(own), profile.preferences, profile.managers)
        carecycle = self._carecycle
        if params := profile.preferences.params:
            carecycle = CareCycle(self._http, {**self._settings.carecycle_params, **params})
        return Workspace(workspace_id, enterprise_id, profile, carecycle, self._sources)

    def _own_key(self, workspace_id: str) -> SecretStr | None:
        """CARECYCLE_API_KEY: of the workspace whose token is in the environment, and of no other."""
        if self._settings.slack_bot_token is None:
            return None
        others_are_served = self._settings.slack_client_id is not None
        return None if others_are_served and workspace_id != self.own_id() else self._settings.carecycle_api_key
