"""Slack's own faults on the way back from its page: each is a page that says so, and nothing is half installed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.conftest import MakeWorld
from tests.drivers.workspaces import begin, come_back, many, rows

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
TOKEN = {
    "ok": True,
    "access_token": "xoxb-odd",
    "token_type": "bot",
    "scope": "commands",
    "bot_user_id": "U0BOT",
    "app_id": "A01PLAY",
    "team": {"id": "T01SUNRISE", "name": "Sunrise Benefits"},
    "enterprise": None,
    "is_enterprise_install": False,
    "authed_user": {"id": "U01OWNER"},
}
WHO = {"ok": True, "bot_id": "B0BOT", "user_id": "U0BOT", "team_id": "T01SUNRISE"}


def says(body: Any, status: int = 200) -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response(body, status=status)

    return answer


def writes(text: str, status: int = 200, kind: str = "text/html") -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, status=status, content_type=kind)

    return answer


async def hangs_up(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.close()
    return web.Response()


async def hangs(_: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response()


@asynccontextmanager
async def slack_where(access: Answer, auth_test: Answer) -> AsyncIterator[str]:
    """The address of a Web API that answers so."""
    app = web.Application()
    app.router.add_post("/api/oauth.v2.access", access)
    app.router.add_post("/api/auth.test", auth_test)
    async with TestServer(app, host="127.0.0.1") as server:
        yield f"{str(server.make_url('')).rstrip('/')}/api/"


UNFINISHED, NO_ANSWER, MISTAKE = "Slack did not finish", "Slack did not answer", "a mistake in this app"
FAULTS: dict[str, tuple[Answer, Answer, str]] = {
    "500": (writes("internal_error", 500), says(WHO), UNFINISHED),
    "429": (says({"ok": False, "error": "ratelimited"}, 429), says(WHO), UNFINISHED),
    "a page": (writes("<html>maintenance</html>"), says(WHO), UNFINISHED),
    "cut": (writes('{"ok": tr', kind="application/json"), says(WHO), UNFINISHED),
    "null": (says(None), says(WHO), UNFINISHED),
    "a list": (says([1]), says(WHO), MISTAKE),
    "hangs up": (hangs_up, says(WHO), NO_ANSWER),
    "refused": (says({"ok": False, "error": "invalid_code"}), says(WHO), UNFINISHED),
    "no token": (says({**TOKEN, "access_token": None}), says(WHO), UNFINISHED),
    "no team": (says({**TOKEN, "team": None}), says(WHO), UNFINISHED),
    "team is a word": (says({**TOKEN, "team": "T01SUNRISE"}), says(WHO), MISTAKE),
    "a user's token": (says({"ok": True, "authed_user": {"access_token": "xoxp-odd"}}), says(WHO), UNFINISHED),
    "whose token is it": (says(TOKEN), says({"ok": False, "error": "invalid_auth"}), UNFINISHED),
    "whose token: nobody says": (says(TOKEN), hangs_up, NO_ANSWER),
    "expires never": (says({**TOKEN, "expires_in": "soon"}), says(WHO), MISTAKE),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_of_slack_is_a_page_and_nothing_is_installed(
    log_lines: list[dict[str, Any]], make_world: MakeWorld, fault: str
) -> None:
    access, auth_test, words = FAULTS[fault]
    async with slack_where(access, auth_test) as address:
        here = await many(make_world, installed=(), slack_api_url=address)
        state = await begin(here)
        page = await come_back(here, state, state=state, code="a-code")
        assert page.status in (401, 500, 502)
        assert words in page.html
        assert "/slack/install" in page.html
        assert page.headers["cache-control"] == "no-store"
        assert await rows(here, "installations") == []
        again = await come_back(here, state, state=state, code="a-code")
        assert "was used already" in again.html
    lines = str(list(log_lines))
    assert [word for word in ("a-code", "xoxb-odd", "xoxp-odd", state, "client-secret") if word in lines] == []
    assert len([line for line in log_lines if line["event"] == "bug"]) == (words is MISTAKE)


@pytest.mark.slow
async def test_slack_that_hangs_is_given_up_on_in_time(make_world: MakeWorld) -> None:
    async with slack_where(hangs, hangs) as address, asyncio.timeout(14):
        here = await many(make_world, installed=(), slack_api_url=address)
        state = await begin(here)
        page = await come_back(here, state, state=state, code="a-code")
        assert (page.status, "Slack did not answer" in page.html) == (502, True)


async def test_what_slack_leaves_out_is_not_needed(make_world: MakeWorld) -> None:
    bare = {name: TOKEN[name] for name in ("ok", "access_token", "team")}
    async with slack_where(says({**bare, "team": {"id": "T01SUNRISE"}}), says({"ok": True})) as address:
        here = await many(make_world, installed=(), slack_api_url=address)
        state = await begin(here)
        page = await come_back(here, state, state=state, code="a-code")
        assert (page.status, "in your workspace" in page.html) == (200, True)
        assert len(await rows(here, "installations")) == 1
