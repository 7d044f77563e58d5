"""A workspace leaves: all that is kept of it goes with it, however Slack tells of it."""

import asyncio
from typing import Any

import pytest

from bot.clock import Clock
from playground.carecycle import PLAYGROUND_KEY, CareCycle
from playground.slack.events import access_revoked
from playground.slack.payloads import submission
from playground.slack.values import initial
from playground.slack.values import typed as typed_in
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.modals import Gate, opened
from tests.drivers.slash_command import ask, ask_one, finished, press, said
from tests.drivers.workspaces import (
    CHANNELS,
    HARBOR,
    ORG,
    OWNERS,
    SUNRISE,
    connect,
    kept,
    many,
    organization_of_two,
    replica,
    rows,
    send,
    store_down,
    tell,
    two_connected,
    typed,
)

EVERYTHING = {"installations", "workspaces", "connections", "preferences", "managers", "audit"}


async def settle_in(here: World, team: str) -> None:
    """Settings, a manager, a card that was shared: something of everything that is kept."""
    user, channel = OWNERS[team], CHANNELS[team]
    await ask(here, "settings", user=user, channel=channel)
    modal = here.slack.modals_of(user)[-1]
    values = initial(modal.view["blocks"])
    values["managers"]["value"]["selected_users"] = ["U03MEMBER" if team == SUNRISE else "U12MEMBER"]
    await here.slack.submit(modal, values)
    assert "Saved" in said(modal.view)
    here.slack.close(modal)
    await press(here, await ask_one(here, AEP, user=user, channel=channel), "Share to channel", user=user)
    assert EVERYTHING - await kept(here, team) <= {"installations"}


@pytest.fixture
async def here(make_world: MakeWorld) -> World:
    """Sunrise and Harbor, with something of everything that is kept."""
    here = await two_connected(make_world, Clockwork())
    for team in (SUNRISE, HARBOR):
        await settle_in(here, team)
    return here


async def test_everything_of_a_workspace_that_leaves_is_deleted_and_nothing_of_another(here: World) -> None:
    await here.slack.uninstall(SUNRISE)
    assert await kept(here, SUNRISE) == set()
    assert await kept(here, HARBOR) >= EVERYTHING
    reply = await ask_one(here, AEP, user=OWNERS[HARBOR], channel=CHANNELS[HARBOR])
    assert "Harbor's own AEP" in said(reply)


async def test_who_asks_afterwards_is_told_with_a_link_to_add_it_again(here: World) -> None:
    await ask_one(here, AEP)
    await here.slack.uninstall(SUNRISE)
    for words in (AEP, "help", "connect", f"{AEP} {AEP[:-1]}0", ""):
        reply = await send(here, typed(here, SUNRISE, words))
        assert "no longer installed in this Slack workspace" in reply["text"]
        assert reply["response_type"] == "ephemeral"
        assert f"{here.slack.bot}/slack/install" in str(reply["blocks"])
        assert "AEP Outreach" not in str(reply)


async def test_what_was_read_before_is_not_shown_to_those_who_come_back(here: World) -> None:
    await ask_one(here, AEP)
    await here.slack.uninstall(SUNRISE)
    await here.slack.install(SUNRISE)
    assert "not connected to careCycle" in said(await ask_one(here, AEP))
    assert here.carecycle
    await connect(here, SUNRISE)
    await finished(here)
    await here.slack.uninstall(SUNRISE)
    await here.slack.install(SUNRISE)
    await connect(here, SUNRISE)
    here.carecycle.fault = "server_error"
    reply = await ask_one(here, AEP)
    assert "careCycle is not answering" in said(reply)
    assert "AEP Outreach" not in said(reply)


async def test_a_command_that_waited_for_a_key_is_not_answered_after_the_app_was_taken_out(
    make_world: MakeWorld,
) -> None:
    here = await many(make_world)
    notice = await ask_one(here, AEP)
    await here.slack.uninstall(SUNRISE)
    await here.slack.install(SUNRISE)
    await connect(here, SUNRISE)
    await finished(here)
    assert "not connected" in said(notice)
    assert not [m for m in here.slack.workspace.messages if "AEP Outreach" in said(m)]


@pytest.mark.parametrize("order", [("tokens_revoked", "app_uninstalled"), ("app_uninstalled", "tokens_revoked")])
@pytest.mark.parametrize("times", [1, 2])
async def test_the_events_may_come_in_any_order_and_twice(here: World, order: tuple[str, ...], times: int) -> None:
    events = {event["event"]["type"]: event for event in await here.slack.uninstall(SUNRISE, deliver=False)}
    for name in order * times:
        assert await tell(here, events[name]) == 200
        assert await kept(here, SUNRISE) == set()
    assert await kept(here, HARBOR) >= EVERYTHING


@pytest.mark.parametrize("only", ["tokens_revoked", "app_uninstalled"])
async def test_one_of_the_events_is_enough(here: World, only: str) -> None:
    for event in await here.slack.uninstall(SUNRISE, deliver=False):
        if event["event"]["type"] == only:
            await tell(here, event)
    assert await kept(here, SUNRISE) == set()


