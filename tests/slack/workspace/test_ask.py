"""Who may not connect careCycle asks a manager to: one direct message a day in a workspace, whoever asks."""

from typing import Any

import pytest

from playground.carecycle import PLAYGROUND_KEY
from playground.slack.call import ApiError
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, MakeWorld, button
from tests.drivers.app_home import labels, open_home, press_home
from tests.drivers.messages import mentioned
from tests.drivers.modals import (
    KEY,
    carecycle_of,
    connected_timed,
    opened,
    press_in,
    set_up,
    submit,
    timed,
    type_key,
    unconnected,
)
from tests.drivers.slash_command import ask_one, press, said
from tests.drivers.workspaces import SUNRISE, many, replica, rows

ALICE, BEN, CHLOE, GUEST = "U01OWNER", "U02ADMIN", "U03MEMBER", "U04GUEST"
ASK = "Ask Alice Moreno to connect"
DAY = 24 * 60 * 60


def told(here: World, user: str = ALICE) -> list[Message]:
    """Return the direct messages of the bot to a person."""
    return [one for one in here.slack.workspace.messages if one.channel == f"D-{user}" and not one.ephemeral_for]


def choices(message: Message) -> list[str]:
    """Return the labels of a message's buttons."""
    elements = [one for block in message.blocks for one in block.get("elements", ())]
    return [one["text"]["text"] for one in elements if one["type"] == "button"]


async def test_a_member_asks_a_manager_who_connects_and_the_member_is_answered(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    notice = await ask_one(here, AEP, user=CHLOE, channel="C02STANDUP")
    assert choices(notice) == [ASK]
    await press(here, notice, ASK, user=CHLOE)
    assert "<@U01OWNER> was asked." in notice.text
    assert choices(notice) == []
    (message,) = told(here)
    assert "<@U03MEMBER> asks you, in <#C02STANDUP>, to connect this workspace to careCycle" in message.text
    await press(here, message, "Connect careCycle", user=ALICE)
    await type_key(here, here.slack.modals_of(ALICE)[-1], KEY)
    assert "AEP Outreach 2026" in said(here.slack.workspace.messages[-1])
    assert here.slack.workspace.messages[-1].ephemeral_for == CHLOE
    workspace = await here.bot.workspaces.of(SUNRISE)
    entries = {one.action: (one.actor, dict(one.details)) for one in await workspace.audit_entries(9)}
    assert entries["asked to connect"] == (CHLOE, {"asked": ALICE, "channel": "C02STANDUP"})


async def test_one_message_a_day_whoever_asks_and_then_the_next(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    here.slack.workspace.people["U30"] = type(here.slack.workspace.people[CHLOE])("U30", "Finn", "member")
    first, second = await ask_one(here, AEP, user=CHLOE), await ask_one(here, "list", user="U30")
    await press(here, first, ASK, user=CHLOE)
    time.move(3 * 60 * 60)
    await press(here, second, ASK, user="U30")
    assert "<@U01OWNER> was already asked by <@U03MEMBER>, <!date^" in second.text
    again = await ask_one(here, AEP, user=CHLOE)
    await press(here, again, ASK, user=CHLOE)
    assert "<@U01OWNER> was already asked, <!date^" in again.text
    assert len(told(here)) == 1
    time.move(DAY - 3 * 60 * 60)
    again = await ask_one(here, AEP, user=CHLOE)
    await press(here, again, ASK, user=CHLOE)
    assert len(told(here)) == 2


async def test_another_replica_knows_of_it(make_world: MakeWorld) -> None:
    here = await many(make_world)
    notice = await ask_one(here, AEP, user=CHLOE, channel="C02STANDUP")
    later = await ask_one(here, AEP, user=CHLOE, channel="C02STANDUP")
    await press(here, notice, ASK, user=CHLOE)
    async with replica(here) as other:
        await here.slack.press(later, button(later, ASK), user=CHLOE)
        assert await other.tasks.drain(30) == 0
    assert "was already asked" in later.text
    assert len(told(here)) == 1


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("a named manager first", CHLOE),
        ("then who connected before", BEN),
        ("then who installed the app", BEN),
        ("an owner who connected it and left is passed over", ALICE),
    ],
)
async def test_whom_the_message_goes_to(make_world: MakeWorld, who: str, asked: str) -> None:
    here = await many(make_world, installed=())
    await here.slack.install(SUNRISE, user=BEN if "installed" in who else ALICE)
    people = here.slack.workspaces[SUNRISE].people
    people["U30"] = type(people[CHLOE])("U30", "Finn", "member")
    if "installed" not in who:
        await here.slack.connect(PLAYGROUND_KEY, user=BEN, channel="C02STANDUP")
        if "named" in who:
            await set_up(here, managers=[CHLOE])
        await submit(here, await opened(here, "disconnect"))
    if "left" in who:
        people[BEN].deleted = True
    here.bot.services.people._known.clear()
    notice = await ask_one(here, AEP, user="U30", channel="C02STANDUP")
    await press(here, notice, f"Ask {people[asked].name} to connect", user="U30")
    assert len(told(here, asked)) == 1


