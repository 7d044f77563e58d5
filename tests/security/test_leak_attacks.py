"""Buttons and forms that name another workspace: believed only as far as Slack itself says who is asking."""

import copy
import json
from typing import Any

import pytest

from playground.carecycle import HARBOR_KEY
from playground.slack.values import initial, typed
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, button
from tests.drivers.slash_command import ask_one, finished, press, said
from tests.drivers.workspaces import (
    CHANNELS,
    HARBOR,
    ORG,
    OWNERS,
    SUNRISE,
    advance,
    connect,
    kept,
    many,
    organization_of_two,
    rows,
    two_connected,
)

FINAL_EXPENSE = "Final Expense"
FORMS = ("connect", "settings", "disconnect")


@pytest.fixture
async def here(make_world: MakeWorld) -> World:
    """Two companies that have nothing to do with each other."""
    return await two_connected(make_world, Clockwork())


@pytest.fixture
async def organization(make_world: MakeWorld) -> World:
    """Two workspaces of one organization, which has added the app as a whole. Their owners are not in both."""
    return await organization_of_two(make_world, Clockwork())


async def state(here: World, team: str) -> Any:
    """All that is kept of a workspace."""
    names = ("connections", "preferences", "managers", "audit")
    return {name: [row for row in await rows(here, name) if row["workspace_id"] == team] for name in names}


async def opened(here: World, team: str, what: str) -> Modal:
    await here.slack.say(f"/campaign {what}", user=OWNERS[team], channel=CHANNELS[team])
    await finished(here)
    return here.slack.modals_of(OWNERS[team])[-1]


async def submitted(here: World, modal: Modal) -> None:
    """Submits the form with all in it that a person would fill in."""
    blocks = modal.view["blocks"]
    if modal.view["callback_id"] == "connect.save":
        await here.slack.submit(modal, typed(blocks, HARBOR_KEY))
    else:
        await here.slack.submit(modal, initial(blocks))
    await finished(here)


@pytest.mark.parametrize("label", ["Refresh", "Share to channel", "Details"])
async def test_a_button_made_elsewhere_asks_the_account_of_whoever_presses_it(here: World, label: str) -> None:
    """The id in it is looked up with the key of the presser's workspace, and with no other."""
    assert here.carecycle
    harbors = next(
        one for one in here.carecycle.campaigns.values() if one["client"]["id"] == here.carecycle.keys[HARBOR_KEY]
    )
    made_there = await ask_one(here, harbors["id"], user=OWNERS[HARBOR], channel=CHANNELS[HARBOR])
    assert harbors["name"] in said(made_there)
    card = await ask_one(here, AEP)
    before = {one.ts for one in here.slack.workspace.messages}
    value = button(made_there, label)["value"]
    await here.slack.press(card, {**button(card, label), "value": value})
    await finished(here)
    new = [one for one in here.slack.workspace.messages if one.ts not in before]
    shown = [*map(said, new), *(said(modal.view) for modal in here.slack.workspace.modals)]
    assert len(shown) == 1
    assert "account" in shown[0]
    assert harbors["name"] not in shown[0]


async def test_the_button_that_disconnects_cannot_be_made_to_disconnect_another(here: World) -> None:
    harbors = (await opened(here, HARBOR, "connect")).view["private_metadata"]
    form = await opened(here, SUNRISE, "connect")
    action = next(block["elements"][0] for block in form.view["blocks"] if block["type"] == "actions")
    before = await state(here, HARBOR)
    await here.slack.press_in(form, {**action, "block_id": "b", "value": harbors})
    await finished(here)
    first, notice = here.slack.modals_of(OWNERS[SUNRISE])
    assert first is form
    assert "made by an older version of this app" in said(notice.view)
    assert await state(here, HARBOR) == before


FORGED: dict[str, dict[str, Any]] = {
    "as it was made there": {},
    "the attacker's workspace as its organization": {"enterprise": HARBOR},
    "its own as its organization": {"enterprise": SUNRISE},
    "an organization": {"enterprise": ORG},
    "no organization": {"enterprise": ""},
}


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("what", FORMS)
async def test_a_form_of_another_company_changes_nothing_there(here: World, what: str, forged: str) -> None:
    sunrises = await opened(here, SUNRISE, what)
    metadata = {**json.loads(sunrises.view["private_metadata"]), **FORGED[forged]}
    attack = await opened(here, HARBOR, what)
    attack.view["private_metadata"] = json.dumps(metadata)
    before = await state(here, SUNRISE), await state(here, HARBOR)
    await submitted(here, attack)
    assert (await state(here, SUNRISE), await state(here, HARBOR)) == before
    if forged != "its own as its organization":
        assert "made by an older version" in said(attack.view) + str(attack.errors)
    assert "`rise`" not in said(attack.view)


