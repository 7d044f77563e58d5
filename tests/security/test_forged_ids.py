"""Ids and times that no button of this app ever carried: an old button, and no request goes out with the key."""

import pytest

from bot.campaigns.ids import is_id
from bot.errors import CampaignNotFound
from bot.slack.surfaces.modal_state import ModalState
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.carecycle_answers import KEY, Api, answer
from tests.drivers.digest_forms import TEAM, press_value
from tests.drivers.modals import carecycle_with_keys, opened, type_key
from tests.drivers.slash_command import finished, said

NOW = "2026-11-23T09:00:00+00:00"
IDS = ("../../v1/admin", "..", ".", "%2e%2e", f"{AEP}/..", f"{AEP}?x=1", f"{AEP}#", "x", AEP[:-1], "a\x00b")
TIMES = (
    "2026-11-23T09:00:00",
    "2026-11-23",
    "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59-12:00",
    "20261123",
    "now",
)
WITH_STATE = ("campaign.refresh", "campaign.share", "campaign.details", "check.refresh", "check.share")
WITH_TWO = ("compare.refresh", "compare.share")
WITH_IDS = ("campaign.open", "campaign.check", "campaign.digest", "several.share", "compare.open")
VALUES = [
    *((action, f"{forged} {NOW}") for action in WITH_STATE for forged in IDS),
    *((action, f"{AEP} {time}") for action in WITH_STATE for time in TIMES),
    *((action, f"{AEP} {forged}") for action in WITH_TWO for forged in IDS),
    *((action, f"{AEP} {AEP} at:{time}") for action in WITH_TWO for time in TIMES),
    *((action, forged) for action in WITH_IDS for forged in ("../../v1/admin", "..", "x", AEP[:-1])),
]


@pytest.mark.parametrize("action", [*WITH_STATE, *WITH_TWO, *WITH_IDS])
async def test_what_no_button_carried_is_an_old_button_and_nothing_is_asked(here: World, action: str) -> None:
    assert here.carecycle
    for value in [value for name, value in VALUES if name == action]:
        here.slack.workspace.modals.clear()
        here.slack.workspace.messages.clear()
        told = await press_value(here, action, value)
        shown = said(told) + "".join(said(one.view) for one in here.slack.workspace.modals)
        assert "no longer works: it was made by an older version" in shown, (value, shown)
    assert here.carecycle.requests == []


async def test_a_window_that_carries_a_forged_id_asks_for_nothing_else(make_world: MakeWorld) -> None:
    """The form for the key carries which campaigns to show afterwards."""
    here = await make_world(carecycle=carecycle_with_keys(), carecycle_api_key=None)
    modal: Modal = await opened(here, "connect")
    state = ModalState(TEAM, None, "C02STANDUP", ids=("../../v1/admin",))
    modal.view = {**modal.view, "private_metadata": state.text()}
    await type_key(here, modal, "cc_the_first_key_1111")
    await finished(here)
    assert here.carecycle
    assert {one.path for one in here.carecycle.requests} == {"/v2/campaigns"}


@pytest.mark.parametrize("forged", [*IDS, f"{AEP}\n", f" {AEP}", "", AEP.replace("4", "٤")])
async def test_the_client_itself_asks_for_no_such_id(forged: str) -> None:
    api = Api(answer(200, {"campaign": {"id": forged}}))
    with pytest.raises(CampaignNotFound):
        await api.carecycle.get_campaign(KEY, forged)
    assert not is_id(forged)


@pytest.mark.parametrize("real", [AEP, AEP.upper(), "0" * 8 + "-0000-0000-0000-" + "0" * 12])
def test_an_id_is_one_in_any_case(real: str) -> None:
    assert is_id(real)
