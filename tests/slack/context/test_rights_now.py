"""A right counts as it is at the moment of a deed: every listener that changes something asks Slack anew.

A new listener is in neither table, and a test fails until somebody says whether it changes something.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import pytest

from blocks.campaigns import problem_list, quiet_buttons
from blocks.campaigns.listing import PROBLEMS, PageState
from blocks.digests.add_campaign import PICK
from blocks.digests.form_fields import CHANNEL, NAME
from blocks.digests.list_page import FIRST
from blocks.digests.send_now import ALL, TO
from bot.clock import Clock
from bot.digests.digest import CampaignFilter, Digest
from bot.manifest import CHANNELS_JOIN, FILES_WRITE
from bot.slack.app import register
from bot.store import profiles
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.app_home import open_home, words_of
from tests.drivers.digest_forms import MEMBER, OTHER, OWNER, ROOM, TEAM, listed, made, option, press_value, save, state
from tests.drivers.digest_forms import press_in as press_label
from tests.drivers.judged_accounts import MORNING, judged
from tests.drivers.modals import KEY, NEW_KEY, carecycle_with_keys, choose, opened, set_up, submit, type_key
from tests.drivers.scopes import grant
from tests.drivers.slash_command import ask_one, finished, press, said
from tests.samples.assessments import READ_AT, account, assessed, kinds
from tests.slack.digests.test_all_campaigns import figures, sent
from tests.slack.digests.test_all_campaigns import opened as window_of
from tests.slack.digests.test_history import noted

pytestmark = pytest.mark.usefixtures("patient_slack")
Act = Callable[[], Awaitable[object]]
Prepare = Callable[[World, Digest], Awaitable[Act]]
PLAN = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"
_CHANGES = ("chat.postMessage", "chat.delete", "conversations.join", "files.completeUploadExternal")
_REFUSED = re.compile(
    r"Only (managers|people at)|Guests cannot|is gone|nobody here can look up|so only they or a manager"
)


@dataclass(frozen=True)
class Deed:
    """Something that a person does to what others depend on."""

    of: Literal["managers", "members"]  # who may
    prepare: Prepare  # everything up to the moment of the deed
    changes: bool = True  # also for who may


def value(action: str, held: Callable[[Digest], str] = lambda one: one.id) -> Prepare:
    """A button that carries a digest's id."""

    async def prepare(here: World, one: Digest) -> Act:
        return partial(press_value, here, action, held(one), user=MEMBER)

    return prepare


def paused(action: str, why: Literal["person", "failed"] = "person") -> Prepare:
    async def prepare(here: World, one: Digest) -> Act:
        await here.bot.services.digests.pause(one, OWNER, for_a_day=False)
        if why == "failed":
            tables = here.bot.db.tables
            async with here.bot.db.writing() as connection:
                await connection.execute(tables.digests.update().values(pause_why="failed", pause_detail="restricted"))
        return partial(press_value, here, action, one.id, user=MEMBER)

    return prepare


def in_list(action: str) -> Prepare:
    return value(action, lambda one: FIRST.value(one.id))


def on_home(action: str, held: Callable[[Digest], str] = lambda one: one.id, *, pause: bool = False) -> Prepare:
    async def prepare(here: World, one: Digest) -> Act:
        if pause:
            await here.bot.services.digests.pause(one, OWNER, for_a_day=False)
        await open_home(here, MEMBER)
        element = {"type": "button", "action_id": action, "block_id": "b", "value": held(one)}

        async def act() -> None:
            await here.slack.press_home(here.slack.workspace, MEMBER, element)
            await finished(here)

        return act

    return prepare


async def deleted(here: World, one: Digest) -> Act:
    await here.bot.services.digests.delete(one, OWNER)
    return partial(press_value, here, "digests.undo", FIRST.value(one.id), user=MEMBER)


