"""While the form is open something fails: it says so, stays open, and nothing typed is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from blocks.digests.form_fields import CHANNEL, KIND, NAME, PICKS, STATUS, TIMES
from bot.slack.digests import form_outlook
from playground.carecycle import CareCycle
from playground.slack.call import ApiError, Args, Call
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.digest_forms import (
    GUEST,
    change,
    fields,
    form,
    kept,
    listed,
    made,
    opened_by,
    save,
    state,
)
from tests.drivers.modals import Gate, carecycle_of, unconnected
from tests.drivers.slash_command import ask_one, finished, press, said

FAULTS = {
    "server_error": "careCycle is not answering",
    "html": "careCycle answered with something this app cannot read",
    "hanging": "careCycle is slow",
    "rate_limited": "request limit",
    "unauthorized": "no longer accepts",
    "forbidden": "permission to read campaigns",
}
LATER = {"hanging": "careCycle is not answering"}  # where it is open, it waits for that


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_careCycle_does_the_form_opens_says_so_and_can_be_saved(  # noqa: N802 - its name
    here: World, fault: str
) -> None:
    carecycle_of(here).fault = fault
    modal = await form(here)
    assert FAULTS[fault] in said(modal.view)
    assert "You can still save it." in said(modal.view)
    await change(here, modal, TIMES, "10:30")
    assert LATER.get(fault, FAULTS[fault]) in said(modal.view)
    assert "10:30" in said(modal.view)
    await save(here, modal, {NAME: "All the same"})
    assert [one.name for one in await kept(here)] == ["All the same"]


async def test_a_workspace_without_a_key_may_set_one_up_before(make_world: MakeWorld) -> None:
    here = await unconnected(make_world)
    modal = await form(here)
    assert "is not connected to careCycle yet" in said(modal.view)
    await save(here, modal)
    assert modal.errors == {}


async def test_campaigns_that_cannot_be_looked_for_are_taken_as_picked(here: World) -> None:
    modal = await form(here)
    await change(here, modal, KIND, "these")
    carecycle_of(here).fault = "server_error"
    offered = await here.slack.suggest(modal, PICKS, "value", "plan")
    assert "careCycle is not answering" in offered["options"][0]["text"]["text"]
    await save(here, modal, {PICKS: [AEP]})
    assert modal.errors == {}


async def test_while_careCycle_is_slow_the_times_are_there_at_once_and_the_count_follows(  # noqa: N802 - its name
    make_world: MakeWorld,
) -> None:
    gate = Gate()
    here = await make_world(carecycle=CareCycle(sleep=gate.pause))
    carecycle_of(here).fault = "slow"
    modal = await form(here)
    assert "careCycle is slow" in said(modal.view)
    changing = asyncio.create_task(change(here, modal, KIND, "filter"))
    await here.slack.workspace.until(lambda: "Asking careCycle" in said(modal.view))
    assert "Mon" in said(modal.view)
    gate.opened.set()
    await changing
    assert "match now" in said(modal.view)


@pytest.mark.slow
async def test_the_count_follows_also_when_careCycle_takes_longer_than_a_form_waits_to_open(  # noqa: N802 - its name
    make_world: MakeWorld,
) -> None:
    here = await make_world(carecycle=CareCycle(slow_seconds=form_outlook.PATIENCE + 0.5))
    modal = await form(here)
    await change(here, modal, KIND, "filter")
    carecycle_of(here).fault = "slow"
    await change(here, modal, STATUS, "paused")
    assert "2 campaigns match now" in said(modal.view)
    assert "careCycle is slow" not in said(modal.view)


async def test_what_was_chosen_last_is_what_the_form_shows_in_the_end(make_world: MakeWorld) -> None:
    gate = Gate()
    here = await make_world(carecycle=CareCycle(sleep=gate.pause))
    carecycle_of(here).fault = "slow"
    modal = await form(here)
    first = asyncio.create_task(change(here, modal, KIND, "these"))
    await here.slack.workspace.until(lambda: "picks" in fields(modal))
    second = asyncio.create_task(change(here, modal, KIND, "filter"))
    await here.slack.workspace.until(lambda: "status" in fields(modal))
    gate.opened.set()
    await asyncio.gather(first, second)
    assert "status" in fields(modal)
    assert "picks" not in fields(modal)
    assert "match now" in said(modal.view)


async def test_when_slack_does_not_take_the_update_the_form_stays_and_can_be_saved(here: World) -> None:
    modal = await form(here)
    before = said(modal.view)
    here.slack.faults.set("web_api_down")
    await change(here, modal, TIMES, "10:30")
    assert said(modal.view) == before
    here.slack.faults.set("none")
    await save(here, modal, {TIMES: "10:30"})
    assert (await kept(here))[0].timetable.times == ("10:30",)


async def test_fields_that_never_came_are_asked_for_at_one_that_is_there(here: World) -> None:
    modal = await form(here)
    now = state(modal, {KIND: "these"})  # Slack did not show the select for them
    await here.slack.submit(modal, now)
    await finished(here)
    assert "at least one campaign" in modal.errors[KIND]


async def test_without_our_store_nothing_typed_is_lost(here: World) -> None:
    modal = await form(here)
    async with digests_down(here):
        await save(here, modal, {NAME: "Kept in the form"})
    assert "cannot reach its own database" in modal.errors[NAME]
    await save(here, modal, {NAME: "Kept in the form"})
    assert [one.name for one in await kept(here)] == ["Kept in the form"]


async def test_without_our_store_the_list_and_its_buttons_say_so(here: World) -> None:
    await made(here)
    listing = await listed(here)
    async with digests_down(here):
        assert "cannot reach its own database" in (await ask_one(here, "digest", channel="C02STANDUP")).text
        await press(here, listing, "Pause for a day")
        assert "cannot reach its own database" in here.slack.workspace.messages[-1].text
        modal = await opened_by(here, listing, "Edit")
        assert "cannot reach its own database" in said(modal.view)
    assert "next" in said(listing)


async def test_when_slack_does_not_say_whether_the_app_is_there_a_new_one_waits_and_an_old_one_does_not(
    here: World,
) -> None:
    await made(here, name="Old")
    new, old = await form(here), await opened_by(here, await listed(here), "Edit")
    here.slack.api._methods["conversations.info"] = _no_answer
    await save(here, new)
    assert "Slack did not say whether this app is in that channel" in new.errors[CHANNEL]
    await save(here, old, {NAME: "Older"})
    assert [one.name for one in await kept(here)] == ["Older"]


async def test_when_slack_says_nothing_at_all_nothing_is_saved_and_the_form_keeps_what_was_typed(here: World) -> None:
    await made(here, name="Old")
    modal = await opened_by(here, await listed(here), "Edit")
    here.slack.faults.set("web_api_down")
    await save(here, modal, {NAME: "Older"})
    assert "Slack did not tell this app whether you may do that, so nothing was done" in modal.errors[NAME]
    assert [one.name for one in await kept(here)] == ["Old"]


def _no_answer(_: Call) -> Args:
    raise ApiError("internal_error")


async def test_a_guest_cannot_make_one_and_who_slack_does_not_tell_of_neither(here: World) -> None:
    assert "Guests cannot do that" in said((await form(here, user=GUEST)).view)
    here.slack.api.scopes.discard("users:read")
    assert "Slack did not tell this app which company" in said((await form(here)).view)


async def test_the_form_saved_twice_because_the_answer_came_late_is_kept_once(here: World) -> None:
    modal = await form(here)
    first = dict(modal.view)
    await save(here, modal, {NAME: "Once"})
    modal.view = first
    await save(here, modal, {NAME: "Once more"})
    assert [one.name for one in await kept(here)] == ["Once more"]


@asynccontextmanager
async def digests_down(here: World) -> AsyncIterator[None]:
    """The database answers nothing but errors when digests are asked for."""

    async def rename(old: str, new: str) -> None:
        async with here.bot.db.engine.begin() as db:
            await db.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    await rename("digests", "digests_away")
    try:
        yield
    finally:
        await rename("digests_away", "digests")
