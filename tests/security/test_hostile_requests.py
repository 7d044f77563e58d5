"""What an attacker's review found, kept from coming back: hostile requests, addresses and buttons."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.slack.reply.response_urls import ResponseUrls
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, button
from tests.drivers.slash_command import ask_one, finished, said


async def test_an_unsigned_body_is_never_decoded_by_a_charset_of_the_senders_choice(here: World) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded; charset=punycode"}
    async with aiohttp.ClientSession() as session, asyncio.timeout(20):  # punycode takes minutes for this
        async with session.post(str(here.slack.deliveries.url), data=b"a-" * 200_000, headers=headers) as answer:
            assert answer.status == 401


@pytest.mark.parametrize("body", [b"[" * 100_000, b"[1]", b"{", b"null", b"payload=null"])
@pytest.mark.parametrize("signed", [False, True])
async def test_a_body_that_is_no_request_is_answered_quietly(
    log_lines: list[dict[str, object]], here: World, body: bytes, signed: bool
) -> None:
    headers = here.slack.deliveries.headers(body.decode()) if signed else {}
    headers["content-type"] = "application/x-www-form-urlencoded" if body.startswith(b"payload") else "application/json"
    async with aiohttp.ClientSession() as session:
        async with session.post(str(here.slack.deliveries.url), data=body, headers=headers) as answer:
            assert answer.status == (200 if signed else 401)
    assert not [line for line in log_lines if line["event"] == "bug"]


async def test_a_response_url_is_not_followed_elsewhere() -> None:
    stolen: list[str] = []

    async def thief(request: web.Request) -> web.Response:
        stolen.append(await request.text())
        return web.Response()

    elsewhere = web.Application()
    elsewhere.router.add_post("/", thief)
    async with TestServer(elsewhere) as other, aiohttp.ClientSession() as session:

        async def onward(_: web.Request) -> web.Response:
            return web.Response(status=307, headers={"location": str(other.make_url("/"))})

        slack = web.Application()
        slack.router.add_post("/", onward)
        async with TestServer(slack) as server:
            urls = ResponseUrls(session, str(server.make_url("/")))
            assert not await urls.send(str(server.make_url("/")), {"text": "a card"})
    assert stolen == []


async def posted(url: str, api: str = "https://slack.com/api/") -> list[str]:
    """The addresses to which a request was begun for this response_url; none ever leaves the machine."""
    begun: list[str] = []

    async def stop(_: object, __: object, request: aiohttp.TraceRequestStartParams) -> None:
        begun.append(f"{request.method} {request.url}")
        raise aiohttp.ClientError

    (trace := aiohttp.TraceConfig()).on_request_start.append(stop)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        assert not await ResponseUrls(session, api).send(url, {"text": "a card"})
    return begun


@pytest.mark.parametrize(
    "url",
    [
        "https://[x",
        "https://evil.example/",
        "http://hooks.slack.com/",
        "http://slack.com/",
        "https://hooks.slack.com@evil.example/",
        "https://user@hooks.slack.com/",
        "https://hooks.slack.com:8443/",
        "https://hooks.slack.com:0/",
        "https://hooks.slack.com:x/",
        "https://hooksslack.com/",
        "https://evilslack.com/",
        "https://evilslack-gov.com/",
        "https://slack.com.evil.example/",
        "https:///",
        "",
    ],
)
async def test_only_slacks_own_addresses_are_posted_to(log_lines: list[dict[str, Any]], url: str) -> None:
    assert await posted(url) == []
    told = [line["event"] for line in log_lines if "response_url" in line["event"]]
    assert told == ["response_url refused: not one of Slack's hosts"]


@pytest.mark.parametrize(
    "url",
    ["https://hooks.slack.com/commands/T1/2/3", "https://slack.com/x", "https://hooks.slack-gov.com:443/commands/1"],
)
@pytest.mark.parametrize("api", ["https://slack.com/api/", "http://stand-in.example:8765/api/"])
async def test_each_of_slacks_own_addresses_is_posted_to(url: str, api: str) -> None:
    assert await posted(url, api) == [f"POST {url.replace(':443', '')}"]


async def test_of_a_stand_ins_addresses_those_at_its_own_port_alone_are_posted_to() -> None:
    for url, begun in (("http://stand-in.example:8765/x", 1), ("http://stand-in.example:1/x", 0)):
        assert len(await posted(url, "http://stand-in.example:8765/api/")) == begun


@pytest.mark.parametrize("label", ["Refresh", "Share to channel", "Details"])
@pytest.mark.parametrize("value", [AEP, f"{AEP} 2026-11-23T09:02:11+00:00 U01OWNER more", "v1:zzz", "../../x 1 2"])
async def test_a_button_of_an_older_version_gets_a_word(here: World, label: str, value: str) -> None:
    card = await ask_one(here, AEP)
    await here.slack.press(card, {**button(card, label), "value": value})
    await finished(here)
    shown: list[Message | dict[str, Any]] = [*here.slack.workspace.messages[1:]]
    shown += [modal.view for modal in here.slack.workspace.modals]
    assert len(shown) == 1
    assert "made by an older version of this app" in said(shown[0])


async def test_a_share_for_which_there_was_no_room_can_be_tried_again(here: World) -> None:
    card = await ask_one(here, AEP)
    here.bot.tasks._most = 0
    await here.slack.press(card, button(card, "Share to channel"))
    here.bot.tasks._most = 1000
    await finished(here)
    assert "This app has too much to do" in said(here.slack.workspace.messages[-1])
    await here.slack.press(card, button(card, "Share to channel"))
    await finished(here)
    assert here.slack.workspace.messages[-1].ephemeral_for is None


async def test_the_playground_answers_its_own_page_only(here: World) -> None:
    body = {"text": "hello", "channel": "C01AEP"}
    async with aiohttp.ClientSession() as session:
        for headers in ({"Host": "evil.example:8765"}, {"Origin": "https://evil.example"}):
            async with session.post(f"{here.page}/page/say", json=body, headers=headers) as answer:
                assert answer.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{here.page}/socket", headers={"Origin": "https://evil.example"})
        form = urlencode({"token": "xoxb-playground", "payload": json.dumps(body)})
        async with session.post(f"{here.page}/page/say", data=form) as answer:
            assert answer.status in (400, 404, 415)
    assert here.slack.workspace.messages == []
