"""The stand-in for Slack lets an app in and out of workspaces as Slack does."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from playground.slack import Slack
from playground.slack.oauth import CLIENT_ID, CLIENT_SECRET
from tests.conftest import Clockwork

Json = dict[str, Any]
HARBOR = "T02HARBOR"


class TinyBot:
    """As little of a bot as can be installed: a state in a cookie, a code for a token, and it keeps its events."""

    def __init__(self, slack: Slack) -> None:
        self.slack, self.answers, self.events = slack, list[Json](), list[Json]()
        self.bodies: list[str] = []

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/slack/install", self._install)
        app.router.add_get("/slack/oauth_redirect", self._back)
        app.router.add_post("/slack/events", self._event)
        return app

    async def _install(self, _: web.Request) -> web.Response:
        asked = urlencode({"client_id": CLIENT_ID, "scope": "commands,users:read", "state": "s1"})
        link = f"{self.slack.api.base}/oauth/v2/authorize?{asked}".replace("&", "&amp;")
        page = web.Response(text=f'<a href="{link}">Add to Slack</a>', content_type="text/html")
        page.set_cookie("state", "s1", secure=True, httponly=True)
        return page

    async def _back(self, request: web.Request) -> web.Response:
        if request.cookies.get("state") != request.query["state"]:
            return web.Response(status=400, text="not your state")
        if "error" in request.query:
            return web.Response(status=403, text=request.query["error"])
        self.answers.append(await access(self.slack, code=request.query["code"]))
        return web.Response(text="Thank you")

    async def _event(self, request: web.Request) -> web.Response:
        assert request.content_type == "application/json"
        body = await request.text()
        assert request.headers["x-slack-signature"] == self.slack.deliveries.headers(body)["x-slack-signature"]
        self.events.append(json.loads(body))
        return web.Response()


@pytest.fixture
async def bot() -> AsyncIterator[TinyBot]:
    time = Clockwork()
    slack = Slack(many=True, now=time.time)
    slack.deliveries._now = time.time
    bot, served = TinyBot(slack), web.Application()
    served.add_routes(slack.routes())
    async with TestServer(served, host="127.0.0.1") as here, TestServer(bot.app(), host="127.0.0.1") as there:
        slack.at(str(here.make_url("")).rstrip("/"))
        own = str(there.make_url("")).rstrip("/")
        slack.deliveries.url, slack.redirect_uri = f"{own}/slack/events", f"{own}/slack/oauth_redirect"
        yield bot
        await slack.deliveries.close()


async def call(slack: Slack, method: str, token: str = "", **args: str) -> Json:
    """One call of the Web API."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{slack.api.base}/api/{method}", data=args, headers=headers) as answer:
            found: Json = await answer.json()
            return found


async def access(slack: Slack, *, secret: str = CLIENT_SECRET, client: str = CLIENT_ID, **args: str) -> Json:
    return await call(slack, "oauth.v2.access", client_id=client, client_secret=secret, **args)


async def test_the_app_is_added_by_the_page_and_gets_a_token_of_that_workspace(bot: TinyBot) -> None:
    page = await bot.slack.install(HARBOR, "U11OWNER")
    assert (page.status, page.html) == (200, "Thank you")
    (given,) = bot.answers
    token = given.pop("access_token")
    assert token.startswith("xoxb-")
    assert given == {
        "ok": True,
        "token_type": "bot",
        "scope": "commands,users:read",
        "bot_user_id": "U0BOT",
        "app_id": "A01PLAY",
        "team": {"id": HARBOR, "name": "Harbor Benefits"},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": "U11OWNER"},
    }
    who = await call(bot.slack, "auth.test", token)
    assert (who["team_id"], who["team"], who["enterprise_id"]) == (HARBOR, "Harbor Benefits", None)
    assert bot.slack.api.calls_by[-1] == (HARBOR, "auth.test")
    assert bot.slack.api.workspace_of(token) is bot.slack.workspaces[HARBOR]


async def test_who_cancels_sends_the_app_away(bot: TinyBot) -> None:
    page = await bot.slack.install(HARBOR, allow=False)
    assert (page.status, page.html) == (403, "access_denied")
    assert len(bot.slack.api.tokens) == 0


