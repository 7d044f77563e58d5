"""*Add to a digest*: who may, and that nothing forged or of another workspace is taken."""

import pytest

from blocks.campaigns import campaign as campaign_card
from blocks.digests.add_campaign import PICK
from bot.slack.digests.form_values import Editing
from bot.slack.surfaces.modal_state import ModalState
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.add_to_digest import MAKE, PLAN, chosen, keep, named, offered, pressed
from tests.drivers.digest_forms import ADMIN, GUEST, MEMBER, OWNER, ROOM, TEAM, kept, press_value, save, still
from tests.drivers.modals import press_in
from tests.drivers.short_cards import OUTSIDER, PARTNER, with_inside
from tests.drivers.slash_command import said
from tests.drivers.workspaces import HARBOR, two_connected


async def test_only_digests_one_may_change_are_offered_and_only_they_are_taken(here: World) -> None:
    await keep(here, "Owners", PLAN)
    await keep(here, "Mine", PLAN, owner_id=MEMBER)
    await keep(here, "For me", PLAN, owner_id=ADMIN, backup_id=MEMBER)
    await keep(here, "All active")
    modal = await pressed(here, user=MEMBER)
    assert offered(modal) == ["1. For me", "2. Mine"]
    assert not [one for one in ("take", "automatically") if one in said(modal.view)]  # of filters only whose they are
    assert offered(await pressed(here, user=ADMIN)) == ["1. For me", "2. Mine", "3. Owners"]
    forged = await chosen(here, modal, (await kept(here))[0])
    assert "Only managers and this digest’s owner may do that" in said(forged.view)
    assert all(AEP not in ids for ids in (await named(here)).values())


async def test_who_may_no_longer_change_it_when_the_window_is_sent_is_refused(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    one = await keep(here, "Mine", PLAN, owner_id=MEMBER)
    modal = await pressed(here, user=MEMBER)
    here.slack.workspace.people[MEMBER].role = "guest"
    time.move(5 * 60 + 1)
    await chosen(here, modal, one)
    assert "Only managers and this digest’s owner" in said(modal.view)
    assert await named(here) == {"Mine": (PLAN,)}


async def test_guests_and_people_of_another_company_are_offered_nothing(make_world: MakeWorld) -> None:
    here, _ = await with_inside(make_world)
    await keep(here, "Plans", PLAN)
    assert "Guests cannot do that" in said((await pressed(here, user=GUEST)).view)
    await press_value(here, campaign_card.TO_DIGEST, AEP, user=OUTSIDER, channel=PARTNER)
    (modal,) = here.slack.modals_of(OUTSIDER)
    assert "Only people at the company that uses this app" in said(modal.view)
    assert "Plans" not in said(modal.view)


@pytest.mark.parametrize("value", ["", "x", AEP[:-1], f"{AEP} {PLAN}"], ids=["empty", "word", "cut", "two"])
async def test_a_button_that_carries_no_campaign_opens_no_form(here: World, value: str) -> None:
    await press_value(here, campaign_card.TO_DIGEST, value)
    modal = here.slack.modals_of(OWNER)[-1]
    assert "made by an older version" in said(modal.view)
    assert "submit" not in modal.view


@pytest.mark.parametrize("ids", [(), ("x",), (AEP, PLAN)], ids=["none", "no-id", "two"])
async def test_a_window_that_carries_no_campaign_adds_nothing(here: World, ids: tuple[str, ...]) -> None:
    one = await keep(here, "Plans", PLAN)
    modal = await pressed(here)
    about = Editing(ModalState(TEAM, None, ROOM, ids=ids), "d", new=True)
    modal.view = {**modal.view, "private_metadata": about.text()}
    await chosen(here, modal, one)
    assert "made by an older version" in modal.errors[PICK]
    assert await named(here) == {"Plans": (PLAN,)}


async def test_a_digest_of_another_workspace_is_neither_offered_nor_taken(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    one = await keep(here, "Sunrise plans", PLAN)
    await keep(here, "Harbor plans", PLAN, workspace_id=HARBOR, channel_id="C12STANDUP", owner_id="U11OWNER")
    modal = await pressed(here, user="U11OWNER", channel="C12STANDUP")
    assert offered(modal) == ["Harbor plans"]
    await chosen(here, modal, one)
    assert "That digest is gone" in modal.errors[PICK]
    modal.view = {**modal.view, "private_metadata": Editing(ModalState(TEAM, None, ROOM, ids=(AEP,)), "d").text()}
    await chosen(here, modal, one)
    assert "made by an older version" in said(modal.view)
    assert await kept(here) == [one]


async def test_who_is_a_guest_by_the_time_a_new_one_is_saved_is_refused(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    modal = await pressed(here, user=MEMBER)
    here.slack.workspace.people[MEMBER].role = "guest"
    time.move(5 * 60 + 1)
    await press_in(here, modal, MAKE)
    await save(here, modal)
    assert "Guests cannot do that" in said(modal.view)
    assert await kept(here) == []
