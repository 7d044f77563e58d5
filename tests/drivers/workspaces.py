"""Put several workspaces into one world: install, connect, and send Slack's events about them."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
from sqlalchemy import CursorResult, literal_column, select, table, text

from bot.app import Bot, build
from bot.clock import Clock
from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY, CareCycle, twin
from playground.slack.installing import Page
from playground.slack.payloads import command
from playground.slack.tokens import Grant
from playground.world import World, serve_bot
from tests.conftest import Clockwork, MakeWorld
from tests.drivers.replicas import Replicas

SUNRISE, HARBOR, ORG = "T01SUNRISE", "T02HARBOR", "E01ORG"
COOKIE = "slack-app-oauth-state"
OWNERS = {SUNRISE: "U01OWNER", HARBOR: "U11OWNER"}
CHANNELS = {SUNRISE: "C02STANDUP", HARBOR: "C12STANDUP"}


async def many(make_world: MakeWorld, time: Clockwork | None = None, **more: Any) -> World:
    """Make a bot for any number of workspaces. In careCycle, Sunrise and Harbor have a campaign with the same id."""
    if "carecycle" not in more:
        more["carecycle"] = CareCycle()
        more["carecycle"].others = twin()
    if time:
        more |= {"clock": Clock(time.now, time.time), "now": time.time}
    return await make_world(many=True, **more)


async def two_connected(make_world: MakeWorld, time: Clockwork | None = None, **more: Any) -> World:
    """Make a world with Sunrise and Harbor, each connected with its own key."""
    here = await many(make_world, time, installed=(SUNRISE, HARBOR), **more)
    await connect(here, SUNRISE)
    await connect(here, HARBOR)
    return here


async def organization_of_two(
    make_world: MakeWorld, time: Clockwork | None = None, *, rotates: bool = False, **more: Any
) -> World:
    """Make a world where one organization added the app as a whole, with Sunrise and Harbor in it, both connected."""
    here = await many(make_world, time, installed=(), **more)
    here.slack.rotates_tokens = rotates
    here.slack.make_organization(ORG)
    await here.slack.install(enterprise=True)
    for team in (SUNRISE, HARBOR):
        await connect(here, team)
    return here


async def connect(here: World, team: str, key: str | None = None) -> None:
    """Connect the workspace to careCycle, as its owner. Without `key`, use the workspace's usual one."""
    keys = {SUNRISE: PLAYGROUND_KEY, HARBOR: HARBOR_KEY}
    modal = await here.slack.connect(key or keys[team], user=OWNERS[team], channel=CHANNELS[team])
    assert modal.errors == {}, modal.errors


async def visit(here: World, path: str, query: str = "", *, cookie: str | None = None, method: str = "GET") -> Page:
    """Send a browser's request to the bot. Redirects are not followed."""
    headers = {"cookie": f"{COOKIE}={cookie}"} if cookie else {}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        url = f"{here.slack.bot}{path}?{query}"
        async with session.request(method, url, headers=headers, allow_redirects=False) as answer:
            found = {name.lower(): value for name, value in answer.headers.items()}
            return Page(answer.status, await answer.text(), url, found)


async def begin(here: World) -> str:
    """Press *Add to Slack*, and return the OAuth state, which the cookie holds too."""
    page = await visit(here, "/slack/install")
    (state,) = parse_qs(urlsplit(page.headers["location"]).query)["state"]
    assert page.headers["set-cookie"].startswith(f"{COOKIE}={state};")
    return state


async def come_back(here: World, cookie: str | None, **query: str) -> Page:
    """Return from Slack to the bot's redirect URL, as the browser does."""
    return await visit(here, "/slack/oauth_redirect", urlencode(query), cookie=cookie)


async def code_for(here: World, team: str = SUNRISE, **more: str) -> str:
    """Press *Allow*, and return the code that Slack gives to the browser."""
    form = {"client_id": "4711.playground", "scope": "commands,users:read", "state": "x"}
    async with aiohttp.ClientSession() as session:
        url, sent = f"{here.page}/oauth/v2/authorize", {**form, "where": team, "decision": "allow", **more}
        async with session.post(url, data=sent, allow_redirects=False) as answer:
            return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