def run(action: str, state: str) -> Prepare:
    async def prepare(here: World, one: Digest) -> Act:
        more: dict[str, Any] = {"state": state, "reason": "unconfirmed" if state == "unconfirmed" else "restricted"}
        row = await noted(here, one, **more)
        return partial(press_value, here, action, f"{one.id} {row.id}", user=MEMBER)

    return prepare


async def _edited(here: World, one: Digest) -> Modal:
    await press_value(here, "digest.edit", one.id, user=MEMBER)
    return here.slack.modals_of(MEMBER)[-1]


async def saved(here: World, one: Digest) -> Act:
    return partial(save, here, await _edited(here, one), {NAME: "Mine now"})


async def joined(here: World, one: Digest) -> Act:
    await grant(here, CHANNELS_JOIN)
    element = {"type": "button", "action_id": "digest.join", "block_id": "b", "value": "x"}
    modal = await _edited(here, one)

    async def act() -> None:
        await here.slack.press_in(modal, element, values=state(modal, {CHANNEL: OTHER}))
        await finished(here)

    return act


async def previewed(here: World, one: Digest) -> Act:
    await press_label(here, await _edited(here, one), "Preview")
    return partial(press_label, here, here.slack.modals_of(MEMBER)[-1], "Send to me")


async def sent_now(here: World, one: Digest) -> Act:
    await press_value(here, "digests.send", one.id, user=MEMBER)
    return partial(save, here, here.slack.modals_of(MEMBER)[-1], {TO: option(ALL)})


async def as_file(here: World, one: Digest) -> Act:
    """A manager sees a digest everywhere, and others only in its channel."""
    await grant(here, FILES_WRITE)
    run_id = await sent(here, one, [figures(1)])
    modal = await window_of(here, one, run_id, user=MEMBER, channel=OTHER)
    return partial(press_label, here, modal, "Send me a CSV")


async def added(here: World, one: Digest) -> Act:
    plan = replace(one, choice=CampaignFilter(ids=(PLAN,)))
    await here.bot.services.digests.save(plan, OWNER, new=False)
    await press(here, await ask_one(here, AEP, user=MEMBER), "Add to a digest", user=MEMBER)
    return partial(save, here, here.slack.modals_of(MEMBER)[-1], {PICK: option(one.id)})


async def connected(here: World, _: Digest) -> Act:
    return partial(type_key, here, await opened(here, "connect", user=MEMBER), NEW_KEY)


async def disconnected(here: World, _: Digest) -> Act:
    return partial(submit, here, await opened(here, "disconnect", user=MEMBER))


async def set_otherwise(here: World, _: Digest) -> Act:
    return partial(choose, here, await opened(here, "settings", user=MEMBER), audience="channel")


def asked(where: Literal["message", "home"]) -> Prepare:
    async def prepare(here: World, one: Digest) -> Act:
        await (await here.bot.workspaces.of(TEAM)).disconnect(OWNER)
        prepared = on_home("home.ask", lambda _: "x") if where == "home" else value("notice.ask", lambda _: ROOM)
        return await prepared(here, one)

    return prepare


async def ended(here: World, one: Digest) -> Act:
    last = replace(one, timetable=replace(one.timetable, ends=READ_AT.date()))
    await here.bot.services.digests.save(last, OWNER, new=False)
    return partial(press_value, here, "digest.go_on", one.id, user=MEMBER)


async def own_on_home(here: World, one: Digest) -> Act:
    await here.bot.services.digests.save(replace(one, backup_id=MEMBER), OWNER, new=False)
    return await on_home("home.digest.pause")(here, one)


async def taken_back(here: World, _: Digest) -> Act:
    shared = here.slack.workspace.post(ROOM, "U0BOT", "shared")
    element = {"type": "button", "action_id": "shared.take_back", "block_id": "b", "value": OWNER}
    return partial(_pressed, here, shared, element)


async def _pressed(here: World, message: Any, element: dict[str, Any]) -> None:
    await here.slack.press(message, element, user=MEMBER)
    await finished(here)


