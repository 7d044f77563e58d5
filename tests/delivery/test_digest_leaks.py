"""Two workspaces, two careCycle accounts, a campaign in each by the same id: each channel gets its own account's."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from blocks.digests import buttons as digest_buttons
from blocks.digests import form as digest_form
from blocks.digests import history as digest_history
from blocks.digests import listing as digest_listing
from bot.digests.digest import CampaignFilter, Digest
from bot.digests.snapshot import unpack
from bot.errors import DigestGone
from bot.slack.digests.form_values import Editing
from bot.slack.surfaces.modal_state import ModalState
from bot.store import snapshots
from playground.carecycle import HARBOR_KEY, CareCycle, twin
from playground.samples import HARBOR as HARBOR_ACCOUNT
from playground.samples import SUNRISE as SUNRISE_ACCOUNT
from playground.slack.workspace import Message, Modal
from tests.conftest import AEP, MakeWorld
from tests.drivers.digest_deliveries import MEMBER, OWNER, Deliveries, delivering
from tests.drivers.digest_forms import press_value
from tests.drivers.slash_command import finished, said
from tests.drivers.workspaces import CHANNELS, HARBOR, OWNERS, SUNRISE, connect, rows, tell

TEAMS = (SUNRISE, HARBOR)
NAMES = {SUNRISE: "AEP Outreach 2026", HARBOR: "Harbor's own AEP"}
ACCOUNTS = {SUNRISE: SUNRISE_ACCOUNT, HARBOR: HARBOR_ACCOUNT}
BY_ID, BY_FILTER = CampaignFilter(ids=(AEP,)), CampaignFilter(status="active")
DEEDS = (
    *(digest_buttons.PAUSE, digest_history.AGAIN, digest_history.CONFIRM),
    *(digest_listing.HOLD_HERE, digest_listing.RESUME_HERE, digest_listing.UNDO),
    *(digest_listing.PAUSE, digest_listing.HOLD, digest_listing.RESUME, digest_listing.DELETE),
)


@pytest.fixture
async def there(make_world: MakeWorld) -> Deliveries:
    """Both connected, each with its own key."""
    carecycle = CareCycle()
    carecycle.others = twin()
    made = await delivering(make_world, many=True, installed=TEAMS, carecycle=carecycle)
    for team in TEAMS:
        await connect(made.world, team)
    return made


async def make(there: Deliveries, team: str, choice: CampaignFilter = BY_ID, **more: Any) -> Digest:
    """A digest of this workspace, for its channel."""
    of = {"workspace_id": team, "channel_id": CHANNELS[team], "owner_id": OWNERS[team], "name": f"Of {team}"}
    return await there.make(**{**of, "choice": choice, **more})


async def send(there: Deliveries, *digests: Digest, count: int = 1) -> None:
    """Sends these at once, and waits until that many deliveries of each are over."""
    for one in digests:
        await there.world.bot.services.digests.send_now(one, one.owner_id)
    for one in digests:
        assert (await there.ended(one, count))[0].state == "sent"


def delivered(there: Deliveries, team: str) -> list[Message]:
    return [message for message in there.world.slack.workspaces[team].messages if message.metadata]


def foreign(there: Deliveries, team: str) -> set[str]:
    """The names of all campaigns of the other account."""
    assert there.world.carecycle
    (other,) = set(TEAMS) - {team}
    all_ = there.world.carecycle.campaigns.values()
    named = {str(one["name"]) for one in all_ if (one.get("client") or {}).get("id") == ACCOUNTS[other] and one["name"]}
    return named | {NAMES[other]}


async def state(there: Deliveries) -> dict[str, Any]:
    """All that is kept of digests."""
    return {name: await rows(there.world, name) for name in ("digests", "deliveries", "audit")}


async def shown(there: Deliveries, digest: Digest) -> set[str]:
    """The names of the campaigns in its newest delivery: the message has only those that moved most."""
    (packed,) = await snapshots.read(there.world.bot.db, [(await there.ledger(digest))[0].id])
    return {one.name for one in unpack(packed).campaigns.values()}


def only(there: Deliveries, team: str, messages: list[Message]) -> None:
    for message in messages:
        assert [name for name in foreign(there, team) if name in said(message)] == []


@pytest.mark.parametrize(
    ("first", "apart"),
    [(SUNRISE, 0), (SUNRISE, 30), (HARBOR, 30)],
    ids=["at the same moment", "half a minute later", "half a minute before"],
)
async def test_each_channel_gets_its_own_accounts_campaigns(there: Deliveries, first: str, apart: float) -> None:
    order = (first, *(team for team in TEAMS if team != first))
    digests = [await make(there, team, choice) for team in order for choice in (BY_FILTER, BY_ID)]
    if apart:
        await send(there, *digests[:2])
        there.time.move(apart)
        await send(there, *digests[2:])
    else:
        await there.at(digests[0])
        for one in digests:
            await there.ended(one)
    for one in digests:
        names = await shown(there, one)
        assert NAMES[one.workspace_id] in names
        assert not names & foreign(there, one.workspace_id)
    for team in TEAMS:
        assert len(delivered(there, team)) == 2
        only(there, team, delivered(there, team))


async def test_two_workspaces_of_one_account_get_that_accounts_and_read_it_each_for_itself(there: Deliveries) -> None:
    await connect(there.world, SUNRISE, HARBOR_KEY)
    digests = [await make(there, team, choice) for team in TEAMS for choice in (BY_FILTER, BY_ID)]
    assert there.world.carecycle
    before = len(there.world.carecycle.requests)
    await send(there, *digests)
    lists = [one for one in there.world.carecycle.requests[before:] if one.path == "/v2/campaigns"]
    assert len(lists) == 2
    for one in digests:
        names = await shown(there, one)
        assert NAMES[HARBOR] in names
        assert not names & foreign(there, HARBOR)
    for team in TEAMS:
        assert len(delivered(there, team)) == 2
        only(there, HARBOR, delivered(there, team))


async def test_with_a_new_key_nothing_that_was_read_with_the_old_one_is_used(there: Deliveries) -> None:
    await send(there, await make(there, SUNRISE, BY_FILTER))
    await connect(there.world, SUNRISE, HARBOR_KEY)
    there.time.move(20)
    second = await make(there, SUNRISE, BY_FILTER)
    await send(there, second)
    assert NAMES[HARBOR] in await shown(there, second)
    only(there, HARBOR, delivered(there, SUNRISE)[1:])


async def test_a_digest_or_run_of_another_workspace_does_nothing_by_any_method(there: Deliveries) -> None:
    theirs, mine = await make(there, SUNRISE), await make(there, HARBOR)
    await send(there, theirs)
    (run,) = await there.ledger(theirs)
    services, workspace = there.world.bot.services.digests, await there.world.bot.workspaces.of(HARBOR)
    before = await state(there)
    assert await services.of_channel(workspace, theirs.channel_id) == await services.of_person(workspace, OWNER) == []
    with pytest.raises(DigestGone):
        await services.read(workspace, theirs.id)
    with pytest.raises(DigestGone):
        await services.send_again(mine, run.id, mine.owner_id)
    for new in (True, False):
        with pytest.raises(DigestGone):
            await services.save(replace(mine, id=theirs.id), mine.owner_id, new=new)
    assert await state(there) == before


async def test_a_forged_button_gives_nothing_and_changes_nothing(there: Deliveries) -> None:
    theirs, mine = await make(there, SUNRISE), await make(there, HARBOR)
    await send(there, theirs)
    (run,) = await there.ledger(theirs)
    before = await state(there)
    there.time.move(60)  # a click now is another one
    forged = (theirs.id, f"{theirs.id} {run.id}", run.id, f"{mine.id} {run.id}")
    for action, value in product(DEEDS, forged):
        told = await press_value(there.world, action, value, user=OWNERS[HARBOR], channel=CHANNELS[HARBOR])
        assert "That digest is gone" in said(told) or "made by an older version" in said(told)
        assert theirs.name not in said(told)
        only(there, HARBOR, [told])
    assert await state(there) == before


async def test_send_again_takes_no_run_of_another_digest_of_the_same_workspace(there: Deliveries) -> None:
    one, other = await make(there, SUNRISE), await make(there, SUNRISE, name="Other")
    await send(there, other)
    (run,) = await there.ledger(other)
    before = await state(there)
    with pytest.raises(DigestGone):
        await there.world.bot.services.digests.send_again(one, run.id, OWNER)
    assert await state(there) == before


@pytest.mark.parametrize("new", [True, False], ids=["as a new one", "as one that is kept"])
async def test_a_form_that_names_a_digest_of_another_workspace_gives_nothing_of_it(
    there: Deliveries, new: bool
) -> None:
    theirs = await make(there, SUNRISE, BY_FILTER)
    for count in (1, 2):  # the second one says how many calls were made since the first
        _call_more(there, 4_321)
        await there.at(theirs)
        await there.ended(theirs, count)
    assert "4,321 calls" in said(delivered(there, SUNRISE)[-1])
    there.time.move(60)  # a click now is another one
    form, before = await _form(there), await state(there)
    workspace = there.world.slack.workspaces[HARBOR]
    seen = len(workspace.messages)
    for team, action in product(TEAMS, (digest_form.PREVIEW, digest_form.SEND, digest_form.MORE)):
        form.view["private_metadata"] = Editing(ModalState(team, None, CHANNELS[team]), theirs.id, new).text()
        await there.world.slack.press_in(form, {"type": "button", "action_id": action, "block_id": "b", "value": "x"})
        await finished(there.world)
        assert theirs.name not in said(form.view)
    only(there, HARBOR, workspace.messages[seen:])
    assert "4,321" not in "".join(map(said, workspace.messages[seen:]))
    assert await state(there) == before


async def test_who_leaves_takes_along_all_digests_have_and_nothing_of_another(there: Deliveries) -> None:
    leaves, stays = await make(there, SUNRISE), await make(there, HARBOR)
    await send(there, leaves, stays)
    await there.world.slack.uninstall(SUNRISE)
    kept = await state(there)
    assert {row["workspace_id"] for name in kept for row in kept[name]} == {HARBOR}
    there.time.move(24 * 3600)
    there.world.bot.scheduler.wake()
    await there.ended(stays, 2)
    assert len(delivered(there, SUNRISE)) == 1


async def test_late_news_of_a_removal_leave_the_digests_that_were_made_since(there: Deliveries) -> None:
    before = await make(there, SUNRISE)
    there.time.move(60)
    late = await there.world.slack.uninstall(deliver=False)
    there.time.move(60)
    await there.world.slack.install()
    await connect(there.world, SUNRISE)
    since = await make(there, SUNRISE, name="Since")
    for event in late * 2:
        assert await tell(there.world, event) == 200
    assert [row["id"] for row in await rows(there.world, "digests")] == [since.id]
    assert await there.ledger(before) == []
    await send(there, since)


async def test_an_admin_of_another_company_inherits_no_digest(there: Deliveries) -> None:
    people = there.world.slack.workspace.people
    guests = there.world.slack.workspace.outsiders["U09PARTNER"]
    guests.role = "owner"
    there.world.slack.workspace.people = {guests.id: guests, **people}  # Slack lists them, too
    people[MEMBER].deleted = people[OWNER].deleted = True
    there.time.move(301)  # what Slack said of people is forgotten
    one = await make(there, SUNRISE, owner_id=MEMBER)
    await send(there, one)
    assert (await there.read(one)).owner_id == "U02ADMIN"
    assert there.told(guests.id) == []


def _call_more(there: Deliveries, calls: int) -> None:
    assert there.world.carecycle
    there.world.carecycle.campaigns[AEP]["customerStats"]["totalCalls"] += calls


async def _form(there: Deliveries) -> Modal:
    """A new digest's, opened in Harbor."""
    user, where = OWNERS[HARBOR], CHANNELS[HARBOR]
    await there.world.slack.say("/campaign digest new", user=user, channel=where)
    await finished(there.world)
    return there.world.slack.modals_of(user)[-1]
