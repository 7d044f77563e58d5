"""Who may do what with a digest: every action x everybody there is, in its channel and elsewhere; and forged ids."""

from dataclasses import dataclass, replace

import pytest

from blocks.digests import buttons as digest_buttons
from blocks.digests import listing as digest_listing
from blocks.digests.form_fields import NAME, TIMES
from blocks.digests.send_now import ALL, TO
from bot.digests.digest import Digest
from bot.slack.digests.form_values import Editing
from bot.slack.surfaces.modal_state import ModalState
from bot.store import audit
from playground.slack.workspace import Modal, Role
from playground.world import World
from tests.conftest import Clockwork, MakeWorld
from tests.drivers.digest_forms import (
    ADMIN,
    GUEST,
    MEMBER,
    OTHER,
    OWNER,
    ROOM,
    TEAM,
    change,
    kept,
    listed,
    made,
    opened_by,
    option,
    press_in,
    press_value,
    save,
    still,
)
from tests.drivers.slash_command import finished, said
from tests.drivers.workspaces import HARBOR, ORG, connect, many, two_connected

REMEMBERED = 5 * 60 + 1  # seconds, and one more


@dataclass(frozen=True)
class Case:
    """What somebody is: to the workspace, and to the digest."""

    role: Role = "member"
    of: str = ""  # `owner` or `backup`
    named: bool = False
    team: str = TEAM


LOOK, PAUSE_IT = {"list", "history"}, {"pause"}
# In this order: what was sent or deleted is in the history from then on.
ACTIONS = ("list", "history", "pause", "make", "edit", "hold", "resume", "send", "delete")
EVERYTHING = set(ACTIONS)
MAY: dict[str, tuple[Case, set[str]]] = {
    "owner of it": (Case(of="owner"), EVERYTHING),
    "backup of it": (Case(of="backup"), EVERYTHING),
    "admin": (Case("admin"), EVERYTHING),
    "named manager": (Case(named=True), EVERYTHING),
    "member": (Case(), LOOK | PAUSE_IT | {"make"}),
    "guest": (Case("guest"), LOOK),
    "owner of it, but a guest by now": (Case("guest", of="owner"), LOOK),
    "member of another company": (Case(team=HARBOR), set()),
    "owner of it, but of another company": (Case(of="owner", team=HARBOR), set()),
    "admin of another company": (Case("admin", team=HARBOR), set()),
}


@pytest.mark.parametrize("who", MAY)
async def test_every_action_has_its_people(make_world: MakeWorld, who: str) -> None:
    case, may = MAY[who]
    here, time = await still(make_world)
    one = await _made_for(here, case)
    _become(here, time, case)
    assert {name for name in ACTIONS if await _does(here, one, name)} == may