async def quieted(here: World, _: Digest) -> Act:
    await press(here, await ask_one(here, "problems", user=MEMBER), "Quiet until …", user=MEMBER)
    return partial(choose, here, here.slack.modals_of(MEMBER)[-1])


def in_quiet_window(label: str) -> Prepare:
    async def prepare(here: World, _: Digest) -> Act:
        await _quiet(here)
        await press(here, await ask_one(here, "problems", user=MEMBER), "Quiet …", user=MEMBER)
        return partial(press_label, here, here.slack.modals_of(MEMBER)[-1], label)

    return prepare


async def lifted_on_home(here: World, one: Digest) -> Act:
    await _quiet(here)
    return await on_home("home.lift", lambda _: quiet_buttons.place(AEP, "standing_still"))(here, one)


async def _quiet(here: World) -> None:
    await press(here, await ask_one(here, "problems"), "Quiet until …")
    await choose(here, here.slack.modals_of(OWNER)[-1])


def on_it(action: str) -> Prepare:
    return value(action, lambda _: problem_list.Press(AEP, None, PageState(0, PROBLEMS)).value())


DEEDS: dict[str, Deed] = {
    "view connect.save": Deed("managers", connected),
    "view connect.leave": Deed("managers", disconnected),
    "view settings.save": Deed("managers", set_otherwise),
    "action shared.take_back": Deed("managers", taken_back),
    "view digest.save": Deed("managers", saved),
    "action digest.join": Deed("managers", joined),
    "action digest.send_to_me": Deed("managers", previewed),
    "view digest.send_now": Deed("managers", sent_now),
    "action campaigns.csv": Deed("managers", as_file),
    "view digest.add": Deed("managers", added),
    "action digests.hold": Deed("managers", in_list("digests.hold")),
    "action digests.resume": Deed("managers", paused("digests.resume")),
    "action digests.delete": Deed("managers", in_list("digests.delete")),
    "action digests.undo": Deed("managers", deleted),
    "action digest.hold": Deed("managers", value("digest.hold")),
    "action digest.resume": Deed("managers", paused("digest.resume")),
    "action digest.resume_all": Deed("managers", paused("digest.resume_all", "failed")),
    "action digest.again": Deed("managers", run("digest.again", "failed")),
    "action digest.confirm": Deed("managers", run("digest.confirm", "unconfirmed")),
    "action digest.go_on": Deed("managers", ended),
    "action digest.let_end": Deed("managers", value("digest.let_end"), changes=False),
    "action home.digest.resume": Deed("managers", on_home("home.digest.resume", pause=True)),
    "action digests.pause": Deed("members", in_list("digests.pause")),
    "action digest.pause": Deed("members", value("digest.pause")),
    "action digest.menu": Deed("members", value("digest.menu", lambda one: f"pause {one.id}")),
    "action home.digest.pause": Deed("members", own_on_home),
    "action home.ask": Deed("members", asked("home")),
    "action notice.ask": Deed("members", asked("message")),
    "action problems.on_it": Deed("members", on_it("problems.on_it")),
    "action problems.take_over": Deed("members", on_it("problems.take_over")),
    "action home.on_it": Deed("members", on_home("home.on_it", lambda _: quiet_buttons.taking(AEP, None))),
    "action home.lift": Deed("members", lifted_on_home),
    "action quiet.on_it": Deed("members", in_quiet_window("I’m on it")),
    "action quiet.lift": Deed("members", in_quiet_window("End quiet")),
    "view quiet.save": Deed("members", quieted),
}

