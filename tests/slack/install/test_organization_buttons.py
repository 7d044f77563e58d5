"""Of an organization's app Slack does not say in which workspace something was pressed: what was pressed says it."""

from typing import Any

import pytest

from bot.delivery.operations import new_id
from bot.digests.digest import CampaignFilter, Digest
from bot.digests.timetable import Timetable
from playground.carecycle import HARBOR_KEY
from playground.slack.payloads import message_action
from playground.slack.workspace import Message, Modal
from playground.world import World
from tests.conftest import AEP, MakeWorld, button
from tests.drivers import find_shortcut as finding
from tests.drivers.app_home import open_home, press_home
from tests.drivers.broken_key import quiet
from tests.drivers.links import LINK, SITE, post
from tests.drivers.modals import carecycle_of
from tests.drivers.slash_command import ask, ask_one, finished, press, said
from tests.drivers.workspaces import CHANNELS, HARBOR, ORG, OWNERS, SUNRISE, connect, many, replica, rows, store_down

OWNER, CHANNEL = OWNERS[HARBOR], CHANNELS[HARBOR]
OURS, THEIRS = "Harbor's own AEP", "AEP Outreach 2026"
NEXT = AEP[:-1] + "9"
CHOICE = CampaignFilter(status="active")


@pytest.fixture(params=[ORG, SUNRISE])
async def here(make_world: MakeWorld, request: pytest.FixtureRequest) -> World:
    """Both workspaces are connected; of somebody at Harbor Slack names the organization, or the other one as home."""
    here = await _organization(make_world, request.param)
    await connect(here, SUNRISE)
    await connect(here, HARBOR)
    return here


async def _organization(make_world: MakeWorld, home: str) -> World:
    here = await many(make_world, installed=())
    here.slack.make_organization(ORG, "Sunrise <Group>")
    await here.slack.install(enterprise=True)
    here.slack.workspaces[HARBOR].people[OWNER].home = home
    return here


async def _card(here: World, *, posted: bool = False) -> Message:
    """A card for one person, or the one they made of it for everybody."""
    card = await ask_one(here, AEP, user=OWNER, channel=CHANNEL)
    if posted:
        await press(here, card, "Share to channel", user=OWNER)
        card = here.slack.workspaces[HARBOR].messages[-1]
        assert (card.ephemeral_for, "shared by" in said(card)) == (None, True), said(card)
    return card


def _top(here: World) -> Modal:
    return here.slack.modals_of(OWNER)[-1]


async def _press_in(here: World, modal: Modal, label: str) -> None:
    await here.slack.press_in(modal, button(Message("", "", "", "", modal.view["blocks"]), label))
    await finished(here)


async def _details_are_harbors(here: World, card: Message) -> None:
    await press(here, card, "Details", user=OWNER)
    assert OURS in said(_top(here).view)


@pytest.mark.parametrize("posted", [False, True], ids=["for one", "for all"])
async def test_a_button_counts_for_the_workspace_it_stands_in(here: World, posted: bool) -> None:
    card = await _card(here, posted=posted)
    await _details_are_harbors(here, card)


@pytest.mark.parametrize("posted", [False, True], ids=["for one", "for all"])
async def test_a_card_that_was_refreshed_in_place_stays_of_its_workspace(here: World, posted: bool) -> None:
    card = await _card(here, posted=posted)
    for _ in range(2):
        await press(here, card, "Refresh", user=OWNER)
        assert (OURS in said(card), "no change since" in said(card)) == (True, True)
    await _details_are_harbors(here, card)


async def test_what_is_shared_is_of_the_workspace_it_is_shared_in(here: World) -> None:
    assert OURS in said(await _card(here, posted=True))
    told = await rows(here, "audit")
    assert [row["workspace_id"] for row in told if row["action"] == "shared"] == [HARBOR]