@pytest.mark.parametrize("what", FORMS)
@pytest.mark.parametrize("attacker", [SUNRISE, HARBOR])
async def test_in_one_organization_only_a_workspaces_own_people_can_be_its_managers(
    organization: World, what: str, attacker: str
) -> None:
    here = organization
    (other,) = {SUNRISE, HARBOR} - {attacker}
    metadata = (await opened(here, other, what)).view["private_metadata"]
    attack = await opened(here, attacker, what)
    attack.view["private_metadata"] = metadata
    before = await state(here, SUNRISE), await state(here, HARBOR)
    await submitted(here, attack)
    assert (await state(here, SUNRISE), await state(here, HARBOR)) == before
    assert "Only managers can" in said(attack.view)


@pytest.mark.parametrize("what", FORMS)
async def test_an_organization_reaches_no_company_that_is_not_in_it(make_world: MakeWorld, what: str) -> None:
    here = await many(make_world, Clockwork(), installed=(HARBOR,))
    await connect(here, HARBOR)
    here.slack.workspace.enterprise_id, here.slack.workspace.enterprise_name = ORG, "Sunrise Group"
    await here.slack.install(enterprise=True)
    await connect(here, SUNRISE)
    attack = await opened(here, SUNRISE, what)
    attack.view["private_metadata"] = json.dumps({"workspace": HARBOR, "enterprise": ORG})
    before = await state(here, HARBOR)
    await submitted(here, attack)
    assert await state(here, HARBOR) == before


ODD = ["", "null", "[]", "{}", "{", '{"workspace": null}', '{"workspace": ["T01SUNRISE"]}', '{"workspace": {"a": 1}}']
ODD += ['{"workspace": "T01SUNRISE", "more": 1}', '{"workspace": "T01SUNRISE", "ids": 7}', "x" * 3_000, "[" * 3_000]
ODD += ['{"workspace": "T01SUNRISE", "enterprise": ["E"]}', '{"workspace": "T01SUNRISE", "ids": [1, {}]}']


@pytest.mark.parametrize("what", FORMS)
async def test_a_form_that_carries_nonsense_is_answered_and_changes_nothing(
    log_lines: list[dict[str, Any]], here: World, what: str
) -> None:
    before = await state(here, HARBOR), await state(here, SUNRISE)
    for odd in ODD:
        form = await opened(here, HARBOR, what)
        form.view["private_metadata"] = odd
        await submitted(here, form)
        assert (await state(here, HARBOR), await state(here, SUNRISE)) == before, odd
        assert "made by an older version" in said(form.view) + str(form.errors), odd
        here.slack.close(form)
    assert not [line for line in log_lines if line["event"] == "bug"]


async def test_a_form_sends_its_answer_to_nobody_but_slack(here: World, log_lines: list[dict[str, Any]]) -> None:
    form = await opened(here, HARBOR, "connect")
    origin = json.loads(form.view["private_metadata"])
    form.view["private_metadata"] = json.dumps({**origin, "ids": [AEP], "response_url": "https://evil.example/"})
    await submitted(here, form)
    assert "Connected to careCycle" in said(form.view)
    assert "response_url refused: not one of Slack's hosts" in [line["event"] for line in log_lines]


async def test_a_workspaces_form_counts_for_it_when_slack_names_its_neighbour(make_world: MakeWorld) -> None:
    """Seen at Slack: of two installations in one organization a view names the one that was made first."""
    here = await many(make_world, Clockwork(), installed=())
    here.slack.make_organization(ORG)
    for team in (SUNRISE, HARBOR):
        await here.slack.install(team)
    form = await opened(here, HARBOR, "connect")
    before = await state(here, SUNRISE)
    advance(here, 400)  # what Slack said of people is asked anew: with Harbor's token
    payload = _submission(here, form, app_installed_team_id=SUNRISE)
    ack = await here.slack.deliveries.deliver("submit", "interactive", payload)
    assert isinstance(ack.body, dict)
    assert "Connected to careCycle" in str(ack.body)
    assert "connections" in await kept(here, HARBOR)
    assert await state(here, SUNRISE) == before


async def test_a_retry_in_another_workspace_asks_there(here: World) -> None:
    assert here.carecycle
    card = await ask_one(here, f"{AEP} {AEP[:-1]}0", user=OWNERS[HARBOR], channel=CHANNELS[HARBOR])
    mine = await ask_one(here, f"{AEP} {AEP[:-1]}0")
    mine.blocks = copy.deepcopy(card.blocks)  # as if Harbor's list could be brought here
    before = len(here.slack.workspace.messages)
    await press(here, mine, "Open")
    (opened_there,) = here.slack.workspace.messages[before:]
    assert "AEP Outreach 2026" in said(opened_there)


def _submission(here: World, modal: Modal, **view: Any) -> dict[str, Any]:
    """A submitted connect form as Slack sends it, with something else in its view."""
    from playground.slack import payloads

    workspace = next(one for one in here.slack.workspaces.values() if modal in one.modals)
    grant, person = here.slack.tokens.installed(workspace), workspace.people[modal.user]
    assert grant
    ids = {"trigger_id": here.slack.views.new_trigger(workspace, modal.user)}
    values = typed(modal.view["blocks"], HARBOR_KEY)
    payload = payloads.submission(workspace, grant, person, modal, values, ids)
    return {**payload, "view": {**payload["view"], **view}}