# These show something, open a form, change what is the person's own, or do what everybody in a conversation may.
OTHERS = {
    "command": {"campaign"},
    "event": {"app_home_opened", "app_mention", "link_shared", "entity_details_requested"}
    | {"app_uninstalled", "tokens_revoked", "team_access_revoked"},
    "function": {"look_up_campaign"},
    "global_shortcut": {"find_campaign"},
    "message_shortcut": {"show_campaigns"},
    "options": {"pick", "digest_field.picks", "digest_field.zone"},
    "view": {"find"},
    "action": {
        *("command.run", "notice.retry", "notice.connect", "notice.add", "connect.farewell"),
        *("home.open", "home.clear", "home.connect", "home.settings", "home.read", "home.search"),
        *("home.digests.back", "home.digests.more", "home.digests.search"),
        *(f"campaign.{name}" for name in ("refresh", "share", "details", "open", "link", "check", "thread", "digest")),
        *(f"list.page.{name}" for name in ("back", "more", "active", "problems", "all")),
        *("list.share", "several.share", "several.thread", "check.refresh", "check.share", "check.thread"),
        *(f"compare.{name}" for name in ("refresh", "open", "share", "thread")),
        *("quiet.show", "quiet.open"),
        *(f"digest.{name}" for name in ("edit", "make", "make_of", "more", "preview", "link", "campaigns")),
        *("digest.send", "digest.send_saved", "digest.history", r"^digest_field\."),
        *(f"digests.{name}" for name in ("back", "more", "all", "here", "search", "send")),
        *("campaigns.order", "campaigns.back", "campaigns.more"),
    },
}


class Registered:
    """In place of Bolt's app: the names of all listeners."""

    def __init__(self) -> None:
        self.names = set[str]()

    def __getattr__(self, kind: str) -> Callable[..., Callable[[object], object]]:
        def register(constraint: str | dict[str, Any], **_: Any) -> Callable[[object], object]:
            name = constraint if isinstance(constraint, str) else constraint["block_id"]
            self.names.add(f"{kind} {getattr(name, 'pattern', name)}")
            return lambda listener: listener

        return register


def test_of_every_listener_it_is_known_whether_it_is_a_deed() -> None:
    app: Any = Registered()
    register(app, "campaign")
    assert app.names == {*DEEDS, *(f"{kind} {name}" for kind, names in OTHERS.items() for name in names)}
    assert len(DEEDS) + sum(map(len, OTHERS.values())) == len(app.names)


@pytest.mark.parametrize("name", DEEDS)
async def test_who_has_lost_a_right_a_moment_ago_does_nothing_with_it(make_world: MakeWorld, name: str) -> None:
    here, act = await _prepared(make_world, DEEDS[name])
    await _is_remembered(here, _HIGH[DEEDS[name].of])
    _become(here, _LOW[DEEDS[name].of])
    before, asked_before = await _state(here), _asked(here)
    await act()
    assert _REFUSED.search(_shown(here)), _shown(here)
    assert await _state(here) == before
    assert _asked(here) == asked_before + 1, "once for everything"


@pytest.mark.parametrize("name", DEEDS)
async def test_who_was_given_a_right_a_moment_ago_can_use_it(make_world: MakeWorld, name: str) -> None:
    here, act = await _prepared(make_world, DEEDS[name])
    await _is_remembered(here, _LOW[DEEDS[name].of])
    _become(here, _HIGH[DEEDS[name].of])
    before, refused_before = await _state(here), len(_REFUSED.findall(_shown(here)))
    await act()
    assert (await _state(here) != before) == DEEDS[name].changes, _shown(here)
    assert len(_REFUSED.findall(_shown(here))) <= refused_before


@pytest.mark.parametrize("name", DEEDS)
async def test_when_slack_does_not_say_who_somebody_is_nothing_is_done(make_world: MakeWorld, name: str) -> None:
    here, act = await _prepared(make_world, DEEDS[name])
    await _is_remembered(here, _HIGH[DEEDS[name].of])
    here.slack.api.scopes.discard("users:read")
    before = await _state(here)
    await act()
    assert "Slack did not tell this app whether you" in _shown(here)
    assert "so nothing was done" in _shown(here)
    assert await _state(here) == before


