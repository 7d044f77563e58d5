"""A key that careCycle refuses after it was good: everybody is told in words, and the person who set it once."""

import asyncio
from pathlib import Path

import pytest

from bot.clock import Clock
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.broken_key import (
    ADMIN,
    MEMBER,
    OWNER,
    REFUSED,
    Lines,
    ask_all,
    direct,
    events,
    quiet,
    restore,
    revoke,
)
from tests.drivers.modals import (
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
from tests.drivers.slash_command import ask, ask_one, press, said


@pytest.mark.parametrize(
    ("user", "label"), [(OWNER, "Connect a new key"), (MEMBER, "Ask Alice Moreno to connect"), ("U04GUEST", None)]
)
async def test_everybody_is_told_in_words_with_a_button_for_what_they_can_do(
    make_world: MakeWorld, user: str, label: str | None
) -> None:
    here = await connected(make_world)
    revoke(here)
    notice = await ask_one(here, AEP, user=user)
    assert REFUSED in said(notice)
    assert [one["elements"][0]["text"]["text"] for one in notice.blocks if one["type"] == "actions"] == (
        [label] if label else []
    )


async def test_the_button_brings_the_answer_once_the_new_key_is_set(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    revoke(here)
    notice = await ask_one(here, AEP, user=ADMIN)
    await press(here, notice, "Connect a new key", user=ADMIN)
    (form,) = here.slack.workspace.stack(ADMIN)
    assert "*has been refused by careCycle* since" in said(form.view)
    await type_key(here, form, NEW_KEY)
    assert notice.text.startswith("AEP Outreach 2026")


async def test_who_connected_gets_exactly_one_direct_message(log_lines: Lines, make_world: MakeWorld) -> None:
    here = await connected(make_world)
    revoke(here)
    for _ in range(3):
        await ask_all(here)
    (told,) = direct(here)
    assert "ending in `1111` that you set" in told.text
    assert "press *Connect a new key*" in told.text
    assert KEY not in said(told)
    assert [direct(here, user) for user in (ADMIN, MEMBER)] == [[], []]
    assert events(log_lines, "careCycle refuses the key") == ["careCycle refuses the key"]


async def test_the_direct_messages_button_opens_the_form(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    revoke(here)
    await ask(here, AEP, user=MEMBER)
    await quiet(here)
    (told,) = direct(here)
    await press(here, told, "Connect a new key")
    (form,) = here.slack.workspace.stack(OWNER)
    await type_key(here, form, NEW_KEY)
    assert "Connected to careCycle* with the key ending in `2222`" in said(form.view)
    assert (await ask_one(here, AEP, user=MEMBER)).text.startswith("AEP Outreach 2026")


async def test_several_replicas_tell_once_together(log_lines: Lines, make_world: MakeWorld, tmp_path: Path) -> None:
    time, carecycle = Clockwork(), carecycle_with_keys()
    more = {"carecycle": carecycle, "data_dir": tmp_path, "clock": Clock(time.now, time.time), "now": time.time}
    replicas = [await unconnected(make_world, **more) for _ in range(2)]
    await replicas[0].slack.connect(KEY)
    time.move(31)
    assert [(await ask_one(here, AEP)).text[:3] for here in replicas] == ["AEP", "AEP"]
    for _ in range(2):
        revoke(replicas[0])
        time.move(31)
        await asyncio.gather(*(ask_all(here) for here in replicas))
        restore(replicas[0])
        time.move(31)
        await asyncio.gather(*(ask_all(here) for here in replicas))
    assert len(direct(replicas[0]) + direct(replicas[1])) == 2
    assert (
        events(log_lines, "careCycle refuses the key", "careCycle takes the key again")
        == [
            "careCycle refuses the key",
            "careCycle takes the key again",
        ]
        * 2
    )


async def test_a_key_that_works_again_is_no_longer_called_refused(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    revoke(here)
    await ask(here, AEP)
    restore(here)
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")
    assert "is in use" in said((await opened(here, "connect")).view)


async def test_after_a_new_key_whoever_set_that_is_told_when_it_breaks(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    revoke(here)
    await ask(here, AEP)
    await quiet(here)
    assert (await here.slack.connect(NEW_KEY, user=ADMIN)).errors == {}
    await ask_one(here, AEP)
    revoke(here, NEW_KEY)
    time.move(60)
    await ask_all(here)
    assert len(direct(here, OWNER)) == 1
    (told,) = direct(here, ADMIN)
    assert "ending in `2222`" in told.text


async def test_in_a_workspace_that_added_the_app_its_own_token_is_used(make_world: MakeWorld) -> None:
    both = ("T01SUNRISE", "T02HARBOR")
    here = await make_world(many=True, installed=both, carecycle=carecycle_with_keys())
    await here.slack.connect(KEY)
    await here.slack.connect(NEW_KEY, user="U11OWNER", channel="C11SALES")
    revoke(here)
    await ask_all(here)
    assert len(direct(here)) == 1
    harbor = here.slack.workspaces["T02HARBOR"].messages
    assert [message for message in harbor if message.channel.startswith("D-")] == []


async def test_in_a_workspace_of_an_organization_that_added_the_app_who_connected_is_told(
    make_world: MakeWorld,
) -> None:
    here = await make_world(many=True, installed=(), carecycle=carecycle_with_keys())
    here.slack.make_organization()
    await here.slack.install(enterprise=True)
    await here.slack.connect(KEY)
    revoke(here)
    await ask(here, AEP)
    await quiet(here)
    assert len(direct(here)) == 1


async def test_a_key_that_may_not_read_campaigns_is_not_called_revoked(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    carecycle_of(here).fault = "forbidden"
    assert "permission to read campaigns" in said(await ask_one(here, AEP))
    assert direct(here) == []


async def test_no_other_trouble_is_taken_for_a_refused_key(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    for fault in ("forbidden", "server_error", "html", "not_found", "redirect_elsewhere", "rate_limited"):
        carecycle_of(here).fault = fault
        await ask(here, AEP)
        time.move(60)
    assert direct(here) == []
    assert "is in use" in said((await opened(here, "connect")).view)


async def test_of_a_key_from_the_environment_the_log_alone_tells_once(log_lines: Lines, make_world: MakeWorld) -> None:
    here, time = await timed(make_world, carecycle_api_key=KEY)
    for _ in range(2):
        revoke(here)
        time.move(60)
        await ask_all(here)
        notice = await ask_one(here, AEP)
        assert "Ask the person who set up this app for a new one." in said(notice)
        assert "Connect a new key" not in said(notice)
        restore(here)
        await ask_all(here)
    assert direct(here) == []
    assert (
        events(log_lines, "careCycle refuses CARECYCLE_API_KEY", "careCycle takes the key again")
        == [
            "careCycle refuses CARECYCLE_API_KEY",
            "careCycle takes the key again",
        ]
        * 2
    )
