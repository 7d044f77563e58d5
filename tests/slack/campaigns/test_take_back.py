"""What somebody shared can be taken back: by them, and by managers."""

import pytest

from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, button
from tests.drivers.messages import use_shortcut
from tests.drivers.slash_command import ask_one, press, said

WELCOME = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"
MEMBER, OTHER = "U03MEMBER", "U05MEMBER"
KINDS = (AEP, "list", "plan", f"{AEP} {WELCOME}", f"compare {AEP} {WELCOME}")


def _messages(here: World) -> list[Message]:
    return here.slack.workspace.messages


async def _shared(here: World, typed: str = AEP) -> Message:
    """Let a member, who is no manager, share what they asked for."""
    await press(here, await ask_one(here, typed, user=MEMBER), "Share to channel", user=MEMBER)
    (public,) = _messages(here)
    assert public.ephemeral_for is None
    return public


async def _actions(here: World) -> list[str]:
    workspace = await here.bot.services.workspaces.of("T01SUNRISE", None)
    return [entry.action for entry in await workspace.audit_entries(20)]


@pytest.mark.parametrize("typed", KINDS)
async def test_who_shared_it_takes_it_back(here: World, typed: str) -> None:
    public = await _shared(here, typed)
    await press(here, public, "Take back", user=MEMBER)
    assert _messages(here) == []
    assert (await _actions(here))[0] == "took back"


async def test_a_manager_takes_it_back(here: World) -> None:
    await press(here, await _shared(here), "Take back", user="U02ADMIN")
    assert _messages(here) == []


async def test_anybody_else_is_told_who_can(here: World) -> None:
    await press(here, await ask_one(here, AEP), "Share to channel")
    public = _messages(here)[-1]
    await press(here, public, "Take back", user=MEMBER)
    kept, notice = _messages(here)
    assert kept is public
    assert notice.ephemeral_for == MEMBER
    assert notice.text == "<@U01OWNER> shared this, so only they or a manager can take it back."
    assert "took back" not in await _actions(here)


async def test_slack_asks_once_more_before_it_disappears(here: World) -> None:
    pressed = button(await _shared(here), "Take back")
    assert "disappears for everybody here" in str(pressed["confirm"])


async def test_a_private_answer_has_nothing_to_take_back(here: World) -> None:
    assert "Take back" not in said(await ask_one(here, AEP))


async def test_a_refreshed_card_can_still_be_taken_back(here: World) -> None:
    public = await _shared(here)
    await press(here, public, "Refresh", user="U01OWNER")
    await press(here, public, "Take back", user=MEMBER)
    assert _messages(here) == []


async def test_what_was_shared_in_a_thread_can_be_taken_back(here: World) -> None:
    here.slack.workspace.channels["C01AEP"].bot_is_member = True
    (card,) = await use_shortcut(here, AEP)
    await press(here, card, "Share in thread")
    public = _messages(here)[-1]
    await press(here, public, "Take back")
    assert public not in _messages(here)


async def test_without_its_response_url_the_app_deletes_its_own_message(here: World) -> None:
    public = await _shared(here)
    here.slack.faults.set("response_url_gone", times=1)
    await press(here, public, "Take back", user=MEMBER)
    assert _messages(here) == []


async def test_what_slack_does_not_delete_stays_and_the_person_hears_how_else(here: World) -> None:
    public = await _shared(here)
    here.slack.faults.set("response_url_gone", times=1)
    public.user = "U02ADMIN"  # as where Slack does not count the message as the app's own
    await press(here, public, "Take back", user=MEMBER)
    kept, notice = _messages(here)
    assert kept is public
    assert notice.ephemeral_for == MEMBER
    assert "did not let this app delete that message" in notice.text
    assert "took back" not in await _actions(here)


async def test_a_second_click_finds_it_gone_and_complains_of_nothing(here: World) -> None:
    public = await _shared(here)
    await press(here, public, "Take back", user=MEMBER)
    await press(here, public, "Take back", user=MEMBER)
    assert _messages(here) == []
    assert (await _actions(here)).count("took back") == 1
