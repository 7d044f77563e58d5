"""Commands that met "not connected": answered when somebody connects, without being typed again."""

import asyncio

import pytest

from bot.slack.surfaces import form_submission
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.app_home import open_home, press_home, words_of
from tests.drivers.modals import (
    KEY,
    carecycle_of,
    carecycle_with_keys,
    opened,
    set_up,
    submit,
    timed,
    type_key,
    unconnected,
)
from tests.drivers.slash_command import ask, ask_one, finished, press, said

OWNER, ADMIN, MEMBER = "U01OWNER", "U02ADMIN", "U03MEMBER"
CARD = "AEP Outreach 2026"
DENTAL = "Dental"


def _seen_by(here: World, user: str) -> list[Message]:
    return [message for message in here.slack.workspace.messages if message.ephemeral_for == user]


async def _connect_from(here: World, notice: Message, *, user: str = OWNER) -> None:
    await press(here, notice, "Connect careCycle", user=user)
    (modal,) = here.slack.workspace.stack(user)
    await type_key(here, modal, KEY)
    assert "Connected to careCycle" in said(modal.view)
    here.slack.close(modal)


async def test_the_button_brings_the_answer_in_place_of_the_notice(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    notice = await ask_one(here, AEP)
    await press(here, notice, "Connect careCycle")
    (modal,) = here.slack.workspace.modals
    await type_key(here, modal, KEY)
    assert "Your earlier command is being answered." in said(modal.view)
    assert here.slack.workspace.messages == [notice]
    assert notice.text.startswith(CARD)
    assert "Share to channel" in said(notice)


async def test_typing_connect_answers_what_the_same_person_had_asked(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await ask_one(here, AEP)
    modal = await here.slack.connect(KEY)
    await finished(here)
    assert "Your earlier command is being answered." in said(modal.view)
    assert [message.text.startswith(CARD) for message in _seen_by(here, OWNER)] == [False, True]


async def test_what_others_asked_meanwhile_is_answered_once_each_to_them_alone(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await ask_one(here, AEP, user=MEMBER)
    await ask_one(here, AEP, user="U04GUEST", channel="C02STANDUP")
    await _connect_from(here, await ask_one(here, AEP))
    for user, channel in ((MEMBER, "C01AEP"), ("U04GUEST", "C02STANDUP")):
        notice, answer = _seen_by(here, user)
        assert "not connected" in notice.text
        assert answer.text.startswith(CARD)
        assert answer.channel == channel
    assert len(_seen_by(here, OWNER)) == 1
    assert all(message.ephemeral_for for message in here.slack.workspace.messages)
    await here.slack.connect(KEY, user=ADMIN)
    await finished(here)
    assert len(here.slack.workspace.messages) == 5


async def test_a_key_that_is_refused_answers_nobody_and_they_go_on_waiting(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await ask_one(here, AEP, user=MEMBER)
    form = await opened(here, "connect")
    for refused in ("no key", "cc_of_no_account_0000"):
        await type_key(here, form, refused)
        assert form.errors
        assert len(_seen_by(here, MEMBER)) == 1
    await type_key(here, form, KEY)
    assert form.errors == {}
    assert [message.text.startswith(CARD) for message in _seen_by(here, MEMBER)] == [False, True]


async def test_a_notice_that_came_late_is_followed_by_one_answer(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, reply_within=0.000_001)
    (late,) = await ask(here, AEP, user=MEMBER)
    assert "not connected" in late.text
    await here.slack.connect(KEY)
    await finished(here)
    assert [message.text.startswith(CARD) for message in _seen_by(here, MEMBER)] == [False, True]


async def test_several_ids_are_answered_as_a_list(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    dental = next(id_ for id_, one in carecycle_of(here).campaigns.items() if str(one.get("name")).startswith(DENTAL))
    await _connect_from(here, await ask_one(here, f"{AEP} {dental}"))
    (answer,) = _seen_by(here, OWNER)
    assert answer.text.startswith(f"2 campaigns\n{CARD}, ")


async def test_what_cannot_be_answered_then_is_told_in_place_of_the_notice(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    notice = await ask_one(here, "11111111-1111-4111-8111-111111111111")
    await _connect_from(here, notice)
    assert here.slack.workspace.messages == [notice]
    assert "is not in this workspace’s careCycle account" in said(notice)


async def test_somebody_asking_for_many_campaigns_is_answered_for_each_command(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    ids = list(carecycle_of(here).campaigns)[:3]
    for one in ids:
        await ask_one(here, one, user=MEMBER)
    await here.slack.connect(KEY)
    await finished(here)
    assert len(_seen_by(here, MEMBER)) == 6


async def test_waiting_ends_before_slacks_address_for_the_answer_does(
    log_lines: list[dict[str, object]], make_world: MakeWorld
) -> None:
    here, time = await timed(make_world)
    await ask_one(here, AEP, user=MEMBER)
    time.move(20 * 60)
    await ask_one(here, AEP, user="U04GUEST")
    time.move(15 * 60)
    await here.slack.connect(KEY)
    await finished(here)
    assert len(_seen_by(here, MEMBER)) == 1  # thirty-five minutes ago: Slack takes no answer
    assert len(_seen_by(here, "U04GUEST")) == 2
    assert not [line for line in log_lines if line["event"] == "response_url failed"]


@pytest.mark.parametrize("trouble", ["wrong key", "closed"])
async def test_a_form_that_came_to_nothing_leaves_everybody_waiting(make_world: MakeWorld, trouble: str) -> None:
    here = await unconnected(make_world)
    notice = await ask_one(here, AEP)
    await ask_one(here, AEP, user=MEMBER)
    await press(here, notice, "Connect careCycle")
    (modal,) = here.slack.workspace.modals
    if trouble == "wrong key":
        await type_key(here, modal, "cc_not_a_good_key")
    here.slack.close(modal)
    assert len(here.slack.workspace.messages) == 2
    await _connect_from(here, notice)
    assert notice.text.startswith(CARD)
    assert _seen_by(here, MEMBER)[1].text.startswith(CARD)


async def test_a_key_that_is_kept_after_slack_gave_up_waiting_brings_every_answer_too(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _ = await timed(make_world, carecycle=carecycle_with_keys(slow_seconds=0.9))
    await ask_one(here, AEP, user=MEMBER)
    await open_home(here)
    await press_home(here, "Connect careCycle")
    (modal,) = here.slack.modals_of(OWNER)
    monkeypatch.setattr(form_submission, "ACK_WITHIN", 0.3)  # Slack's and careCycle's answers together take longer
    carecycle_of(here).fault, carecycle_of(here).fault_for = "slow", 1
    await type_key(here, modal, KEY)
    assert "That is taking longer than Slack allows" in modal.errors["key"]
    assert _seen_by(here, MEMBER)[-1].text.startswith(CARD)
    assert "*Connected to careCycle.*" in words_of(here)


async def test_two_people_connecting_at_once_answer_each_command_once(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await ask_one(here, AEP, user=MEMBER)
    modals = [await opened(here, "connect", user=user) for user in (OWNER, ADMIN)]
    await asyncio.gather(*(type_key(here, modal, KEY) for modal in modals))
    await finished(here)
    assert len(_seen_by(here, MEMBER)) == 2


async def test_an_answer_that_had_to_wait_comes_to_the_asker_alone_also_where_answers_are_for_everybody(
    make_world: MakeWorld,
) -> None:
    here = await unconnected(make_world)
    await set_up(here, audience="channel")
    await ask_one(here, AEP, user=MEMBER)
    await here.slack.connect(KEY)
    await finished(here)
    answer = here.slack.workspace.messages[-1]
    assert (answer.ephemeral_for, answer.text.startswith(CARD)) == (MEMBER, True)
    assert "Share to channel" in said(answer)


async def test_after_disconnecting_people_wait_again(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await here.slack.connect(KEY)
    await submit(here, await opened(here, "disconnect"))
    await ask_one(here, AEP, user=MEMBER)
    await here.slack.connect(KEY)
    await finished(here)
    assert _seen_by(here, MEMBER)[-1].text.startswith(CARD)
