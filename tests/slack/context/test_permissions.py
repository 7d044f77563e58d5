"""Who may do what: every action for managers x everybody there is, and whom the others are told to ask."""

from dataclasses import dataclass
from typing import Any

import pytest

from bot.records import Profile
from bot.store import profiles
from playground.slack.workspace import Modal, Role
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.modals import (
    KEY,
    NEW_KEY,
    choose,
    close_all,
    connected_timed,
    opened,
    press_in,
    set_up,
    submit,
    type_key,
    unconnected,
)
from tests.drivers.slash_command import ask_one, finished, press, said

pytestmark = pytest.mark.usefixtures("patient_slack")
OWNER, ADMIN, SOMEBODY, TEAM, HARBOR = "U01OWNER", "U02ADMIN", "U03MEMBER", "T01SUNRISE", "T02HARBOR"
CAN = {
    "connect": "connect careCycle or replace its key",
    "disconnect": "disconnect careCycle",
    "settings": "change the settings of this app",
}
REMEMBERED = 5 * 60 + 1  # seconds, and one more


@dataclass(frozen=True)
class Case:
    """What somebody is at the moment it is done, and whether a manager had named that person."""

    role: Role
    named: bool = False
    team: str = TEAM
    deleted: bool = False
    is_bot: bool = False


MAY: dict[str, tuple[Case, bool]] = {
    "owner": (Case("owner"), True),
    "admin": (Case("admin"), True),
    "named member": (Case("member", named=True), True),
    "member": (Case("member"), False),
    "guest": (Case("guest"), False),
    "named, but a guest by now": (Case("guest", named=True), False),
    "member of another company": (Case("member", team=HARBOR), False),
    "admin of another company": (Case("admin", team=HARBOR), False),
    "named, but of another company": (Case("member", named=True, team=HARBOR), False),
    "named, but deactivated by now": (Case("member", named=True, deleted=True), False),
    "deactivated admin": (Case("admin", deleted=True), False),
    "named, but a bot user": (Case("member", named=True, is_bot=True), False),
    "bot user with an admin's rights": (Case("admin", is_bot=True), False),
}
ACTIONS = (
    *("names", "open connect", "open settings", "open disconnect", "disconnect in the connect form"),
    *("settings", "name managers", "connect", "disconnect"),
)


@pytest.mark.parametrize("who", MAY)
async def test_every_action_is_for_managers_alone(make_world: MakeWorld, who: str) -> None:
    case, may = MAY[who]
    here, time = await connected_timed(make_world)
    await set_up(here, managers=[SOMEBODY] if case.named else [])
    _become(here, Case("admin"))
    card = await ask_one(here, AEP, user=SOMEBODY)
    settings, connect, disconnect = [
        await opened(here, word, user=SOMEBODY) for word in ("settings", "connect", "disconnect")
    ]
    _become(here, case)
    time.move(REMEMBERED)
    saved = await choose(here, settings, audience="channel", managers=[SOMEBODY, ADMIN])
    done = {"settings": "Saved." in said(saved.view), "name managers": ADMIN in (await _profile(here)).managers}
    here.slack.workspace.modals = [connect]
    await press_in(here, connect, "Disconnect …")
    done["disconnect in the connect form"] = _is_form(here.slack.modals_of(SOMEBODY)[-1])
    here.slack.workspace.modals = [connect]
    await type_key(here, connect, NEW_KEY)
    done["connect"] = "Connected to careCycle" in said(connect.view)
    close_all(here)
    for word in ("connect", "settings", "disconnect"):
        done[f"open {word}"] = _is_form(await _opened_by(here, word))
        close_all(here)
    await press(here, card, "Details", user=SOMEBODY)
    done["names"] = "Dana Ruiz" in said(here.slack.modals_of(SOMEBODY)[0].view)
    close_all(here)
    here.slack.workspace.modals.append(disconnect)
    await submit(here, disconnect)
    done["disconnect"] = "Disconnected." in said(disconnect.view)
    assert done == dict.fromkeys(ACTIONS, may)
    kept = await _profile(here)
    assert (kept.preferences.audience, _key(kept)) == (("channel", None) if may else ("private", KEY))


@pytest.mark.parametrize("kind", ["is_restricted", "is_ultra_restricted", "is_stranger", ""])
async def test_each_kind_of_guest_is_none_by_itself_whatever_else_slack_says(make_world: MakeWorld, kind: str) -> None:
    here = await unconnected(make_world)
    flags = {"is_admin": True, "is_owner": True, **({kind: True} if kind else {})}
    here.slack.api._methods["users.info"] = lambda _: {"user": {"id": SOMEBODY, "team_id": TEAM, **flags}}
    modal = await _opened_by(here, "settings")
    assert (_is_form(modal), "Only managers can" in said(modal.view)) == (not kind, bool(kind))