async def test_the_installer_of_a_workspace_that_nobody_connected_is_asked_only_if_they_may(
    make_world: MakeWorld,
) -> None:
    here = await many(make_world, installed=())
    await here.slack.install(SUNRISE, user=CHLOE)  # Slack lets members add apps
    here.slack.workspaces[SUNRISE].people["U30"] = type(here.slack.workspace.people[CHLOE])("U30", "Finn", "member")
    assert choices(await ask_one(here, AEP, user="U30", channel="C02STANDUP")) == [ASK]


async def test_a_refused_key_is_asked_for_in_the_same_way(make_world: MakeWorld) -> None:
    here, time = await connected_timed(make_world)
    await ask_one(here, AEP)
    carecycle_of(here).fault = "unauthorized"
    time.move(60)
    await ask_one(here, AEP)
    time.move(60)
    notice = await ask_one(here, "list", user=CHLOE)
    assert "careCycle no longer accepts this workspace’s key" in notice.text
    await press(here, notice, ASK, user=CHLOE)
    (message,) = [one for one in told(here) if "asks you" in one.text]  # they were also told that it is refused
    assert "<@U03MEMBER> asks you, in <#C01AEP>, to connect a new careCycle key" in message.text
    await press(here, message, "Connect a new key", user=ALICE)
    assert "submit" in here.slack.modals_of(ALICE)[-1].view


@pytest.mark.parametrize("typed", [AEP, "list", "medicare", f"{AEP} {AEP[:-1]}0"])
async def test_every_command_offers_each_person_what_they_can_do(make_world: MakeWorld, typed: str) -> None:
    here = await unconnected(make_world)
    assert choices(await ask_one(here, typed, user=ALICE)) == ["Connect careCycle"]
    assert choices(await ask_one(here, typed, user=CHLOE)) == [ASK]
    guests = await ask_one(here, typed, user=GUEST)
    assert choices(guests) == []
    assert "Until a manager connects a key, nobody here can look up campaigns." in guests.text


