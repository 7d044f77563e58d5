"""People of another company: every way in that they may try, with the setting open and shut.

Slack itself gives them fewer ways: no commands, and shortcuts only of apps that their own workspace has.
"""

from collections.abc import Awaitable, Callable

import pytest

from blocks import inputs
from blocks.campaigns import search as campaign_search
from bot.slack.surfaces.modal_state import ModalState
from playground.slack import events
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers import find_shortcut
from tests.drivers.digest_forms import press_value
from tests.drivers.links import draft, grant, open_pane, post
from tests.drivers.messages import mention, tell, use_shortcut
from tests.drivers.modals import carecycle_of, close_all, set_up
from tests.drivers.short_cards import INSIDE, OUTSIDER, PARTNER, is_short, posted, with_inside
from tests.drivers.slash_command import ask, finished, press, said

NAME, REFUSED = "AEP Outreach", "Only people at the company that uses this app can look up its campaigns."
LINK = f"https://app.carecycle.ai/campaigns/{AEP}"
Way = Callable[[World], Awaitable[None]]


async def _refresh(here: World) -> None:
    await _pressed(here, "Refresh")


async def _details(here: World) -> None:
    await _pressed(here, "Details")


async def _pressed(here: World, label: str) -> None:
    card = next(one for one in here.slack.workspace.messages if one.ephemeral_for is None and one.blocks)
    await press(here, card, label, user=OUTSIDER)


async def _open(here: World) -> None:
    await press_value(here, "campaign.open", AEP, user=OUTSIDER, channel=PARTNER)


async def _try_again(here: World) -> None:
    await press_value(here, "notice.retry", AEP, user=OUTSIDER, channel=PARTNER)


async def _share(here: World) -> None:
    await press_value(here, "campaign.share", AEP, user=OUTSIDER, channel=PARTNER)


async def _add_to_digest(here: World) -> None:
    await press_value(here, "campaign.digest", AEP, user=OUTSIDER, channel=PARTNER)


async def _message_shortcut(here: World) -> None:
    await use_shortcut(here, AEP, user=OUTSIDER, channel=PARTNER)


async def _message_shortcut_without_an_id(here: World) -> None:
    await use_shortcut(here, "Lunch?", user=OUTSIDER, channel=PARTNER)


async def _mention(here: World) -> None:
    here.slack.workspace.channels[PARTNER].bot_is_member = True
    await tell(here, mention(here, AEP, user=OUTSIDER, channel=PARTNER))


async def _mention_without_an_id(here: World) -> None:
    here.slack.workspace.channels[PARTNER].bot_is_member = True
    await tell(here, mention(here, "hello", user=OUTSIDER, channel=PARTNER))


async def _search_form(here: World) -> None:
    who = find_shortcut._who(here, OUTSIDER)
    trigger = here.slack.views.new_trigger(here.slack.workspace, OUTSIDER)
    payload = {**who, "type": "shortcut", "callback_id": "find_campaign", "trigger_id": trigger}
    payload["user"] = {"id": OUTSIDER, "team_id": "T02HARBOR"}
    await here.slack.deliveries.deliver("shortcut", "interactive", payload)
    await finished(here)


BUTTONS = (_refresh, _details, _open, _try_again, _share, _add_to_digest)
CHATTY = (_message_shortcut, _message_shortcut_without_an_id, _mention, _mention_without_an_id, _search_form)
ALWAYS_REFUSED = (_add_to_digest, _message_shortcut_without_an_id, _mention, _search_form)


async def _told(here: World, way: Way) -> str:
    """Everything new that the outsider sees after `way`: messages, windows, changes of what is there."""
    workspace = here.slack.workspace
    before = {id(one): said(one) for one in workspace.seen_by(OUTSIDER)}
    close_all(here)
    await way(here)
    seen = [said(one) for one in workspace.seen_by(OUTSIDER) if before.get(id(one)) != said(one)]
    return "".join([*seen, *(said(modal.view) for modal in here.slack.modals_of(OUTSIDER))])


@pytest.mark.parametrize("way", [*BUTTONS, *CHATTY])
async def test_shut_out_every_way_in_ends_in_one_polite_sentence_for_them_alone(
    make_world: MakeWorld, way: Way
) -> None:
    here, _ = await with_inside(make_world)
    await posted(here, PARTNER)
    await set_up(here, outsiders="nothing")
    requests = len(carecycle_of(here).requests)
    told = await _told(here, way)
    assert REFUSED in told
    assert not INSIDE.search(told)
    assert NAME not in told
    last = here.slack.workspace.messages[-1]
    assert last.ephemeral_for in (OUTSIDER, None)
    assert NAME not in said(last) or last.ephemeral_for is None  # the card that was there
    assert len(carecycle_of(here).requests) == requests


