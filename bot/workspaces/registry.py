"""Find the workspaces this program serves. They are read from the database and remembered for half a minute."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from pydantic import SecretStr

from bot.cached import StaleCache
from bot.campaigns.ids import Links
from bot.carecycle.cache import CampaignCache
from bot.carecycle.client import CareCycle
from bot.carecycle.http import Http
from bot.carecycle.search_index import SearchIndex
from bot.clock import Clock
from bot.config import Settings
from bot.records import Connection
from bot.replicas.listener import Listener
from bot.store import notices, profiles
from bot.store.database import Database
from bot.workspaces import accounts
from bot.workspaces.accounts import Accounts
from bot.workspaces.assessments import Assessments
from bot.workspaces.current_keys import CurrentKeys
from bot.workspaces.digest_campaigns import new_full_lists
from bot.workspaces.key_status import KeyStatus
from bot.workspaces.link_forms import LinkForms
from bot.workspaces.resources import Resources
from bot.workspaces.workspace import Workspace

FRESH = 30.0  # seconds until a change by another replica is seen where replicas do not hear each other
_Key = tuple[str, str | None]


class Workspaces:
    """The known workspaces, looked up by Slack's ids."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        http: Http,
        cache: CampaignCache,
        clock: Clock,
        listener: Listener,
    ) -> None:
        self._settings = settings
        self._http = http
        self._remembered: StaleCache[_Key, Workspace] = StaleCache(self._load, clock, db.breaker, seconds=FRESH)
        self.key_broke = asyncio.Event()  # set when an alert about a broken key waits to be sent
        self._keys = CurrentKeys(db, clock, listener, self._follow_key)
        key_status = KeyStatus(db, clock, self.key_broke.set, self.read_anew)
        self.links = Links(settings.carecycle_link)  # to careCycle's web app, the same for all workspaces
        self.assessments = Assessments(db, clock, self._fixed_key)
        self._resources = Resources(
            db,
            cache,
            SearchIndex(clock),
            new_full_lists(clock),
            self.links,
            clock,
            key_status,
            Accounts(db, clock),
            LinkForms(),
            self.assessments,
            self._keys,
            self.read_anew,
            self.of,
        )
        self._follow(listener, cache)
        # Returns the id of the workspace that uses the API key from the environment, or None while it is not known.
        self.own_id: Callable[[], str | None] = lambda: None

    def own_with_key(self) -> str | None:
        """Return the id of the workspace that has the API key from the environment, or None while none is known."""
        own = self.own_id()
        return own if own and self._own_key(own) else None

    def known(self, workspace_id: str, enterprise_id: str | None = None) -> Workspace | None:
        """Return the workspace if it was read in the last FRESH seconds, else None. Send no query to the database."""
        return self._remembered.known((workspace_id, enterprise_id))

    async def of(self, workspace_id: str, enterprise_id: str | None = None, arrived: float | None = None) -> Workspace:
        """Return a workspace, which may be up to 15 minutes old while the database does not answer.

        `workspace_id` is the organization's id where Slack gives no other. `arrived` is given before an ack, as in
        `StaleCache.of`. Raise StoreUnavailable.
        """
        return await self._remembered.of((workspace_id, enterprise_id), arrived)

    async def managers_now(self, workspace_id: str) -> frozenset[str]:
        """Return the people named as managers, as the database has them now. Raise StoreUnavailable."""
        return await profiles.read_managers(self._resources.db, workspace_id)

    def read_anew(self, workspace_id: str) -> None:
        """Drop what is remembered of a workspace, after a change, and read it again while the database answers."""
        self._keys.forget(workspace_id)
        self._remembered.reload(lambda key: key[0] == workspace_id)
        self.assessments.forget(workspace_id)  # its key may be another account's

    def forget(self, workspace_id: str) -> None:
        """Drop what is remembered of a workspace."""
        self._keys.forget(workspace_id)
        self._remembered.forget(lambda key: key[0] == workspace_id)
        self.assessments.forget(workspace_id)

    def forget_uninstalled(self, id_: str) -> set[str]:
        """Drop everything in memory of a workspace or organization that uninstalled the app.

        Return `id_` and the ids of the organization's remembered workspaces.
        """
        ids = {id_} | {key[0] for key in self._remembered.held() if key[1] == id_}
        for one in ids:
            self.forget(one)
            self._resources.forget_campaigns(one)
        return ids

    async def close(self) -> None:
        """Cancel the requests to careCycle in flight, and the loads from the database."""
        resources = self._resources
        asking = resources.accounts, resources.search_index, resources.cache
        loading = self.assessments, self._remembered, self._keys
        await asyncio.gather(*(one.close() for one in (*asking, *loading)))

    async def _load(self, key: _Key) -> Workspace:
        workspace_id, enterprise_id = key
        changes = self._keys.changes
        profile = await profiles.read(self._resources.db, workspace_id)
        self._keys.note(workspace_id, profile.connection.key if profile.connection else None, changes)
        if own := self._own_key(workspace_id):
            profile = replace(profile, connection=Connection(own))
        http = self._http.checked(partial(self._keys.check, workspace_id, profile.connection))
        carecycle = CareCycle(http, {**self._settings.carecycle_params, **profile.preferences.params})
        return Workspace(workspace_id, enterprise_id, profile, carecycle, self._resources)

    def _follow(self, listener: Listener, cache: CampaignCache) -> None:
        """Follow what other replicas change."""
        listener.on(notices.KEY, self._follow_key)
        listener.on(notices.PROFILE, self.read_anew)
        listener.on(notices.LINK, cache.forget)  # cards in memory open what was right before
        listener.on(notices.ASSESSMENT, self.assessments.renew, of_others=True)
        listener.on_missed(self._expire)

    def _follow_key(self, workspace_id: str) -> None:
        """Drop all that was read with a key that was replaced or deleted."""
        self.read_anew(workspace_id)
        self._resources.forget_campaigns(workspace_id)

    def _expire(self) -> None:
        """Let everything be read again before it is used: changes may have been missed."""
        self._keys.forget_all()
        self._remembered.expire(lambda _: True)
        self.assessments.expire()

    def _fixed_key(self, workspace_id: str) -> str | None:
        key = self._own_key(workspace_id)
        return None if key is None else accounts.fixed_key(workspace_id, key)

    def _own_key(self, workspace_id: str) -> SecretStr | None:
        """Return CARECYCLE_API_KEY for the workspace whose bot token is in the environment, and None for all others."""
        if self._settings.slack_bot_token is None:
            return None
        others_are_served = self._settings.slack_client_id is not None
        return None if others_are_served and workspace_id != self.own_id() else self._settings.carecycle_api_key