async def test_a_mention_an_app_home_and_a_window_offer_it_too(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    answer = await mentioned(here, AEP, user=CHLOE)
    assert (answer.ephemeral_for, choices(answer)) == (CHLOE, [ASK])
    await open_home(here, CHLOE)
    assert ASK in labels(here, CHLOE)
    window = await opened(here, "connect", user=CHLOE)
    assert "submit" not in window.view
    await press_in(here, window, ASK)
    assert "<@U01OWNER> was asked." in said(here.slack.modals_of(CHLOE)[-1].view)
    await press_home(here, ASK, CHLOE)
    assert "was already asked" in said(here.slack.modals_of(CHLOE)[-1].view)
    (message,) = told(here)
    assert "in <#C02STANDUP>" in message.text


async def test_from_app_home_no_channel_is_named(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await open_home(here, CHLOE)
    await press_home(here, ASK, CHLOE)
    assert "<@U03MEMBER> asks you to connect this workspace" in told(here)[0].text


@pytest.mark.parametrize("user", [ALICE, GUEST])
async def test_guests_and_managers_have_no_such_button_on_app_home(make_world: MakeWorld, user: str) -> None:
    here = await unconnected(make_world)
    await open_home(here, user)
    assert not [one for one in labels(here, user) if one.startswith("Ask ")]


async def test_while_slack_does_not_say_who_somebody_is_one_button_is_right_for_both(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    here.slack.api.scopes.discard("users:read")
    notice = await ask_one(here, AEP, user=CHLOE)
    assert choices(notice) == ["Connect careCycle"]
    here.slack.api.scopes.add("users:read")
    await press(here, notice, "Connect careCycle", user=CHLOE)
    window = here.slack.modals_of(CHLOE)[-1]
    assert "Only managers" not in said(window.view)
    await press_in(here, window, ASK)
    assert "<@U01OWNER> was asked." in said(here.slack.modals_of(CHLOE)[-1].view)


async def test_a_slow_slack_does_not_hold_the_answer_back(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    here.slack.faults.set("web_api_slow")
    began = here.slack.workspace.stopwatch()
    assert choices(await ask_one(here, AEP, user=CHLOE)) == ["Connect careCycle"]
    assert here.slack.workspace.stopwatch() - began < 3  # Slack waits no longer


async def test_when_slack_refuses_the_message_the_person_is_told_whom_to_ask(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    notice = await ask_one(here, AEP, user=CHLOE)
    post = here.slack.api._methods["chat.postMessage"]
    here.slack.api._methods["chat.postMessage"] = _refuse
    await press(here, notice, ASK, user=CHLOE)
    assert "Slack did not deliver the message to <@U01OWNER>. Ask <@U01OWNER>, or any admin" in notice.text
    assert await rows(here, "connect_asks") == []
    here.slack.api._methods["chat.postMessage"] = post
    again = await ask_one(here, AEP, user=CHLOE)
    await press(here, again, ASK, user=CHLOE)
    assert len(told(here)) == 1


@pytest.mark.parametrize("fault", ["answer_is_500", "answer_lost"])
async def test_a_message_that_may_have_arrived_is_not_sent_again(make_world: MakeWorld, fault: str) -> None:
    here = await unconnected(make_world)
    notice = await ask_one(here, AEP, user=CHLOE)
    here.slack.faults.set(fault)
    await press(here, notice, ASK, user=CHLOE)
    assert "Slack did not confirm that the message was delivered to <@U01OWNER>." in notice.text
    here.slack.faults.set("none")
    again = await ask_one(here, AEP, user=CHLOE)
    await press(here, again, ASK, user=CHLOE)
    assert "was already asked" in again.text
    assert len(told(here)) == 1


async def test_once_it_is_connected_nobody_is_asked(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    notice = await ask_one(here, AEP, user=CHLOE)
    await here.slack.connect(KEY)
    await press(here, notice, ASK, user=CHLOE)
    assert "careCycle is already connected, so nobody was asked." in notice.text
    assert told(here) == []


async def test_a_forged_button_of_a_guest_asks_nobody(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    notice = await ask_one(here, AEP, user=CHLOE)
    await press(here, notice, ASK, user=GUEST)
    assert told(here) == []
    assert await rows(here, "connect_asks") == []


async def test_the_row_goes_with_the_app(make_world: MakeWorld) -> None:
    here = await many(make_world)
    notice = await ask_one(here, AEP, user=CHLOE, channel="C02STANDUP")
    await press(here, notice, ASK, user=CHLOE)
    assert len(await rows(here, "connect_asks")) == 1
    await here.slack.uninstall(SUNRISE)
    assert await rows(here, "connect_asks") == []


def _refuse(_: Any) -> Any:
    raise ApiError("messages_tab_disabled")
