"""Short cards: what people of another company may see, and that nothing else ever reaches them."""

from collections.abc import Awaitable, Callable

import pytest

from bot.slack.command import SUBCOMMANDS
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.modals import KEY, carecycle_of, carecycle_with_keys, close_all, set_up, type_key
from tests.drivers.short_cards import (
    INSIDE,
    OURS,
    OUTSIDER,
    PARTNER,
    PUBLIC,
    campaign,
    is_short,
    is_whole,
    posted,
    with_inside,
)
from tests.drivers.slash_command import ask, ask_one, press, said

# --- every way in which a card appears


async def _command(here: World, channel: str) -> str:
    return said(await ask_one(here, AEP, channel=channel))


async def _from_memory(here: World, channel: str) -> str:
    await ask_one(here, AEP, channel=OURS)
    await ask_one(here, AEP, channel=channel)
    return said(await ask_one(here, AEP, channel=channel))


async def _open(here: World, channel: str) -> str:
    other = next(one for one in carecycle_of(here).campaigns if one != AEP)
    listed = await ask_one(here, f"{AEP} {other}", channel=channel)
    assert not INSIDE.search(said(listed))
    await press(here, listed, "Open")
    return said(here.slack.workspace.messages[-1])


async def _refresh(here: World, channel: str) -> str:
    card = await ask_one(here, AEP, channel=channel)
    await press(here, card, "Refresh")
    return said(card)


async def _details(here: World, channel: str) -> str:
    await press(here, await ask_one(here, AEP, channel=channel), "Details")
    return said(here.slack.workspace.modals[-1].view) + "1,204"  # there are no numbers in it


PRIVATE = (_command, _from_memory, _open, _refresh, _details)
Way = Callable[[World, str], Awaitable[str]]


@pytest.mark.parametrize("way", [*PRIVATE, *PUBLIC])
async def test_in_a_channel_shared_with_another_company_every_card_is_short_and_elsewhere_whole(
    make_world: MakeWorld, way: Way
) -> None:
    here, _ = await with_inside(make_world)
    assert is_short(await way(here, PARTNER))
    there = [said(message) for message in here.slack.workspace.messages if message.channel == PARTNER]
    assert not INSIDE.search("".join(there))
    here.slack.workspace.messages.clear()
    close_all(here)
    await set_up(here, audience="private")
    assert is_whole(await way(here, OURS))


@pytest.mark.parametrize("audience", ["private", "channel"])
@pytest.mark.parametrize("word", SUBCOMMANDS)
async def test_no_subcommand_shows_there_what_is_inside(make_world: MakeWorld, word: str, audience: str) -> None:
    """Also one that is added: each is asked for the campaign with agents, routing and numbers."""
    here, _ = await with_inside(make_world)
    await set_up(here, audience=audience)
    shown = [said(one) for text in (word, f"{word} {AEP}") for one in await ask(here, text, channel=PARTNER)]
    assert not INSIDE.search(_without_help("".join(shown)))


def _without_help(text: str) -> str:
    """What is left without the names of subcommands and what help says of them: those may be words like "agents"."""
    for name, row in SUBCOMMANDS.items():
        text = text.replace(row.line, "").replace(f"/campaign {name}", "/campaign")
    return text


@pytest.mark.parametrize("word", SUBCOMMANDS)
async def test_where_no_cards_are_wanted_no_subcommand_shows_a_campaign(make_world: MakeWorld, word: str) -> None:
    here, _ = await with_inside(make_world)
    await set_up(here, shared="none")
    shown = [said(one) for text in (word, f"{word} {AEP}") for one in await ask(here, text, channel=PARTNER)]
    assert "AEP Outreach" not in "".join(shown)


@pytest.mark.parametrize("way", [_command, *PUBLIC])
async def test_where_another_company_is_invited_cards_are_short_before_it_accepts(
    make_world: MakeWorld, way: Way
) -> None:
    here, _ = await with_inside(make_world)
    here.slack.workspace.channels[OURS].share_is_pending = True
    assert is_short(await way(here, OURS))


@pytest.mark.parametrize("label", ["Refresh", "Details"])
async def test_somebody_of_another_company_pressing_a_posted_card_learns_no_more(
    make_world: MakeWorld, label: str
) -> None:
    here, _ = await with_inside(make_world)
    await press(here, await posted(here, PARTNER), label, user=OUTSIDER)
    modals = [said(modal.view) for modal in here.slack.modals_of(OUTSIDER)]
    seen = [said(message) for message in here.slack.workspace.seen_by(OUTSIDER)]
    assert seen
    assert len(modals) == (1 if label == "Details" else 0)
    assert not INSIDE.search("".join(seen + modals))


async def test_somebody_of_another_company_opening_a_posted_list_gets_a_short_card_and_can_share_only_that(
    make_world: MakeWorld,
) -> None:
    here, _ = await with_inside(make_world)
    await set_up(here, audience="channel")
    other = next(one for one in carecycle_of(here).campaigns if one != AEP)
    listed = (await ask(here, f"{AEP} {other}", channel=PARTNER))[-1]
    await press(here, listed, "Open", user=OUTSIDER)
    card = here.slack.workspace.messages[-1]
    assert (is_short(said(card)), card.ephemeral_for) == (True, OUTSIDER)
    await press(here, card, "Share to channel", user=OUTSIDER)
    assert is_short(said(here.slack.workspace.messages[-1]))


@pytest.mark.parametrize("label", ["Refresh", "Details", "Share to channel"])
@pytest.mark.parametrize("slack_says", [True, False])
async def test_for_somebody_of_another_company_a_cardis_short_whatever_slack_says_of_the_channel(
    make_world: MakeWorld, label: str, slack_says: bool
) -> None:
    here, _ = await with_inside(make_world)
    card = await ask_one(here, AEP)  # a channel of ours, as far as Slack says
    card.ephemeral_for = OUTSIDER
    if not slack_says:
        here.slack.api.scopes.clear()
    await press(here, card, label, user=OUTSIDER)
    new = [said(message) for message in here.slack.workspace.messages if message is not card or label == "Refresh"]
    modals = [said(modal.view) for modal in here.slack.modals_of(OUTSIDER)]
    assert new or modals
    assert not INSIDE.search("".join(new + modals))


async def test_what_waited_for_a_keyis_short_in_a_shared_channel_too(make_world: MakeWorld) -> None:
    carecycle = carecycle_with_keys(campaigns=[campaign()])
    here = await make_world(carecycle_api_key=None, carecycle=carecycle)
    notice = await ask_one(here, AEP, channel=PARTNER)
    await press(here, notice, "Connect careCycle")
    (modal,) = here.slack.workspace.modals
    await type_key(here, modal, KEY)
    assert is_short(said(notice))
