"""A digest is changed while its form is open: who saves is told once, loses nothing, and replaces it knowingly."""

import asyncio
import json
from typing import Any

import pytest

from blocks.digests.form_fields import CHANNEL, NAME, TIMES
from blocks.digests.send_now import ME, TO
from bot.digests.digest import Digest
from bot.records import AuditEntry
from bot.store import digests
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.add_to_digest import PLAN, chosen, keep, pressed
from tests.drivers.digest_forms import (
    ADMIN,
    OWNER,
    ROOM,
    form,
    in_own_messages,
    kept,
    listed,
    made,
    opened_by,
    option,
    press_in,
    save,
    still,
    typed,
)
from tests.drivers.modals import close_all
from tests.drivers.slash_command import said

LOST = "Nothing you typed is lost"


async def edit(here: World, *, user: str = OWNER) -> Modal:
    """*Edit* in the list."""
    return await opened_by(here, await listed(here, user=user), "Edit", user=user)


async def changed_by(here: World, user: str, **to: Any) -> None:
    """Another form, opened and saved meanwhile."""
    modal = await edit(here, user=user)
    await save(here, modal, {f"digest_field.{name}": wanted for name, wanted in to.items()})
    assert "is saved" in said(modal.view)
    here.slack.close(modal)


async def overtaken(here: World) -> Modal:
    """A form for a digest that an admin renamed to "Theirs" since it was opened."""
    await made(here)
    modal = await edit(here)
    await changed_by(here, ADMIN, name="Theirs")
    return modal


async def the_digest(here: World) -> Digest:
    (found,) = await kept(here)
    return found


def submit_of(modal: Modal) -> str:
    return str(modal.view["submit"]["text"])


