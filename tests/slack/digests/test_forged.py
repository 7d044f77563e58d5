"""Forged and old values in the controls of digests: nobody reaches what is not theirs."""

import pytest

from blocks import inputs
from blocks.digests.form_fields import CHANNEL
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import button
from tests.drivers.digest_forms import MEMBER, OWNER, form, kept, state
from tests.drivers.slash_command import finished, said


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
