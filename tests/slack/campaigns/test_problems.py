"""`/campaign problems`: what needs a person, how it was found, and who is on it."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from blocks.campaigns.listing import PER_PAGE
from playground.carecycle import CareCycle, samples
from playground.slack.response_urls import WAIT
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld, button
from tests.drivers.find_shortcut import offered
from tests.drivers.judged_accounts import judged, morning, needs
from tests.drivers.modals import Gate, set_up
from tests.drivers.short_cards import OUTSIDER, PARTNER
from tests.drivers.slash_command import ask, ask_one, finished, press, said
from tests.samples.assessments import ASSESSMENTS, READ_AT, account, assessed, kinds, many

ALICE, CHLOE, GUEST = "U01OWNER", "U03MEMBER", "U04GUEST"
SEVERAL = ASSESSMENTS["several-in-one"]
ON_IT = "has been on it since"


@pytest.fixture
async def timed(make_world: MakeWorld) -> tuple[World, Clockwork]:
    return await morning(make_world)


@pytest.fixture
async def here(timed: tuple[World, Clockwork]) -> World:
    return timed[0]


def names(page: Message) -> list[str]:
    """Return the campaigns of a page, as they stand one below the other."""
    return re.findall(r"\*(Campaign \d+|With [\w-]+|AEP Outreach 2026|Medicare Welcome|Spring)\*", said(page))


def shown(page: Message) -> str:
    """Return the page without the ids that Slack gives to its blocks."""
    return re.sub(r'"block_id": "[^"]*"', "", said(page))


# --- what it says


async def test_it_says_of_each_campaign_how_it_stands_and_how_everything_was_found(here: World) -> None:
    page = said(await needs(here, SEVERAL))
    assert r"🟢 *AEP Outreach 2026*\nActive  ·  310 waiting" in page
    for line in (
        "no call since <!date^",
        "31 of 90 failed since Friday (34%; here it is usually 12%)",
        "there is no number to ring (transfers)",
        "at this pace the list is empty Thursday around noon",
        "past its end date (Fri, Nov 20), still active",
    ):
        assert rf"\n•  {line}" in page
    assert "Medicare Welcome" not in page
    assert "*2 campaigns need a person*  ·  as of <!date^" in page


@pytest.mark.parametrize(
    "typed",
    ["problems", "list problems", "list with problems", "issues", "trouble", "what needs me?", "What’s broken?"],
)
async def test_every_way_to_ask_has_the_same_answer(here: World, typed: str) -> None:
    await needs(here, SEVERAL)  # after that it is known in which zone Alice reads
    first = await ask_one(here, "problems")
    again = await ask_one(here, typed)
    assert (again.text, shown(again)) == (first.text, shown(first))


async def test_the_filter_of_the_list_is_the_same_page(here: World) -> None:
    await needs(here, SEVERAL)
    first = await ask_one(here, "problems")
    listed = await ask_one(here, "list")
    await press(here, listed, "With problems")
    assert shown(listed) == shown(first)
    await press(here, listed, "Active")
    assert listed.text.startswith("Active campaigns 1 to 10")


async def test_the_account_comes_first_and_then_who_has_most_customers_waiting(here: World) -> None:
    of = kinds()
    some = account(
        *(assessed(f"Campaign {left}", of["failed"], left=left) for left in (12, 900, 40)),
        assessed("Campaign 0", of["past-end"], left=None),
        standing_still=ASSESSMENTS["standing-still"].standing_still,
    )
    page = await needs(here, some)
    assert names(page) == ["Campaign 900", "Campaign 40", "Campaign 12", "Campaign 0"]
    assert said(page).index("🔴 *No campaign has called since") < said(page).index("Campaign 900*")
    assert "The account and 4 campaigns need a person" in page.text


async def test_ten_fit_on_a_page_and_buttons_turn_it(here: World) -> None:
    page = await needs(here, many())
    assert (len(names(page)), len(page.blocks)) == (PER_PAGE, 23)
    seen = names(page)
    for start in (11, 21, 31):
        await press(here, page, "More")
        assert f"35 campaigns need a person*  ·  {start} to {min(start + 9, 35)}" in said(page)
        seen += names(page)
    assert len(seen) == len(set(seen)) == 35
    assert "More" not in said(page)
    await press(here, page, "Back")
    assert "21 to 30" in page.text


async def test_the_text_for_the_ear_holds_what_the_picture_holds(here: World) -> None:
    text = (await needs(here, SEVERAL)).text
    assert text.startswith("2 campaigns need a person  ·  as of <!date^")
    assert "AEP Outreach 2026, Active, 310 waiting; no call since" in text
    assert "31 of 90 failed since Friday (34%; here it is usually 12%)" in text


async def test_nothing_wrong_is_one_sentence(here: World) -> None:
    page = await needs(here, ASSESSMENTS["nothing-wrong"])
    assert re.fullmatch(r"Nothing needs a person \(9 active campaigns\), as of <!date[^>]+9:02 AM[^>]*>", page.text)
    assert "\n" not in page.text


async def test_what_could_not_be_judged_is_named(here: World) -> None:
    page = await needs(here, ASSESSMENTS["unjudged"])
    assert "Nothing was found that needs a person (5 active campaigns)" in page.text
    assert "Pace cannot be judged yet for 3 campaigns: less than three days of readings so far" in page.text
    page = await needs(here, ASSESSMENTS["not-looked-at"])
    assert "Transfers of 12 campaigns not looked at yet" in said(page)


async def test_check_and_open_lead_to_the_campaign(here: World) -> None:
    page = await needs(here, SEVERAL)
    await press(here, page, "Check")
    assert "AEP Outreach 2026" in here.slack.workspace.messages[-1].text
    assert page is not here.slack.workspace.messages[-1]
    await press(here, page, "Open")
    assert "AEP Outreach 2026" in here.slack.workspace.messages[-1].text


# --- shared pages, and who may see what


async def test_a_page_can_be_shared_and_turned_there(here: World) -> None:
    page = await needs(here, many())
    await press(here, page, "More")
    await press(here, page, "Share to channel")
    posted = here.slack.workspace.messages[-1]
    assert posted.ephemeral_for is None
    assert f"shared by <@{ALICE}>" in said(posted)
    assert "11 to 20" in posted.text
    await press(here, posted, "Back", user=CHLOE)
    assert "1 to 10" in posted.text
    assert f"shared by <@{ALICE}>" in said(posted)


async def test_where_answers_are_public_it_says_who_asked(make_world: MakeWorld) -> None:
    here, _ = await morning(make_world)
    await set_up(here, audience="channel")
    await judged(here, SEVERAL)
    page = (await ask(here, "problems"))[-1]
    assert page.ephemeral_for is None
    assert f"shared by <@{ALICE}>" in said(page)


async def test_where_people_of_another_company_read_nothing_of_transfers_is_said(here: World) -> None:
    page = await needs(here, SEVERAL, channel=PARTNER)
    assert "no call since" in said(page)
    assert "number to ring" not in said(page)
    assert "transfers" not in said(page)
    assert "Short form" in said(page)
    broken = account(assessed("Plan", kinds()["transfers"], transfers=None), not_looked_at=1)
    page = await needs(here, broken, channel=PARTNER)
    assert "Nothing that is shown here needs a person (1 active campaign)" in page.text
    assert "Plan" not in said(page)
    assert "ransfers of" not in said(page)


async def test_where_managers_want_no_campaigns_it_shows_none(make_world: MakeWorld) -> None:
    here, _ = await morning(make_world)
    await set_up(here, shared="none")
    assert "AEP" not in said(await needs(here, SEVERAL, channel=PARTNER))


@pytest.mark.parametrize("label", ["I’m on it", "With problems"])
async def test_people_of_another_company_can_press_nothing(here: World, label: str) -> None:
    page = await needs(here, SEVERAL, channel=PARTNER)
    await press(here, page, "Share to channel")
    posted = here.slack.workspace.messages[-1]
    before = said(posted)
    await press(here, posted, label, user=OUTSIDER)
    assert said(posted) == before
    assert here.slack.workspace.messages[-1].ephemeral_for == OUTSIDER


# --- careCycle away, readings off


async def test_while_carecycle_is_away_it_shows_the_last_reading_with_its_age_first(
    timed: tuple[World, Clockwork],
) -> None:
    here, time = timed
    await judged(here, SEVERAL)
    time.move(3 * 3600)
    assert here.carecycle
    here.carecycle.fault = "server_error"
    page = await ask_one(here, "problems")
    assert "This is from" in page.blocks[0]["text"]["text"]
    assert page.text.startswith("⚠️ careCycle is not answering. This is from <!date^")
    assert names(page) == ["AEP Outreach 2026", "Spring"]


async def test_where_readings_are_off_it_says_facts_alone(make_world: MakeWorld) -> None:
    here, _ = await morning(make_world, read_every=0)
    page = await ask_one(here, "problems")
    assert re.match("[56] campaigns need a person", page.text)
    assert "Unusual numbers are not judged, because readings are switched off" in said(page)
    assert "I’m on it" not in said(page)


async def test_where_a_manager_switched_readings_off_it_says_facts_alone_and_keeps_nothing(
    make_world: MakeWorld,
) -> None:
    here, time = await morning(make_world)
    await judged(here, SEVERAL)
    await set_up(here, readings="no")
    page = await ask_one(here, "problems")
    assert re.match("[56] campaigns need a person", page.text)
    assert "Unusual numbers are not judged, because readings are switched off" in said(page)
    assert "I’m on it" not in said(page)
    time.move(60)
    assert await here.bot.services.assessments.latest("T01SUNRISE") is None


async def test_an_account_that_was_never_read_has_its_facts_at_once_and_says_what_is_not_known_yet(here: World) -> None:
    page = await ask_one(here, "problems")
    assert re.match("[56] campaigns need a person", page.text)
    assert "switched off" not in said(page)
    assert re.search(
        r"Pace cannot be judged yet for \d+ campaigns: less than three days of readings so far", said(page)
    )


async def test_sections_that_managers_hid_hide_no_problem(make_world: MakeWorld) -> None:
    here, _ = await morning(make_world)
    await set_up(here, shown=["about", "states", "features"])
    assert "there is no number to ring (transfers)" in said(await needs(here, SEVERAL))


async def test_a_campaign_past_its_end_is_such_a_fact(make_world: MakeWorld) -> None:
    mine = [one | {"endDate": "2026-11-20T00:00:00Z"} for one in samples() if one["id"] == AEP]
    here, _ = await morning(make_world, carecycle=CareCycle(mine))
    assert "past its end date (Fri, Nov 20), still active" in (await ask_one(here, "problems")).text


# --- I'm on it


async def test_who_is_on_it_stands_beside_it_with_the_time(here: World) -> None:
    page = await needs(here, SEVERAL)
    await press(here, page, "I’m on it")
    assert f"👤 <@{ALICE}> {ON_IT} <!date^" in said(page)
    assert f"<@{ALICE}> {ON_IT}" in page.text
    others = await ask_one(here, "problems", user=CHLOE)
    assert said(others).count(f"<@{ALICE}> {ON_IT}") == 2  # in the picture, and for the ear
    assert "No longer on it" not in said(others)


async def test_pressing_again_gives_it_back(here: World) -> None:
    page = await needs(here, SEVERAL)
    await press(here, page, "I’m on it")
    await press(here, page, "No longer on it")
    assert ON_IT not in said(page)
    assert ON_IT not in said(await ask_one(here, "problems"))


async def test_a_double_click_does_nothing_more(here: World) -> None:
    page = await needs(here, SEVERAL)
    for label, held in (("I’m on it", True), ("No longer on it", False)):
        pressed = button(page, label)
        await here.slack.press(page, pressed, user=ALICE)
        await here.slack.press(page, pressed, user=ALICE)
        await finished(here)
        assert (ON_IT in said(page)) == held
    assert len(here.slack.workspace.messages) == 1


async def test_another_person_is_told_who_has_it_and_may_take_over(here: World) -> None:
    page = await needs(here, SEVERAL)
    await press(here, page, "I’m on it")
    await press(here, page, "Share to channel")
    posted = here.slack.workspace.messages[-1]
    await press(here, posted, "I’m on it", user=CHLOE)
    told = here.slack.workspace.messages[-1]
    assert told.ephemeral_for == CHLOE
    assert f"<@{ALICE}> has been on *AEP Outreach 2026* since" in told.text
    assert f"<@{ALICE}> {ON_IT}" in said(posted)
    await press(here, told, "Take over", user=CHLOE)
    assert f"<@{CHLOE}> {ON_IT}" in said(told)
    assert f"<@{CHLOE}> {ON_IT}" in said(await ask_one(here, "problems"))


async def test_who_had_it_first_counts_also_on_a_page_drawn_before(here: World) -> None:
    mine = await needs(here, SEVERAL)
    theirs = await ask_one(here, "problems", user=CHLOE)
    await press(here, mine, "I’m on it")
    await press(here, theirs, "I’m on it", user=CHLOE)
    assert f"<@{ALICE}> has been on" in here.slack.workspace.messages[-1].text
    await press(here, mine, "No longer on it")
    await press(here, theirs, "I’m on it", user=CHLOE)
    assert f"<@{CHLOE}> {ON_IT}" in said(theirs)


async def test_a_guest_cannot_be_on_it(here: World) -> None:
    page = await needs(here, SEVERAL)
    await press(here, page, "Share to channel")
    posted = here.slack.workspace.messages[-1]
    await press(here, posted, "I’m on it", user=GUEST)
    assert ON_IT not in said(posted)
    assert here.slack.workspace.messages[-1].ephemeral_for == GUEST


async def test_somebody_can_be_on_the_whole_account(here: World) -> None:
    page = await needs(here, ASSESSMENTS["standing-still"])
    await press(here, page, "I’m on it")
    assert re.search(rf"No campaign has called since [^*]+\*\\n👤 <@{ALICE}>", said(page))


async def test_it_ends_a_day_after_the_trouble_is_gone(timed: tuple[World, Clockwork]) -> None:
    here, time = timed
    await press(here, await needs(here, SEVERAL), "I’m on it")
    calm = replace(SEVERAL, campaigns={id_: replace(one, open=()) for id_, one in SEVERAL.campaigns.items()})
    for hours, then in ((1, calm), (12, calm), (13, SEVERAL)):
        time.move(hours * 3600)
        await judged(here, replace(then, at=READ_AT + timedelta(seconds=time.seconds - READ_AT.timestamp())))
    assert f"<@{ALICE}> {ON_IT}" in said(await ask_one(here, "problems")), "it came back within a day"
    for hours, then in ((1, calm), (25, calm), (1, SEVERAL)):
        time.move(hours * 3600)
        await judged(here, replace(then, at=READ_AT + timedelta(seconds=time.seconds - READ_AT.timestamp())))
    assert ON_IT not in said(await ask_one(here, "problems"))


@pytest.mark.parametrize("value", ["nonsense", f"{'a' * 500} - 0", "11111111-2222-4333-8444-555555555555 - 0", "* x 0"])
async def test_the_button_of_another_account_is_too_old(here: World, value: str) -> None:
    page = await needs(here, SEVERAL)
    await here.slack.press(page, {**button(page, "I’m on it"), "value": value}, user=ALICE)
    await finished(here)
    assert ON_IT not in said(page)
    assert len(here.slack.workspace.messages) == 2
    current = await here.bot.services.assessments.latest("T01SUNRISE")
    assert current
    assert current.on_it == {}


# --- the rows of lists say the same


async def test_a_row_of_a_campaign_that_was_paused_since_counts_none(here: World) -> None:
    await judged(here, SEVERAL)
    assert here.carecycle
    here.carecycle.campaigns[AEP]["status"] = "paused"
    listed = said(await ask_one(here, "list"))
    assert "*AEP Outreach 2026*" in listed
    assert "*AEP Outreach 2026*  ·  ⚠️" not in listed


async def test_rows_of_lists_count_the_same_problems(here: World) -> None:
    await judged(here, SEVERAL)
    listed = await ask_one(here, "list")
    assert "*AEP Outreach 2026*  ·  ⚠️ 5 problems" in said(listed)
    assert "⚠️ 5 problems" in said(await ask_one(here, "plan"))
    shared = await ask_one(here, "list", channel=PARTNER)
    assert "*AEP Outreach 2026*  ·  ⚠️ 4 problems" in said(shared)


async def test_a_campaign_that_was_paused_since_needs_nobody(here: World) -> None:
    await judged(here, SEVERAL)
    assert here.carecycle
    here.carecycle.campaigns[AEP]["status"] = "paused"
    listed = await ask_one(here, "list paused")
    assert "AEP Outreach" in said(listed)
    assert "⚠️" not in said(listed)


async def test_a_reading_of_hours_ago_marks_no_row(timed: tuple[World, Clockwork]) -> None:
    here, time = timed
    await judged(here, SEVERAL)
    time.move(3 * 3600)
    assert "⚠️" not in said(await ask_one(here, "list"))


async def test_what_a_reading_looked_at_counts_as_looked_at(here: World) -> None:
    assert "not looked at yet" in said(await ask_one(here, "list"))
    everything = account(*(assessed(one["name"] or "") for one in samples()))
    ids = dict(zip((one["id"] for one in samples()), everything.campaigns.values(), strict=True))
    await judged(here, replace(everything, campaigns=ids))
    assert "checked yet" not in said(await ask_one(here, "list"))


# --- Find a campaign


@pytest.mark.parametrize("typed", ["problems", "With problems"])
async def test_find_a_campaign_offers_those_that_need_a_person(here: World, typed: str) -> None:
    await judged(here, SEVERAL)
    options = [(one["text"]["text"], one["description"]["text"]) for one in await offered(here, typed)]
    assert options == [
        ("AEP Outreach 2026", "5 problems · 310 waiting · 497f6eca"),
        ("Spring", "1 problem · 00000002"),
    ]


async def test_find_a_campaign_says_that_none_needs_a_person(here: World) -> None:
    await judged(here, ASSESSMENTS["nothing-wrong"])
    assert [one["text"]["text"] for one in await offered(here, "problems")] == ["Nothing was found that needs a person"]


async def test_what_find_a_campaign_offers_counts_the_same_problems(here: World) -> None:
    await judged(here, SEVERAL)
    (option,) = await offered(here, "aep")
    assert option["description"]["text"] == "⚠️ 5 problems · Active · 497f6eca"


# --- how new it is


async def test_an_old_reading_is_made_again(timed: tuple[World, Clockwork]) -> None:
    here, time = timed
    await judged(here, ASSESSMENTS["nothing-wrong"])
    time.move(19 * 60)
    assert "9 active campaigns" in (await ask_one(here, "problems")).text
    assert here.carecycle
    assert here.carecycle.requests == []
    time.move(2 * 60)
    page = await ask_one(here, "problems")
    assert "9 active campaigns" not in page.text
    assert f"<!date^{int(time.seconds)}^" in page.text
    assert [one for one in here.carecycle.requests if one.path.endswith("/campaigns")]


async def test_while_carecycle_is_slow_it_shows_the_last_reading_in_time(make_world: MakeWorld) -> None:
    gate = Gate()
    here, time = await morning(make_world, carecycle=CareCycle(samples(), sleep=gate.pause))
    await judged(here, SEVERAL)
    time.move(3600)
    assert here.carecycle
    here.carecycle.fault = "slow"
    asked = asyncio.create_task(here.slack.say("/campaign problems", user=ALICE, channel="C01AEP"))
    await gate.is_reached()
    await asked
    async with asyncio.timeout(WAIT):
        while not here.slack.workspace.messages:  # noqa: ASYNC110 - nothing tells when it is there
            await asyncio.sleep(0.05)
    page = here.slack.workspace.messages[-1]
    gate.opened.set()
    assert page.text.startswith("⚠️ careCycle is taking a long time to answer. This is from <!date^")
    assert names(page) == ["AEP Outreach 2026", "Spring"]
