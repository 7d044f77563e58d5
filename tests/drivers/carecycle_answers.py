"""Play careCycle as a list of answers, without a network and with time that is moved."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import httpx
import pytest
from pydantic import SecretStr

from bot.campaigns.campaign import CampaignPage
from bot.carecycle.client import CareCycle
from bot.carecycle.full_list import FullLists
from bot.carecycle.http import Http
from bot.carecycle.rate_limit import Budget
from bot.clock import Clock
from bot.errors import CareCycleError
from tests.conftest import AEP, Clockwork

HOST: Final = "https://api.carecycle.example"
KEY, OTHER_KEY = SecretStr("cc_SECRET_one"), SecretStr("cc_SECRET_two")
Answer = Callable[[httpx.Request], httpx.Response] | type[httpx.RequestError]


def answer(status: int = 200, body: Any = None, **headers: str) -> Answer:
    content = body if isinstance(body, str | bytes) else json.dumps(body or {"campaign": {"id": AEP}})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, stream=Body(content), headers=named)


class Body(httpx.AsyncByteStream):
    """A response body that still has to be read, as one from the network."""

    def __init__(self, content: str | bytes) -> None:
        self._content = content.encode() if isinstance(content, str) else content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content


async def listed(carecycle: CareCycle, key: SecretStr, clock: Clock) -> list[str]:
    """Return the ids of the whole list, read as digests read it."""

    async def page(number: int) -> CampaignPage:
        return await carecycle.list_campaigns(key, page=number, within=60)

    found = await FullLists(clock, lambda campaign: campaign).all(("T01SUNRISE", "fingerprint", None), page)
    return list(found.campaigns)


class Api:
    """The bot's client, and a careCycle that gives it `answers` in turn. The last answer is repeated."""

    def __init__(self, *answers: Answer) -> None:
        self.answers, self.requests, self.naps = list(answers or [answer()]), list[httpx.Request](), list[float]()
        self.time = Clockwork()
        self.seconds = 0.0  # that an answer takes
        clock = Clock(self.time.now, self.time.time)
        self.budget = Budget(clock)
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        self.carecycle = CareCycle(Http(client, HOST, self.budget, clock, self._nap), {"includeClient": "withClient"})

    def __call__(self, *answers: Answer) -> "Api":
        self.answers = list(answers)
        return self

    async def name(self, key: SecretStr = KEY, **more: Any) -> str | None:
        return (await self.carecycle.get_campaign(key, AEP, **more)).name

    async def failure(self, key: SecretStr = KEY, **more: Any) -> CareCycleError:
        with pytest.raises(CareCycleError) as raised:
            await self.name(key, **more)
        return raised.value

    async def listed(self) -> list[str]:
        return await listed(self.carecycle, KEY, Clock(self.time.now, self.time.time))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.time.move(self.seconds)
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(given, type):
            raise given("boom", request=request)
        return given(request)

    async def _nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time.move(seconds)
