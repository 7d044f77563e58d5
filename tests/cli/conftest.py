"""What the tests of `campaign-bot` share: a careCycle account at an address."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from playground.carecycle import PLAYGROUND_KEY, CareCycle


class Account:
    """A careCycle account at an address, and the settings to reach it with."""

    def __init__(self, carecycle: CareCycle, address: str) -> None:
        self.carecycle = carecycle
        self.settings = {"CARECYCLE_API_KEY": PLAYGROUND_KEY, "CARECYCLE_BASE_URL": address}


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    carecycle = CareCycle(params={"limit": "pageSize"})
    async with TestServer(carecycle.app(), host="127.0.0.1") as server:
        yield Account(carecycle, str(server.make_url("")))
