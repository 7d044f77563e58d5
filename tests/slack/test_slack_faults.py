"""Slack itself in trouble: every fault of it x everything a person can press, never silence where one can speak."""

import asyncio

import pytest

from bot.config import SettingsError
from playground.slack.faults import FAULTS
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.slash_command import ask_one, press, said

BUTTONS = ("Refresh", "Share to channel", "Details", "Open careCycle’s campaigns")
# What is there in the end: the card alone, a modal, a public card, a word beside the card, or the answer at Home.
CARD, MODAL, PUBLIC, TOLD, HOME = "card", "modal", "public", "told", "at home"
EXPECTED: dict[str, tuple[str, str, str, str]] = {  # in the order of BUTTONS
    "none": (CARD, PUBLIC, MODAL, CARD),
    "response_url_down": (HOME, HOME, MODAL, CARD),  # the app must not post in this channel
    "response_url_gone": (HOME, HOME, MODAL, CARD),  # the same
    "web_api_down": (CARD, PUBLIC, TOLD, CARD),
    "web_api_limited": (CARD, PUBLIC, TOLD, CARD),
    "web_api_slow": (CARD, PUBLIC, MODAL, CARD),
    "late_trigger": (CARD, PUBLIC, TOLD, CARD),
    "work_object_warned": (CARD, PUBLIC, MODAL, CARD),
    "work_object_refused": (CARD, PUBLIC, MODAL, CARD),
    "unfurl_refused": (CARD, PUBLIC, MODAL, CARD),
    **dict.fromkeys(("upload_down", "files_refused", "file_answer_lost"), (CARD, PUBLIC, MODAL, CARD)),  # of files
    **dict.fromkeys(  # of these only messages of the bot's own suffer, and there are none here
        ("messages_limited", "people_hidden", "posting_refused", "new_blocks_refused", "answer_is_500", "answer_lost"),
        (CARD, PUBLIC, MODAL, CARD),
    ),
}


def test_the_table_names_every_fault_of_slack() -> None:
    assert set(EXPECTED) == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_pressed_button_shows_what_came_of_it(
    log_lines: list[dict[str, object]], make_world: MakeWorld, fault: str
) -> None:
    """All buttons at once: most wait until the bot itself gives up."""
    worlds = {label: await make_world() for label in BUTTONS}
    cards = {label: await ask_one(here, AEP) for label, here in worlds.items()}
    for here in worlds.values():
        here.slack.faults.set(fault)
    await asyncio.gather(*(press(here, cards[label], label) for label, here in worlds.items()))
    assert tuple(_seen(here) for here in worlds.values()) == EXPECTED[fault]
    assert not [line for line in log_lines if line["event"] == "bug"]


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_command_is_answered_in_its_ack_whatever_slack_suffers_from(here: World, fault: str) -> None:
    here.slack.faults.set(fault)
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")


@pytest.mark.parametrize("fault", ["web_api_down", "web_api_limited", "web_api_slow"])
async def test_the_bot_starts_although_slack_does_not_say_whose_token_it_is(make_world: MakeWorld, fault: str) -> None:
    here = await make_world(slack_fault=fault)
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")


@pytest.mark.parametrize(
    ("setting", "socket_mode"), [("slack_bot_token", False), ("slack_bot_token", True), ("slack_app_token", True)]
)
async def test_a_token_that_slack_refuses_ends_the_start_with_a_plain_line(
    make_world: MakeWorld, setting: str, socket_mode: bool
) -> None:
    wrong = "xapp-wrong" if setting == "slack_app_token" else "xoxb-wrong"
    with pytest.raises(SettingsError) as raised:
        await make_world(socket_mode=socket_mode, **{setting: wrong})
    assert f"{setting.upper()} was refused by Slack (invalid_auth)" in str(raised.value)


def _seen(here: World) -> str:
    messages = here.slack.workspace.messages
    if here.slack.workspace.modals:
        return MODAL
    if here.slack.workspace.homes:
        return HOME
    if len(messages) == 1:
        return CARD if messages[0].ephemeral_for else PUBLIC
    why = (
        "Slack is limiting this app" if here.slack.faults.name == "web_api_limited" else "Slack did not open the window"
    )
    assert why in said(messages[-1]), said(messages[-1])
    return TOLD
