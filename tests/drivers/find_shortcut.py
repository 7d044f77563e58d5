"""Use the global shortcut as a person does: open it, type into the select, submit."""

from typing import Any

from blocks import inputs
from blocks.campaigns import search as campaign_search
from bot.slack.surfaces.modal_state import ModalState
from playground.slack.workspace import Modal
from playground.world import World
from tests.drivers.slash_command import finished

OWNER, TEAM = "U01OWNER", "T01SUNRISE"


def _who(here: World, user: str) -> dict[str, Any]:
    return {"team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM}, "api_app_id": "A01PLAY", "enterprise": None}


async def opened(here: World, user: str = OWNER) -> Modal:
    """Open the search form from the shortcuts menu, and return it."""
    await chosen_shortcut(here, user)
    return here.slack.workspace.stack(user)[-1]


async def chosen_shortcut(here: World, user: str = OWNER) -> None:
    """Choose *Find a campaign* in the shortcuts menu."""
    trigger = here.slack.views.new_trigger(here.slack.workspace, user)
    payload = {**_who(here, user), "type": "shortcut", "callback_id": "find_campaign", "trigger_id": trigger}
    await here.slack.deliveries.deliver("shortcut", "interactive", payload)
    await finished(here)


async def offered(here: World, typed: str, user: str = OWNER) -> list[dict[str, Any]]:
    """Return the options of the select for the text typed so far."""
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": campaign_search.FIND,
        "private_metadata": ModalState(TEAM).text(),
    }
    place = {"block_id": campaign_search.PICK, "action_id": inputs.VALUE, "value": typed, "view": view}
    payload = {**_who(here, user), "type": "block_suggestion", **place}
    ack = await here.slack.deliveries.deliver("options", "interactive", payload)
    assert ack.error is None
    assert isinstance(ack.body, dict)
    return list(ack.body["options"])


async def submitted(here: World, form: Modal, *, picked: str = "", typed: str = "", channel: str | None = None) -> None:
    """Submit the form. With `channel`, the card is shown to everybody there."""
    option = {"value": picked, "text": {"type": "plain_text", "text": "x"}} if picked else None
    values = {
        campaign_search.PICK: {inputs.VALUE: {"type": "external_select", "selected_option": option}},
        campaign_search.ID: {inputs.VALUE: {"type": "plain_text_input", "value": typed or None}},
        campaign_search.WHERE: {inputs.VALUE: {"selected_option": {"value": "there" if channel else "me"}}},
        campaign_search.CONVERSATION: {
            inputs.VALUE: {"type": "conversations_select", "selected_conversation": channel or "C01AEP"}
        },
    }
    await here.slack.submit(form, values)
    await finished(here)
