"""Connecting a workspace to careCycle: the form, and what becomes of a key."""

import asyncio

from bot.records import Connection
from bot.store import audit, profiles
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.modals import (
    KEY,
    NEW_KEY,
    Gate,
    carecycle_of,
    carecycle_with_keys,
    connected,
    opened,
    timed,
    type_key,
    unconnected,
)
from tests.drivers.slash_command import ask_one, finished, said

TEAM = "T01SUNRISE"


async def _kept(here: World) -> Connection | None:
    return (await profiles.read(here.bot.db, TEAM)).connection


async def test_connect_opens_a_form_for_the_key(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await opened(here, "connect")
    words = said(modal.view)
    assert "keeps it, encrypted, only if it works" in words
    assert "*read campaigns* and nothing else" in words
    assert modal.view["submit"]["text"] == "Connect"
    assert here.slack.workspace.messages == []


async def test_the_command_is_understood_in_capitals_and_with_words_after_it(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    assert (await opened(here, "CONNECT please")).view["submit"]["text"] == "Connect"


async def test_while_slack_is_slow_to_say_who_somebody_is_the_window_says_one_moment(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    here.slack.faults.set("web_api_slow", 2)  # one call learns how the person writes dates
    await here.slack.say("/campaign connect")
    await here.slack.workspace.until(lambda: bool(here.slack.workspace.modals))
    (modal,) = here.slack.workspace.modals
    assert "One moment" in said(modal.view)
    await finished(here)
    await type_key(here, modal, KEY)
    assert f"ending in `{KEY[-4:]}`" in said(modal.view)


async def test_a_good_key_is_asked_of_carecycle_once_and_everybody_can_ask(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await opened(here, "connect")
    await type_key(here, modal, KEY)
    assert [(one.path, one.status) for one in carecycle_of(here).requests] == [("/v2/campaigns", 200)]
    assert f"ending in `{KEY[-4:]}`" in said(modal.view)
    assert KEY[:-4] not in said(modal.view)
    assert "submit" not in modal.view
    assert (await ask_one(here, AEP, user="U04GUEST")).text.startswith("AEP Outreach 2026")


async def test_a_key_is_kept_only_after_carecycle_has_taken_it(make_world: MakeWorld) -> None:
    gate = Gate()
    carecycle = carecycle_with_keys(sleep=gate.pause)
    here = await unconnected(make_world, carecycle=carecycle)
    modal = await opened(here, "connect")
    carecycle.fault = "slow"
    typing = asyncio.create_task(type_key(here, modal, KEY))
    await gate.is_reached()
    assert await _kept(here) is None
    gate.opened.set()
    await typing
    kept = await _kept(here)
    assert kept
    assert (kept.key.get_secret_value(), kept.connected_by) == (KEY, "U01OWNER")


async def test_the_audit_trail_says_who_connected_and_holds_no_key(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    await here.slack.connect(NEW_KEY, user="U02ADMIN")
    entries = await audit.newest(here.bot.db, TEAM)
    assert [(one.actor, one.action) for one in entries] == [("U02ADMIN", "replaced"), ("U01OWNER", "connected")]
    assert [one.details for one in entries] == [
        {"last_four": "2222", "account": "same"},
        {"last_four": "1111", "account": "first"},
    ]


async def test_what_cannot_be_a_key_is_marked_and_sent_nowhere(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await opened(here, "connect")
    for typed in ("xoxb-123", "hello", "cc", "CC_the_first_key_1111", f"key={KEY}", '""', "   "):
        await type_key(here, modal, typed)
        says = "A careCycle key begins with cc_. Copy the whole key from careCycle, under Settings, API keys."
        assert modal.errors == {"key": says}, typed
    assert carecycle_of(here).requests == []


async def test_what_copying_puts_around_a_key_is_taken_off(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    marks = ['"x"', "“x”", "`x`", "<x>", "x\n", "  x\t", "\u00a0x\u00a0", '"x\n"', "' x '", "\u200bx\ufeff"]
    for typed in (mark.replace("x", KEY) for mark in marks):
        assert (await here.slack.connect(typed)).errors == {}, repr(typed)
        kept = await _kept(here)
        assert kept
        assert kept.key.get_secret_value() == KEY


async def test_a_key_no_header_can_hold_is_refused_in_words(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await opened(here, "connect")
    for typed in ("cc_clé_1234567890", "cc_ with spaces 1234", "cc_" + "🔑" * 20, "cc_a\nb"):
        await type_key(here, modal, typed)
        assert "careCycle does not accept this key" in modal.errors["key"], typed
    assert carecycle_of(here).requests == []


async def test_the_old_key_works_until_the_new_one_is_proven(make_world: MakeWorld) -> None:
    gate = Gate()
    carecycle = carecycle_with_keys(sleep=gate.pause)
    here = await connected(make_world, carecycle=carecycle, cache_seconds=0)
    modal = await opened(here, "connect", user="U02ADMIN")
    assert modal.view["submit"]["text"] == "Replace"
    carecycle.fault, carecycle.fault_for = "slow", 1
    typing = asyncio.create_task(type_key(here, modal, NEW_KEY))
    await gate.is_reached()
    await here.slack.say(f"/campaign {AEP}")  # answered in its ack: the form is still under way
    assert here.slack.workspace.messages[-1].text.startswith("AEP Outreach 2026")
    gate.opened.set()
    await typing
    del carecycle.keys[KEY]
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")


async def test_two_people_connecting_at_once_are_both_answered_and_one_key_is_kept(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modals = [await opened(here, "connect", user=user) for user in ("U01OWNER", "U02ADMIN")]
    await asyncio.gather(*(type_key(here, *pair) for pair in zip(modals, (KEY, NEW_KEY), strict=True)))
    assert [modal.errors for modal in modals] == [{}, {}]
    assert all("Connected to careCycle" in said(modal.view) for modal in modals)
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")


async def test_the_form_says_which_key_is_in_use_and_who_set_it_when(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    await here.slack.connect(KEY)
    words = said((await opened(here, "connect", user="U02ADMIN")).view)
    assert f"The key ending in `1111`, set by <@U01OWNER>, <!date^{int(time.seconds)}^" in words
    assert "It stays in use until a new key is accepted." in words


async def test_a_key_from_the_environment_is_not_to_be_changed_in_slack(here: World) -> None:
    modal = await opened(here, "connect")
    assert "set by the person who set up this app" in said(modal.view)
    assert "submit" not in modal.view
    assert "Disconnect" not in said(modal.view)
    assert "only they can change it" in said((await opened(here, "disconnect")).view)


async def test_with_a_key_from_the_environment_a_form_from_before_changes_nothing(make_world: MakeWorld) -> None:
    here = await make_world()
    modal = await _a_form_from_before(here, make_world)
    await type_key(here, modal, KEY)
    assert "only they can change it" in modal.errors["key"]
    assert await _kept(here) is None


async def _a_form_from_before(here: World, make_world: MakeWorld) -> Modal:
    """The form of a workspace that is not connected, open in this one."""
    other = await unconnected(make_world)
    modal = Modal(here.slack.workspace.new_id("V"), "U01OWNER", (await opened(other, "connect")).view)
    here.slack.workspace.modals.append(modal)
    return modal
