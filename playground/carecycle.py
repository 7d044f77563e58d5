"""A stand-in for the careCycle API: two endpoints as its reference describes them, and faults on demand."""

import asyncio
import copy
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, inf
from typing import Any, Final

from aiohttp import web

from playground import carecycle_faults
from playground.carecycle_faults import FAULTS
from playground.carecycle_query import PARAMS, ApiError, campaign_id, flag, page_of
from playground.samples import HARBOR, SUNRISE, crowded, samples, twin

__all__ = [
    "FAULTS",
    "HARBOR_KEY",
    "KEYS",
    "PARAMS",
    "PLAYGROUND_KEY",
    "CareCycle",
    "Recorded",
    "crowded",
    "samples",
    "twin",
]

PLAYGROUND_KEY: Final = "cc_playground_sunrise"
HARBOR_KEY: Final = "cc_playground_harbor"
KEYS: Final[Mapping[str, str]] = {PLAYGROUND_KEY: SUNRISE, HARBOR_KEY: HARBOR}

_AWAY: Final = "bad_gateway_html"  # the fault of one that is away

_Handler = Callable[[web.Request, str], dict[str, Any]]


@dataclass
class Recorded:
    """One request the stand-in got; `status` is None until it is answered."""

    method: str
    path: str
    query: dict[str, str]
    key_ok: bool
    status: int | None = None


class CareCycle:
    """The API's state; tests change `campaigns`, `keys`, `now` and `fault` while it runs and read `requests`.

    `keys` maps an API key to its organization's `client.id`. A campaign belongs to the organization its own
    `client.id` names, and to the first one when it names none of them. `others` holds, by organization and id, what
    stands before that: two organizations may each have a campaign with the same id. `life` says how a campaign looks
    by now; without it, as it always did. While it is `away` every request gets an error.
    """

    def __init__(
        self,
        campaigns: Sequence[Mapping[str, Any]] | None = None,
        keys: Mapping[str, str] = KEYS,
        *,
        params: Mapping[str, str] = PARAMS,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        slow_seconds: float = 3.0,
        limit: int = 60,
        list_has_configs: bool = False,
    ) -> None:
        ours = samples() if campaigns is None else map(copy.deepcopy, map(dict, campaigns))
        self.campaigns: dict[str, dict[str, Any]] = {one["id"].lower(): one for one in ours}
        self.others: dict[str, dict[str, dict[str, Any]]] = {}
        self.keys = dict(keys)
        self.params = {**PARAMS, **params}
        self.requests: list[Recorded] = []
        self.life: Callable[[dict[str, Any]], dict[str, Any]] = _unchanged
        self.away: Callable[[], bool] = lambda: False
        self.fault_for: int | None = None  # after so many requests the fault is over; None: it stays
        self.limit = limit
        self.list_has_configs = list_has_configs
        self._fault = "none"
        self._rests_until = -inf
        self.now = now
        self._pause = partial(sleep, slow_seconds)
        self._closing = asyncio.Event()
        self._recent: dict[str, deque[float]] = {}

    @property
    def fault(self) -> str:
        """The name in `FAULTS` of what goes wrong at the moment."""
        return self._fault

    @fault.setter
    def fault(self, name: str) -> None:
        if name not in FAULTS:
            raise ValueError(f"no fault is called {name!r}, only {', '.join(FAULTS)}")
        self._fault = name

    @property
    def resting(self) -> int:
        """For how many more seconds a client that heeds the last 429 asks nothing."""
        return ceil(max(0.0, self._rests_until - self.now()))

    def app(self) -> web.Application:
        """The API as an application of its own, to serve on 127.0.0.1."""
        self._closing = asyncio.Event()
        app = web.Application()
        app.router.add_get("/v2/campaigns", partial(self._receive, self._list))
        app.router.add_get("/v2/campaigns/{campaignId}", partial(self._receive, self._get))
        app.router.add_route("*", "/{path:.*}", partial(self._receive, self._nothing))
        app.on_shutdown.append(self._close)
        return app

    async def _receive(self, handler: _Handler, request: web.Request) -> web.StreamResponse:
        key_ok = request.headers.get("x-api-key") in self.keys
        record = Recorded(request.method, request.path, dict(request.query), key_ok)
        self.requests.append(record)
        ordinary = partial(self._ordinary, handler, request)
        call = carecycle_faults.Call(request, ordinary, self._pause, self._closing)
        response = await carecycle_faults.answer(self._fault_now(), call)
        record.status = response.status
        if response.status == 429:
            self._rests_until = self.now() + carecycle_faults.retry_after(response)
        return response

    def _fault_now(self) -> str:
        name = _AWAY if self.away() else self._fault
        if self.fault_for is not None and name != "none":
            self.fault_for -= 1
            if self.fault_for <= 0:
                self._fault, self.fault_for = "none", None
        return name

    async def _ordinary(self, handler: _Handler, request: web.Request) -> web.Response:
        try:
            return web.json_response(handler(request, self._organization(request)))
        except ApiError as error:
            return web.json_response(error.body, status=error.status)

    def _organization(self, request: web.Request) -> str:
        key = request.headers.get("x-api-key", "")
        if key not in self.keys:
            raise ApiError(401, "UNAUTHORIZED", "Invalid or missing API key")
        self._count(key)
        return self.keys[key]

    def _count(self, key: str) -> None:
        """Lets `limit` requests through in any 60 seconds."""
        recent, now = self._recent.setdefault(key, deque()), self.now()
        while recent and now - recent[0] >= 60:
            recent.popleft()
        if len(recent) >= self.limit:
            wait = ceil(60 - (now - recent[0])) if recent else 60
            raise ApiError(429, "RATE_LIMIT_EXCEEDED", "Rate limit exceeded", retryAfter=wait)
        recent.append(now)

    def _get(self, request: web.Request, organization: str) -> dict[str, Any]:
        id_ = campaign_id(request.match_info["campaignId"])
        with_client = flag(request.query, self.params["includeClient"])
        campaign = self._own(organization).get(id_.lower())
        if campaign is None:
            raise ApiError(404, "NOT_FOUND", "Campaign not found")
        return {"campaign": _without(campaign, set() if with_client else {"client"}), "assistants": []}

    def _list(self, request: web.Request, organization: str) -> dict[str, Any]:
        left_out = set() if self.list_has_configs else {"transferConfig", "appointmentConfig"}
        if not flag(request.query, self.params["includeClient"]):
            left_out.add("client")
        own = self._own(organization)
        page = page_of(list(own.values()), request.query, self.params)
        return page | {"items": [_without(campaign, left_out) for campaign in page["items"]]}

    def _nothing(self, request: web.Request, _: str) -> dict[str, Any]:
        raise ApiError(404, "NOT_FOUND", f"Cannot {request.method} {request.path}")

    def _own(self, organization: str) -> dict[str, dict[str, Any]]:
        """An organization's campaigns by id."""
        own = {id_: self.life(one) for id_, one in self.campaigns.items() if self._owner(one) == organization}
        return own | self.others.get(organization, {})

    def _owner(self, campaign: dict[str, Any]) -> str | None:
        known = list(self.keys.values())
        client = campaign.get("client")
        named = client.get("id") if isinstance(client, dict) else None
        return named if named in known else next(iter(known), None)

    async def _close(self, _: web.Application) -> None:
        self._closing.set()


def _unchanged(campaign: dict[str, Any]) -> dict[str, Any]:
    return campaign


def _without(campaign: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    return {name: value for name, value in campaign.items() if name not in fields}
