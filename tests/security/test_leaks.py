"""Two workspaces, two careCycle accounts, and a campaign in each by the same id: nobody sees the other's, anywhere."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.slack.command import SUBCOMMANDS
from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY
from playground.samples import HARBOR as HARBOR_ACCOUNT
from playground.slack.values import initial
from playground.slack.workspace import Message, Modal
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers import every_way_in as surfaces
from tests.drivers.slash_command import ask, ask_one, finished, press, said
from tests.drivers.workspaces import CHANNELS, HARBOR, OWNERS, SUNRISE, advance, connect, many, two_connected

TEAMS = (SUNRISE, HARBOR)
# What only one of them may see: names, numbers, agents, the ends of keys, people.
OF = {
    SUNRISE: ("AEP Outreach", "1,204", "Main desk", "Sunrise Health", "Dana Ruiz", "`rise`", "U01OWNER", "U03MEMBER"),
    HARBOR: ("Harbor's own AEP", "77 customers", "*77*", "Harbor Benefits", "`rbor`", "U11OWNER", "U12MEMBER"),
}
NAMES = {SUNRISE: "AEP Outreach 2026", HARBOR: "Harbor's own AEP"}
NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def time() -> Clockwork:
    return Clockwork()


@pytest.fixture
async def here(make_world: MakeWorld, time: Clockwork) -> World:
    return await two_connected(make_world, time)


async def command(here: World, team: str, words: str = AEP) -> Message:
    return await ask_one(here, words, user=OWNERS[team], channel=CHANNELS[team])


async def after(here: World, team: str, message: Message, label: str) -> list[Message | dict[str, Any]]:
    """Everything new that pressing a button brings: messages, and modals."""
    workspace, user = here.slack.workspaces[team], OWNERS[team]
    before = {one.ts for one in workspace.messages}
    await press(here, message, label, user=user)
    new = [one for one in workspace.messages if one.ts not in before]
    return [message, *new, *(modal.view for modal in here.slack.modals_of(user))]


async def listed(here: World, team: str) -> list[Any]:
    return [await command(here, team, f"{AEP} {NOBODYS}")]


async def opened(here: World, team: str) -> list[Any]:
    return (await after(here, team, await command(here, team, f"{AEP} {NOBODYS}"), "Open"))[1:]


async def refreshed(here: World, team: str) -> list[Any]:
    return await after(here, team, await command(here, team), "Refresh")


async def shared(here: World, team: str) -> list[Any]:
    return (await after(here, team, await command(here, team), "Share to channel"))[1:]


async def detailed(here: World, team: str) -> list[Any]:
    return await after(here, team, await command(here, team), "Details")


async def looked_up(here: World, team: str) -> list[Any]:
    return [await command(here, team) for _ in range(2)]


async def retried(here: World, team: str) -> list[Any]:
    assert here.carecycle
    here.carecycle.fault = "server_error"
    advance(here, 1_000)  # longer than a last good record is shown
    notice = await command(here, team)
    here.carecycle.fault = "none"
    return await after(here, team, notice, "Try again")


SURFACES: dict[str, Callable[[World, str], Awaitable[list[Any]]]] = {
    "a command": looked_up,
    "a list": listed,
    "Open": opened,
    "Refresh": refreshed,
    "Share to channel": shared,
    "Details": detailed,
    "Try again": retried,
    "a search": surfaces.searched,
    "the list": surfaces.paged,
    "a comparison": surfaces.compared,
    "Find a campaign": surfaces.offered,
    "Show campaigns": surfaces.menu,
    "a mention": surfaces.mentioned,
    "a preview": surfaces.previewed,
    "the pane of a preview": surfaces.pane,
    "Share in thread": surfaces.in_thread,
    "App Home": surfaces.home,
}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("first", TEAMS)
async def test_each_sees_its_own_campaign_on_every_surface(here: World, surface: str, first: str) -> None:
    for team in (first, *TEAMS, first):
        shown = await SURFACES[surface](here, team)
        assert any(NAMES[team] in said(one) for one in shown), shown
        _only(team, shown)
        for modal in here.slack.modals_of(OWNERS[team]):
            here.slack.close(modal)


@pytest.mark.parametrize("word", SUBCOMMANDS)
async def test_no_subcommand_shows_what_is_of_another_workspace(here: World, word: str) -> None:
    """Also one that is added: each is asked for the campaign that both have."""
    for team in (*TEAMS, *TEAMS):
        words = [word, f"{word} {AEP}", f"{word} {AEP} {AEP}"]
        shown = [one for text in words for one in await ask(here, text, user=OWNERS[team], channel=CHANNELS[team])]
        _only(team, [*shown, *(modal.view for modal in here.slack.modals_of(OWNERS[team]))])
        for modal in here.slack.modals_of(OWNERS[team]):
            here.slack.close(modal)


async def test_whoever_asks_at_the_same_moment_gets_their_own_answer(here: World) -> None:
    for _ in range(3):
        await asyncio.gather(*(ask(here, AEP, user=OWNERS[team], channel=CHANNELS[team]) for team in TEAMS * 4))
        advance(here, 31)
    for team in TEAMS:
        _only(team, here.slack.workspaces[team].messages)


async def test_the_forms_show_a_workspaces_own_key_people_and_deeds(here: World) -> None:
    for team, manager in ((SUNRISE, "U03MEMBER"), (HARBOR, "U12MEMBER")):
        modal = await _form(here, team, "settings")
        values = initial(modal.view["blocks"])
        values["managers"]["value"]["selected_users"] = [manager]
        await here.slack.submit(modal, values)
        here.slack.close(modal)
    for what in ("connect", "settings", "disconnect"):
        for team in TEAMS:
            modal = await _form(here, team, what)
            assert OWNERS[team] in said(modal.view)
            _only(team, [modal.view])
            here.slack.close(modal)


async def test_a_waiting_command_is_answered_from_its_own_account_only(make_world: MakeWorld) -> None:
    here = await many(make_world, installed=TEAMS)
    for team in TEAMS:
        assert "not connected" in said(await command(here, team))
    for team, other in ((HARBOR, SUNRISE), (SUNRISE, HARBOR)):
        await connect(here, team)
        await finished(here)
        assert any(NAMES[team] in said(m) for m in here.slack.workspaces[team].messages)
        _only(team, here.slack.workspaces[team].messages)
        _only(other, here.slack.workspaces[other].messages)


@pytest.mark.parametrize("asked", TEAMS)
async def test_an_outage_shows_nobody_the_others_last_record(here: World, time: Clockwork, asked: str) -> None:
    (other,) = set(TEAMS) - {asked}
    await command(here, asked)
    time.move(60)
    assert here.carecycle
    here.carecycle.fault = "server_error"
    for words in (AEP, f"{AEP} {NOBODYS}"):
        _nothing_of_anybody([await command(here, other, words)])
    old = await command(here, asked)
    assert "This is from" in said(old)
    _only(asked, [old])


@pytest.mark.parametrize("missing", TEAMS)
async def test_not_found_in_one_account_says_nothing_about_the_other(here: World, missing: str) -> None:
    assert here.carecycle
    (other,) = set(TEAMS) - {missing}
    if missing == HARBOR:
        here.carecycle.others.clear()
    else:
        del here.carecycle.campaigns[AEP]
    for _ in range(2):
        notice = await command(here, missing)
        _nothing_of_anybody([notice])
        assert "account" in said(notice)
        _only(other, [card := await command(here, other)])
        assert NAMES[other] in said(card)


async def test_a_new_key_shows_the_new_account_at_once_and_nothing_of_the_old_one(here: World) -> None:
    await command(here, SUNRISE)
    await connect(here, SUNRISE, HARBOR_KEY)
    card = await command(here, SUNRISE)
    assert NAMES[HARBOR] in said(card)
    assert NAMES[SUNRISE] not in said(card)
    assert here.carecycle
    here.carecycle.others.clear()
    here.carecycle.fault = "server_error"
    await connect_again(here, PLAYGROUND_KEY)
    reply = await command(here, SUNRISE)
    assert NAMES[HARBOR] not in said(reply)


async def connect_again(here: World, key: str) -> None:
    """careCycle is back for as long as it takes to prove a key."""
    assert here.carecycle
    fault, here.carecycle.fault = here.carecycle.fault, "none"
    await connect(here, SUNRISE, key)
    here.carecycle.fault = fault


async def test_who_has_disconnected_sees_nothing_not_even_from_memory(here: World) -> None:
    card = await command(here, SUNRISE)
    modal = await _form(here, SUNRISE, "disconnect")
    await here.slack.submit(modal, {})
    here.slack.close(modal)
    _nothing_of_anybody([await command(here, SUNRISE)])
    for label in ("Refresh", "Share to channel", "Details"):
        (_, *more) = await after(here, SUNRISE, card, label)
        _nothing_of_anybody(more)
        assert "not connected" in str([said(one) for one in more])


async def test_two_workspaces_of_one_account_still_have_a_memory_each(here: World) -> None:
    await connect(here, SUNRISE, HARBOR_KEY)
    assert here.carecycle
    before = len(here.carecycle.requests)
    for team in TEAMS:
        assert NAMES[HARBOR] in said(await command(here, team))
    assert len(here.carecycle.requests) == before + 2
    here.carecycle.others[HARBOR_ACCOUNT] = {}
    modal = await _form(here, HARBOR, "disconnect")
    await here.slack.submit(modal, {})
    assert NAMES[HARBOR] in said(await command(here, SUNRISE))
    _nothing_of_anybody([await command(here, HARBOR)])


async def _form(here: World, team: str, what: str) -> Modal:
    user = OWNERS[team]
    await here.slack.say(f"/campaign {what}", user=user, channel=CHANNELS[team])
    await finished(here)
    return here.slack.modals_of(user)[-1]


def _only(team: str, shown: list[Any]) -> None:
    """Nothing of the other workspace is in it."""
    (other,) = set(TEAMS) - {team}
    for one in shown:
        assert [word for word in OF[other] if word in said(one)] == []


def _nothing_of_anybody(shown: list[Any]) -> None:
    for one in shown:
        assert [word for team in TEAMS for word in OF[team][:5] if word in said(one)] == []