async def tell(here: World, payload: dict[str, Any], *, at: str | None = None) -> int:
    """Deliver a signed event, and return the HTTP status. `at` is the address of one of several bots."""
    body = json.dumps(payload)
    headers = here.slack.deliveries.headers(body, "application/json")
    async with aiohttp.ClientSession() as session:
        async with session.post(at or str(here.slack.deliveries.url), data=body, headers=headers) as answer:
            return answer.status


def typed(here: World | Replicas, team: str, words: str) -> dict[str, Any]:
    """Return Slack's payload for a command typed by the owner, even where the app was just removed."""
    workspace = here.slack.workspaces[team]
    grant = here.slack.tokens.installed(workspace) or Grant("", team, None, frozenset())
    person, place = workspace.people[OWNERS[team]], workspace.channels[CHANNELS[team]]
    ids = {
        "trigger_id": here.slack.views.new_trigger(workspace, person.id),
        "response_url": here.slack.response_urls.new(workspace, place.id, person.id),
    }
    return command(workspace, grant, place, person, "/campaign", words, ids)


async def send(here: World, payload: dict[str, Any], *, at: str | None = None) -> dict[str, Any]:
    """Deliver a command, and return the answer in the ack. `at` is the address of one of several bots."""
    body = urlencode({name: value for name, value in payload.items() if value is not None})
    async with aiohttp.ClientSession() as session:
        url, headers = at or str(here.slack.deliveries.url), here.slack.deliveries.headers(body)
        async with session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200, answer.status
            return json.loads(await answer.text() or "{}")  # type: ignore[no-any-return]  # JSON


async def rows(here: World, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table as they are stored, without decrypting."""
    async with here.bot.db.engine.connect() as db:
        found: CursorResult[Any] = await db.execute(select(literal_column("*")).select_from(table(name)))
        return [dict(row) for row in found.mappings()]


async def kept(here: World, team: str) -> set[str]:
    """Return the names of the tables that hold anything of a workspace or an organization."""
    holding: set[str] = set()
    for name, one in here.bot.db.tables.metadata.tables.items():
        column = "workspace_id" if "workspace_id" in one.columns else "id"
        if column in one.columns and any(row[column] == team for row in await rows(here, name)):
            holding.add(name)
    return holding


@asynccontextmanager
async def store_down(here: World) -> AsyncIterator[None]:
    """Make every query of installations, workspaces and OAuth states fail until the block ends."""

    async def rename(pattern: str) -> None:
        async with here.bot.db.engine.begin() as db:
            for name in ("installations", "workspaces", "oauth_states"):
                await db.execute(text(pattern.format(name)))

    await rename("ALTER TABLE {0} RENAME TO {0}_away")
    try:
        yield
    finally:
        await rename("ALTER TABLE {0}_away RENAME TO {0}")


@asynccontextmanager
async def replica(here: World, clock: Clock | None = None, **changed: Any) -> AsyncIterator[Bot]:
    """Run a second bot on the same database, with `changed` settings. Slack sends to it until the block ends."""
    first = here.slack.deliveries.url
    async with AsyncExitStack() as stack:
        settings = here.bot.workspaces._settings.model_copy(update=changed)
        other = await stack.enter_async_context(build(settings, clock))
        here.slack.deliveries.url = f"{await serve_bot(stack, other)}/slack/events"
        yield other
        here.slack.deliveries.url = first


def advance(here: World, seconds: float) -> None:
    """Move the time of a world that was made with a Clockwork."""
    here.slack.site.now.__self__.move(seconds)  # type: ignore[attr-defined]  # a Clockwork's method


def calls(here: World, name: str) -> int:
    """Return how often a method of Slack's Web API was called."""
    return sum(called == name for called, _ in here.slack.api.calls)