@pytest.mark.parametrize("tokens", [{"oauth": ["U01OWNER"]}, {"oauth": ["U01OWNER"], "bot": []}, {}, None])
async def test_somebodys_own_token_that_was_revoked_takes_nothing_along(here: World, tokens: Any) -> None:
    event = (await here.slack.uninstall(SUNRISE, deliver=False))[0]
    event["event"]["tokens"] = tokens
    assert await tell(here, event) == 200
    assert await kept(here, SUNRISE) >= EVERYTHING


async def test_a_store_that_does_not_answer_is_told_again(log_lines: list[dict[str, Any]], here: World) -> None:
    events = await here.slack.uninstall(SUNRISE, deliver=False)
    async with store_down(here):
        assert [await tell(here, event) for event in events] == [503, 503]
    assert await kept(here, SUNRISE) >= EVERYTHING
    assert [await tell(here, event) for event in events] == [200, 200]
    assert await kept(here, SUNRISE) == set()
    assert [line for line in log_lines if line["event"] == "bug"] == []


async def test_a_key_that_is_being_proven_while_the_app_is_taken_out_is_not_kept(make_world: MakeWorld) -> None:
    gate = Gate()
    here = await many(make_world, carecycle=CareCycle(sleep=gate.pause))
    form = await opened(here, "connect")
    assert here.carecycle
    here.carecycle.fault = "slow"
    grant = here.slack.tokens.installed(here.slack.workspace)
    assert grant
    ids = {"trigger_id": "t"}
    filled = typed_in(form.view["blocks"], PLAYGROUND_KEY)
    payload = submission(here.slack.workspace, grant, here.slack.workspace.people["U01OWNER"], form, filled, ids)
    submitting = asyncio.create_task(here.slack.deliveries.deliver("submit", "interactive", payload))
    await gate.is_reached()
    await here.slack.uninstall(SUNRISE)
    gate.opened.set()
    assert "no longer installed" in str((await submitting).body)
    assert await kept(here, SUNRISE) == set()


async def test_another_replica_sees_it_within_half_a_minute(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await two_connected(make_world, time)
    first = str(here.slack.deliveries.url)
    async with replica(here, Clock(time.now, time.time)):
        assert "AEP Outreach" in said(await send(here, typed(here, SUNRISE, AEP)))
        for event in await here.slack.uninstall(SUNRISE, deliver=False):
            await tell(here, event, at=first)
        time.move(31)
        for words in (AEP, "help"):
            assert "no longer installed" in said(await send(here, typed(here, SUNRISE, words)))


@pytest.fixture
async def organization(make_world: MakeWorld) -> World:
    """The same, in one organization that added the app as a whole."""
    here = await organization_of_two(make_world, Clockwork())
    for team in (SUNRISE, HARBOR):
        await settle_in(here, team)
    return here


async def test_an_organization_that_takes_it_out_of_one_workspace_keeps_the_others(organization: World) -> None:
    here = organization
    await here.slack.revoke_team_access(HARBOR)
    assert await kept(here, HARBOR) == set()
    assert await kept(here, SUNRISE) >= EVERYTHING - {"installations"}
    assert await kept(here, ORG) == {"installations"}
    assert "AEP Outreach" in said(await ask_one(here, AEP))


async def test_an_organization_that_leaves_takes_all_its_workspaces_along(organization: World) -> None:
    await organization.slack.uninstall(ORG)
    for id_ in (SUNRISE, HARBOR, ORG):
        assert await kept(organization, id_) == set()
    assert await rows(organization, "audit") == []


@pytest.mark.parametrize("of_whole", ["authorizations", "is_enterprise_install"])
async def test_an_organization_that_leaves_is_meant_also_where_slack_names_one_of_its_workspaces(
    organization: World, of_whole: str
) -> None:
    event = (await organization.slack.uninstall(ORG, deliver=False))[1]
    whole = {"authorizations": event["authorizations"]} if of_whole == "authorizations" else {of_whole: True}
    named = {**event, "authorizations": [], "is_enterprise_install": False, **whole}
    assert await tell(organization, {**named, "team_id": SUNRISE, "enterprise_id": ORG}) == 200
    for id_ in (SUNRISE, HARBOR, ORG):
        assert await kept(organization, id_) == set()


async def test_a_workspace_that_leaves_does_not_take_its_organization_along(organization: World) -> None:
    here = organization
    await here.slack.install(HARBOR)
    event = (await here.slack.uninstall(HARBOR, deliver=False))[1]
    assert await tell(here, {**event, "team_id": HARBOR, "enterprise_id": ORG}) == 200
    assert await kept(here, HARBOR) == set()
    assert await kept(here, ORG) == {"installations"}
    assert await kept(here, SUNRISE) >= EVERYTHING - {"installations"}


async def test_but_not_those_with_an_installation_of_their_own(organization: World) -> None:
    here = organization
    harbor = here.slack.workspaces[HARBOR]
    whole = here.slack.tokens.installed(harbor)
    assert whole
    await here.slack.install(HARBOR)
    assert await tell(here, access_revoked(harbor, whole)) == 200
    await here.slack.uninstall(ORG)
    assert await kept(here, SUNRISE) == await kept(here, ORG) == set()
    assert await kept(here, HARBOR) >= EVERYTHING
    reply = await ask_one(here, AEP, user=OWNERS[HARBOR], channel=CHANNELS[HARBOR])
    assert "Harbor's own AEP" in said(reply)
