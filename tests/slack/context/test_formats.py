"""How a person writes numbers and dates: learned after the first answer, and only in what they alone see."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from blocks import formats
from blocks.digests.send_now import ALL, TO
from bot.clock import Clock
from bot.slack.context.people import _FORMATS
from playground.slack.call import ApiError
from playground.slack.workspace import BOT_ID, Message
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.app_home import open_home, words_of
from tests.drivers.digest_deliveries import CHANNEL, delivering
from tests.drivers.digest_forms import form, listed, opened_by, option, press_in, save, still
from tests.drivers.every_way_in import in_thread, mentioned, previewed
from tests.drivers.find_shortcut import opened, submitted
from tests.drivers.modals import close_all, connected_timed
from tests.drivers.slash_command import ask, ask_one, press, said
from tests.drivers.workspaces import SUNRISE, calls

OWNER, MEMBER, OTHER = "U01OWNER", "U03MEMBER", "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"
HOUR = 3600.0
_POINT = re.compile(r"(?<=\d)[.,](?=\d{3}\b)")
_FALLBACK = re.compile(r"\|[^>|]*>")  # of Slack's dates


def reads(here: World, locale: str, user: str = OWNER) -> World:
    """Let a person use Slack in another language."""
    here.slack.workspace.people[user].locale = locale
    return here


async def test_the_first_answer_is_american_and_the_next_the_readers_own(here: World) -> None:
    reads(here, "de-DE")
    first, second = await ask_one(here, AEP), await ask_one(here, AEP)
    assert ("1,204" in said(first), "1.204" in said(first)) == (True, False)
    assert ("1,204" in said(second), "1.204" in said(second)) == (False, True)
    assert "1.204 customers" in second.text
    assert "|Mon 23 Nov, " in said(second) or re.search(r"\|\w{3} \d+ \w{3}, \d\d:\d\d UTC>", said(second))


async def test_nobody_waits_for_it_and_slack_is_asked_once(here: World) -> None:
    reads(here, "fr-FR")
    await ask_one(here, AEP)
    assert calls(here, "users.info") == 1
    before = len(here.slack.api.calls)
    assert "1\u202f204" in said(await ask_one(here, AEP))
    assert len(here.slack.api.calls) == before


async def test_two_readers_of_one_record_each_have_their_own_body(here: World) -> None:
    reads(here, "de-DE")
    for _ in range(2):
        german, american = await ask_one(here, AEP), await ask_one(here, AEP, user="U02ADMIN")
    assert ("1.204" in said(german), "1,204" in said(american)) == (True, True)


async def test_it_is_asked_again_after_a_day(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    await ask_one(here, AEP)
    reads(here, "de-DE")
    time.move(23 * HOUR)
    await ask_one(here, AEP)
    assert "1,204" in said(await ask_one(here, AEP))
    time.move(2 * HOUR)
    await ask_one(here, AEP)
    assert "1.204" in said(await ask_one(here, AEP))


async def test_while_slack_does_not_say_it_is_american_and_asked_every_five_minutes(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    reads(here, "de-DE", MEMBER)
    answers, here.slack.api._methods["users.info"] = here.slack.api._methods["users.info"], _no_answer
    before = calls(here, "users.info")
    for _ in range(3):
        assert "1,204" in said(await ask_one(here, AEP, user=MEMBER))
    assert calls(here, "users.info") == before + 1
    here.slack.api._methods["users.info"] = answers
    time.move(301)
    await ask_one(here, AEP, user=MEMBER)
    assert "1.204" in said(await ask_one(here, AEP, user=MEMBER))


async def test_what_many_read_is_the_same_whoever_brought_it(make_world: MakeWorld) -> None:
    american, german = [await _all_that_is_public(make_world, locale) for locale in ("en-US", "de-DE")]
    assert american == german
    assert len(american) >= 5
    assert "1,204" in "".join(american)
    assert "1.204" not in "".join(american)


async def test_a_digest_is_american_whoever_sends_it(make_world: MakeWorld) -> None:
    there = await delivering(make_world)
    here = reads(there.world, "de-DE")
    digest = await there.make()
    await ask_one(here, AEP, channel=CHANNEL)
    mine = await listed(here, channel=CHANNEL)
    assert "next Tue 24 Nov, 09:00" in said(mine)
    await save(here, await opened_by(here, mine, "Send now"), {TO: option(ALL)})
    await there.ended(digest)
    close_all(here)
    modal = await opened_by(here, mine, "Edit")
    await press_in(here, modal, "Preview")
    preview = here.slack.modals_of(OWNER)[-1]
    for shown in (said(there.posted[-1]), said(preview.view)):
        assert "Morning digest · Mon, Nov 23" in shown
        assert re.search(r"\d,\d{3}\b", shown)
        assert not re.search(r"\d\.\d{3}\b", shown)


async def test_answers_to_a_whole_channel_are_american(make_world: MakeWorld) -> None:
    here = await make_world()
    reads(here, "de-DE")
    await ask_one(here, AEP)
    workspace = await here.bot.workspaces.of(SUNRISE)
    await workspace.save_preferences(replace(workspace.preferences, audience="channel"), (), OWNER)
    *_, public = await ask(here, AEP)
    assert public.ephemeral_for is None
    assert ("1,204" in said(public), "1.204" in said(public)) == (True, False)


@pytest.mark.parametrize("typed", [AEP, "list", f"compare {AEP} {OTHER}", f"{AEP} {OTHER}"])
async def test_private_answers_differ_in_format_alone(make_world: MakeWorld, typed: str) -> None:
    bodies = []
    for locale in ("en-US", "de-DE"):
        here = reads(await make_world(), locale)
        await ask_one(here, AEP)
        reply = await ask_one(here, typed)
        bodies.append(_same_format(reply))
    assert bodies[0] == bodies[1]


async def test_a_form_takes_the_times_it_shows_a_reader(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    reads(here, "de-DE")
    await ask_one(here, AEP)
    shown = said((await form(here)).view)
    assert "09:00, 16:30" in shown
    assert "Mon 23 Nov, 09:00" in shown


async def test_app_home_is_the_readers_own(here: World) -> None:
    reads(here, "de-DE")
    await ask_one(here, AEP)
    await open_home(here)
    assert re.search(r"\|\w{3} \d+ \w{3}, \d\d:\d\d UTC>", words_of(here))


async def test_a_great_many_people_are_not_all_remembered(here: World) -> None:
    people, workspace = here.bot.services.people, await here.bot.workspaces.of(SUNRISE)
    for number in range(_FORMATS + 50):
        people._keep_format(workspace, f"U{number}", {"locale": "de-DE"})
    assert people.format_of(workspace, "U0") is None
    assert people.format_of(workspace, f"U{_FORMATS + 49}") == formats.of("de-DE")


async def _all_that_is_public(make_world: MakeWorld, locale: str) -> list[str]:
    """Bring everything to a channel as one person, whose format is known by then, and return what all see there."""
    time = Clockwork()
    here = reads(await make_world(clock=Clock(time.now, time.time), now=time.time), locale)
    await ask_one(here, AEP, channel=CHANNEL)
    card = await ask_one(here, AEP, channel=CHANNEL)
    assert ("1.204" in said(card)) == (locale == "de-DE")
    await press(here, card, "Share to channel")
    await press(here, here.slack.workspace.messages[-1], "Refresh")
    for way in (mentioned, previewed, in_thread):
        await way(here, SUNRISE)
    await submitted(here, await opened(here), picked=AEP, channel=CHANNEL)
    messages = here.slack.workspace.messages
    public = [_without_ids(one) for one in messages if one.user == BOT_ID and one.ephemeral_for is None]
    return [*public, *(json.dumps(one.previews, ensure_ascii=False) for one in messages if one.previews)]


def _no_answer(_: Any) -> Any:
    raise ApiError("internal_error")


def _same_format(message: Message) -> str:
    return _FALLBACK.sub("|>", _POINT.sub(",", _without_ids(message)))


def _without_ids(message: Message) -> str:
    blocks = [{key: value for key, value in block.items() if key != "block_id"} for block in message.blocks]
    return re.sub(
        r"\d{10}\.\d{4,6}|20\d\d-\d\d-\d\dT[^ \"]*|date\^\d+",
        "",
        json.dumps([message.text, blocks], ensure_ascii=False),
    )
