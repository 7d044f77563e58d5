"""One Slack workspace: read its campaigns from careCycle, and change its key and settings."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TypeVar

from pydantic import SecretStr

from bot import logs
from bot.campaigns.campaign import Reading
from bot.campaigns.ids import Links
from bot.campaigns.listing import Listing
from bot.campaigns.pasted_secrets import secret_in
from bot.carecycle.api_key import fingerprint
from bot.carecycle.cache import CacheKey
from bot.carecycle.client import WITHIN, CareCycle
from bot.carecycle.rate_limit import Asker
from bot.digests.digest import CampaignFilter
from bot.errors import CareCycleError, KeyFixed, NotConnected, NotUnderstood
from bot.records import Account, AuditEntry, Connection, Preferences, Profile
from bot.store import audit, profiles
from bot.workspaces.accounts import LOOKED_AT
from bot.workspaces.current_keys import again_with_new_key
from bot.workspaces.digest_campaigns import DigestCampaigns, Gathered, Page
from bot.workspaces.requests import Requests
from bot.workspaces.resources import Resources

T = TypeVar("T")
_FOR_DIGESTS = timedelta(minutes=1)  # a record is new enough for a digest for this long
CONNECT_WITHIN = 2.0  # seconds to test a key with careCycle


@dataclass(frozen=True)
class Workspace:
    """A snapshot of one Slack workspace and its careCycle account. After a change a new one is made."""

    id: str
    enterprise_id: str | None
    profile: Profile
    carecycle: CareCycle
    resources: Resources = field(repr=False)

    @property
    def address(self) -> tuple[str, str | None]:
        """The workspace's id, and its organization's."""
        return self.id, self.enterprise_id

    @property
    def connection(self) -> Connection | None:
        """The connection to careCycle; None until a manager connects."""
        return self.profile.connection

    @property
    def checked_connection(self) -> Connection | None:
        """The connection with `broken_at` set if careCycle refuses its key, even a key from the environment."""
        return self.resources.key_status.known_of(self.id, self.connection)

    @property
    def preferences(self) -> Preferences:
        """The settings that managers have chosen."""
        return self.profile.preferences

    @property
    def links(self) -> Links:
        """The links to careCycle's web app: finds ids in text, and makes links of ids."""
        return self.resources.links.of(self.preferences.campaign_link)

    @property
    def account(self) -> tuple[str, str]:
        """Whose campaigns are kept in memory under this name: the workspace's id, and a fingerprint of its key."""
        return self.id, self._fingerprint

    async def as_it_is_now(self) -> "Workspace":
        """Return the workspace with what was changed since. Raise StoreUnavailable."""
        now: Workspace = await self.resources.of(self.id, self.enterprise_id)
        return now

    async def need_key(self) -> None:
        """Raise KeyChanged when its key was replaced or deleted: what was read with it may not be shown any more."""
        if self.connection:
            await self.resources.keys.need(self.id, self.connection)

    @again_with_new_key
    async def campaign(
        self, campaign_id: str, *, newer_than: datetime | None = None, asker: Asker = Asker.PERSON
    ) -> Reading:
        """Return the campaign with this id (lower case), from memory when it is fresh.

        With `newer_than`, only a record fetched after that counts as fresh. Raise NotConnected or a CareCycleError.
        During outages and rate limits, return the last good record, if any, with its `problem`.
        """
        requests = self._requests
        key = CacheKey(self.id, self._fingerprint, campaign_id)
        cache = self.resources.cache
        try:
            fetch = partial(requests.campaign, campaign_id, self.links.to(campaign_id), asker)
            reading = await cache.get(key, fetch, newer_than=newer_than, within=WITHIN[asker])
        except CareCycleError:
            logs.note_read("miss")
            raise
        logs.note_read("old" if reading.problem else "hit" if reading.cached else "miss")
        return reading

    @again_with_new_key
    async def search(self, words: str, *, typing: str = "") -> Listing:
        """Return the campaigns that `words` mean (`matching`); without words, all known campaigns.

        While the person `typing` types, requests are background work: the last of a minute are left to those who wait.
        Raise NotConnected, CareCycleError, or NotUnderstood.
        """
        if pasted := secret_in(words):
            raise NotUnderstood(pasted=pasted)
        asker = Asker.BACKGROUND if typing else Asker.PERSON
        return await self.resources.search_index.search(
            self.account, self._requests.search_pages(asker), words, typing=typing
        )

    @again_with_new_key
    async def recent_campaigns(self, least: int = 1, status: str = "") -> Listing:
        """Return the account's campaigns, most recently changed first: at least `least` if there are that many.

        With `status`, careCycle may send other statuses, too: the parameter's name is a guess. Raise as `campaign`.
        """
        account = (*self.account, status) if status else self.account
        pages = self._requests.search_pages(Asker.PERSON, status or None)
        return await self.resources.search_index.first(account, pages, least=least)

    def search_at_hand(self, words: str) -> Listing:
        """Search like `search`, but only in memory. Never ask careCycle."""
        return self.resources.search_index.at_hand(self.account, words)

    def names_at_hand(self) -> dict[str, str]:
        """Return the names of the listed campaigns in memory, by id. Never ask careCycle."""
        return {entry.id: entry.name for entry in self.search_at_hand("").entries} if self.connection else {}

    def held(self, campaign_id: str) -> Reading | None:
        """Return the fresh record in memory, or None. Never ask careCycle."""
        return self.resources.cache.held(CacheKey(self.id, self._fingerprint, campaign_id)) if self.connection else None

    async def digest_figures(
        self, choice: CampaignFilter, most: int, *, asker: Asker = Asker.BACKGROUND, known: Collection[str] = ()
    ) -> Gathered:
        """Return the figures of at most `most` campaigns of `choice`, `known` ones first, read within the last minute.

        For a list, `as_of` is when its reading began. Raise NotConnected, or a CareCycleError when none could be read.
        """
        found = await self.digest_campaigns(asker).campaigns(choice, most, known)
        await self.need_key()
        return found

    def digest_campaigns(self, asker: Asker) -> DigestCampaigns:
        """Return what reads campaigns for digests. Raise NotConnected."""
        oldest = self.resources.clock.now() - _FOR_DIGESTS
        single = partial(self.campaign, newer_than=oldest, asker=asker)
        pages, shared, room = self.list_pages(asker), self.resources, partial(self.room, asker)
        return DigestCampaigns(self.account, shared.full_lists, shared.clock, pages, single, room)

    def list_pages(self, asker: Asker) -> Page:
        """Return a function that fetches pages of one status, or of all, newest first. Raise NotConnected."""
        return self._requests.pages(asker)

    def room(self, asker: Asker) -> int:
        """Return how many requests the budget of the key allows now; 0 without a key."""
        return self.carecycle.room(self.connection.key, asker) if self.connection else 0

    async def prove(self, key: SecretStr, within: float = CONNECT_WITHIN) -> Account:
        """Test the key with careCycle, which has `within` seconds, and return its account.

        Raise KeyFixed, a CareCycleError, or StoreUnavailable.
        """
        if self.connection and self.connection.is_fixed:
            raise KeyFixed
        asked = self.carecycle.list_campaigns(key, limit=LOOKED_AT, sort_by="updatedAt", within=within)
        return await self.resources.accounts.recognized(self.id, await asked, connected=self.connection is not None)

    async def connect(self, key: SecretStr, by: str, account: Account) -> Connection:
        """Store a proven key in place of the old one. `by` is the person who set it. Raise StoreUnavailable."""
        kept = Connection(key, by, self.resources.clock.now())
        action = "replaced" if self.connection else "connected"
        entry = self._audit_entry(by, action, last_four=kept.last_four, account=account.likeness)
        await profiles.connect(self.resources.db, kept, entry, self.enterprise_id, account.known)
        self.resources.read_anew(self.id)
        self.resources.forget_campaigns(self.id)
        self.resources.accounts.forget(self.id)
        return kept

    async def disconnect(self, by: str) -> None:
        """Delete the key, and forget every campaign read with it. Raise KeyFixed or StoreUnavailable."""
        if self.connection and self.connection.is_fixed:
            raise KeyFixed
        await profiles.disconnect(self.resources.db, self._audit_entry(by, "disconnected"))
        self.resources.read_anew(self.id)
        self.resources.forget_campaigns(self.id)

    async def save_preferences(
        self, preferences: Preferences, added: Iterable[str], by: str, *, removed: Iterable[str] = ()
    ) -> None:
        """Store preferences, and add and remove managers. Raise StoreUnavailable."""
        new, gone = sorted(set(added)), sorted(set(removed))
        changed = preferences.differing_from(self.preferences)
        entry = self._audit_entry(by, "changed settings", changed=changed, managers_added=new, managers_removed=gone)
        await profiles.save_preferences(self.resources.db, preferences, new, gone, entry, self.enterprise_id)
        self.resources.read_anew(self.id)
        if "campaign_link" in changed:
            self.resources.cache.forget(self.id)  # cards in memory open what was right before

    async def note(self, by: str, action: str, **details: object) -> None:
        """Add an entry to the audit trail. Raise StoreUnavailable."""
        await audit.note(self.resources.db, self._audit_entry(by, action, **details), self.enterprise_id)

    async def audit_entries(self, most: int) -> list[AuditEntry]:
        """Return the last `most` entries of the audit trail, newest first. Raise StoreUnavailable."""
        return await audit.newest(self.resources.db, self.id, most)

    @property
    def _requests(self) -> Requests:
        if self.connection is None:
            raise NotConnected
        return Requests(self.id, self.connection, self.carecycle, self.resources)

    @cached_property
    def _fingerprint(self) -> str:
        return fingerprint(self.connection.key) if self.connection else ""

    def _audit_entry(self, by: str, action: str, **details: object) -> AuditEntry:
        return AuditEntry(self.resources.clock.now(), self.id, by, action, details)
