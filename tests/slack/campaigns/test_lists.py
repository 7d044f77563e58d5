"""The rows of lists, their filters, and sharing them."""

import re

import pytest

from bot.clock import Clock
from playground.carecycle import CareCycle, samples
from playground.samples import hundreds
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, button
from tests.drivers.slash_command import ask, ask_one, finished, press, said

HOSPITAL = "6d1675c1"
NO_WARNING = "Medicare Welcome"


async def _timed(make_world: MakeWorld, **options: object) -> tuple[World, Clockwork]:
    time = Clockwork()
    return await make_world(clock=Clock(time.now, time.time), now=time.time, **options), time


def _row(message: Message, name: str) -> str:
    """Return the row of a campaign, as the list shows it."""
    (found,) = [b["text"]["text"] for b in message.blocks if b["type"] == "section" and name in b["text"]["text"]]
    return str(found)


def _newest(here: World) -> Message:
    return here.slack.workspace.messages[-1]


async def test_a_row_says_how_a_campaign_stands(here: World) -> None:
    listed = await ask_one(here, "list")
    row = "🟢 *AEP Outreach 2026*\nActive  ·  56 ?% finished  ·  530 left  ·  87 calls today"
    assert re.fullmatch(row.replace("*", r"\*"), _row(listed, "AEP Outreach"))


async def test_what_carecycle_did_not_send_is_left_out_and_is_not_zero(here: World) -> None:
    listed = await ask_one(here, "list")
    await press(here, listed, "More")
    await press(here, listed, "More")
    assert _row(listed, "Untitled import") == "*Untitled import*\nStatus not given"


async def test_active_campaigns_come_first_and_the_list_says_so(here: World) -> None:
    listed = await ask_one(here, "list")
    assert "Campaigns 1 to 10 of 23*  ·  active first, then most recently changed" in said(listed)
    assert "Paused" not in said(listed)


async def test_a_long_list_keeps_the_order_in_which_carecycle_sends_it(make_world: MakeWorld) -> None:
    many = [{"id": f"{n:08d}-6276-4993-bfeb-53cbbbba6f08", "name": f"Campaign {n}"} for n in range(130)]
    here = await make_world(carecycle=CareCycle(many))
    assert "first" in said(await ask_one(here, "list"))


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ("2026-11-23T22:00:00Z", "|today>"),
        ("2026-11-23T00:00:00Z", "|today>"),  # a date without a time
        ("2026-11-24T23:00:00Z", "|tomorrow>"),
        ("2026-11-24T00:00:00Z", "|tomorrow>"),
        ("2026-11-26T00:00:00Z", None),
        ("2026-11-23T09:00:00Z", None),  # two minutes ago
        (None, None),
    ],
)
async def test_a_row_says_that_a_campaign_ends_today_or_tomorrow(
    make_world: MakeWorld, ends: str | None, says: str | None
) -> None:
    here, _ = await _timed(make_world)
    assert here.carecycle
    here.carecycle.campaigns[AEP]["endDate"] = ends
    row = _row(await ask_one(here, "list"), "AEP Outreach")
    assert ("ends <!date^" in row and says in row) if says else "ends" not in row


async def test_a_row_has_a_warning_once_the_transfers_were_looked_at(here: World) -> None:
    listed = await ask_one(here, "list")
    assert "⚠️" not in said(listed)
    assert "Transfers of 9 active campaigns not looked at yet" in said(listed)
    await ask(here, AEP)
    await press(here, listed, "All")
    assert "Transfers of 8 active campaigns not looked at yet" in said(listed)
    assert "*  ·  ⚠️ 1 problem with transfers" in _row(listed, "AEP Outreach")
    await ask(here, "medicare welcome")
    await press(here, listed, "All")
    assert "⚠️" not in _row(listed, NO_WARNING)


async def test_so_has_a_row_of_search_results(here: World) -> None:
    await ask(here, AEP)
    found = await ask_one(here, "plan")
    assert "*  ·  ⚠️ 1 problem with transfers" in _row(found, "AEP Outreach")
    assert "transfers of 1 active campaign not looked at yet" in said(found)


async def test_where_people_of_another_company_read_no_row_speaks_of_transfers(here: World) -> None:
    await ask(here, AEP)
    for typed in ("list", "plan", f"{AEP} f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"):
        shown = await ask_one(here, typed, channel="C03PARTNER")
        assert "530 left" in said(shown)
        assert "transfers" not in said(shown)
        assert "Short form" in said(shown)


async def test_a_list_that_comes_with_its_transfers_has_every_warning(make_world: MakeWorld) -> None:
    here = await make_world(carecycle=CareCycle(samples(), list_has_configs=True))
    listed = await ask_one(here, "list")
    assert "1 problem with transfers" in _row(listed, "AEP Outreach")
    assert "1 problem with transfers" in _row(listed, "Regional tiers")
    assert "not looked at yet" not in said(listed)