async def test_a_list_and_the_card_it_opens(here: World) -> None:
    listing = await ask_one(here, "list", user=OWNER, channel=CHANNEL)
    opens = next(one["accessory"] | {"block_id": one["block_id"]} for one in listing.blocks if OURS in str(one))
    await here.slack.press(listing, opens, user=OWNER)
    await finished(here)
    card = here.slack.workspaces[HARBOR].messages[-1]
    assert OURS in said(card)
    await _details_are_harbors(here, card)


async def test_the_answer_in_a_thread(here: World) -> None:
    await here.slack.say(f"@careCycle {AEP}", user=OWNER, channel=CHANNEL)
    await finished(here)
    card = here.slack.workspaces[HARBOR].messages[-1]
    assert OURS in said(card)
    await _details_are_harbors(here, card)


async def test_the_buttons_under_a_digest(here: World) -> None:
    daily = Timetable("UTC", frozenset(range(1, 8)), ("09:00",))
    about = Digest(new_id(), HARBOR, "Harbor's digest", CHANNEL, OWNER, daily, CHOICE, enterprise_id=ORG)
    services, harbor = here.bot.services, here.slack.workspaces[HARBOR]
    kept = await services.digests.save(about, OWNER, new=True)
    await services.digests.send_now(kept, OWNER)
    await harbor.until(lambda: any("Harbor's digest" in said(one) for one in harbor.messages))
    sent = harbor.messages[-1]
    for label, title in (("Edit", "Edit digest"), ("History", "History")):
        await press(here, sent, label, user=OWNER)
        assert "Harbor's digest" in said(_top(here).view), label
        assert title in str(_top(here).view["title"])
    await press(here, sent, "Pause", user=OWNER)
    workspace = await here.bot.workspaces.of(HARBOR, ORG)
    assert (await services.digests.read(workspace, kept.id)).pause is not None


async def test_the_app_home_and_the_card_it_opens(here: World) -> None:
    await ask(here, AEP, user=OWNER, channel=CHANNEL)
    assert OURS in await open_home(here, OWNER)
    await press_home(here, "Open", OWNER)
    assert OURS in said(_top(here).view)
    await _press_in(here, _top(here), "Details")
    assert OURS in said(_top(here).view)
    assert len(here.slack.modals_of(OWNER)) == 2


async def test_the_card_in_the_search_form(here: World) -> None:
    person = here.slack.workspaces[HARBOR].people[OWNER]
    person.home, home = "", person.home  # the shortcut itself says nothing of where it was used but this
    await here.slack.use_shortcut(here.slack.workspaces[HARBOR], user=OWNER)
    await finished(here)
    person.home = home
    form = _top(here)
    await finding.submitted(here, form, typed=AEP)
    assert OURS in said(form.view)
    await _press_in(here, form, "Details")
    assert OURS in said(_top(here).view)
    assert len(here.slack.modals_of(OWNER)) == 2


async def test_a_workspace_with_an_installation_of_its_own_uses_its_own_token_there(here: World) -> None:
    card = await _card(here)
    await here.slack.install(HARBOR)
    here.slack.api.calls_by.clear()
    await here.slack.deliveries.deliver("press", "interactive", _payload(here, card, "Details"))
    await finished(here)
    assert OURS in said(_top(here).view)
    assert {by for by, _ in here.slack.api.calls_by} == {HARBOR}


async def test_what_stands_in_a_message_is_believed_inside_its_organization_only(here: World) -> None:
    """Sunrise stands for somebody of another organization that has the app too, to which the message came."""
    card = await _card(here)
    for team in (SUNRISE, HARBOR):
        await here.slack.install(team)
    there = _payload(here, card, "Refresh")
    there |= {"enterprise": {"id": "E99OTHER", "name": "Other"}, "user": there["user"] | {"team_id": SUNRISE}}
    await here.slack.deliveries.deliver("press", "interactive", there)
    await finished(here)
    assert (THEIRS in said(card), OURS in said(card)) == (True, False)


