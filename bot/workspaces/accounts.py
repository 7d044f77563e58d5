"""Recognize a careCycle account: by its organization where the API sends it, else by campaigns it has in common.

What was last listed of a workspace's account is stored as fingerprints, and outlives the key: whoever disconnects and
connects again is told as well when it is another account.
"""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from hashlib import blake2b

from cachetools import TTLCache
from pydantic import SecretStr

from bot.campaigns.campaign import Campaign, CampaignPage
from bot.carecycle.api_key import fingerprint
from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.records import MOST_FINGERPRINTS, Account, Connection, KnownAccount
from bot.store import accounts, known_accounts
from bot.store.accounts import Key
from bot.store.database import Database

LOOKED_AT = 25  # campaigns to test a key with; a page of careCycle's hundred may be too large for two seconds
_EVERY = 24 * 60 * 60.0  # seconds until what is listed is stored again
_PATIENCE = 1.0  # seconds for what is being stored when the program ends


class Accounts:
    """The accounts of all workspaces, as their lists showed them."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._noted: TTLCache[str, bool] = TTLCache(10_000, _EVERY, timer=clock.monotonic)  # by workspace id
        self._begun: set[asyncio.Task[None]] = set()

    async def recognized(self, workspace_id: str, page: CampaignPage, *, connected: bool) -> Account:
        """Compare the account of this first page with that which was listed before. Raise StoreUnavailable.

        `connected`: the workspace has a key now, maybe from before accounts were compared.
        """
        listed, before = self._listed(workspace_id, page), await known_accounts.read(self._db, workspace_id)
        likeness = before.likeness(listed) if before else "unknown" if connected else "first"
        known = before.merged(listed) if before and likeness == "same" else listed
        example = next((one.name for one in page.items if one.name), "")
        return Account(page.items_total, example, likeness, known, looked_at=len(page.items))

    def note(self, workspace_id: str, page: CampaignPage) -> None:
        """Store in the background, once a day, what a first page listed of the connected account."""
        if workspace_id in self._noted or not page.items:
            return
        self._noted[workspace_id] = True
        task = asyncio.create_task(self._store(workspace_id, self._listed(workspace_id, page)))
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)

    async def read_with(
        self,
        workspace: tuple[str, str | None],
        connection: Connection,
        campaign_ids: Collection[str],
        *,
        whole: bool,
        is_new: bool = True,
    ) -> str | None:
        """Return the id of the account that this connection reads, by what its list showed. Raise StoreUnavailable.

        `workspace` is its id and its organization's; `whole`: these are all campaigns of the account; `is_new`: nothing
        is stored of the workspace yet. Return None when it is gone, or its readings are switched off.
        """
        workspace_id, enterprise_id = workspace
        prints = sorted(_fingerprint(workspace_id, one) for one in campaign_ids)[:MOST_FINGERPRINTS]
        listed = KnownAccount(self._clock.now(), frozenset(prints), whole=whole)
        key = key_of(workspace_id, connection)
        return await accounts.recognize(self._db, workspace_id, key, listed, enterprise_id, is_new=is_new)

    def forget(self, workspace_id: str) -> None:
        """Store the next list again: the account may be another one."""
        self._noted.pop(workspace_id, None)

    async def close(self) -> None:
        """Wait a moment for what is being stored."""
        if self._begun:
            await asyncio.wait(self._begun, timeout=_PATIENCE)

    async def _store(self, workspace_id: str, listed: KnownAccount) -> None:
        with suppress(StoreUnavailable):  # the next day's list is as good
            before = await known_accounts.read(self._db, workspace_id)
            known = before.merged(listed) if before else listed
            await known_accounts.save(self._db, workspace_id, known)

    def _listed(self, workspace_id: str, page: CampaignPage) -> KnownAccount:
        ids = (_fingerprint(workspace_id, one.id) for one in page.items)
        client = next((found for one in page.items if (found := _client(one))), None)
        whole = page.items_total is not None and page.items_total <= len(page.items)
        named = _fingerprint(workspace_id, client) if client else None
        return KnownAccount(self._clock.now(), frozenset(ids), named, whole=whole)


def key_of(workspace_id: str, connection: Connection) -> Key:
    """Return what tells this connection's key from others."""
    return Key(connection.connected_at, fixed_key(workspace_id, connection.key) if connection.is_fixed else None)


def fixed_key(workspace_id: str, key: SecretStr) -> str:
    """Return what tells a key from the environment from others: a fingerprint, different in each workspace."""
    return _fingerprint(workspace_id, fingerprint(key))


def _client(campaign: Campaign) -> str | None:
    """Return the id of the organization in careCycle, wherever the API sends it."""
    parts = (campaign.transfer_config, campaign.appointment_config)
    inner = (part.client_id for part in parts if part and part.client_id)
    return (campaign.client.id if campaign.client else None) or next(inner, None)


def _fingerprint(workspace_id: str, id_: str) -> str:
    """Return 16 hexadecimal characters, different in each workspace, from which the id cannot be recovered."""
    return blake2b(id_.lower().encode(), key=workspace_id.encode()[:64], digest_size=8).hexdigest()