async def test_the_filters_replace_the_page(make_world: MakeWorld) -> None:
    here = await make_world(carecycle=CareCycle(samples(), list_has_configs=True))
    listed = await ask_one(here, "list")
    for label, says in (
        ("With problems", "6 campaigns need a person"),
        ("Active", "Active campaigns 1 to 10 of 10"),
        ("All", "Campaigns 1 to 10 of 23"),
        ("More", "Campaigns 11 to 20 of 23"),
    ):
        await press(here, listed, label)
        assert says in listed.text
    assert here.slack.workspace.messages == [listed]


@pytest.mark.parametrize("typed", ["list problems", "list with problems"])
async def test_the_filter_for_problems_looks_at_active_campaigns_that_nobody_opened(here: World, typed: str) -> None:
    listed = await ask_one(here, typed)
    assert "6 campaigns need a person" in listed.text
    assert "not looked at yet" not in said(listed)
    await press(here, listed, "All")
    assert "⚠️ 1 problem with transfers" in _row(listed, "AEP Outreach")


async def test_it_looks_at_twenty_at_a_time_and_says_how_many_are_left(make_world: MakeWorld) -> None:
    active = [one for one in hundreds(200) if one["status"] == "active" and one["features"]["transfers"]]
    here, time = await _timed(make_world, carecycle=CareCycle(active[:25]))
    assert here.carecycle
    listed = await ask_one(here, "list problems")
    assert "Transfers of 5 campaigns not looked at yet" in said(listed)
    assert len([one for one in here.carecycle.requests if "/campaigns/" in one.path]) == 20
    time.move(6 * 60)
    await press(here, listed, "With problems")
    assert "not looked at yet" not in said(listed)


@pytest.mark.parametrize("fault", ["server_error", "hanging", "rate_limited"])
async def test_where_nothing_could_be_read_it_does_not_say_that_there_are_no_problems(here: World, fault: str) -> None:
    listed = await ask_one(here, "list")
    before = said(listed)
    assert here.carecycle
    here.carecycle.fault = fault
    await press(here, listed, "With problems")
    assert said(listed) == before
    assert "careCycle" in _newest(here).text
    assert "person" not in _newest(here).text


async def test_a_page_button_of_the_version_before_turns_the_page(here: World) -> None:
    listed = await ask_one(here, "list")
    for value, says in (("10", "Campaigns 11 to 20"), ("0 paused", "Paused campaigns 1 to 2")):
        await here.slack.press(listed, {**button(listed, "All"), "action_id": "list.page.more", "value": value})
        await finished(here)
        assert says in listed.text


async def test_numbers_are_those_of_the_record_when_that_is_newer(make_world: MakeWorld) -> None:
    here, time = await _timed(make_world)
    listed = await ask_one(here, "list")
    assert here.carecycle
    here.carecycle.campaigns[AEP]["customerStats"]["todayCalls"] = 91
    time.move(5)
    await ask(here, AEP)
    await press(here, listed, "All")
    assert "91 calls today" in _row(listed, "AEP Outreach")


async def test_the_text_for_the_ear_holds_the_rows(here: World) -> None:
    text = (await ask_one(here, "list")).text
    assert re.search("AEP Outreach 2026, Active, 56 ?% finished, 530 left, 87 calls today", text)
    assert "as of <!date^" in text
    assert len(text) < 4000


@pytest.mark.parametrize(
    ("typed", "holds"),
    [
        ("list", "Campaigns 1 to 10 of 23"),
        ("list paused", "Paused campaigns 1 to 2 of 2"),
        ("plan", "Plan check Q4"),
        (f"{AEP} {HOSPITAL}-0000-4000-8000-000000000000", "is not in this account"),
        (f"compare {AEP} f5ee8c72-98e6-45b7-a1cd-7be8a7d83351", "compared with"),
    ],
)
async def test_a_list_is_shared_with_who_shared_it_and_noted(here: World, typed: str, holds: str) -> None:
    private = await ask_one(here, typed)
    await press(here, private, "Share to channel")
    (public,) = here.slack.workspace.messages
    assert public.ephemeral_for is None
    assert holds in public.text
    assert "shared by <@U01OWNER>" in said(public)
    workspace = await here.bot.services.workspaces.of("T01SUNRISE", None)
    noted = await workspace.audit_entries(20)
    assert noted
    assert {entry.action for entry in noted} == {"shared"}


async def test_shared_search_results_do_not_repeat_what_was_typed(here: World) -> None:
    found = await ask_one(here, "plan")
    assert "“plan”" in found.text
    await press(here, found, "Share to channel")
    assert "“plan”" not in said(_newest(here))


async def test_a_double_click_shares_a_list_once(here: World) -> None:
    private = await ask_one(here, "list")
    pressed = button(private, "Share to channel")
    await here.slack.press(private, pressed)
    await here.slack.press(private, pressed)
    await finished(here)
    assert len(here.slack.workspace.messages) == 1


async def test_a_shared_list_still_names_who_shared_it_on_the_next_page(here: World) -> None:
    await press(here, await ask_one(here, "list"), "Share to channel")
    public = _newest(here)
    await press(here, public, "More", user="U03MEMBER")
    assert "11 to 20" in public.text
    assert "shared by <@U01OWNER>" in said(public)
