"""What nobody listens for: Slack hears 200, and whoever waits for an answer gets one in the bot's own words."""

from typing import Any

import pytest

from playground.slack import events, payloads
from playground.slack.payloads import Payload
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP
from tests.drivers.app_home import open_home
from tests.drivers.slash_command import ask_one, finished, press, said
from tests.drivers.workspaces import SUNRISE

OWNER, ROOM = "U01OWNER", "C01AEP"
BUTTON = {"type": "button", "action_id": "campaign.of_next_year", "block_id": "b", "value": "Mrs Smith"}
OTHER_VERSION = "is from another version of this app, so nothing was done."
MANY = 50


def about(here: World) -> tuple[Any, ...]:
    workspace = here.slack.workspaces[SUNRISE]
    grant = here.slack.tokens.installed(workspace)
    assert grant
    return workspace, grant, workspace.people[OWNER]


async def heard(here: World, kind: str, payload: Payload) -> Any:
    """Deliver a payload and return the answer. Assert that it is a 200."""
    ack = await here.slack.deliveries.deliver("this", kind, payload)
    assert here.slack.deliveries.log[0]["outcome"] == "200"
    await finished(here)
    return ack.body


async def opened(here: World) -> Modal:
    card = await ask_one(here, AEP)
    await press(here, card, "Details")
    return here.slack.workspace.modals[-1]


def shown(here: World) -> str:
    """What the newest modal or message says."""
    if modals := here.slack.workspace.modals:
        return said(modals[-1].view)
    return said(here.slack.workspace.messages[-1])


@pytest.mark.parametrize("kind", ["reaction_added", "message", "of_next_year"])
async def test_an_event_that_nobody_subscribed_to_is_taken_and_nothing_is_said(here: World, kind: str) -> None:
    workspace, grant, _ = about(here)
    assert not await heard(here, "events_api", events._envelope(workspace, grant, {"type": kind, "user": OWNER}))
    assert here.slack.workspace.messages == []


async def test_a_button_of_another_version_says_what_to_do_and_the_card_stays(here: World) -> None:
    card = await ask_one(here, AEP)
    await here.slack.press(card, BUTTON)
    await finished(here)
    first, told = here.slack.workspace.messages
    assert (first, told.ephemeral_for, told.error) == (card, OWNER, False)
    assert f"That button {OTHER_VERSION} Type `/campaign`" in said(told)


async def test_a_link_of_another_version_has_opened_already(here: World) -> None:
    card = await ask_one(here, AEP)
    await here.slack.press(card, {**BUTTON, "url": "https://app.carecycle.ai/campaigns"})
    await finished(here)
    assert here.slack.workspace.messages == [card]


async def test_in_a_window_it_is_said_above_it(here: World) -> None:
    modal = await opened(here)
    await here.slack.press_in(modal, BUTTON)
    await finished(here)
    assert here.slack.workspace.modals[-1] is not modal
    assert f"That button {OTHER_VERSION}" in shown(here)


async def test_on_app_home_it_is_said_in_a_window(here: World) -> None:
    await open_home(here)
    await here.slack.press_home(here.slack.workspace, OWNER, BUTTON)
    await finished(here)
    assert f"That button {OTHER_VERSION}" in shown(here)


async def test_a_form_of_another_version_is_answered_in_its_place(here: World) -> None:
    modal = await opened(here)
    modal.view["callback_id"] = "of.next_year"
    await here.slack.submit(modal, {})
    assert f"That form {OTHER_VERSION} Open it again." in shown(here)


async def test_a_select_of_another_version_has_no_options(here: World) -> None:
    workspace, grant, person = about(here)
    place = {"action_id": "of.next_year", "block_id": "b", "value": "Mrs Smith"}
    asked = payloads.suggestion(workspace, grant, person, await opened(here), place)
    assert await heard(here, "interactive", asked) == {"options": []}


async def test_shortcuts_of_another_version_say_so(here: World) -> None:
    workspace, grant, person = about(here)
    card = await ask_one(here, AEP)
    ids = here.slack.ids(workspace, OWNER, ROOM, card.ts)
    in_menu = payloads.message_shortcut(workspace, grant, person, card, ids) | {"callback_id": "of_next_year"}
    await heard(here, "interactive", in_menu)
    assert f"That shortcut {OTHER_VERSION} Type `/campaign help`" in shown(here)
    trigger = {"trigger_id": here.slack.views.new_trigger(workspace, OWNER)}
    everywhere = payloads.shortcut(workspace, grant, person, trigger) | {"callback_id": "of_next_year"}
    await heard(here, "interactive", everywhere)
    assert f"That shortcut {OTHER_VERSION}" in said(here.slack.workspace.modals[-1].view)


async def test_a_command_that_is_not_the_bots_is_answered_in_words(here: World) -> None:
    workspace, grant, person = about(here)
    ids = here.slack.ids(workspace, OWNER, ROOM)
    typed = payloads.command(workspace, grant, workspace.channels[ROOM], person, "/other", "Mrs Smith", ids)
    told = await heard(here, "slash_commands", typed)
    assert told["response_type"] == "ephemeral"
    assert "This app does not know that command. Type `/campaign help`" in told["text"]


async def test_a_step_of_another_version_fails_with_a_sentence(here: World) -> None:
    run = await here.slack.run_step(AEP, deliver=False)
    run.event["event"]["function"]["callback_id"] = "of_next_year"
    await heard(here, "events_api", run.event)
    assert run.error == f"That step {OTHER_VERSION} Choose it again in the workflow."


async def test_a_window_that_was_closed_is_none_of_the_bots_business(here: World) -> None:
    workspace, grant, person = about(here)
    view = payloads.view(workspace, grant, await opened(here))
    before = len(here.slack.workspace.messages)
    assert not await heard(here, "interactive", payloads.closed(workspace, grant, person, view, cleared=False))
    assert len(here.slack.workspace.messages) == before


async def test_many_of_them_are_few_lines_without_what_was_in_them(
    log_lines: list[dict[str, object]], here: World
) -> None:
    workspace, grant, _ = about(here)
    for _ in range(MANY):
        await heard(here, "events_api", events._envelope(workspace, grant, {"type": "message", "text": "Mrs Smith"}))
    lines = [line for line in log_lines if line["event"] == "nobody listens for this"]
    assert 1 <= len(lines) < MANY
    assert not any("Smith" in str(line) for line in log_lines)
