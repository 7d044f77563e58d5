"""*Add to Slack*: from the link to Slack's page and back, by way of everything that can go wrong on it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.manifest import optional_scopes, scopes
from playground.slack.installing import Page
from playground.slack.oauth import CLIENT_SECRET
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.slash_command import ask_one, said
from tests.drivers.workspaces import (
    HARBOR,
    SUNRISE,
    begin,
    calls,
    code_for,
    come_back,
    many,
    rows,
    send,
    store_down,
    typed,
    visit,
)

NOTHING = "Nothing was installed"


@pytest.fixture
async def empty(make_world: MakeWorld) -> World:
    """A bot that nobody has added yet."""
    return await many(make_world, installed=())


async def test_the_link_leads_to_slacks_page_and_asks_for_exactly_the_scopes_of_the_manifest(empty: World) -> None:
    page = await visit(empty, "/slack/install")
    assert page.status == 302
    url = urlsplit(page.headers["location"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{empty.page}/oauth/v2/authorize"
    asked = parse_qs(url.query, keep_blank_values=True)
    assert sorted(asked["scope"][0].split(",")) == sorted([*scopes(), *optional_scopes()])
    assert asked["user_scope"] == [""]
    assert asked["redirect_uri"] == [f"{empty.slack.bot}/slack/oauth_redirect"]
    assert len(asked["state"][0]) >= 32
    cookie = page.headers["set-cookie"]
    assert {"Secure", "HttpOnly", "Max-Age=600"} <= {part.strip() for part in cookie.split(";")}


async def test_every_state_is_another_and_is_kept_as_a_digest_only(empty: World) -> None:
    states = {await begin(empty) for _ in range(3)}
    assert len(states) == 3
    kept = str(await rows(empty, "oauth_states"))
    assert not any(state in kept for state in states)


async def test_adding_it_brings_a_page_that_says_what_to_do_and_a_bot_that_answers(empty: World) -> None:
    page = await empty.slack.install(HARBOR)
    assert page.status == 200
    for word in ("is installed", "in Harbor Benefits", "/campaign connect", f"team={HARBOR}", "app=A01PLAY"):
        assert word in page.html
    reply = await ask_one(empty, AEP, user="U11OWNER", channel="C11SALES")
    assert "not connected to careCycle" in said(reply)


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        ({"state": "forged"}, 400, "Start again in this browser"),
        ({"state": "forged", "cookie": "forged"}, 401, "was used already, or is too old"),
        ({"cookie": ""}, 400, "Start again in this browser"),
        ({"cookie": "another browser's"}, 400, "Start again in this browser"),
        ({"state": None}, 400, "Start again in this browser"),
        ({"state": "", "cookie": ""}, 400, "Start again in this browser"),
        ({"code": None}, 401, "Slack did not finish"),
        ({"code": "made-up"}, 401, "Slack did not finish"),
        ({"code": ""}, 401, "Slack did not finish"),
        ({"error": "access_denied"}, 200, "You canceled"),
        ({"error": "invalid_scope_requested"}, 200, "Slack refused the installation"),
        ({"error": ""}, 200, "Slack refused the installation"),
    ],
)
async def test_what_is_wrong_on_the_way_back_is_said_and_installs_nothing(
    empty: World, wrong: dict[str, Any], status: int, says: str
) -> None:
    state = await begin(empty)
    sent = {"state": state, "code": await code_for(empty), "cookie": state, **wrong}
    cookie = str(sent.pop("cookie"))
    page = await come_back(empty, cookie, **{name: value for name, value in sent.items() if value is not None})
    assert (page.status, says in page.html) == (status, True), page.html
    assert "/slack/install" in page.html
    assert await rows(empty, "installations") == []
    if "code" not in wrong:
        assert calls(empty, "oauth.v2.access") == 0
    assert_private(page)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "x" * 5_000])
async def test_what_somebody_puts_into_the_link_is_not_shown(empty: World, text: str) -> None:
    state = await begin(empty)
    for query in ({"error": text}, {"state": text, "code": text}, {"state": state, "code": text}):
        page = await come_back(empty, state, **query)
        assert text not in page.html
        assert "onerror" not in page.html
        assert "<script" not in page.html


async def test_a_link_is_good_once(empty: World) -> None:
    state = await begin(empty)
    assert (await come_back(empty, state, state=state, code=await code_for(empty))).status == 200
    page = await come_back(empty, state, state=state, code=await code_for(empty, HARBOR))
    assert page.status == 401
    assert "was used already, or is too old" in page.html
    assert [row["id"] for row in await rows(empty, "installations")] == [SUNRISE]


async def test_a_link_is_good_for_ten_minutes_and_then_purged(make_world: MakeWorld) -> None:
    time = Clockwork()
    empty = await many(make_world, time, installed=())
    early, late = await begin(empty), await begin(empty)
    time.move(9 * 60 + 59)
    assert (await come_back(empty, early, state=early, code=await code_for(empty))).status == 200
    time.move(61)
    page = await come_back(empty, late, state=late, code=await code_for(empty))
    assert (page.status, "too old" in page.html) == (401, True)
    await begin(empty)
    assert len(await rows(empty, "oauth_states")) == 1


async def test_a_robot_that_looks_at_links_burns_nothing(empty: World) -> None:
    state, code = await begin(empty), await code_for(empty)
    for path, query in (("/slack/install", ""), ("/slack/oauth_redirect", f"state={state}&code={code}")):
        assert (await visit(empty, path, query, method="HEAD", cookie=state)).status == 405
    assert (await come_back(empty, None, state=state, code=code)).status == 400
    assert (await come_back(empty, state, state=state, code=code)).status == 200


async def test_a_cancelled_installation_can_be_begun_again(empty: World) -> None:
    page = await empty.slack.install(SUNRISE, allow=False)
    assert (page.status, "You canceled" in page.html) == (200, True)
    assert (await empty.slack.install(SUNRISE)).status == 200


async def test_a_store_that_does_not_answer_is_a_page_and_installs_nothing(
    log_lines: list[dict[str, Any]], empty: World
) -> None:
    async with store_down(empty):
        page = await visit(empty, "/slack/install")
        assert (page.status, "could not be saved" in page.html) == (500, True)
        assert_private(page)
    state = await begin(empty)
    async with store_down(empty):
        page = await come_back(empty, state, state=state, code=await code_for(empty))
        assert (page.status, "could not be saved" in page.html) == (500, True)
    assert await rows(empty, "installations") == []
    assert [line["event"] for line in log_lines if line["event"] == "bug"] == []


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "A & B <b>", "“Quotes” \"'", "", "x" * 3_000])
async def test_a_workspaces_name_is_only_ever_text(empty: World, name: str) -> None:
    empty.slack.workspace.name = name
    page = await empty.slack.install(SUNRISE)
    assert page.status == 200
    assert "<script>" not in page.html
    assert "<b>" not in page.html
    assert_private(page)


async def test_adding_it_twice_keeps_one_installation_with_the_newest_token(empty: World) -> None:
    for _ in range(2):
        await empty.slack.install(SUNRISE)
    older, _ = empty.slack.tokens.grants
    empty.slack.tokens.discard(older)
    assert len(await rows(empty, "installations")) == 1
    await empty.slack.connect()
    assert empty.slack.api.calls_by[-1][0] == SUNRISE
    assert "AEP Outreach" in said(await ask_one(empty, AEP))


async def test_whoever_has_not_added_it_is_told_how_to(empty: World) -> None:
    reply = await send(empty, typed(empty, SUNRISE, AEP))
    assert "no longer installed" in reply["text"]
    assert f"{empty.slack.bot}/slack/install" in str(reply["blocks"])


async def test_no_line_of_the_log_holds_a_code_a_token_a_state_or_the_client_secret(
    log_lines: list[dict[str, Any]], empty: World
) -> None:
    state, code = await begin(empty), await code_for(empty)
    secret = [state, code, CLIENT_SECRET]
    await come_back(empty, state, state=state, code="made-up-code")
    await come_back(empty, "other", state=state, code=code)
    await come_back(empty, state, error=f"{state}-error")
    state = await begin(empty)
    await come_back(empty, state, state=state, code=code)
    async with store_down(empty):
        await visit(empty, "/slack/install")
        await come_back(empty, state, state=state, code=code)
    secret += [state, "made-up-code", *empty.slack.tokens.grants]
    lines = str(list(log_lines))
    assert "'installed'" in lines
    assert "not installed" in lines
    assert [word for word in secret if word in lines] == []


def assert_private(page: Page) -> None:
    """What every page of the installation has: nothing in it runs, is framed, kept or passed on."""
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["content-type"] == "text/html; charset=utf-8"
