"""Where a careCycle key never goes, and how the list stays harmless when a parameter's name is wrong."""

import json
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot import errors
from bot.carecycle.client import MOST_PAGES, CareCycle
from bot.carecycle.http import Http, new_http_client
from bot.carecycle.rate_limit import Budget
from bot.clock import Clock
from bot.errors import CareCycleError, KeyRejected, Unreadable
from playground import carecycle as stand_in
from playground.samples import SUNRISE
from tests.conftest import AEP, AS_OF
from tests.drivers.carecycle_answers import HOST, KEY, Answer, Api, Body, answer, listed

SECRET = "SECRET"  # in every key of these tests


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and all it was raised from or while handling, however hidden."""
    if error is not None:
        yield error
        yield from chain(error.__cause__)
        yield from chain(error.__context__)


def assert_discreet(error: BaseException) -> None:
    for link in chain(error):
        assert SECRET not in f"{link} {link!r} {vars(link)}"
        assert not isinstance(link, httpx.HTTPError), "it holds the request, and with it the key"
    assert SECRET not in "".join(traceback.format_exception(error))


def redirect(to: str, status: int = 307) -> Answer:
    return answer(status, "", location=to)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_on_the_same_host_is_followed_with_the_key(api: Api, status: int) -> None:
    await api(redirect("/v3/campaigns/x", status), answer()).name()
    assert [str(request.url.copy_with(query=None)) for request in api.requests][1:] == [f"{HOST}/v3/campaigns/x"]
    assert api.requests[1].headers["x-api-key"] == KEY.get_secret_value()


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/v2",
        "//evil.example/v2",
        f"{HOST}.evil.example/v2",
        "https://api.carecycle.example@evil.example/",
        f"{HOST}:8443/v2",
        HOST.replace("https", "http"),
        "https://www.api.carecycle.example/",
        "file:///etc/passwd",
    ],
)
async def test_a_redirect_elsewhere_is_not_followed(api: Api, to: str) -> None:
    failure = await api(redirect("/v3"), redirect(to)).failure()
    assert type(failure) is Unreadable
    assert {(request.url.scheme, request.url.netloc) for request in api.requests} == {
        ("https", b"api.carecycle.example")
    }
    assert_discreet(failure)


async def test_redirects_in_a_circle_end(api: Api) -> None:
    assert type(await api(redirect("/v2")).failure()) is Unreadable
    assert len(api.requests) <= 5


TROUBLE: list[Answer] = [
    *(httpx.ConnectError, httpx.ReadError, httpx.ReadTimeout, httpx.DecodingError, httpx.LocalProtocolError),
    *(answer(status) for status in (302, 400, 401, 403, 404, 422, 429, 500)),
    *(answer(200, "<html>"), answer(200, {"campaign": {"id": "x"}}), redirect("https://evil.example")),
]


@pytest.mark.parametrize("trouble", TROUBLE)
async def test_no_error_holds_the_key(api: Api, log_lines: list[Any], trouble: Answer) -> None:
    assert_discreet(await api(trouble).failure())
    assert SECRET not in str(list(log_lines))


@pytest.mark.parametrize("key", ["cc_SECRET\n", " cc_SECRET", "cc_SECRET\r\nX: y", "cc_SECRET„", "cc_SECRET\0", ""])
async def test_a_key_no_header_can_hold_is_rejected_without_being_sent(
    api: Api, log_lines: list[Any], key: str
) -> None:
    failure = await api.failure(SecretStr(key))
    assert (type(failure), api.requests) == (KeyRejected, [])
    assert_discreet(failure)
    assert SECRET not in str(list(log_lines))


async def test_fields_of_a_wrong_type_are_logged_by_name_and_never_by_value(api: Api, log_lines: list[Any]) -> None:
    sent = {"id": AEP, "status": "active", "name": ["a name"], "transferConfig": {"directPhoneNumber": 12125550142}}
    await api(answer(200, {"campaign": sent})).name()
    (line,) = [line for line in log_lines if "fields" in line]
    assert line["fields"] == ["name", "transferConfig.directPhoneNumber"]
    assert "a name" not in (told := str(list(log_lines)))
    assert "0142" not in told


def page(*ids: str, **more: Any) -> Answer:
    items = [{"id": id_, "name": f"Campaign {id_}", "status": "active"} for id_ in ids]
    return answer(200, {"itemsTotal": 9, "items": items, **more})


async def test_every_page_is_read_and_every_campaign_given_once(api: Api) -> None:
    pages = [page("a", "b", "a", currentPage=1, nextPage=2), page("b", "c", currentPage=2, nextPage=None)]
    assert await api(*pages).listed() == ["a", "b", "c"]
    assert [request.url.params["page"] for request in api.requests] == ["1", "2"]


@pytest.mark.parametrize(
    ("pages", "expected", "asked"),
    [
        pytest.param([page("a", currentPage=1, nextPage=2)], ["a"], 2, id="always the first page"),
        pytest.param([page("a", nextPage=2)], ["a"], 2, id="always the same campaigns"),
        pytest.param([page("a", nextPage=2), page("b", currentPage=1)], ["a"], 2, id="another page than asked for"),
        pytest.param([page("a"), page("b")], ["a"], 1, id="no next page"),
        pytest.param([page(nextPage=2)], [], 1, id="an empty page"),
        pytest.param([page("a", currentPage="1", nextPage=2), page("b")], ["a", "b"], 2, id="a page that is no number"),
    ],
)
async def test_a_page_that_brings_nothing_new_is_the_last(
    api: Api, pages: list[Answer], expected: list[str], asked: int
) -> None:
    assert await api(*pages).listed() == expected
    assert len(api.requests) == asked


async def test_an_endless_list_ends(api: Api) -> None:
    def more(request: httpx.Request) -> httpx.Response:
        api.time.move(2)  # the budget is another matter
        number = int(request.url.params["page"])
        body = json.dumps({"items": [{"id": f"c{number}"}], "nextPage": number + 1})
        return httpx.Response(200, stream=Body(body))

    assert len(await api(more).listed()) == len(api.requests) == MOST_PAGES


@pytest.mark.parametrize("items", [None, {}, "none", 3])
async def test_an_answer_without_a_list_is_no_list(api: Api, items: Any) -> None:
    with pytest.raises(Unreadable):
        await api(answer(200, {"items": items})).listed()


@pytest.mark.parametrize("odd", [{"name": "no id"}, {"id": 3, "status": 4}, None, [], "text"])
async def test_one_odd_record_does_not_take_the_others_along(api: Api, odd: Any) -> None:
    assert await api(answer(200, {"items": [{"id": "a"}, odd, {"id": "b"}]})).listed() == ["a", "b"]


Serve = Callable[..., Awaitable[CareCycle]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a stand-in for careCycle and gives the bot's client for it, with real HTTP between them."""

    async def no_pause(_: float) -> None: ...

    servers, clock = list[TestServer](), Clock(lambda: AS_OF, lambda: 0.0)
    async with new_http_client() as client:

        async def start(account: stand_in.CareCycle, params: dict[str, str]) -> CareCycle:
            servers.append(TestServer(account.app(), host="127.0.0.1"))
            await servers[-1].start_server()
            return CareCycle(Http(client, str(servers[-1].make_url("")), Budget(clock), clock, no_pause), params)

        yield start
    for server in servers:
        await server.close()