@pytest.mark.parametrize("word", ["connect", "disconnect", "settings"])
async def test_everybody_else_is_told_whom_to_ask(make_world: MakeWorld, word: str) -> None:
    here = await unconnected(make_world)
    others = "any admin or owner of this Slack workspace."
    words = said((await opened(here, word, user=SOMEBODY)).view)
    assert (
        "Ask Alice Moreno to connect" if word == "connect" else f"Only managers can {CAN[word]}. Ask {others}"
    ) in words
    await here.slack.connect(KEY, user=ADMIN)
    assert f"Ask <@U02ADMIN>, or {others}" in said((await opened(here, word, user="U04GUEST")).view)
    await set_up(here, managers=[SOMEBODY])
    assert f"Ask <@U03MEMBER>, <@U02ADMIN>, or {others}" in said((await opened(here, word, user="U04GUEST")).view)


async def test_of_many_managers_five_are_named(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    for number in range(9):
        _add(here, f"U3{number}")
    await set_up(here, managers=[f"U3{number}" for number in range(9)])
    words = said((await opened(here, "settings", user=SOMEBODY)).view)
    assert words.count("<@U3") == 5


@pytest.mark.parametrize("word", ["connect", "settings", "disconnect"])
async def test_a_refused_form_gives_way_to_who_can_be_asked(make_world: MakeWorld, word: str) -> None:
    here, time = await connected_timed(make_world)
    modal = await opened(here, word, user=ADMIN)
    here.slack.workspace.people[ADMIN].role = "member"
    time.move(REMEMBERED)
    await submit(here, modal) if word != "connect" else await type_key(here, modal, NEW_KEY)
    assert modal.errors == {}
    assert f"Only managers can {CAN[word]}. Ask <@U01OWNER>, or any admin or owner" in said(modal.view)
    assert "submit" not in modal.view


async def test_a_manager_who_is_no_longer_named_is_none_from_then_on(make_world: MakeWorld) -> None:
    here, _ = await connected_timed(make_world)
    await set_up(here, managers=[SOMEBODY])
    form = await opened(here, "settings", user=SOMEBODY)
    await set_up(here, managers=[])
    await choose(here, form, audience="channel")
    assert "Only managers can change the settings of this app." in said(form.view)
    assert (await _profile(here)).preferences.audience == "private"


async def test_a_named_manager_can_name_others_and_step_back(make_world: MakeWorld) -> None:
    here, _ = await connected_timed(make_world)
    _add(here, "U30")
    await set_up(here, managers=[SOMEBODY])
    assert (await set_up(here, user=SOMEBODY, managers=["U30"])).errors == {}
    assert (await _profile(here)).managers == {"U30"}
    assert "Only managers" in said((await opened(here, "settings", user=SOMEBODY)).view)


@pytest.mark.parametrize("word", ["connect", "disconnect", "settings"])
async def test_when_slack_does_not_say_who_somebody_is_the_answer_is_no_and_says_why(
    make_world: MakeWorld, word: str
) -> None:
    here, time = await connected_timed(make_world)
    modal = await opened(here, word)
    here.slack.api.scopes.discard("users:read")
    await submit(here, modal) if word != "connect" else await type_key(here, modal, NEW_KEY)
    time.move(REMEMBERED)
    again = await opened(here, word)
    # What was typed stays in a form that has fields.
    at_field = "" if word == "disconnect" else " ".join(modal.errors.values())
    for shown in (at_field or said(modal.view), said(again.view)):
        assert "Slack did not tell this app whether you are a manager here, so nothing was done" in shown
    assert _is_form(modal) == bool(at_field)
    kept = await _profile(here)
    assert (_key(kept), kept.preferences.audience) == (KEY, "private")
    here.slack.api.scopes.add("users:read")
    close_all(here)
    assert _is_form(await opened(here, word))  # that Slack did not say is not remembered


def _become(here: World, case: Case) -> None:
    person = here.slack.workspace.people[SOMEBODY]
    person.role, person.team_id, person.deleted, person.is_bot = case.role, case.team, case.deleted, case.is_bot


def _add(here: World, user: str) -> None:
    kind = type(here.slack.workspace.people[SOMEBODY])
    here.slack.workspace.people[user] = kind(user, user, "member")


async def _opened_by(here: World, word: str) -> Modal:
    """Types it, also where Slack itself would not let somebody of another company: the bot must not rely on that."""
    slack = here.slack
    grant = slack.tokens.installed(slack.workspace)
    assert grant
    await slack._command(slack.workspace, grant, SOMEBODY, "C01AEP", f"/campaign {word}", word)
    await finished(here)
    return slack.modals_of(SOMEBODY)[-1]


def _is_form(modal: Modal) -> bool:
    return "submit" in modal.view


async def _profile(here: World) -> Profile:
    return await profiles.read(here.bot.db, TEAM)


def _key(kept: Profile) -> Any:
    return kept.connection and kept.connection.key.get_secret_value()
