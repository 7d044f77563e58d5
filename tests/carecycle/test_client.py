"""How careCycle is asked: what its answers mean, when it is asked again, and how much of an answer is read."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.carecycle.body import BODY_LIMIT
from bot.carecycle.client import CareCycle
from bot.carecycle.http import Http
from bot.carecycle.rate_limit import FOR_PEOPLE, PER_MINUTE, Asker, Budget
from bot.clock import Clock
from bot.errors import CampaignNotFound, CareCycleError, KeyForbidden, KeyRejected, RateLimited, Unavailable, Unreadable
from tests.conftest import AEP
from tests.drivers.carecycle_answers import HOST, KEY, OTHER_KEY, Answer, Api, answer


@pytest.fixture
def api() -> Api:
    return Api()


async def test_a_campaign_is_asked_for_with_its_key_and_its_organization(api: Api) -> None:
    found = await api(answer(200, {"campaign": {"id": AEP, "name": "AEP"}, "assistants": [1]})).carecycle.get_campaign(
        KEY, AEP.upper()
    )
    assert (found.name, found.assistants) == ("AEP", (1,))
    assert found.id == AEP.upper()  # as it was asked for: ids are compared
    assert str(api.requests[0].url) == f"{HOST}/v2/campaigns/{AEP.upper()}?withClient=true"
    assert api.requests[0].headers["x-api-key"] == KEY.get_secret_value()


async def test_a_campaign_whose_id_careCycle_writes_in_upper_case_is_the_one_asked_for(api: Api) -> None:  # noqa: N802
    found = await api(answer(200, {"campaign": {"id": AEP.upper()}})).carecycle.get_campaign(KEY, AEP)
    assert found.id == AEP


MEANINGS = [
    (400, {}, CampaignNotFound),
    (401, {}, KeyRejected),
    (403, {"code": "SOMETHING_NEW"}, KeyForbidden),
    (404, {"code": None}, CampaignNotFound),
    (422, {}, CampaignNotFound),
    (422, {"code": "SOMETHING_NEW"}, CampaignNotFound),
    (422, "<html>", CampaignNotFound),
    (422, {"code": "VALIDATION_ERROR", "errors": "none"}, CampaignNotFound),
    (429, {}, RateLimited),
    (500, {"code": "INTERNAL_ERROR"}, Unavailable),
    (503, "<html>", Unavailable),
    (418, {"code": ["a", "list"]}, Unreadable),
    (302, "", Unreadable),
    (408, {}, Unavailable),
    (500, {"code": "UNAUTHORIZED"}, KeyRejected),
    (404, {"code": "FORBIDDEN"}, KeyForbidden),
    (401, {"code": "NOT_FOUND"}, CampaignNotFound),
    (400, {"code": "RATE_LIMIT_EXCEEDED"}, RateLimited),
    (404, {"code": "INTERNAL_ERROR"}, Unavailable),
    (200, {"code": "UNAUTHORIZED"}, KeyRejected),
    (401, "<html>", KeyRejected),
    (200, "<html>", Unreadable),
    (200, "", Unreadable),
    (200, '{"campaign": {"id": ', Unreadable),
    (200, b'{"campaign": "\xff\xfe"}', Unreadable),
    (200, "[" * 100_000, Unreadable),
    (200, [{"campaign": {"id": AEP}}], Unreadable),
    (200, {"campaign": None}, Unreadable),
    (200, {"campaign": {"name": "no id"}}, Unreadable),
    (200, {"campaign": {"id": AEP.replace("4", "5")}}, Unreadable),
    (200, {"campaign": {"id": AEP, "name": 3, "status": []}}, Unreadable),
    (200, {"campaign": {"id": AEP, "transferConfig": {"type": 5, "sipHeaders": {"a": "b"}}}}, Unreadable),
]


@pytest.mark.parametrize(("status", "body", "error"), MEANINGS)
async def test_an_answer_means_what_its_code_says_and_else_its_status(
    api: Api, status: int, body: Any, error: type[CareCycleError]
) -> None:
    assert type(await api(answer(status, body)).failure()) is error


LISTS = [
    (404, {"code": "NOT_FOUND"}, "address"),
    (404, "<html>", "address"),
    (404, "", "address"),
    (200, "<!doctype html>", "address"),
    (200, " \n<html>", "address"),
    (200, "", "answer"),
    (200, {"items": 3}, "answer"),
    (200, {"items": [3, None]}, "answer"),
    (200, {"items": [{"id": "a", "name": 4}, {"id": "b", "status": False}]}, "answer"),
    (422, {"code": "VALIDATION_ERROR"}, "question"),
    (400, {}, "question"),
    (418, {}, "answer"),
]


@pytest.mark.parametrize(("status", "body", "what"), LISTS)
async def test_a_list_that_is_not_there_is_no_campaign_that_is_not_there(
    api: Api, log_lines: list[Any], status: int, body: Any, what: str
) -> None:
    with pytest.raises(Unreadable) as raised:
        await api(answer(status, body)).listed()
    assert raised.value.what == what
    (line,) = [line for line in log_lines if line["event"] == "unreadable answer"]
    assert line["reference"] == raised.value.reference
    assert line["reason"]


async def test_a_refused_parameter_is_named(api: Api) -> None:
    body = {"code": "VALIDATION_ERROR", "errors": [{"path": ["page"]}, {"path": 3}, None]}
    with pytest.raises(Unreadable) as raised:
        await api(answer(422, body)).listed()
    assert raised.value.fields == {"page"}


NONSENSE: list[Any] = [-5, "soon", True, [], {}, float("nan"), "inf", 10**400]


@pytest.mark.parametrize(
    ("body", "header", "seconds"),
    [
        (40, "30", 40),
        ("40", "", 40),
        (2.5, "", 2.5),
        (None, "30", 30),
        (None, "", 60),
        (None, "Wed, 21 Oct 2026 07:28:00 GMT", 60),
        (0, "", 1),
        (86_400, "", 3600),
        *((nonsense, "", 60) for nonsense in NONSENSE),
        ("soon", "-1", 60),
    ],
)
async def test_a_limit_says_when_to_come_back(api: Api, body: Any, header: str, seconds: float) -> None:
    failure = await api(answer(429, {"retryAfter": body}, retry_after=header)).failure()
    assert isinstance(failure, RateLimited)
    assert failure.retry_after == seconds


async def test_a_429_shuts_the_gate_for_that_key_only_until_its_time_is_over(api: Api) -> None:
    await api(answer(429, {"retryAfter": 40}), answer()).failure()
    api.time.move(15)
    again = await api.failure(asker=Asker.BACKGROUND)
    assert isinstance(again, RateLimited)
    assert (again.retry_after, len(api.requests)) == (25, 1)
    await api.name(OTHER_KEY)
    api.time.move(25)
    await api.name()
    assert len(api.requests) == 3


TWICE: list[Answer] = [
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError),
    *(answer(status, "<html>") for status in (500, 502, 503, 504)),
]
ONCE: list[Answer] = [
    *(httpx.ReadTimeout, httpx.PoolTimeout, httpx.DecodingError, httpx.LocalProtocolError),
    *(answer(status) for status in (400, 401, 403, 404, 409, 422, 429, 302)),
    *(answer(200, "<html>"), answer(200, {"code": "INTERNAL_ERROR"}), answer(500, {"code": "UNAUTHORIZED"})),
]


@pytest.mark.parametrize(("trouble", "times"), [*((a, 2) for a in TWICE), *((a, 1) for a in ONCE)])
async def test_only_what_may_pass_is_asked_again_and_only_once(api: Api, trouble: Answer, times: int) -> None:
    await api(trouble).failure()
    assert (len(api.requests), len(api.naps)) == (times, times - 1)
    assert all(0.1 <= nap <= 0.4 for nap in api.naps)


@pytest.mark.parametrize("trouble", TWICE)
async def test_the_second_answer_counts(api: Api, trouble: Answer) -> None:
    assert await api(trouble, answer(200, {"campaign": {"id": AEP, "name": "second"}})).name() == "second"
    assert type(await api(trouble, answer(404)).failure()) is CampaignNotFound
    assert type(await api(trouble, answer(429)).failure()) is RateLimited


async def test_nobody_is_asked_again_after_the_deadline(api: Api) -> None:
    api.seconds = 9.95
    assert type(await api(httpx.ConnectError).failure(within=10)) is Unavailable
    assert (len(api.requests), api.naps) == (1, [])


async def test_an_answer_that_does_not_come_is_given_up() -> None:
    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    clock = Clock()
    http = Http(httpx.AsyncClient(transport=httpx.MockTransport(hang)), HOST, Budget(clock), clock)
    with pytest.raises(Unavailable):
        await CareCycle(http, {}).get_campaign(KEY, AEP, within=0)


@pytest.mark.parametrize(("asker", "left"), [(Asker.PERSON, 0), (Asker.BACKGROUND, FOR_PEOPLE)])
async def test_asking_again_takes_from_the_budget(api: Api, asker: Asker, left: int) -> None:
    for _ in range(PER_MINUTE - left - 1):
        await api.budget.take(KEY, Asker.PERSON)
    assert type(await api(answer(503)).failure(asker=asker)) is Unavailable  # why, not that our budget is used up
    assert len(api.requests) == 1
    assert type(await api.failure(asker=asker)) is RateLimited
    assert len(api.requests) == 1


class Endless(httpx.AsyncByteStream):
    """A body that goes on; `sent` counts what of it was taken."""

    sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.sent < 20 * BODY_LIMIT:
            self.sent += 64 * 1024
            yield b" " * 64 * 1024


async def test_an_answer_past_two_megabytes_is_not_read_to_its_end(api: Api) -> None:
    endless = Endless()
    assert type(await api(lambda _: httpx.Response(200, stream=endless)).failure()) is Unreadable
    assert BODY_LIMIT < endless.sent <= BODY_LIMIT + 128 * 1024
    assert len(api.requests) == 1
    padded = json.dumps({"campaign": {"id": AEP}}).encode().ljust(BODY_LIMIT)
    await api(answer(200, padded)).name()


async def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused(api: Api) -> None:
    bomb = gzip.compress(b'{"campaign": {}}' + b" " * 10 * BODY_LIMIT)
    assert len(bomb) < BODY_LIMIT / 20
    assert type(await api(answer(200, bomb, content_encoding="gzip")).failure()) is Unreadable