@pytest.mark.parametrize("wrong", [{}, {"page": "seite"}, {"limit": "size"}, {"page": "seite", "limit": "size"}])
async def test_a_wrong_parameter_name_loses_campaigns_but_never_repeats_one(
    serve: Serve, wrong: dict[str, str]
) -> None:
    many = [{"id": f"{number:08x}-0000-4000-8000-000000000000", "name": str(number)} for number in range(130)]
    client = await serve(stand_in.CareCycle(many), wrong)
    ids = await listed(client, SecretStr(stand_in.PLAYGROUND_KEY), Clock())
    assert len(ids) == len(set(ids)) == {"": 130, "page": 100, "limit": 130, "pagelimit": 50}["".join(wrong)]


@pytest.mark.parametrize("fault", sorted(set(stand_in.FAULTS) - {"none", "slow", "redirect_same", "large_list"}))
async def test_every_way_careCycle_can_break_has_an_explanation(serve: Serve, fault: str) -> None:  # noqa: N802
    account = stand_in.CareCycle(keys={KEY.get_secret_value(): SUNRISE})
    client, account.fault = await serve(account, {}), fault
    with pytest.raises(CareCycleError) as raised:
        await client.get_campaign(KEY, AEP, within=0.2 if fault == "hanging" else 10)
    assert type(raised.value) in vars(errors).values()
    assert_discreet(raised.value)
