"""What one Slack workspace can ask: the only thing that knows how to get answers."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from pydantic import SecretStr

from bot import logs
from bot.carecycle.cache import CacheKey, CampaignCache
from bot.carecycle.client import CareCycle
from bot.carecycle.keys import fingerprint
from bot.carecycle.models import Reading
from bot.clock import Clock
from bot.errors import CareCycleError, NotConnected
from bot.links import Links


@dataclass(frozen=True)
class Workspace:
    """One Slack workspace and its careCycle account; `key` is None until it is connected."""

    id: str
    key: SecretStr | None
    carecycle: CareCycle
    cache: CampaignCache
    links: Links
    clock: Clock

    async def campaign(self, campaign_id: str, *, newer_than: datetime | None = None) -> Reading:
        """The campaign with this id (lower case), from memory when it is fresh.

        With `newer_than`, only a record fetched after that counts as fresh. Raises NotConnected or a
        CareCycleError; during outages and limits the last good record comes back with its `problem`.
        """
        if (key := self.key) is None:
            raise NotConnected
        place = CacheKey(self.id, self._fingerprint, campaign_id)
        try:
            reading = await self.cache.get(place, lambda: self._fetch(key, campaign_id), newer_than=newer_than)
        except CareCycleError:
            logs.note_read("miss")
            raise
        logs.note_read("old" if reading.problem else "hit" if reading.cached else "miss")
        return reading

    def held(self, campaign_id: str) -> Reading | None:
        """The fresh record in memory, if there is one; never asks careCycle."""
        return self.cache.held(CacheKey(self.id, self._fingerprint, campaign_id))

    @cached_property
    def _fingerprint(self) -> str:
        return fingerprint(self.key) if self.key else ""

    async def _fetch(self, key: SecretStr, campaign_id: str) -> Reading:
        found = await self.carecycle.get_campaign(key, campaign_id)
        return Reading(found, self.clock.now(), link=self.links.to(campaign_id))


class Workspaces:
    """Every workspace this program serves; for now the one from the environment, whatever Slack calls it."""

    def __init__(
        self, key: SecretStr | None, carecycle: CareCycle, cache: CampaignCache, links: Links, clock: Clock
    ) -> None:
        self._made = lru_cache(maxsize=1_000)(lambda team_id: Workspace(team_id, key, carecycle, cache, links, clock))

    def of(self, team_id: str) -> Workspace:
        """The workspace with Slack's `team_id` (of an organisation-wide installation: the enterprise id)."""
        return self._made(team_id)
