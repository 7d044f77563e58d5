"""Events and links that nobody at Slack would send: nothing is deleted, nothing injected, and the bot goes on."""

import hashlib
import hmac
import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from playground.slack.slack import SIGNING_SECRET
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.slash_command import ask_one, said
from tests.drivers.workspaces import HARBOR, SUNRISE, kept, many, send, tell, two_connected, typed, visit
from tests.plugins import machine_clock


@pytest.fixture
async def here(make_world: MakeWorld) -> World:
    return await two_connected(make_world)


async def post(here: World, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    headers = {"content-type": "application/json", **headers}
    async with aiohttp.ClientSession() as session:
        url, sent = str(here.slack.deliveries.url), io.BytesIO(body)
        async with session.post(url, data=sent, headers=headers) as answer:
            return answer.status, await answer.text()


def signed(body: bytes, *, secret: str = SIGNING_SECRET, age: int = 0) -> dict[str, str]:
    at = str(int(machine_clock.seconds()) - age)
    digest = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": at, "x-slack-signature": f"v0={digest}"}


async def leaving(here: World, team: str = SUNRISE) -> dict[str, Any]:
    """The news that a workspace left, as Slack would sign it."""
    event = (await here.slack.uninstall(team, deliver=False))[1]
    assert event["event"]["type"] == "app_uninstalled"
    return event


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"secret": ""},
        {"secret": "another"},
        {"age": 6 * 60},
        {"age": -6 * 60},
    ],
)
async def test_news_of_leaving_that_are_not_signed_by_slack_are_not_believed(here: World, how: dict[str, Any]) -> None:
    body = json.dumps(await leaving(here)).encode()
    status, text = await post(here, body, signed(body, **how) if how else {})
    assert (status, text) == (401, "")
    assert "connections" in await kept(here, SUNRISE)


async def test_a_signature_is_good_for_its_own_body_only(here: World) -> None:
    sunrise = json.dumps(await leaving(here)).encode()
    harbor = sunrise.replace(SUNRISE.encode(), HARBOR.encode())
    assert (await post(here, harbor, signed(sunrise)))[0] == 401
    assert "connections" in await kept(here, HARBOR)


async def test_slacks_question_whether_it_is_us_is_answered_when_signed_only(here: World) -> None:
    body = json.dumps({"type": "url_verification", "token": "t", "challenge": "c<script>"}).encode()
    assert await post(here, body, {}) == (401, "")
    status, text = await post(here, body, signed(body))
    assert (status, json.loads(text)) == (200, {"challenge": "c<script>"})


@pytest.mark.parametrize("challenge", [None, 7, ["x"], {"a": 1}, "x" * 100_000])
async def test_an_odd_question_breaks_nothing(here: World, challenge: Any) -> None:
    body = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
    await post(here, body, signed(body))
    assert "AEP Outreach" in said(await ask_one(here, AEP))


async def test_what_is_too_large_is_not_read(here: World) -> None:
    body = json.dumps({**await leaving(here), "more": "x" * 1_100_000}).encode()
    assert (await post(here, body, signed(body)))[0] == 413
    assert "connections" in await kept(here, SUNRISE)


ODD: list[dict[str, Any]] = [
    {"event": None},
    {"event": []},
    {"event": "app_uninstalled"},
    {"event": {}},
    {"event": {"type": None}},
    {"event": {"type": ["app_uninstalled"]}},
    {"event": {"type": "tokens_revoked"}},
    {"event": {"type": "tokens_revoked", "tokens": []}},
    {"event": {"type": "tokens_revoked", "tokens": "bot"}},
    {"event": {"type": "team_access_revoked"}},
    {"event": {"type": "team_access_revoked", "team_ids": None}},
    {"event": {"type": "team_access_revoked", "team_ids": 7}},
    {"event": {"type": "team_access_revoked", "team_ids": SUNRISE}},
    {"event": {"type": "team_access_revoked", "team_ids": [None, {}, [SUNRISE], 7, "T" * 5_000, "\x00"]}},
    {"event": {"type": "team_access_revoked", "team_ids": ["%", "_", "' OR ''='", "*"]}},
    {"team_id": None, "authorizations": None},
    {"team_id": None, "authorizations": []},
    {"team_id": ["T01SUNRISE"], "authorizations": [None]},
    {"team_id": {"id": 1}, "authorizations": "all"},
    {"team_id": 7, "enterprise_id": 7, "authorizations": [7]},
    {"team_id": "T" * 100_000, "authorizations": [{}]},
    {"team_id": "T\x00", "enterprise_id": "\x00", "authorizations": [{}]},
    {"team_id": "*", "enterprise_id": "%", "authorizations": [{"is_enterprise_install": True}]},
]


async def test_odd_news_delete_nothing_and_are_survived(log_lines: list[dict[str, Any]], here: World) -> None:
    event = await leaving(here)
    await here.slack.install(SUNRISE)
    before = [await kept(here, team) for team in (SUNRISE, HARBOR)]
    for odd in ODD:
        assert await tell(here, {**event, **odd}) in (200, 400, 404, 500, 503), odd
        assert [await kept(here, team) for team in (SUNRISE, HARBOR)] == before, odd
    assert "AEP Outreach" in said(await ask_one(here, AEP))
    assert "T" * 300 not in str(list(log_lines))


async def test_ids_of_any_length_and_shape_are_looked_for_and_not_found(
    make_world: MakeWorld, database_options: dict[str, Any]
) -> None:
    here = await many(make_world, **database_options)
    for id_ in ("T" * 100_000, "' OR 1=1 --", "%", "🌅" * 100, "T01SUNRISE ", "t01sunrise"):
        reply = await send(here, {**typed(here, SUNRISE, AEP), "team_id": id_})
        assert "no longer installed" in reply["text"]
    for name in ("user_id", "channel_id"):
        reply = await send(here, {**typed(here, SUNRISE, AEP), name: "X" * 10_000})
        assert "not connected to careCycle" in reply["text"]


@pytest.mark.parametrize(
    "team", ["x%26user_scope%3Dadmin", "%0d%0aset-cookie:%20a=b", "%00", "x" * 3_000, "T1%23", "%F0%9F%8C%85", ""]
)
async def test_nothing_can_be_added_to_the_address_of_slacks_page(here: World, team: str) -> None:
    page = await visit(
        here, "/slack/install", f"team={team}&state=forged&scope=admin&redirect_uri=https://evil.example"
    )
    assert page.status == 302
    asked = parse_qs(urlsplit(page.headers["location"]).query, keep_blank_values=True)
    assert asked["user_scope"] == [""]
    assert "team" not in asked
    assert "evil" not in page.headers["location"]
    assert "admin" not in page.headers["location"]
    assert page.headers["set-cookie"].startswith("slack-app-oauth-state=")


async def test_a_link_may_name_the_workspace_it_is_for(here: World) -> None:
    page = await visit(here, "/slack/install", f"team={HARBOR}")
    assert parse_qs(urlsplit(page.headers["location"]).query)["team"] == [HARBOR]