async def test_adding_it_again_makes_another_token_and_keeps_the_older_one(bot: TinyBot) -> None:
    await bot.slack.install(HARBOR)
    await bot.slack.install(HARBOR)
    first, second = (answer["access_token"] for answer in bot.answers)
    assert first != second
    assert {first, second} == set(bot.slack.api.tokens)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code": "wrong"}, "invalid_code"),
        ({"secret": "wrong"}, "bad_client_secret"),
        ({"client": "wrong"}, "invalid_client_id"),
        ({"redirect_uri": "http://127.0.0.1/elsewhere"}, "bad_redirect_uri"),
    ],
)
async def test_a_code_is_worth_nothing_without_the_rest(bot: TinyBot, change: dict[str, str], error: str) -> None:
    assert await access(bot.slack, **{"code": await _code(bot.slack), **change}) == {"ok": False, "error": error}


async def test_a_code_is_good_once_and_for_ten_minutes(bot: TinyBot) -> None:
    code, late = await _code(bot.slack), await _code(bot.slack)
    assert (await access(bot.slack, code=code))["ok"]
    assert (await access(bot.slack, code=code))["error"] == "invalid_code"
    bot.slack.site.now.__self__.move(601)  # type: ignore[attr-defined]  # the fixture's clock
    assert (await access(bot.slack, code=late))["error"] == "invalid_code"


@pytest.mark.parametrize("wrong", [{"client_id": "1.2"}, {"redirect_uri": "https://evil.example/"}, {"scope": ""}])
async def test_the_page_refuses_an_unknown_app_and_another_address(bot: TinyBot, wrong: dict[str, str]) -> None:
    asked = {"client_id": CLIENT_ID, "scope": "commands", "state": "x", **wrong}
    async with aiohttp.ClientSession() as session:
        for send in (session.get, session.post):
            async with send(f"{bot.slack.api.base}/oauth/v2/authorize", params=asked, data=asked) as answer:
                assert answer.status == 400


async def test_tokens_that_rotate_last_twelve_hours_and_are_refreshed_once(bot: TinyBot) -> None:
    bot.slack.rotates_tokens = True
    await bot.slack.install(HARBOR)
    first = bot.answers[0]
    assert first["expires_in"] == 43200
    assert first["refresh_token"].startswith("xoxe-")
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = await access(bot.slack, **again)
    assert second["access_token"] != first["access_token"]
    assert (await access(bot.slack, **again))["error"] == "invalid_refresh_token"
    bot.slack.site.now.__self__.move(43201)  # type: ignore[attr-defined]  # the fixture's clock
    assert (await call(bot.slack, "auth.test", first["access_token"]))["error"] == "token_expired"


async def test_taking_the_app_out_revokes_its_tokens_and_tells_it(bot: TinyBot) -> None:
    await bot.slack.install()
    await bot.slack.install(HARBOR)
    await bot.slack.uninstall(HARBOR)
    kept, gone = (answer["access_token"] for answer in bot.answers)
    assert (await call(bot.slack, "auth.test", gone))["error"] == "token_revoked"
    assert (await call(bot.slack, "auth.test", kept))["ok"]
    assert [event["event"]["type"] for event in bot.events] == ["tokens_revoked", "app_uninstalled"]
    assert {event["team_id"] for event in bot.events} == {HARBOR}
    assert {event["event_time"] for event in bot.events} == {int(bot.slack.site.now())}


async def test_events_can_come_late(bot: TinyBot) -> None:
    await bot.slack.install()
    late = await bot.slack.uninstall(deliver=False)
    await bot.slack.install()
    assert bot.events == []
    for event in late:
        await bot.slack.deliver_event(event)
    assert bot.events == late


async def test_an_organization_has_one_token_for_all_its_workspaces(bot: TinyBot) -> None:
    bot.slack.make_organization("E01ORG", "Sunrise Group")
    await bot.slack.install(enterprise=True)
    (given,) = bot.answers
    assert given["team"] is None
    assert given["enterprise"] == {"id": "E01ORG", "name": "Sunrise Group"}
    token = given["access_token"]
    who = await call(bot.slack, "auth.test", token)
    assert (who["team_id"], who["is_enterprise_install"]) == ("E01ORG", True)
    assert (await call(bot.slack, "users.info", token, user="U12MEMBER"))["user"]["enterprise_user"]
    await bot.slack.revoke_team_access(HARBOR)
    assert bot.events[-1]["event"]["team_ids"] == [HARBOR]
    assert bot.events[-1]["team_id"] is None
    assert (await call(bot.slack, "users.info", token, user="U12MEMBER"))["error"] == "user_not_found"


async def _code(slack: Slack) -> str:
    """A code as the page gives it out."""
    form = {"client_id": CLIENT_ID, "scope": "commands", "state": "x", "where": HARBOR, "decision": "allow"}
    async with aiohttp.ClientSession() as session:
        url = f"{slack.api.base}/oauth/v2/authorize"
        async with session.post(url, data=form, allow_redirects=False) as answer:
            return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
