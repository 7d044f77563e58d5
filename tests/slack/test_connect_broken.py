"""A key that careCycle refuses after it was good: everybody is told in words, and the person who set it once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from asking import ask, ask_one, finished, press, said
from conftest import AEP, Clockwork, MakeWorld
from filling import (
    KEY,
    NEW_KEY,
    carecycle_of,
    carecycle_with_keys,
    connected,
    connected_timed,
    opened,
    timed,
    type_key,
    unconnected,
)

from bot.clock import Clock
from playground.samples import SUNRISE
from playground.slack.workspace import Message
from playground.world import World

OWNER, ADMIN, MEMBER = "U01OWNER", "U02ADMIN", "U03MEMBER"
REFUSED = "no longer accepts this workspace’s key: it was revoked or has expired"
Lines = list[dict[str, Any]]


def _told(here: World, user: str = OWNER) -> list[Message]:
    """The direct messages to this person."""
    return [message for message in here.slack.workspace.messages if message.channel == f"D-{user}"]


def _revoke(here: World, key: str = KEY) -> None:
    carecycle_of(here).keys.pop(key)


def _restore(here: World, key: str = KEY) -> None:
    carecycle_of(here).keys[key] = SUNRISE


def _events(log_lines: Lines, *said: str) -> list[str]:
    return [line["event"] for line in log_lines if line["event"] in said]


async def _ask_all(here: World) -> None:
    """Several people ask, for one campaign and for several, at once and one after the other."""
    ids = list(carecycle_of(here).campaigns)[:4]
    typed = (AEP, " ".join(ids), ids[2])
    await asyncio.gather(*(ask(here, text, user=user) for text in typed for user in here.slack.workspace.people))
    await ask(here, AEP)
    await finished(here)


@pytest.mark.parametrize("user", [OWNER, MEMBER, "U04GUEST"])
async def test_everybody_is_told_in_words_with_a_button_for_a_new_key(make_world: MakeWorld, user: str) -> None:
    here = await connected(make_world)
    _revoke(here)
    notice = await ask_one(here, AEP, user=user)
    assert REFUSED in said(notice)
    assert "Connect a new key" in said(notice)


async def test_the_button_brings_the_answer_once_the_new_key_is_set(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    _revoke(here)
    notice = await ask_one(here, AEP, user=ADMIN)
    await press(here, notice, "Connect a new key", user=ADMIN)
    (form,) = here.slack.workspace.stack(ADMIN)
    assert "*is refused by careCycle* since" in said(form.view)
    await type_key(here, form, NEW_KEY)
    assert notice.text.startswith("AEP Outreach 2026")


async def test_who_connected_gets_exactly_one_direct_message(log_lines: Lines, make_world: MakeWorld) -> None:
    here = await connected(make_world)
    _revoke(here)
    for _ in range(3):
        await _ask_all(here)
    (told,) = _told(here)
    assert "ending in `1111` that you set" in told.text
    assert "type `/campaign connect`" in told.text
    assert KEY not in said(told)
    assert [_told(here, user) for user in (ADMIN, MEMBER)] == [[], []]
    assert _events(log_lines, "careCycle refuses the key") == ["careCycle refuses the key"]


async def test_the_direct_messages_button_opens_the_form(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    _revoke(here)
    await ask(here, AEP, user=MEMBER)
    (told,) = _told(here)
    await press(here, told, "Connect a new key")
    (form,) = here.slack.workspace.stack(OWNER)
    await type_key(here, form, NEW_KEY)
    assert "careCycle takes the key* ending in `2222`" in said(form.view)
    assert (await ask_one(here, AEP, user=MEMBER)).text.startswith("AEP Outreach 2026")


async def test_several_replicas_tell_once_together(log_lines: Lines, make_world: MakeWorld, tmp_path: Path) -> None:
    time, carecycle = Clockwork(), carecycle_with_keys()
    more = {"carecycle": carecycle, "data_dir": tmp_path, "clock": Clock(time.now, time.time), "now": time.time}
    replicas = [await unconnected(make_world, **more) for _ in range(2)]
    await replicas[0].slack.connect(KEY)
    time.move(31)
    assert [(await ask_one(here, AEP)).text[:3] for here in replicas] == ["AEP", "AEP"]
    for _ in range(2):
        _revoke(replicas[0])
        time.move(31)
        await asyncio.gather(*(_ask_all(here) for here in replicas))
        _restore(replicas[0])
        time.move(31)
        await asyncio.gather(*(_ask_all(here) for here in replicas))
    assert len(_told(replicas[0]) + _told(replicas[1])) == 2
    assert (
        _events(log_lines, "careCycle refuses the key", "careCycle takes the key again")
        == [
            "careCycle refuses the key",
            "careCycle takes the key again",
        ]
        * 2
    )


async def test_a_key_that_works_again_is_no_longer_called_refused(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    _revoke(here)
    await ask(here, AEP)
    _restore(here)
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")
    assert "is in use" in said((await opened(here, "connect")).view)


async def test_after_a_new_key_whoever_set_that_is_told_when_it_breaks(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    _revoke(here)
    await ask(here, AEP)
    assert (await here.slack.connect(NEW_KEY, user=ADMIN)).errors == {}
    await ask_one(here, AEP)
    _revoke(here, NEW_KEY)
    time.move(60)
    await _ask_all(here)
    assert len(_told(here, OWNER)) == 1
    (told,) = _told(here, ADMIN)
    assert "ending in `2222`" in told.text


@pytest.mark.parametrize("trouble", ["no scope", "person gone", "down"])
async def test_when_slack_takes_no_direct_message_nothing_else_fails_and_the_log_says_so(
    log_lines: Lines, make_world: MakeWorld, trouble: str
) -> None:
    here = await connected(make_world)
    _revoke(here)
    if trouble == "no scope":
        here.slack.api.scopes.discard("chat:write")
    elif trouble == "person gone":
        del here.slack.workspace.people[OWNER]
    else:
        here.slack.faults.set("web_api_down")
    for _ in range(2):
        assert REFUSED in said(await ask_one(here, AEP, user=MEMBER))
    assert _events(log_lines, "who connected could not be told", "bug") == ["who connected could not be told"]


async def test_in_a_workspace_that_added_the_app_its_own_token_is_used(make_world: MakeWorld) -> None:
    both = ("T01SUNRISE", "T02HARBOR")
    here = await make_world(many=True, installed=both, carecycle=carecycle_with_keys())
    await here.slack.connect(KEY)
    await here.slack.connect(NEW_KEY, user="U11OWNER", channel="C11SALES")
    _revoke(here)
    await _ask_all(here)
    assert len(_told(here)) == 1
    harbor = here.slack.workspaces["T02HARBOR"].messages
    assert [message for message in harbor if message.channel.startswith("D-")] == []


async def test_in_a_workspace_of_an_organisation_that_added_the_app_who_connected_is_told(
    make_world: MakeWorld,
) -> None:
    here = await make_world(many=True, installed=(), carecycle=carecycle_with_keys())
    here.slack.make_organisation()
    await here.slack.install(enterprise=True)
    await here.slack.connect(KEY)
    _revoke(here)
    await ask(here, AEP)
    assert len(_told(here)) == 1


async def test_a_key_that_may_not_read_campaigns_is_not_called_revoked(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    carecycle_of(here).fault = "forbidden"
    assert "may not read campaigns" in said(await ask_one(here, AEP))
    assert _told(here) == []


async def test_no_other_trouble_is_taken_for_a_refused_key(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    for fault in ("forbidden", "server_error", "html", "not_found", "redirect_elsewhere", "rate_limited"):
        carecycle_of(here).fault = fault
        await ask(here, AEP)
        time.move(60)
    assert _told(here) == []
    assert "is in use" in said((await opened(here, "connect")).view)


async def test_of_a_key_from_the_environment_the_log_alone_tells_once(log_lines: Lines, make_world: MakeWorld) -> None:
    here, time = await timed(make_world, carecycle_api_key=KEY)
    for _ in range(2):
        _revoke(here)
        time.move(60)
        await _ask_all(here)
        notice = await ask_one(here, AEP)
        assert "Ask whoever runs this app for a new one." in said(notice)
        assert "Connect a new key" not in said(notice)
        _restore(here)
        await _ask_all(here)
    assert _told(here) == []
    assert (
        _events(log_lines, "careCycle refuses CARECYCLE_API_KEY", "careCycle takes the key again")
        == [
            "careCycle refuses CARECYCLE_API_KEY",
            "careCycle takes the key again",
        ]
        * 2
    )