async def test_elsewhere_a_digest_is_there_only_for_who_looks_after_it(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    for action in (
        digest_buttons.PAUSE,
        digest_listing.PAUSE,
        digest_listing.HOLD,
        digest_listing.HOLD_HERE,
        digest_listing.DELETE,
    ):
        assert "That digest is gone" in (await press_value(here, action, one.id, user=MEMBER, channel=OTHER)).text
    assert (await kept(here))[0].pause is None
    assert "is paused by" in (await press_value(here, digest_buttons.PAUSE, one.id, user=ADMIN, channel=OTHER)).text


async def test_who_paused_it_for_a_day_may_take_that_back_and_others_may_not(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    await press_value(here, digest_buttons.PAUSE, one.id, user=MEMBER)
    refused = await press_value(here, digest_listing.RESUME_HERE, one.id, user=GUEST)
    assert "Only managers and this digest’s owner may do that. Ask <@U01OWNER>" in refused.text
    assert "goes on" in (await press_value(here, digest_listing.RESUME_HERE, one.id, user=MEMBER)).text


@pytest.mark.parametrize("action", [digest_listing.HOLD, digest_listing.HOLD_HERE])
async def test_who_does_not_look_after_it_cannot_pause_it_without_an_end(make_world: MakeWorld, action: str) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    refused = await press_value(here, action, one.id, user=MEMBER)
    assert "Only managers and this digest’s owner may do that. Ask <@U01OWNER>" in refused.text
    await press_value(here, digest_buttons.PAUSE, one.id, user=MEMBER)
    await press_value(here, action, one.id, user=MEMBER)
    (same,) = await kept(here)
    assert same.pause is not None
    assert same.pause.until is not None


@pytest.mark.parametrize("action", [digest_listing.PAUSE, digest_buttons.PAUSE])
async def test_a_guest_who_would_pause_it_reads_whom_to_ask_and_it_goes_on(make_world: MakeWorld, action: str) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    refused = await press_value(here, action, one.id, user=GUEST)
    assert "Guests cannot pause digests. Ask <@U01OWNER>." in refused.text
    assert refused.ephemeral_for == GUEST
    assert (await kept(here))[0].pause is None


async def test_a_digest_of_another_workspace_is_nowhere_to_be_found(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    one = await made(here)
    in_list = (digest_listing.PAUSE, digest_listing.HOLD, digest_listing.DELETE)
    beside = (digest_buttons.PAUSE, digest_listing.HOLD_HERE, digest_listing.RESUME_HERE)
    for action in (*in_list, *beside):
        told = await press_value(here, action, one.id, user="U11OWNER", channel="C12STANDUP")
        assert "That digest is gone" in told.text
        assert "Morning digest" not in said(told)
    for action in (digest_buttons.EDIT, digest_buttons.HISTORY, digest_listing.SEND):
        await press_value(here, action, one.id, user="U11OWNER", channel="C12STANDUP")
        assert "That digest is gone" in said(here.slack.modals_of("U11OWNER")[-1].view)
    (same,) = await kept(here)
    assert same == one
    assert await kept(here, HARBOR) == []


@pytest.mark.parametrize("new", [True, False])
async def test_a_form_with_a_forged_id_changes_nothing_elsewhere(make_world: MakeWorld, new: bool) -> None:
    here = await two_connected(make_world)
    one = await made(here)
    modal = await _form_of(here, "U11OWNER", "C12STANDUP")
    origin = ModalState(HARBOR, None, "C12STANDUP")
    modal.view = {**modal.view, "private_metadata": Editing(origin, one.id, new).text()}
    await save(here, modal, {NAME: "Mine now"})
    assert (await kept(here)) == [one]
    assert await kept(here, HARBOR) == []


async def test_a_form_of_another_workspace_is_refused(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    one = await made(here)
    modal = await _form_of(here, "U11OWNER", "C12STANDUP")
    modal.view = {**modal.view, "private_metadata": Editing(ModalState(TEAM, None, ROOM), one.id).text()}
    await save(here, modal, {NAME: "Mine now"})
    assert "made by an older version" in said(modal.view)
    assert (await kept(here)) == [one]


async def test_in_an_organization_everything_counts_for_the_workspace_it_was_opened_in(make_world: MakeWorld) -> None:
    here = await many(make_world, installed=())
    here.slack.make_organization(ORG)
    await here.slack.install(enterprise=True)
    await connect(here, HARBOR)
    modal = await _form_of(here, "U11OWNER", "C12STANDUP")
    await change(here, modal, TIMES, "10:15")
    await press_in(here, modal, "Preview")
    window = here.slack.modals_of("U11OWNER")[-1]
    assert "what would go to <#C12STANDUP> now" in said(window.view)
    await press_in(here, window, "Send to me")
    assert "It is in your messages with this app" in said(window.view)
    here.slack.close(window)
    await save(here, modal)
    (one,) = await kept(here, HARBOR)
    assert (one.enterprise_id, one.timetable.times, modal.errors) == (ORG, ("10:15",), {})
    here.slack.close(modal)
    listing = await listed(here, user="U11OWNER", channel="C12STANDUP")
    history = await opened_by(here, listing, "History", user="U11OWNER")
    await press_in(here, history, "Edit")
    assert [one.view["title"]["text"] for one in here.slack.modals_of("U11OWNER")] == ["History", "Edit digest"]
    assert await kept(here) == []


async def test_every_change_is_in_the_audit_trail(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    one = await made(here)
    for action in (
        digest_listing.PAUSE,
        digest_listing.HOLD,
        digest_listing.RESUME,
    ):
        await press_value(here, action, one.id)
    await press_value(here, digest_listing.SEND, one.id)
    await save(here, here.slack.modals_of(OWNER)[-1], {TO: option(ALL)})
    await press_value(here, digest_listing.DELETE, one.id)
    trail = [(audit_entry.actor, audit_entry.action) for audit_entry in await audit.newest(here.bot.db, TEAM)]
    assert {action for _, action in trail} == {
        "digest made", "digest paused", "digest resumed", "digest sent now", "digest deleted",
    }  # fmt: skip
    assert {actor for actor, _ in trail} == {OWNER}


async def _made_for(here: World, case: Case) -> Digest:
    """A digest of somebody's, in which MEMBER is what the case says."""
    one = await made(here, user=MEMBER if case.of == "owner" else OWNER)
    mine = replace(one, backup_id=MEMBER if case.of == "backup" else None)
    await here.bot.services.digests.save(mine, OWNER, new=False)
    workspace = await here.bot.workspaces.of(TEAM)
    await workspace.save_preferences(workspace.preferences, [MEMBER] if case.named else [], OWNER)
    return mine


def _become(here: World, time: Clockwork, case: Case) -> None:
    person = here.slack.workspace.people[MEMBER]
    person.role, person.team_id = case.role, case.team
    time.move(REMEMBERED)


async def _does(here: World, one: Digest, name: str) -> bool:
    """Whether MEMBER can; afterwards all is as before."""
    if name in ("list", "make"):
        return await _types(here, name)
    if name in ("history", "edit"):
        await press_value(here, f"digest.{name}", one.id, user=MEMBER)
        (modal,) = here.slack.modals_of(MEMBER)
        here.slack.close(modal)
        return "submit" in modal.view if name == "edit" else "Nothing was due yet" in said(modal.view)
    if name == "resume":
        await here.bot.services.digests.pause(one, OWNER, for_a_day=True)
    if name == "send":
        await press_value(here, "digests.send", one.id, user=MEMBER)
        (modal,) = here.slack.modals_of(MEMBER)
        if "submit" in modal.view:
            await save(here, modal, {TO: option(ALL)})
        here.slack.close(modal)
        return "on its way" in said(modal.view)
    told = await press_value(here, f"digests.{name}", one.id, user=MEMBER)
    done = {
        "pause": "is paused",
        "hold": "until somebody",
        "resume": "goes on",
        "delete": "is deleted",
    }[name]
    await here.bot.services.digests.resume(one, OWNER) if name in ("pause", "hold", "resume") else None
    if not await kept(here):
        await here.bot.services.digests.restore(await here.bot.workspaces.of(TEAM), one.id, OWNER)
    return done in told.text


async def _types(here: World, name: str) -> bool:
    """Types it, also where Slack itself would not let somebody of another company."""
    slack, words = here.slack, "digest new" if name == "make" else "digest"
    grant = slack.tokens.installed(slack.workspace)
    assert grant
    await slack._command(slack.workspace, grant, MEMBER, ROOM, f"/campaign {words}", words)
    await finished(here)
    if name == "list":
        return "1 digest for this channel" in said(slack.workspace.messages[-1])
    (modal,) = slack.modals_of(MEMBER)
    slack.close(modal)
    return "submit" in modal.view


async def _form_of(here: World, user: str, channel: str) -> Modal:
    await here.slack.say("/campaign digest new", user=user, channel=channel)
    await finished(here)
    return here.slack.modals_of(user)[-1]
