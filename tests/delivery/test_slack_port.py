"""A digest on its way to Slack: what was surely not taken, what may have been, and who looks after one nobody owns."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from blocks.kit import Message
from bot.clock import Clock
from bot.delivery.slack_port import Later, Refused, SlackPort, Unclear
from bot.digests.digest import Delivery, Digest
from bot.digests.timetable import Timetable
from bot.slack.digests.slack_port import SlackAdapter
from playground.slack.workspace import Person
from playground.world import World
from tests.conftest import AS_OF, Clockwork, MakeWorld

SUNRISE, OWNER = "T01SUNRISE", "U01OWNER"
DIGEST = Digest("d", SUNRISE, "Morning", "C02STANDUP", OWNER, Timetable("UTC", frozenset({1}), ("09:00",)))
DELIVERY = Delivery("d/1", "d", SUNRISE, "scheduled", AS_OF, AS_OF, "posting", DIGEST.channel_id)
MESSAGE = Message("Morning", ())


@asynccontextmanager
async def mailing(here: World, time: Clockwork | None = None, **patience: float) -> AsyncIterator[SlackPort]:
    """The port of this world, over one connection, as patient as that."""
    time, services, base = time or Clockwork(), here.bot.services, f"{here.slack.api.base}/api/"
    connector, timeout = aiohttp.TCPConnector(limit=1), aiohttp.ClientTimeout(**patience)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        client = AsyncWebClient(base_url=base, session=session)
        once = AsyncWebClient(base_url=base, session=session, retry_handlers=[])
        yield SlackAdapter(
            client, once, services.authorize, services.channels, services.people, Clock(time.now, time.time)
        )


def count(here: World, method: str) -> int:
    return [name for name, _ in here.slack.api.calls].count(method)


async def heir(here: World, post: SlackPort) -> str | None:
    return await post.find_manager(await here.bot.workspaces.of(SUNRISE))


async def test_without_a_connection_in_time_it_was_surely_not_sent(here: World) -> None:
    here.slack.faults.set("web_api_slow", times=1)
    async with mailing(here, connect=0.1, total=0.5) as post:
        both = [post.post(DIGEST, DELIVERY, MESSAGE) for _ in range(2)]
        slow, waiting = await asyncio.gather(*both, return_exceptions=True)
    assert (type(slow), type(waiting)) == (Unclear, Later)
    assert count(here, "chat.postMessage") == 1


async def test_an_answer_that_does_not_come_leaves_it_open(here: World) -> None:
    here.slack.faults.set("web_api_slow", times=1)
    async with mailing(here, sock_read=0.1) as post:
        with pytest.raises(Unclear):
            await post.post(DIGEST, DELIVERY, MESSAGE)


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("not_in_channel", "not_in_channel"),
        ("restricted_action_read_only_channel", "restricted"),
        ("token_revoked", "not_installed"),
        ("metadata_too_large", "bug"),
        *((word, "refused") for word in ("no_permission", "access_denied", "ekm_access_denied", "missing_scope")),
        *((word, "refused") for word in ("posting_to_general_channel_denied", "a_word_of_next_year")),
    ],
)
async def test_what_slack_refuses_was_surely_not_taken(here: World, word: str, reason: str) -> None:
    with pytest.raises(Refused) as raised:
        await _refused(here, word)
    assert raised.value.reason == reason


@pytest.mark.parametrize("word", ["request_timeout", "team_added_to_org", "org_login_required", "rate_limited"])
async def test_what_passes_is_tried_again_later(here: World, word: str) -> None:
    with pytest.raises(Later):
        await _refused(here, word)


@pytest.mark.parametrize("word", ["internal_error", "fatal_error", "service_unavailable"])
async def test_where_slack_does_not_know_it_either_it_is_left_open(here: World, word: str) -> None:
    with pytest.raises(Unclear):
        await _refused(here, word)


@pytest.mark.parametrize("fault", ["web_api_down", "answer_is_500"])
async def test_an_answer_that_is_none_leaves_it_open(here: World, fault: str) -> None:
    here.slack.faults.set(fault)
    async with mailing(here) as post:
        with pytest.raises(Unclear):
            await post.post(DIGEST, DELIVERY, MESSAGE)


async def test_an_admin_is_found_among_two_thousand_people(make_world: MakeWorld) -> None:
    here = await make_world()
    _without_leads(here, 1_800)
    here.slack.workspace.people["U9999"] = Person("U9999", "Last", "admin")
    async with mailing(here) as post:
        assert await heir(here, post) == "U9999"
    assert count(here, "users.list") == 10


async def test_beyond_two_thousand_people_nobody_is_looked_for_and_that_is_remembered_for_an_hour(here: World) -> None:
    _without_leads(here, 2_000)
    here.slack.workspace.people["U9999"] = Person("U9999", "Last", "admin")
    time = Clockwork()
    async with mailing(here, time) as post:
        assert [await heir(here, post), await heir(here, post)] == [None, None]
        assert count(here, "users.list") == 10
        time.move(3601)
        assert await heir(here, post) is None
    assert count(here, "users.list") == 20


async def test_when_slack_does_not_say_who_is_there_it_is_asked_again(here: World) -> None:
    here.slack.faults.set("web_api_down", times=1)
    async with mailing(here) as post:
        assert await heir(here, post) is None
        assert await heir(here, post) == OWNER


async def _refused(here: World, word: str) -> None:
    here.slack.faults.set("posting_refused")
    here.slack.faults.word = word
    async with mailing(here) as post:
        await post.post(DIGEST, DELIVERY, MESSAGE)


def _without_leads(here: World, size: int) -> None:
    """So many people, none of whom is an admin."""
    people = here.slack.workspace.people
    people.clear()
    people.update({f"U{n:04d}": Person(f"U{n:04d}", f"No {n}", "member") for n in range(size)})


async def test_a_person_is_told_once_whatever_comes_of_it(here: World) -> None:
    workspace = await here.bot.workspaces.of(SUNRISE)
    async with mailing(here) as post:
        assert await post.tell_once(workspace, OWNER, MESSAGE)
        assert not await post.tell_once(workspace, "U99NOBODY", MESSAGE)
        here.slack.faults.set("answer_lost", times=1)
        assert await post.tell_once(workspace, OWNER, MESSAGE)  # nobody knows
        here.slack.faults.set("messages_limited", times=1)
        with pytest.raises(Later):
            await post.tell_once(workspace, OWNER, MESSAGE)
    assert count(here, "chat.postMessage") == 4


async def test_a_token_that_slack_refuses_is_no_reason_not_to_tell_a_person_later(here: World) -> None:
    for grant in here.slack.tokens.grants.values():
        grant.revoked = True
    async with mailing(here) as post:
        with pytest.raises(Later) as raised:
            await post.tell_once(await here.bot.workspaces.of(SUNRISE), OWNER, MESSAGE)
    assert raised.value.seconds == 3600


async def test_whether_somebody_is_here_now_is_asked_whatever_is_remembered(here: World) -> None:
    workspace = await here.bot.workspaces.of(SUNRISE)
    async with mailing(here) as post:
        assert await post.is_here(workspace, OWNER) == "yes"
        here.slack.workspace.people[OWNER].deleted = True
        assert await post.is_here(workspace, OWNER) == "yes"
        assert await post.is_here_now(workspace, OWNER) == "no"
        assert await post.is_here_now(workspace, "U99NOBODY") == "no"
        here.slack.api.scopes.discard("users:read")
        assert await post.is_here_now(workspace, OWNER) == "unsure"


@pytest.mark.parametrize("fault", ["web_api_down", "web_api_limited"])
async def test_when_slack_does_not_say_whether_somebody_is_here_now_it_is_asked_later(here: World, fault: str) -> None:
    here.slack.faults.set(fault)
    async with mailing(here) as post:
        with pytest.raises(Later):
            await post.is_here_now(await here.bot.workspaces.of(SUNRISE), OWNER)
