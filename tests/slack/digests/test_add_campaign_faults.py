"""*Add to a digest* while something fails: it is said, nothing is lost, and careCycle's silence is no reason not to."""

import pytest

from blocks.campaigns import campaign as campaign_card
from blocks.digests.add_campaign import PICK
from playground.slack.faults import FAULTS
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.add_to_digest import LABEL, PLAN, chosen, keep, named, offered, pressed
from tests.drivers.digest_forms import OWNER, ROOM, press_value, still
from tests.drivers.modals import carecycle_of, unconnected
from tests.drivers.slash_command import ask_one, press, said
from tests.slack.digests.test_form_faults import digests_down


@pytest.mark.parametrize("fault", ["server_error", "html", "rate_limited", "unauthorized", "forbidden"])
async def test_while_carecycle_is_silent_it_is_added_all_the_same(make_world: MakeWorld, fault: str) -> None:
    here, time = await still(make_world)
    one = await keep(here, "Plans", PLAN)
    card = await ask_one(here, AEP, channel=ROOM)
    await press(here, card, "Share to channel")
    carecycle_of(here).fault = fault
    time.move(20 * 60)
    for shown, name in ((card, f"Campaign {AEP[:8]}"), (here.slack.workspace.messages[-1], "AEP Outreach 2026")):
        modal = await pressed(here, card=shown)
        assert f"Add *{name}* to a digest." in said(modal.view)
    await chosen(here, modal, one)
    assert await named(here) == {"Plans": (PLAN, AEP)}


async def test_a_hanging_carecycle_gets_a_loading_window_first(make_world: MakeWorld) -> None:
    here = await make_world()
    one = await keep(here, "Plans", PLAN)
    carecycle_of(here).fault = "hanging"
    await press_value(here, campaign_card.TO_DIGEST, AEP)
    calls = [name for name, _ in here.slack.api.calls if name.startswith("views.")]
    assert calls == ["views.open", "views.update"]
    modal = here.slack.modals_of(OWNER)[-1]
    assert offered(modal) == ["Plans"]
    assert f"Campaign {AEP[:8]}" in said(modal.view)
    await chosen(here, modal, one)
    assert "Added to" in said(modal.view)


async def test_a_campaign_that_is_not_in_the_account_is_not_offered_to_any(here: World) -> None:
    await keep(here, "Plans", PLAN)
    await press_value(here, campaign_card.TO_DIGEST, "11111111-1111-4111-8111-111111111111")
    modal = here.slack.modals_of(OWNER)[-1]
    assert "is not in this workspace’s careCycle account" in said(modal.view)
    assert "submit" not in modal.view


async def test_a_workspace_without_a_key_can_still_add(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    await keep(here, "Plans", PLAN)
    await press_value(here, campaign_card.TO_DIGEST, AEP)
    assert offered(here.slack.modals_of(OWNER)[-1]) == ["Plans"]


async def test_without_our_store_the_window_says_so_and_nothing_chosen_is_lost(here: World) -> None:
    one = await keep(here, "Plans", PLAN)
    modal = await pressed(here)
    async with digests_down(here):
        await chosen(here, modal, one)
        assert "cannot reach its own database" in modal.errors[PICK]
        assert "cannot reach its own database" in said((await pressed(here)).view)
    await chosen(here, modal, one)
    assert await named(here) == {"Plans": (PLAN, AEP)}


@pytest.mark.parametrize("fault", FAULTS)
async def test_when_slack_is_in_trouble_the_window_is_there_or_the_person_is_told(here: World, fault: str) -> None:
    card = await ask_one(here, AEP)
    here.slack.faults.set(fault)
    await press(here, card, LABEL)
    told = here.slack.workspace.messages[-1]
    if fault in ("web_api_down", "web_api_limited", "late_trigger"):
        assert here.slack.modals_of(OWNER) == []
        assert "Try again" in said(told)
    else:
        assert here.slack.modals_of(OWNER)[-1].view["title"]["text"] == LABEL
        assert told == card