async def test_another_persons_change_is_told_and_nothing_typed_is_lost(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await made(here)
    modal = await edit(here)
    await changed_by(here, ADMIN, name="Theirs", times="7:00")
    await save(here, modal, {NAME: "Mine", TIMES: "10:15"})
    words = said(modal.view)
    assert f"<@{ADMIN}> changed this digest" in words
    assert LOST in words
    assert "*Replace*" in words
    assert (submit_of(modal), typed(modal, NAME), typed(modal, TIMES)) == ("Replace", "Mine", "10:15")
    digest = await the_digest(here)
    assert (digest.name, digest.timetable.times) == ("Theirs", ("07:00",))


async def test_the_words_stand_right_under_the_first_field(here: World) -> None:
    modal = await overtaken(here)
    await save(here, modal, {NAME: "Mine"})
    first, second = modal.view["blocks"][:2]
    assert first["block_id"] == NAME
    assert LOST in said({"blocks": [second]})


async def test_the_list_behind_it_changes_when_it_is_replaced_and_not_before(here: World) -> None:
    await made(here)
    listing = await listed(here)
    modal = await opened_by(here, listing, "Edit")
    await changed_by(here, ADMIN, name="Theirs")
    before = said(listing)
    await save(here, modal, {NAME: "Mine"})
    assert LOST in said(modal.view)
    assert said(listing) == before
    await save(here, modal, {NAME: "Mine"})
    assert "is saved" in said(modal.view)
    assert "Mine" in said(listing)


async def test_saved_once_more_it_is_replaced_knowingly(here: World) -> None:
    modal = await overtaken(here)
    await save(here, modal, {NAME: "Mine"})
    await press_in(here, modal, "More options")
    assert (submit_of(modal), LOST in said(modal.view)) == ("Replace", True)
    await save(here, modal)
    assert "is saved" in said(modal.view)
    assert (await the_digest(here)).name == "Mine"


async def test_a_change_after_that_is_told_as_well(here: World) -> None:
    modal = await overtaken(here)
    await save(here, modal, {NAME: "Mine"})
    await changed_by(here, ADMIN, name="Theirs again")
    await save(here, modal)
    assert LOST in said(modal.view)
    assert (await the_digest(here)).name == "Theirs again"
    await save(here, modal)
    assert (await the_digest(here)).name == "Mine"


async def test_a_campaign_added_meanwhile_is_not_taken_out_unseen(here: World) -> None:
    digest = await keep(here, "Plans", PLAN)
    modal = await edit(here)
    await chosen(here, await pressed(here), digest)
    await save(here, modal, {NAME: "Renamed"})
    assert "You changed this digest somewhere else" in said(modal.view)
    assert (await the_digest(here)).choice.ids == (PLAN, AEP)
    await save(here, modal)
    assert ((await the_digest(here)).name, (await the_digest(here)).choice.ids) == ("Renamed", (PLAN,))


async def test_two_who_save_at_once_are_told_of_each_other(here: World) -> None:
    await made(here)
    mine, theirs = await edit(here), await edit(here, user=ADMIN)
    await asyncio.gather(save(here, mine, {NAME: "Mine"}), save(here, theirs, {NAME: "Theirs"}))
    told = [LOST in said(one.view) for one in (mine, theirs)]
    assert sorted(told) == [False, True]
    assert (await the_digest(here)).name == ("Theirs" if told[0] else "Mine")


async def test_pauses_owners_and_deliveries_are_no_such_change(here: World) -> None:
    digest = await made(here)
    modal = await edit(here)
    workspace = await here.bot.workspaces.of(digest.workspace_id)
    services = here.bot.services.digests
    await services.pause(digest, ADMIN, for_a_day=True)
    await services.send_now(digest, ADMIN)
    await services.resume(await services.read(workspace, digest.id), ADMIN)
    audit_entry = AuditEntry(here.bot.services.clock.now(), digest.workspace_id, "app", "digest handed over", {})
    await digests.hand_over(here.bot.db, digest.id, OWNER, ADMIN, audit_entry)
    await save(here, modal, {NAME: "Mine"})
    assert ((await the_digest(here)).name, (await the_digest(here)).owner_id) == ("Mine", ADMIN)


async def test_the_same_said_by_both_is_no_contradiction(here: World) -> None:
    await made(here)
    modal = await edit(here)
    await changed_by(here, ADMIN, name="The same")
    await save(here, modal, {NAME: "The same"})
    assert "is saved" in said(modal.view)


async def test_a_form_from_before_the_update_saves_as_it_did(here: World) -> None:
    await made(here)
    modal = await edit(here)
    before = json.loads(modal.view["private_metadata"])
    modal.view["private_metadata"] = json.dumps({one: before[one] for one in ("origin", "digest", "new")})
    await changed_by(here, ADMIN, name="Theirs")
    await save(here, modal, {NAME: "Mine"})
    assert (await the_digest(here)).name == "Mine"


async def test_a_new_one_that_was_saved_already_and_changed_by_somebody_is_not_overwritten_unseen(here: World) -> None:
    """The first answer was late: the form is still open when the digest is there."""
    modal = await form(here)
    first = dict(modal.view)
    await save(here, modal, {NAME: "Once"})
    await changed_by(here, ADMIN, name="Theirs")
    modal.view = first
    await save(here, modal, {NAME: "Once more"})
    assert f"<@{ADMIN}> changed this digest" in said(modal.view)
    assert (await the_digest(here)).name == "Theirs"
    await save(here, modal)
    assert (await the_digest(here)).name == "Once more"


async def test_what_is_wrong_at_a_field_comes_first_and_the_change_is_told_after(here: World) -> None:
    modal = await overtaken(here)
    await save(here, modal, {TIMES: "noonish"})
    assert "is not a time" in modal.errors[TIMES]
    await save(here, modal, {CHANNEL: ROOM, TIMES: "12:00"})
    assert LOST in said(modal.view)


async def test_without_careCycle_it_is_told_all_the_same(here: World) -> None:  # noqa: N802 - its name
    modal = await overtaken(here)
    assert here.carecycle
    here.carecycle.fault = "hanging"
    await save(here, modal, {NAME: "Mine"})
    assert LOST in said(modal.view)
    assert typed(modal, NAME) == "Mine"


@pytest.mark.parametrize("changed", [True, False], ids=["changed", "as-it-was"])
async def test_send_now_in_the_form_says_when_that_is_not_what_one_opened(here: World, changed: bool) -> None:
    await made(here)
    modal = await edit(here)
    if changed:
        await changed_by(here, ADMIN, name="Theirs")
    await press_in(here, modal, "Send now", {NAME: "Mine"})
    asked = here.slack.modals_of(OWNER)[-1]
    assert "Who gets it?" in said(asked.view)
    assert (f"<@{ADMIN}> changed it after you opened this form" in said(asked.view)) is changed
    assert here.slack.modals_of(OWNER) == [modal, asked], "the form stays as it was typed under it"
    await save(here, asked, {TO: option(ME)})
    (copy,) = in_own_messages(here, OWNER)
    assert ("Theirs" if changed else "Morning digest") in said(copy)
    close_all(here)


async def test_what_the_form_carries_is_far_from_slacks_limit(here: World) -> None:
    modal = await overtaken(here)
    await save(here, modal, {NAME: "Mine"})
    assert len(modal.view["private_metadata"]) < 1000
