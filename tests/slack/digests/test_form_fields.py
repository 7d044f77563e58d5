"""What is wrong in the form of a digest is said at its field, before anything is saved."""

from dataclasses import replace

import pytest

from blocks import inputs
from blocks.digests.form_fields import (
    ANY,
    BACKUP,
    CHANNEL,
    CRON,
    DAYS,
    ENDS,
    KIND,
    NAME,
    OFTEN,
    PICKS,
    PLACE,
    STARTS,
    STATUS,
    TIMES,
    WORDS,
)
from playground.slack import values
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.digest_forms import (
    OTHER,
    OWNER,
    ROOM,
    TEAM,
    change,
    form,
    kept,
    listed,
    made,
    opened_by,
    option,
    press_in,
    save,
    state,
)
from tests.drivers.modals import close_all
from tests.drivers.slash_command import finished, said


@pytest.mark.parametrize(
    ("field", "wanted", "says"),
    [
        (NAME, "   ", "Give it a name"),
        (CHANNEL, None, "Choose a channel"),
        (CHANNEL, OTHER, "Type /invite @careCycle there"),
        (CHANNEL, "D01BOT", "or “Just for me”"),
        (DAYS, [], "Choose at least one day"),
        (TIMES, "", "at least one time"),
        (TIMES, "25:00", "is not a time"),
        (TIMES, "1,2,3,4,5,6,7", "6 times a day at most"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(here: World, field: str, wanted: object, says: str) -> None:
    modal = await form(here)
    await save(here, modal, {field: wanted})
    assert says in modal.errors[field]
    assert await kept(here) == []


@pytest.mark.parametrize(
    ("chosen", "field", "says"),
    [
        ({CRON: "0 9 * *"}, CRON, "five"),
        ({CRON: "* * * * *"}, CRON, "6 times a day at most"),
        ({STARTS: "2026-12-18", ENDS: "2026-12-01"}, ENDS, "before the first"),
        ({ENDS: "2020-01-01"}, ENDS, "never go out"),
        ({BACKUP: "U04GUEST"}, BACKUP, "Guests"),
    ],
    ids=lambda one: "-".join(one) if isinstance(one, dict) else one.removeprefix("digest_field."),
)
async def test_the_rest_of_the_fields_say_it_too(here: World, chosen: dict[str, object], field: str, says: str) -> None:
    modal = await form(here)
    await press_in(here, modal, "More options")
    await save(here, modal, chosen)
    assert says in modal.errors[field], modal.errors


async def test_no_campaigns_and_campaigns_that_are_not_there_are_refused(here: World) -> None:
    modal = await form(here)
    await change(here, modal, KIND, "these")
    await save(here, modal)
    assert "at least one campaign" in modal.errors[PICKS]
    await save(here, modal, {PICKS: [AEP, "11111111-1111-4111-8111-111111111111"]})
    assert "1 campaign of these is no longer in this careCycle account" in modal.errors[PICKS]
    await save(here, modal, {PICKS: ["-"]})
    assert "at least one campaign" in modal.errors[PICKS]
    await save(here, modal, {PICKS: ["; drop"]})
    assert "from the list" in modal.errors[PICKS]
    assert await kept(here) == []


async def test_a_filter_needs_a_status_or_words(here: World) -> None:
    modal = await form(here)
    await change(here, modal, KIND, "filter")
    await save(here, modal, {STATUS: "any"})
    assert "Choose a status, or type words" in modal.errors[WORDS]


async def test_before_saving_it_says_that_the_app_is_not_in_the_channel(here: World) -> None:
    modal = await form(here, channel=OTHER)
    assert "/invite @careCycle" in said(modal.view)
    await save(here, modal)
    assert "/invite @careCycle" in modal.errors[CHANNEL]
    here.slack.workspace.invite_bot(OTHER)
    await change(here, modal, CHANNEL, OTHER)
    assert "/invite" not in said(modal.view)
    await save(here, modal)
    assert modal.errors == {}


async def test_in_a_channel_shared_with_another_company_managers_decide(make_world: MakeWorld) -> None:
    here = await make_world()
    here.slack.workspace.invite_bot("C03PARTNER")
    modal = await form(here, channel="C03PARTNER")
    workspace = await here.bot.workspaces.of(TEAM)
    await workspace.save_preferences(replace(workspace.preferences, shared_channels="none"), (), OWNER)
    await save(here, modal)
    assert "chose not to show campaigns in channels shared" in modal.errors[CHANNEL]


async def test_too_many_digests_are_refused(make_world: MakeWorld) -> None:
    here = await make_world(digests_per_workspace=1)
    await made(here)
    modal = await form(here)
    await save(here, modal)
    assert "as many digests as it can have" in modal.errors[NAME]


async def test_what_a_choice_hides_is_there_again_with_the_choice_before(here: World) -> None:
    modal = await form(here)
    await change(here, modal, KIND, "filter")
    await change(here, modal, WORDS, "medicare")
    await change(here, modal, DAYS, ["2", "4"])
    await change(here, modal, TIMES, "7:15")
    await change(here, modal, CRON, "0 9 1 * *")
    for field, wanted in ((KIND, "active"), (PLACE, "me"), (OFTEN, "weekly"), (OFTEN, "days"), (PLACE, "channel")):
        await change(here, modal, field, wanted)
    await change(here, modal, KIND, "filter")
    await save(here, modal)
    (digest,) = await kept(here)
    assert (digest.choice.words, digest.channel_id) == ("medicare", ROOM)
    assert (digest.timetable.days, digest.timetable.times) == (frozenset({2, 4}), ("07:15",))
    assert len(modal.view["private_metadata"]) < 3000


async def test_who_chooses_by_status_begins_with_the_active_ones_also_where_campaigns_were_picked(here: World) -> None:
    picked = await form(here)
    await change(here, picked, KIND, "these")
    await save(here, picked, {PICKS: [AEP]})
    close_all(here)
    for modal in (await form(here), await opened_by(here, await listed(here), "Edit")):
        await change(here, modal, KIND, "filter")
        assert "match now" in said(modal.view)
        await change(here, modal, STATUS, ANY)
        await change(here, modal, KIND, "these")
        await change(here, modal, KIND, "filter")
        assert values.initial(modal.view["blocks"])[STATUS][inputs.VALUE]["selected_option"]["value"] == ANY


async def test_a_form_of_the_version_before_is_saved_as_it_says(here: World) -> None:
    modal = await form(here)
    now = state(modal, {TIMES: "7:15"})
    days = {"type": "checkboxes", "selected_options": [option("1"), option("3")]}
    before = {**{name: one for name, one in now.items() if name not in (PLACE, OFTEN)}, DAYS: {"value": days}}
    await here.slack.submit(modal, before)
    await finished(here)
    (digest,) = await kept(here)
    assert (digest.timetable.days, digest.timetable.times, digest.channel_id) == (frozenset({1, 3}), ("07:15",), ROOM)