async def test_where_slack_names_a_workspace_it_is_that_one(here: World) -> None:
    card = await _card(here)
    named = {"team": {"id": SUNRISE, "domain": "sunrise"}}
    await here.slack.deliveries.deliver("press", "interactive", _payload(here, card, "Refresh") | named)
    await finished(here)
    assert (THEIRS in said(card), OURS in said(card)) == (True, False)


@pytest.mark.parametrize("typed", ["/campaign", "@careCycle"])
@pytest.mark.parametrize("home", [ORG, SUNRISE])
async def test_connecting_from_a_notice_connects_the_workspace_it_stands_in(
    make_world: MakeWorld, home: str, typed: str
) -> None:
    here = await _organization(make_world, home)
    await here.slack.say(f"{typed} {AEP}", user=OWNER, channel=CHANNEL)
    await finished(here)
    notice = here.slack.workspaces[HARBOR].messages[-1]
    await press(here, notice, "Connect careCycle", user=OWNER)
    await here.slack.submit(_top(here), {"key": {"value": {"type": "plain_text_input", "value": HARBOR_KEY}}})
    await finished(here)
    assert [row["workspace_id"] for row in await rows(here, "connections")] == [HARBOR]


async def test_connecting_from_the_direct_message_about_a_broken_key(here: World) -> None:
    organization = carecycle_of(here).keys.pop(HARBOR_KEY)
    await ask(here, AEP, user=OWNER, channel=CHANNEL)
    await quiet(here)
    carecycle_of(here).keys[HARBOR_KEY] = organization
    (told,) = (one for one in here.slack.workspaces[HARBOR].messages if one.channel == f"D-{OWNER}")
    await press(here, told, "Connect a new key", user=OWNER)
    await here.slack.submit(_top(here), {"key": {"value": {"type": "plain_text_input", "value": HARBOR_KEY}}})
    await finished(here)
    working = {row["workspace_id"] for row in await rows(here, "connections") if row["broken_at"] is None}
    assert working == {SUNRISE, HARBOR}


async def test_trying_again_after_the_database_was_away(here: World) -> None:
    async with replica(here), store_down(here):
        notice = await ask_one(here, AEP, user=OWNER, channel=CHANNEL)
    await press(here, notice, "Try again", user=OWNER)
    assert OURS in said(notice)


async def test_details_of_a_preview_in_its_classic_form(here: World) -> None:
    here.slack.faults.set("work_object_warned")
    message = await post(here, LINK, channel=CHANNEL, user=OWNER)
    under = Message(message.ts, CHANNEL, "U0BOT", "", message.previews[LINK]["blocks"])
    await press(here, under, "Details", user=OWNER)
    assert OURS in said(_top(here).view)


async def test_no_two_marks_in_one_message_are_the_same(here: World) -> None:
    """Of several links Slack shows all previews under one message."""
    here.slack.faults.set("work_object_warned")
    (harbors,) = carecycle_of(here).others.values()
    harbors[NEXT] = harbors[AEP] | {"id": NEXT}
    links = [LINK, f"{SITE}/{NEXT}"]
    message = await post(here, " ".join(links), channel=CHANNEL, user=OWNER)
    marks = [block["block_id"] for link in links for block in message.previews[link]["blocks"]]
    assert len(set(marks)) == len(marks) == 2


def _payload(here: World, card: Message, label: str) -> dict[str, Any]:
    """Slack's payload of a press, as an organization's app gets it."""
    harbor = here.slack.workspaces[HARBOR]
    person, place = harbor.people[OWNER], harbor.channels[CHANNEL]
    grant = next(one for one in here.slack.tokens.grants.values() if one.is_enterprise_install)
    ids = here.slack.ids(harbor, OWNER, CHANNEL, card.ts)
    return message_action(harbor, grant, place, person, card, button(card, label), ids)
