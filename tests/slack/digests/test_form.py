"""The form for a digest: its defaults, what it shows while it is filled in, and what is wrong at which field."""

import pytest

from blocks.digests.form_fields import (
    BACKUP,
    CHANNEL,
    CRON,
    DAYS,
    ENDS,
    KIND,
    LENGTH,
    NAME,
    OPTIONS,
    PICKS,
    PLACE,
    STATUS,
    TIMES,
    WORDS,
    ZONE,
)  # fmt: skip
from bot.digests.digest import CampaignFilter
from bot.digests.timetable import Timetable, is_zone
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.digest_forms import (
    OWNER,
    ROOM,
    change,
    fields,
    form,
    kept,
    listed,
    made,
    opened_by,
    press_in,
    save,
    still,
    typed,
)  # fmt: skip
from tests.drivers.slash_command import said

ANOTHER = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"


async def test_who_is_in_a_hurry_saves_what_is_filled_in_already(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    modal = await form(here)
    assert fields(modal) == ["name", "place", "channel", "kind", "often", "times", "zone"]
    await save(here, modal)
    assert modal.errors == {}
    (digest,) = await kept(here)
    assert (digest.name, digest.channel_id, digest.owner_id) == ("Morning digest", ROOM, OWNER)
    assert digest.choice == CampaignFilter(status="active")
    assert digest.timetable == Timetable("America/New_York")
    assert f"{digest.next_due:%a %H:%M}" == "Mon 14:00"


async def test_after_saving_it_shows_the_next_five_times_to_this_person_alone(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    modal = await form(here)
    await save(here, modal)
    words = said(modal.view)
    assert "is saved, for <#C02STANDUP>" in words
    assert "Mon, Nov 23, 9:00 AM" in words
    assert "Fri, Nov 27, 9:00 AM" in words
    assert modal.view["close"]["text"] == "Done"
    assert here.slack.workspace.messages == []


async def test_it_shows_when_and_how_many(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    words = said((await form(here)).view)
    assert "Mon, Nov 23, 9:00 AM" in words
    assert "10 campaigns match now" in words
    assert "request" not in words


async def test_what_is_changed_changes_what_it_shows_and_nothing_else(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    modal = await form(here)
    await change(here, modal, DAYS, ["5"])
    await change(here, modal, TIMES, "9, 4:30 pm")
    words = said(modal.view)
    assert "Fri, Nov 27, 4:30 PM" in words
    assert "Mon, Nov 23" not in words
    assert typed(modal, TIMES) == "9, 4:30 pm"


async def test_a_clock_change_is_marked_among_the_next_times(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    time.move(108 * 24 * 3600)  # to the week before the clocks change, on Sun 14 Mar 2027
    modal = await form(here)
    await change(here, modal, DAYS, ["7"])
    await change(here, modal, TIMES, "2:30")
    assert "Sun, Mar 14" in said(modal.view)
    assert "clock" in said(modal.view)


async def test_times_that_are_none_are_said_while_it_is_open_and_at_the_field(here: World) -> None:
    modal = await form(here)
    await change(here, modal, TIMES, "nine-ish")
    assert "Times: nine-ish is not a time" in said(modal.view)
    await save(here, modal, {TIMES: "nine-ish"})
    assert "is not a time" in modal.errors[TIMES]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("filter", ["status", "words"]), ("these", ["picks"]), ("active", [])],
)
async def test_which_campaigns_brings_its_own_fields(here: World, kind: str, shown: list[str]) -> None:
    modal = await form(here)
    await change(here, modal, KIND, kind)
    assert fields(modal) == ["name", "place", "channel", "kind", *shown, "often", "times", "zone"]


async def test_a_filter_counts_what_it_finds_now(here: World) -> None:
    modal = await form(here)
    await change(here, modal, KIND, "filter")
    await change(here, modal, STATUS, "paused")
    before = said(modal.view)
    await change(here, modal, WORDS, "zzz nothing")
    assert "2 campaigns match now" in before
    assert "No campaign matches now" in said(modal.view)
    await save(here, modal, {WORDS: "medicare"})
    (digest,) = await kept(here)
    assert digest.choice == CampaignFilter(status="paused", words="medicare")


async def test_campaigns_are_looked_for_while_one_types(here: World) -> None:
    modal = await form(here)
    await change(here, modal, KIND, "these")
    offered = await here.slack.suggest(modal, PICKS, "value", "welc medi")
    assert [one["text"]["text"] for one in offered["options"]] == ["Medicare Welcome"]
    await save(here, modal, {PICKS: [AEP, ANOTHER]})
    (digest,) = await kept(here)
    assert digest.choice == CampaignFilter(ids=(AEP, ANOTHER))


async def test_zones_are_found_by_their_city(here: World) -> None:
    modal = await form(here)
    offered = (await here.slack.suggest(modal, ZONE, "value", "los ang"))["options"]
    assert [one["value"] for one in offered] == ["America/Los_Angeles"]
    all_of_them = (await here.slack.suggest(modal, ZONE, "value", ""))["options"]
    assert [one["text"]["text"] for one in all_of_them[:2]] == ["Eastern (New York)", "Central (Chicago)"]
    assert all(is_zone(one["value"]) for one in all_of_them)
    none = (await here.slack.suggest(modal, ZONE, "value", "zzz"))["options"]
    await save(here, modal, {ZONE: none[0]["value"]})
    assert "Choose a time zone" in modal.errors[ZONE]


async def test_more_options_come_on_demand_and_keep_what_was_typed(here: World) -> None:
    modal = await form(here)
    await press_in(here, modal, "More options", {NAME: "Monthly", TIMES: "7:15"})
    assert fields(modal)[7:] == ["starts", "ends", "length", "options", "backup"]
    assert (typed(modal, NAME), typed(modal, TIMES)) == ("Monthly", "7:15")
    await change(here, modal, CRON, "0 9 1 * *")
    chosen = {CRON: "0 9 1 * *", LENGTH: "condensed", OPTIONS: ["skip", "thread"], BACKUP: "U02ADMIN"}
    await save(here, modal, chosen)
    assert modal.errors == {}
    (digest,) = await kept(here)
    assert (digest.name, digest.timetable.cron, digest.length) == ("Monthly", "0 9 1 * *", "condensed")
    assert (digest.skip_unchanged, digest.threaded, digest.backup_id) == (True, True, "U02ADMIN")


async def test_editing_shows_what_is_kept_and_more_only_where_it_is_used(here: World) -> None:
    await made(here, name="Plain", times="8:00, 17:00")
    modal = await opened_by(here, await listed(here), "Edit")
    assert (typed(modal, NAME), typed(modal, TIMES)) == ("Plain", "8:00 AM, 5:00 PM")
    assert "cron" not in fields(modal)
    await press_in(here, modal, "More options")
    await save(here, modal, {ENDS: "2030-01-01", NAME: "Longer"})
    (digest,) = await kept(here)
    assert (digest.name, f"{digest.timetable.ends}") == ("Longer", "2030-01-01")
    again = await opened_by(here, await listed(here), "Edit")
    assert "ends" in fields(again)


async def test_what_was_picked_before_is_shown_by_name(here: World) -> None:
    modal = await form(here)
    await change(here, modal, KIND, "these")
    await save(here, modal, {PICKS: [AEP]})
    here.slack.close(modal)
    edited = await opened_by(here, await listed(here), "Edit")
    assert "AEP Outreach 2026" in said(edited.view)


async def test_in_a_direct_message_it_is_for_oneself_unless_a_channel_is_chosen(here: World) -> None:
    modal = await form(here, channel="D01BOT")
    assert "channel" not in fields(modal)
    await save(here, modal)
    (digest,) = await kept(here)
    assert (digest.channel_id, digest.is_direct) == (OWNER, True)
    assert "is saved, for your messages with this app" in said(modal.view)
    here.slack.close(modal)
    other = await form(here, channel="D01BOT")
    await change(here, other, PLACE, "channel")
    await save(here, other)
    assert "Choose a channel" in other.errors[CHANNEL]
