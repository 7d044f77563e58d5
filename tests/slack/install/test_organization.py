"""An organization adds the app once for all its workspaces; each of them has a careCycle key of its own."""

from typing import Any

import pytest

from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY
from playground.slack.values import initial
from playground.world import World
from tests.conftest import AEP, MakeWorld, button
from tests.drivers.slash_command import ask_one, finished, press, said
from tests.drivers.workspaces import CHANNELS, HARBOR, ORG, OWNERS, SUNRISE, connect, kept, many, rows, send, typed


@pytest.fixture
async def here(make_world: MakeWorld) -> World:
    """Both workspaces are of one organization, which has added the app as a whole."""
    here = await many(make_world, installed=())
    here.slack.make_organization(ORG, "Sunrise <Group>")
    page = await here.slack.install(enterprise=True)
    assert (page.status, "in Sunrise &lt;Group&gt;" in page.html) == (200, True)
    return here


async def test_one_installation_serves_every_workspace_each_with_its_own_key(here: World) -> None:
    await connect(here, SUNRISE)
    reply = await ask_one(here, AEP, user=OWNERS[HARBOR], channel=CHANNELS[HARBOR])
    assert "not connected to careCycle" in said(reply)
    await connect(here, HARBOR)
    for team, name in ((SUNRISE, "AEP Outreach 2026"), (HARBOR, "Harbor's own AEP")):
        assert name in said(await ask_one(here, AEP, user=OWNERS[team], channel=CHANNELS[team]))
    assert [row["id"] for row in await rows(here, "installations")] == [ORG]
    assert {(row["id"], row["enterprise_id"]) for row in await rows(here, "workspaces")} == {
        (SUNRISE, ORG),
        (HARBOR, ORG),
    }
    assert {by for by, name in here.slack.api.calls_by if name == "users.info"} == {ORG}


async def test_every_form_counts_for_the_workspace_in_which_it_was_opened(here: World) -> None:
    """Slack's payload of a submission names no workspace, and where the app is installed: in the organization."""
    await connect(here, HARBOR)
    await connect(here, HARBOR)
    assert await kept(here, HARBOR) == {"workspaces", "connections", "known_accounts", "audit"}
    modal = await _open(here, "settings")
    await here.slack.submit(modal, initial(modal.view["blocks"]))
    assert "Saved" in said(modal.view)
    assert "preferences" in await kept(here, HARBOR)
    modal = await _open(here, "disconnect")
    await here.slack.submit(modal, {})
    assert "Disconnected" in said(modal.view)
    assert "connections" not in await kept(here, HARBOR)
    assert await kept(here, SUNRISE) == await kept(here, ORG) - {"installations"} == set()


async def test_the_button_in_the_form_counts_there_too(here: World) -> None:
    await connect(here, HARBOR)
    form = await _open(here, "connect")
    press = next(block["elements"][0] for block in form.view["blocks"] if block["type"] == "actions")
    await here.slack.press_in(form, {**press, "block_id": "b"})
    await finished(here)
    (_, farewell) = here.slack.modals_of(OWNERS[HARBOR])
    await here.slack.submit(farewell, {})
    assert "connections" not in await kept(here, HARBOR)


async def test_a_waiting_command_is_answered_with_its_own_workspaces_key(here: World) -> None:
    for team, name in ((HARBOR, "Harbor's own AEP"), (SUNRISE, "AEP Outreach 2026")):
        notice = await ask_one(here, AEP, user=OWNERS[team], channel=CHANNELS[team])
        await here.slack.press(notice, button(notice, "Connect careCycle"), user=OWNERS[team])
        await finished(here)
        (form,) = here.slack.modals_of(OWNERS[team])
        key = {SUNRISE: PLAYGROUND_KEY, HARBOR: HARBOR_KEY}[team]
        await here.slack.submit(form, {"key": {"value": {"type": "plain_text_input", "value": key}}})
        await finished(here)
        assert name in said(notice)


async def test_a_workspace_with_an_installation_of_its_own_uses_its_own_token(here: World) -> None:
    await here.slack.install(HARBOR)
    here.slack.api.calls_by.clear()
    for team, token in ((SUNRISE, ORG), (HARBOR, HARBOR)):
        await connect(here, team)
        await ask_one(here, AEP, user=OWNERS[team], channel=CHANNELS[team])
        assert {by for by, _ in here.slack.api.calls_by} == {token}
        here.slack.api.calls_by.clear()


async def test_where_slack_names_no_workspace_the_organization_stands_for_it(
    log_lines: list[dict[str, Any]], here: World
) -> None:
    reply = await send(here, {**typed(here, SUNRISE, AEP), "team_id": ""})
    assert "not connected to careCycle" in reply["text"]
    assert [line["workspace"] for line in log_lines if line["event"] == "command"] == [ORG]


async def test_another_organizations_workspace_is_not_served(here: World) -> None:
    for other in ({"team_id": "T99OTHER", "enterprise_id": "E99OTHER"}, {"team_id": "T99OTHER", "enterprise_id": ""}):
        assert "no longer installed" in (await send(here, {**typed(here, SUNRISE, AEP), **other}))["text"]


async def test_a_shortcut_counts_for_the_home_of_who_uses_it_and_its_card_stays_of_that(here: World) -> None:
    """Slack does not say where it was used, and nothing of the app's is in it that could."""
    await connect(here, HARBOR)
    await connect(here, SUNRISE)
    harbor = here.slack.workspaces[HARBOR]
    harbor.people[OWNERS[HARBOR]].home = SUNRISE
    await here.slack.use_message_shortcut(harbor.post(CHANNELS[HARBOR], OWNERS[HARBOR], AEP), user=OWNERS[HARBOR])
    await finished(here)
    card = harbor.messages[-1]
    assert "AEP Outreach 2026" in said(card)
    await press(here, card, "Refresh", user=OWNERS[HARBOR])
    assert ("AEP Outreach 2026" in said(card), "no change since" in said(card)) == (True, True)


async def _open(here: World, what: str) -> Any:
    await here.slack.say(f"/campaign {what}", user=OWNERS[HARBOR], channel=CHANNELS[HARBOR])
    await finished(here)
    return here.slack.modals_of(OWNERS[HARBOR])[-1]
