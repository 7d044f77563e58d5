"""Search, list and compare where they may not answer, cannot yet, or somebody else presses their buttons."""

import pytest

from bot.records import Preferences
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.world import World
from tests.conftest import AEP, MakeWorld, button
from tests.drivers.modals import unconnected
from tests.drivers.slash_command import ask, ask_one, finished, press, said

WELCOME = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"
TYPED = ("list", "plan", f"compare {AEP} {WELCOME}")
SHARED = "C03PARTNER"


async def _prefer(here: World, preferences: Preferences) -> None:
    workspace = await here.bot.workspaces.of("T01SUNRISE")
    await workspace.save_preferences(preferences, (), "U01OWNER")


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("audience", ["private", "channel"])
async def test_where_no_cards_are_wanted_none_of_them_answers(here: World, typed: str, audience: str) -> None:
    await _prefer(here, Preferences(audience=audience, shared_channels="none"))  # type: ignore[arg-type]  # a Literal
    reply = await ask_one(here, typed, channel=SHARED)
    assert "chose not to show campaigns in channels shared" in reply.text
    assert reply.ephemeral_for


async def test_somebody_of_another_company_does_not_leaf_through_the_account(here: World) -> None:
    await _prefer(here, Preferences(audience="channel"))
    *_, listed = await ask(here, "list", channel=SHARED)  # an answer for everybody shows what was typed, too
    assert listed.ephemeral_for is None
    await here.slack.press(listed, button(listed, "More"), user="U09PARTNER")
    await finished(here)
    assert "11 to 20" not in said(listed)
    assert here.slack.workspace.messages[-1].ephemeral_for == "U09PARTNER"


@pytest.mark.parametrize("typed", TYPED)
async def test_what_met_not_connected_is_answered_after_connecting(make_world: MakeWorld, typed: str) -> None:
    here = await unconnected(make_world, carecycle=CareCycle())
    notice = await ask_one(here, typed, channel="C02STANDUP")
    assert "is not connected" in notice.text
    await here.slack.connect(PLAYGROUND_KEY)
    await finished(here)
    answers = [m for m in here.slack.workspace.messages if m is not notice and m.user == "U0BOT"]
    assert len(answers) == 1
    assert {"list": "Campaigns 1 to 10", "plan": "4 campaigns with"}.get(typed, "compared with") in answers[0].text


async def test_with_the_button_a_comparison_comes_back_as_one(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=CareCycle())
    await ask(here, TYPED[2], channel="C02STANDUP")
    await press(here, here.slack.workspace.messages[-1], "Connect careCycle")
    (form,) = here.slack.modals_of("U01OWNER")
    await here.slack.submit(form, {"key": {"value": {"value": PLAYGROUND_KEY}}})
    await finished(here)
    texts = [message.text for message in here.slack.workspace.messages[1:]]
    assert len(texts) == 1
    assert "compared with" in texts[0]
