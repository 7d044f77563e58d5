"""The stand-in for careCycle answers as the reference says, and breaks in each way it is told to."""

import json
import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from aiohttp.test_utils import TestServer

from playground.carecycle import FAULTS, HARBOR_KEY, PLAYGROUND_KEY, CareCycle, crowded, samples

AEP = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
PATH = f"/v2/campaigns/{AEP}"
Ask = Callable[..., Awaitable[httpx.Response]]


class Clock:
    """Seconds that pass only when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def carecycle(clock: Clock) -> CareCycle:
    return CareCycle(now=clock, sleep=clock.sleep)


@pytest.fixture
async def ask(carecycle: CareCycle) -> AsyncIterator[Ask]:
    async with TestServer(carecycle.app(), host="127.0.0.1") as server, httpx.AsyncClient() as client:

        async def get(path: str = PATH, key: str | None = PLAYGROUND_KEY, **more: Any) -> httpx.Response:
            headers = {"x-api-key": key} if key else {}
            return await client.get(f"http://127.0.0.1:{server.port}{path}", headers=headers, **more)

        yield get


async def names(ask: Ask, **params: str) -> list[str]:
    return [item["name"] for item in (await ask("/v2/campaigns", params=params)).json()["items"]]


async def test_a_campaign_is_answered_whole_but_for_the_client(ask: Ask) -> None:
    answer = (await ask()).json()
    assert answer["assistants"] == []
    assert answer["campaign"]["name"] == "AEP Outreach 2026"
    assert "client" not in answer["campaign"]


async def test_the_client_is_there_when_asked_for(ask: Ask) -> None:
    assert (await ask(f"{PATH}?includeClient=true")).json()["campaign"]["client"]["smsCompanyName"] == "Sunrise Health"
    assert "client" not in (await ask(f"{PATH}?includeKlient=true")).json()["campaign"]


async def test_an_id_is_found_in_capitals_too(ask: Ask) -> None:
    assert (await ask(f"/v2/campaigns/{AEP.upper()}")).json()["campaign"]["id"] == AEP


@pytest.mark.parametrize("key", [None, "cc_wrong"])
async def test_a_missing_or_unknown_key_is_401(ask: Ask, carecycle: CareCycle, key: str | None) -> None:
    answer = await ask(key=key)
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
    assert not carecycle.requests[0].key_ok


async def test_another_organizations_campaign_is_404(ask: Ask) -> None:
    answer = await ask(key=HARBOR_KEY)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_an_id_that_is_no_uuid_is_a_validation_error(ask: Ask) -> None:
    answer = await ask("/v2/campaigns/AEP-2026")
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
    assert answer.json()["errors"][0]["path"] == ["campaignId"]


async def test_sixty_requests_a_minute_are_answered_and_no_more(ask: Ask, clock: Clock) -> None:
    assert {(await ask()).status_code for _ in range(60)} == {200}
    clock.now += 20
    refused = await ask()
    assert (refused.status_code, refused.json()["retryAfter"]) == (429, 40)
    assert (await ask("/v2/campaigns", key=HARBOR_KEY)).status_code == 200
    clock.now += 40
    assert (await ask()).status_code == 200


async def test_the_list_is_paged_and_holds_every_campaign_of_the_organization_once(ask: Ask) -> None:
    pages = [(await ask("/v2/campaigns", params={"limit": "10", "page": page})).json() for page in "123"]
    assert [(p["currentPage"], p["prevPage"], p["nextPage"]) for p in pages] == [(1, None, 2), (2, 1, 3), (3, 2, None)]
    ids = [item["id"] for page in pages for item in page["items"]]
    assert len(ids) == len(set(ids)) == pages[0]["itemsTotal"] == len(samples("sunrise"))


async def test_the_lists_items_have_statistics_but_no_configurations(ask: Ask) -> None:
    item = (await ask("/v2/campaigns", params={"search": "aep outreach"})).json()["items"][0]
    assert item["customerStats"]["total"] == 1204
    assert item["features"]["transfers"] is True
    assert not item.keys() & {"transferConfig", "appointmentConfig", "client"}


async def test_the_list_is_searched_filtered_and_sorted(ask: Ask) -> None:
    assert await names(ask, search="nothing is called so") == []
    assert await names(ask, search="birthday") == ["Turning 65"]
    assert await names(ask, status="archived") == ["Marketplace follow-up 2025"]
    by_name = await names(ask, sortBy="name", sortOrder="asc")
    assert by_name == sorted(by_name)


@pytest.mark.parametrize(
    ("name", "value"),
    [("page", "0"), ("limit", "101"), ("sortBy", "x"), ("sortOrder", "up"), ("status", "x"), ("includeClient", "x")],
)
async def test_an_illegal_value_is_named_and_a_misspelled_name_is_ignored(ask: Ask, name: str, value: str) -> None:
    answer = await ask("/v2/campaigns", params={name: value})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, [name])
    assert (await ask("/v2/campaigns", params={f"{name}_": value})).status_code == 200


async def test_its_parameters_can_have_other_names() -> None:
    carecycle = CareCycle(params={"limit": "pageSize"}, list_has_configs=True)
    async with TestServer(carecycle.app(), host="127.0.0.1") as server, httpx.AsyncClient() as client:
        url, headers = f"http://127.0.0.1:{server.port}/v2/campaigns", {"x-api-key": PLAYGROUND_KEY}
        few = (await client.get(url, params={"pageSize": "2", "search": "desk"}, headers=headers)).json()
        all_ = (await client.get(url, params={"limit": "2"}, headers=headers)).json()
    assert len(few["items"]) <= 2 < len(all_["items"])
    assert "transferConfig" in all_["items"][0]


def is_json(answer: httpx.Response) -> bool:
    try:
        answer.json()
    except ValueError:
        return False
    return True


STATUS = {
    "rate_limited": 429,
    "rate_limited_header": 429,
    "rate_limited_bare": 429,
    "server_error": 500,
    "bad_gateway_html": 502,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "validation_error": 422,
    "redirect_elsewhere": 302,
    "redirect_same": 307,
}
BROKEN = {"hanging": httpx.ReadTimeout, "reset": httpx.ReadError, "truncated": httpx.RemoteProtocolError}
SEEN: dict[str, Callable[[httpx.Response], bool]] = {
    "none": lambda a: a.json()["campaign"]["id"] == AEP,
    "rate_limited": lambda a: a.json()["retryAfter"] == 60 and "Retry-After" not in a.headers,
    "rate_limited_header": lambda a: "retryAfter" not in a.json() and a.headers["Retry-After"] == "30",
    "rate_limited_bare": lambda a: "retryAfter" not in a.json() and "Retry-After" not in a.headers,
    "server_error": lambda a: a.json()["code"] == "INTERNAL_ERROR",
    "bad_gateway_html": lambda a: a.text.startswith("<html>"),
    "slow": lambda a: a.json()["campaign"]["id"] == AEP,
    "cut_json": lambda a: a.text.startswith("{") and not is_json(a),
    "html": lambda a: a.headers["Content-Type"] == "text/html",
    "not_json_utf8": lambda a: not is_json(a),
    "empty": lambda a: a.content == b"",
    "wrong_types": lambda a: (c := a.json()["campaign"])["id"] == AEP and c["name"] == 42,
    "wrong_shape": lambda a: isinstance(a.json(), list),
    "other_campaign": lambda a: a.json()["campaign"]["id"] != AEP,
    "large_list": lambda a: a.json()["campaign"]["id"] == AEP,
    "too_big": lambda a: int(a.headers["Content-Length"]) > 2_000_000 and is_json(a),
    "gzip_bomb": lambda a: int(a.headers["Content-Length"]) < 50_000 and len(a.content) > 2_000_000,
    "unauthorized": lambda a: a.json()["code"] == "UNAUTHORIZED",
    "forbidden": lambda a: a.json()["code"] == "FORBIDDEN",
    "not_found": lambda a: a.json()["code"] == "NOT_FOUND",
    "validation_error": lambda a: a.json()["errors"][0]["path"] == ["campaignId"],
    "redirect_elsewhere": lambda a: a.headers["Location"].startswith("http://127.0.0.2:"),
    "redirect_same": lambda a: a.headers["Location"].endswith(f"{PATH}?r=1"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_breaks_what_it_says(fault: str, ask: Ask, carecycle: CareCycle, clock: Clock) -> None:
    carecycle.fault = fault
    if fault in BROKEN:
        with pytest.raises(BROKEN[fault]):
            await ask(timeout=0.2)
        return
    answer = await ask()
    assert answer.status_code == STATUS.get(fault, 200)
    assert SEEN[fault](answer)
    assert clock.now == (1003 if fault == "slow" else 1000)
    assert carecycle.requests[-1].status == answer.status_code


async def test_a_redirect_to_the_same_host_leads_to_the_campaign(ask: Ask, carecycle: CareCycle) -> None:
    carecycle.fault = "redirect_same"
    assert (await ask(follow_redirects=True)).json()["campaign"]["id"] == AEP
    assert [(r.status, r.query) for r in carecycle.requests] == [(307, {}), (200, {"r": "1"})]


async def test_a_fault_can_be_over_after_some_requests(ask: Ask, carecycle: CareCycle) -> None:
    carecycle.fault, carecycle.fault_for = "server_error", 2
    assert [(await ask()).status_code for _ in range(3)] == [500, 500, 200]
    assert carecycle.fault == "none"


async def test_an_unknown_fault_is_refused(carecycle: CareCycle) -> None:
    with pytest.raises(ValueError, match="no fault is called 'nonsense'"):
        carecycle.fault = "nonsense"


def test_the_samples_hold_every_status_and_every_kind_of_transfer() -> None:
    documented = {"draft", "active", "paused", "completed", "archived", "inactive", "cancelled", "testing"}
    transfers = [campaign.get("transferConfig") or {} for campaign in samples()]
    assert documented | {"archiving"} == {campaign.get("status") for campaign in samples()} - {None}
    assert {"direct", "dynamic", "sip", "softphone"} < {transfer.get("type") for transfer in transfers}
    assert {"appointment_booking", "phone_number"} < {t.get("softphoneFallbackType") for t in transfers}
    assert {campaign["id"] for campaign in samples()} == {
        str(uuid.UUID(campaign["id"], version=4)) for campaign in samples()
    }


def test_no_sample_holds_a_real_address_or_number() -> None:
    text = json.dumps([*samples(), crowded()], ensure_ascii=False)
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", number) for number in re.findall(r"\+\d+", text))
    hosts = set(re.findall(r"(?:[\w.]@|//)([a-z][\w.-]+)", text))
    assert {host for host in hosts if not host.endswith(".example")} == {"example.com"}


def test_every_organizations_samples_lie_in_its_own_folder() -> None:
    owners = [
        {campaign.get("client", {}).get("smsCompanyName") for campaign in samples(folder)} - {None}
        for folder in ("sunrise", "harbor")
    ]
    assert owners == [{"Sunrise Health"}, {"Harbor Benefits"}]
    assert len(samples("harbor")) == 4