async def test_a_name_that_another_replica_removed_or_gave_counts_at_once(make_world: MakeWorld) -> None:
    here, act = await _prepared(make_world, Deed("managers", set_otherwise))
    await set_up(here, managers=[MEMBER])
    _become(here, "member")
    await _is_remembered(here, "member")
    kept = here.bot.workspaces.known(TEAM)
    assert kept
    assert MEMBER in kept.profile.managers
    await _named_elsewhere(here, removed=True)
    await act()
    assert "Only managers can change the settings" in _shown(here)
    await _named_elsewhere(here, removed=False)
    assert "Saved." in said((await set_up(here, user=MEMBER, audience="channel")).view)


_BESIDE = {"replicas", "reading_turns", "accounts", "readings", "assessments"}  # what goes on beside all of this
_HIGH: dict[str, Any] = {"managers": "admin", "members": "member"}
_LOW: dict[str, Any] = {"managers": "member", "members": "guest"}


async def _prepared(make_world: MakeWorld, deed: Deed) -> tuple[World, Act]:
    time = Clockwork(MORNING)
    options: dict[str, Any] = {"clock": Clock(time.now, time.time), "now": time.time, "read_every": 15}
    here = await make_world(carecycle=carecycle_with_keys(), carecycle_api_key=None, **options)
    await here.slack.connect(KEY)
    await finished(here)
    here.slack.workspace.modals.clear()
    await judged(here, account(assessed("AEP Outreach 2026", kinds()["standing-still"])))
    one = await made(here)
    _become(here, _HIGH[deed.of])
    act = await deed.prepare(here, one)
    await finished(here)
    return here, act


def _become(here: World, role: Any) -> None:
    here.slack.workspace.people[MEMBER].role = role


async def _is_remembered(here: World, role: Any) -> None:
    """Let the bot learn that this is the person's role, by something that is only shown."""
    now, person = here.slack.workspace.people[MEMBER].role, here.slack.workspace.people[MEMBER]
    workspace = await here.bot.workspaces.of(TEAM)
    here.bot.services.people.forget(workspace, MEMBER)
    person.role = role
    await listed(here, user=MEMBER)
    known = here.bot.services.people.known(workspace, MEMBER)
    assert known
    assert (known.admin, known.member) == (role == "admin", role != "guest")
    person.role = now


async def _named_elsewhere(here: World, *, removed: bool) -> None:
    """What another replica writes."""
    tables, row = here.bot.db.tables, {"workspace_id": TEAM, "user_id": MEMBER}
    async with here.bot.db.writing() as connection:
        if removed:
            await connection.execute(tables.managers.delete())
        else:
            await connection.execute(tables.managers.insert().values(**row))
    assert (MEMBER in (await profiles.read(here.bot.db, TEAM)).managers) == (not removed)


async def _state(here: World) -> object:
    """Everything that is stored, and what was done in Slack for others to see."""
    async with here.bot.db.reading() as connection:
        tables = [one for one in here.bot.db.tables.metadata.sorted_tables if one.name not in _BESIDE]
        rows = {one.name: sorted(map(repr, (await connection.execute(one.select())).all())) for one in tables}
    done = [name for name, _ in here.slack.api.calls if name in _CHANGES]
    public = [one.ts for one in here.slack.workspace.messages if one.ephemeral_for is None]
    return rows, done, public


def _asked(here: World) -> int:
    return sum(name == "users.info" and args.get("user") == MEMBER for name, args in here.slack.api.calls)


def _shown(here: World) -> str:
    """Everything this person sees."""
    modals = here.slack.modals_of(MEMBER)
    told = [one for one in here.slack.workspace.messages if one.ephemeral_for == MEMBER]
    errors = [text for one in modals for text in one.errors.values()]
    return "\n".join([*(said(one.view) for one in modals), *map(said, told), *errors, words_of(here, MEMBER)])
