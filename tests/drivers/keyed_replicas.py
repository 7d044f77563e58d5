"""Run replicas that ask careCycle with a workspace's key, without Slack; each request can be held back."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from bot.carecycle.cache import CampaignCache
from bot.carecycle.http import Http
from bot.carecycle.rate_limit import Budget
from bot.clock import Clock
from bot.config import Settings
from bot.replicas.listener import Listener
from bot.store.database import Database
from bot.workspaces.registry import Workspaces
from tests.conftest import AEP
from tests.drivers.carecycle_answers import HOST, Body

_EVER = 30.0  # seconds
OLD, NEW = SecretStr("cc_the_old_key_1111"), SecretStr("cc_the_new_key_2222")


class KeyedReplica:
    """A program with a listener. `asked` are the keys of its requests, in order."""

    def __init__(self, settings: Settings, db: Database, listener: Listener, clock: Clock) -> None:
        self.asked: list[str] = []
        self.reached, self.gate = asyncio.Event(), asyncio.Event()
        self.gate.set()
        self.client = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        http = Http(self.client, HOST, Budget(clock), clock)
        self.workspaces = Workspaces(settings, db, http, CampaignCache(clock, 30), clock, listener)

    async def name(self, workspace_id: str = "T1", campaign_id: str = AEP) -> str:
        """Ask for a campaign, as a person, and return its name, which is the key it was read with."""
        workspace = await self.workspaces.of(workspace_id)
        return (await workspace.campaign(campaign_id)).campaign.name or ""

    async def is_asking(self) -> None:
        """Wait until a request is held back."""
        await asyncio.wait_for(self.reached.wait(), _EVER)

    def hold(self) -> None:
        """Hold the next requests back, until `gate` is set."""
        self.gate.clear()
        self.reached.clear()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        key = request.headers["x-api-key"]
        self.asked.append(key)
        self.reached.set()
        await asyncio.wait_for(self.gate.wait(), _EVER)
        one = {"id": AEP, "name": key}
        sent = {"campaign": one} if AEP in request.url.path else {"items": [one], "itemsTotal": 1}
        return httpx.Response(200, stream=Body(json.dumps(sent)))


@asynccontextmanager
async def keyed_replica(
    settings: Settings, db: Database, listener: Listener, clock: Clock | None = None
) -> AsyncIterator[KeyedReplica]:
    """Yield a program over this database. It hears what `listener` hears."""
    here = KeyedReplica(settings, db, listener, clock or Clock())
    try:
        yield here
    finally:
        await here.workspaces.close()
        await here.client.aclose()
