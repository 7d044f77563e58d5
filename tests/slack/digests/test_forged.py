"""Forged and old values in the controls of digests: nobody reaches what is not theirs."""

from typing import Any

import pytest

from blocks import inputs
from blocks.digests.form_fields import CHANNEL, KIND, NAME, WORDS
from bot.slack.surfaces.form_submission import NOT_KEPT
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import MakeWorld, button
from tests.drivers.digest_forms import MEMBER, OWNER, change, form, kept, made, press_value, save, state
from tests.drivers.slash_command import ask_one, finished, said


@pytest.mark.parametrize("forged", [OWNER, "U02ADMIN", "W02ADMIN"])
async def test_a_digest_never_goes_to_somebody_elses_messages(here: World, forged: str) -> None:
    modal = await form(here, user=MEMBER)
    filled = state(modal, {})
    filled[CHANNEL][inputs.VALUE]["selected_conversation"] = forged
    await here.slack.submit(modal, filled)
    await finished(here)
    assert [one.channel_id for one in await kept(here)] == []
    assert modal.errors, said(modal.view)


async def test_a_preview_is_not_sent_as_a_digest_of_somebody_elses_messages(here: World) -> None:
    modal = await form(here, user=MEMBER)
    filled = state(modal, {})
    filled[CHANNEL][inputs.VALUE]["selected_conversation"] = OWNER
    preview = button(Message("", "", "", "", modal.view["blocks"]), "Preview")
    await here.slack.press_in(modal, preview, values=filled)
    await finished(here)
    assert here.slack.modals_of(MEMBER) == [modal]
    assert "Choose a channel." in said(modal.view)


@pytest.mark.parametrize("value", [" ", "- all x", "- other 1", "- all"])
async def test_what_no_list_ever_carried_is_an_old_button(here: World, value: str) -> None:
    told = await press_value(here, "digests.more", value)
    assert "an older version of this app" in told.text


@pytest.mark.parametrize("words", ["y" * 101, "zq " * 900, "💣" * 600, "<!channel> " * 40])
async def test_words_of_any_length_are_searched_for(here: World, words: str) -> None:
    await made(here)
    assert "No digest with" in said(await ask_one(here, f"digest all {words}"))


@pytest.mark.parametrize("action", ["digest.pause", "digest.again", "digests.delete", "digests.undo"])
async def test_an_id_that_no_database_takes_is_a_digest_that_is_gone(
    make_world: MakeWorld, database_options: dict[str, Any], action: str
) -> None:
    here = await make_world(**database_options)
    assert "That digest is gone" in said(await press_value(here, action, "x\x00y"))


@pytest.mark.parametrize("secret", ["cc_live_4f9a8b7c6d", "xoxb-1234567890-abcdef"])
async def test_a_key_that_is_typed_is_neither_kept_nor_echoed(here: World, secret: str) -> None:
    modal = await form(here)
    await save(here, modal, {NAME: f"Digest {secret}"})
    assert modal.errors == {NAME: NOT_KEPT}
    await change(here, modal, KIND, "filter")
    await save(here, modal, {NAME: "Digest", WORDS: secret})
    assert modal.errors == {WORDS: NOT_KEPT}
    assert await kept(here) == []
    await made(here)
    told = said(await ask_one(here, f"digest all {secret}"))
    assert secret not in told
    assert "so nothing was looked up" in told
