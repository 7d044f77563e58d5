"""What one Slack workspace can ask: the only thing that knows how to get answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from pydantic import SecretStr

from bot import logs
from bot.carecycle.cache import CacheKey
from bot.carecycle.client import CareCycle
from bot.carecycle.keys import fingerprint
from bot.carecycle.models import Reading
from bot.errors import CareCycleError, KeyFixed, KeyRefused, KeyRejected, NotConnected
from bot.links import Links
from bot.sources import Sources
from bot.store import audit, profiles
from bot.store.records import Connection, Deed, Preferences, Profile

CONNECT_WITHIN = 2.0  # seconds for careCycle to prove a key: Slack waits three for a submitted form


@dataclass(frozen=True)
class Workspace:
    """One Slack workspace and its careCycle account, as they were a moment ago: a change makes a new one."""

    id: str
    enterprise_id: str | None
    profile: Profile
    carecycle: CareCycle
    sources: Sources = field(repr=False)

    @property
    def connection(self) -> Connection | None:
        """The way to careCycle; None until somebody connects."""
        return self.profile.connection

    @property
    def preferences(self) -> Preferences:
        """What managers have set."""
        return self.profile.preferences

    @property
    def links(self) -> Links:
        """Ids out of text, links out of ids."""
        return self.sources.links

    async def campaign(self, campaign_id: str, *, newer_than: datetime | None = None) -> Reading:
        """The campaign with this id (lower case), from memory when it is fresh.

        With `newer_than`, only a record fetched after that counts as fresh. Raises NotConnected or a
        CareCycleError; during outages and limits the last good record comes back with its `problem`.
        """
        if (connection := self.connection) is None:
            raise NotConnected
        place = CacheKey(self.id, self._fingerprint, campaign_id)
        cache = self.sources.cache
        try:
            reading = await cache.get(place, lambda: self._fetch(connection, campaign_id), newer_than=newer_than)
        except CareCycleError:
            logs.note_read("miss")
            raise
        logs.note_read("old" if reading.problem else "hit" if reading.cached else "miss")
        return reading

    def held(self, campaign_id: str) -> Reading | None:
        """The fresh record in memory, if there is one; never asks careCycle."""
        return self.sources.cache.held(CacheKey(self.id, self._fingerprint, campaign_id)) if self.connection else None

    async def connect(self, key: SecretStr, by: str) -> Connection:
        """Proves the key with careCycle, then keeps it instead of the one before; the person `by` set it.

        Raises KeyFixed, a CareCycleError or StoreUnavailable, each with nothing changed.
        """
        if self.connection and self.connection.is_fixed:
            raise KeyFixed
        await self.carecycle.list_campaigns(key, limit=1, within=CONNECT_WITHIN)
        kept = Connection(key, by, self.sources.clock.now())
        action = "replaced" if self.connection else "connected"
        await profiles.connect(
            self.sources.db, kept, self._deed(by, action, last_four=kept.last_four), self.enterprise_id
        )
        self._changed()
        return kept

    async def disconnect(self, by: str) -> None:
        """Forgets the key, and every campaign read with it. Raises KeyFixed, StoreUnavailable."""
        if self.connection and self.connection.is_fixed:
            raise KeyFixed
        await profiles.disconnect(self.sources.db, self._deed(by, "disconnected"))
        self._changed()
        self.sources.cache.forget(self.id)

    async def prefer(self, preferences: Preferences, managers: Iterable[str], by: str) -> None:
        """Keeps preferences and managers. Raises StoreUnavailable."""
        named = frozenset(managers)
        changed = [
            name for name in Preferences.__slots__ if getattr(preferences, name) != getattr(self.preferences, name)
        ]
        deed = self._deed(
            by,
            "changed settings",
            changed=changed,
            managers_added=sorted(named - self.profile.managers),
            managers_removed=sorted(self.profile.managers - named),
        )
        await profiles.prefer(self.sources.db, preferences, named, deed, self.enterprise_id)
        self._changed()

    async def note(self, by: str, action: str, **details: object) -> None:
        """Adds to the audit trail. Raises StoreUnavailable."""
        await audit.note(self.sources.db, self._deed(by, action, **details), self.enterprise_id)

    async def deeds(self, most: int) -> list[Deed]:
        """The last rows of the audit trail, newest first. Raises StoreUnavailable."""
        return await audit.newest(self.sources.db, self.id, most)

    @cached_property
    def _fingerprint(self) -> str:
        return fingerprint(self.connection.key) if self.connection else ""

    async def _fetch(self, connection: Connection, campaign_id: str) -> Reading:
        try:
            found = await self.carecycle.get_campaign(connection.key, campaign_id)
        except KeyRefused as error:
            if isinstance(error, KeyRejected):
                await self.sources.health.broken(self.id, connection)
            raise type(error)(str(error), fixed=connection.is_fixed) from error
        await self.sources.health.works(self.id, connection)
        return Reading(found, self.sources.clock.now(), link=self.links.to(campaign_id))

    def _deed(self, by: str, action: str, **details: object) -> Deed:
        return Deed(self.sources.clock.now(), self.id, by, action, details)

    def _changed(self) -> None:
        self.sources.forget(self.id)