@pytest.mark.parametrize("way", [*BUTTONS, *CHATTY])
async def test_not_shut_out_they_get_short_cards_at_most(make_world: MakeWorld, way: Way) -> None:
    here, _ = await with_inside(make_world)
    await posted(here, PARTNER)
    told = await _told(here, way)
    assert not INSIDE.search(told)
    assert (REFUSED in told) == (way in ALWAYS_REFUSED)


async def test_they_never_search_the_account(make_world: MakeWorld) -> None:
    here, _ = await with_inside(make_world)
    state = ModalState("T01SUNRISE").text()
    view = {"id": "V1", "type": "modal", "callback_id": campaign_search.FIND, "private_metadata": state}
    place = {"block_id": campaign_search.PICK, "action_id": inputs.VALUE, "value": "aep", "view": view}
    payload = {**find_shortcut._who(here, OUTSIDER), "type": "block_suggestion", **place}
    payload["user"] = {"id": OUTSIDER, "team_id": "T02HARBOR"}
    for chosen in ("short", "nothing"):
        await set_up(here, outsiders=chosen)
        ack = await here.slack.deliveries.deliver("options", "interactive", payload)
        assert NAME not in str(ack.body)
        assert "Only people at the company" in str(ack.body)


@pytest.mark.parametrize(("outsiders", "previewed"), [("short", True), ("nothing", False)])
async def test_a_link_they_post_gets_a_short_preview_or_none(
    make_world: MakeWorld, outsiders: str, previewed: bool
) -> None:
    here, _ = await with_inside(make_world)
    await set_up(here, outsiders=outsiders)
    message = await post(here, LINK, user=OUTSIDER, channel=PARTNER)
    assert bool(message.previews) is previewed
    assert not INSIDE.search(str(message.previews))
    assert bool(await draft(here, LINK, user=OUTSIDER)) is previewed
    here.bot.services.previews.forget("T01SUNRISE")
    ours = await post(here, LINK, user="U03MEMBER", channel=PARTNER)
    assert ours.previews  # what our own people post there stays governed by the setting of the channel
    assert not INSIDE.search(str(ours.previews))


@pytest.mark.parametrize("outsiders", ["short", "nothing"])
async def test_the_pane_beside_a_preview_of_ours_is_short_for_them_or_empty(
    make_world: MakeWorld, outsiders: str
) -> None:
    here, _ = await with_inside(make_world)
    await set_up(here, outsiders=outsiders)
    message = await post(here, LINK, user="U03MEMBER", channel=PARTNER)
    shown = str(await open_pane(here, message, LINK, user=OUTSIDER))
    assert not INSIDE.search(shown)
    assert (REFUSED in shown, NAME in shown) == ((False, True) if outsiders == "short" else (True, False))
    whole = str(await open_pane(here, message, LINK, user="U03MEMBER"))
    assert NAME in whole


async def test_slack_shows_them_no_app_home(make_world: MakeWorld) -> None:
    here, _ = await with_inside(make_world)
    told = events.app_home_opened(here.slack.workspace, grant(here, here.slack.workspace), OUTSIDER)
    await here.slack.deliver_event(told)
    await finished(here)
    assert OUTSIDER not in here.slack.workspace.homes


async def test_for_our_own_people_nothing_changes_there(make_world: MakeWorld) -> None:
    here, _ = await with_inside(make_world)
    card = await posted(here, PARTNER)
    await set_up(here, outsiders="nothing")
    await press(here, card, "Refresh", user="U03MEMBER")
    assert is_short(said(card))
    assert is_short(said((await ask(here, AEP, channel=PARTNER))[-1]))


async def test_while_slack_does_not_say_who_somebody_is_they_get_nothing_and_hear_why(make_world: MakeWorld) -> None:
    here, _ = await with_inside(make_world)
    card: Message = await posted(here, PARTNER)
    await set_up(here, outsiders="nothing")
    here.slack.faults.set("web_api_down")
    await press(here, card, "Refresh", user=OUTSIDER)
    told = here.slack.workspace.messages[-1]
    assert told.ephemeral_for == OUTSIDER
    assert "Slack did not tell this app which company you work for" in said(told)
