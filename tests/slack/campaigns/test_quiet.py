"""*Quiet until …*: from every place where a problem stands, its windows, and what ends it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from blocks.campaigns import quiet_buttons, quiet_form
from bot.digests.digest import CampaignFilter
from bot.insight.assessment import Assessment
from bot.slack.surfaces.form_submission import NOT_KEPT
from bot.store import audit
from playground.slack.workspace import Modal
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.judged_accounts import judged, morning, needs
from tests.drivers.modals import choose, press_in, set_up
from tests.drivers.short_cards import OUTSIDER, PARTNER
from tests.drivers.slash_command import ask_one, finished, press, said
from tests.samples.assessments import ASSESSMENTS, READ_AT, account, assessed, campaign, kinds
from tests.samples.digest_modals import DIGEST

ALICE, CHLOE, GUEST = "U01OWNER", "U03MEMBER", "U04GUEST"
STILL = account(assessed("AEP Outreach 2026", kinds()["standing-still"]), assessed("Spring", kinds()["past-end"]))
QUIET = "🔕 quiet until Mon, Nov 30, by <@U01OWNER>"


@pytest.fixture
async def timed(make_world: MakeWorld) -> tuple[World, Clockwork]:
    return await morning(make_world)


@pytest.fixture
async def here(timed: tuple[World, Clockwork]) -> World:
    return timed[0]


async def form(here: World, assessment: Assessment = STILL, user: str = ALICE, channel: str = "C01AEP") -> Modal:
    """Open the form beside the first campaign of `/campaign problems`."""
    page = await needs(here, assessment, user=user, channel=channel)
    await press(here, page, "Quiet until …", user=user)
    return here.slack.modals_of(user)[-1]


async def quieted(here: World, assessment: Assessment = STILL, **chosen: object) -> Modal:
    """Save the form as Alice."""
    return await choose(here, await form(here, assessment), **chosen)


async def test_a_problem_is_quiet_for_a_week_and_stands_last_and_marked(here: World) -> None:
    saved = await quieted(here, why="list is being refilled, ask +1 555 867 5309")
    assert "Quiet until Mon, Nov 30" in said(saved.view)
    assert "AEP Outreach 2026: no calls" in said(saved.view)
    page = said(await ask_one(here, "problems", user=CHLOE))
    assert f"{QUIET}: list is being refilled, ask" in page
    assert "867" not in page
    assert page.index("*Spring*") < page.index("*AEP Outreach 2026*")
    entry = (await audit.newest(here.bot.services.db, "T01SUNRISE"))[0]
    assert (entry.actor, entry.action, entry.details["campaigns"]) == (ALICE, "quieted problems", [AEP])


async def test_no_day_is_offered_twice(here: World) -> None:
    offered = said((await form(here)).view)  # on a Monday, the next one is in a week
    assert "In a week, Mon, Nov 30" in offered
    assert "Monday, Nov 30" not in offered


async def test_a_double_click_is_one(here: World) -> None:
    modal = await form(here)
    for _ in range(2):
        await choose(here, modal)
    entries = [one for one in await audit.newest(here.bot.services.db, "T01SUNRISE") if one.action.startswith("quiet")]
    assert len(entries) == 1


@pytest.mark.parametrize(
    ("chosen", "until"),
    [
        ({"preset": "tomorrow"}, "Tue, Nov 24"),
        ({"preset": "monday"}, "Mon, Nov 30"),
        ({"preset": "month"}, "Wed, Dec 23"),
        ({"day": "2026-12-01"}, "Tue, Dec 1"),
        ({"day": "2027-02-21"}, "Sun, Feb 21, 2027"),
    ],
)
async def test_it_ends_when_the_chosen_day_begins(here: World, chosen: dict[str, str], until: str) -> None:
    await quieted(here, STILL, **chosen)
    assert f"quiet until {until}" in said(await ask_one(here, "problems"))


@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-01", "2027-02-22", "2030-01-01"])
async def test_a_day_that_cannot_be_is_said_at_its_field(here: World, day: str) -> None:
    modal = await quieted(here, day=day)
    assert modal.errors == {quiet_form.DAY: "Choose a day after today, and at most 90 days ahead."}


async def test_at_least_one_problem_is_chosen(here: World) -> None:
    modal = await quieted(here, problems=[])
    assert modal.errors == {quiet_form.PROBLEMS: "Choose at least one problem."}


async def test_of_several_problems_only_what_is_chosen_is_quiet(here: World) -> None:
    await quieted(here, ASSESSMENTS["several-in-one"], problems=[quiet_buttons.place(AEP, "standing_still")])
    page = said(await ask_one(here, "problems"))
    assert page.count("quiet until") == 2  # in the picture, and for the ear
    assert page.index("*AEP Outreach 2026*") < page.index("*Spring*"), "the rest of it is not quiet"


async def test_the_window_shows_it_and_anybody_lifts_it(here: World) -> None:
    await quieted(here)
    page = await ask_one(here, "problems", user=CHLOE)
    await press(here, page, "Quiet …", user=CHLOE)
    window = here.slack.modals_of(CHLOE)[-1]
    assert QUIET in said(window.view)
    await press_in(here, window, "End quiet")
    assert "quiet until" not in said(window.view)
    assert "quiet until" not in said(await ask_one(here, "problems"))
    assert (await audit.newest(here.bot.services.db, "T01SUNRISE"))[0].action == "lifted a quiet"


async def test_from_the_window_it_is_set_and_the_window_under_the_form_shows_it(here: World) -> None:
    await quieted(here)
    await press(here, await ask_one(here, "problems"), "Quiet …")
    window = here.slack.modals_of(ALICE)[-1]
    await press_in(here, window, "End quiet")
    await press_in(here, window, "Quiet until …")
    await choose(here, here.slack.modals_of(ALICE)[-1], preset="tomorrow")
    assert "quiet until Tue, Nov 24" in said(window.view)


async def test_on_it_from_the_window(here: World) -> None:
    await quieted(here)
    await press(here, await ask_one(here, "problems"), "Quiet …")
    window = here.slack.modals_of(ALICE)[-1]
    await press_in(here, window, "I’m on it")
    assert "has been on it since" in said(window.view)
    await press_in(here, window, "No longer on it")
    assert "has been on it since" not in said(window.view)


async def test_a_guest_reads_who_may(here: World) -> None:
    page = await needs(here, STILL)
    await press(here, page, "Share to channel")
    posted = here.slack.workspace.messages[-1]
    await press(here, posted, "Quiet until …", user=GUEST)
    assert "Guests cannot do that" in said(here.slack.modals_of(GUEST)[-1].view)


async def test_the_note_is_not_shown_where_another_company_reads(here: World) -> None:
    await quieted(here, why="only for us")
    page = said(await ask_one(here, "problems", channel=PARTNER))
    assert "quiet until Mon, Nov 30" in page
    assert "only for us" not in page


async def test_a_note_has_a_hundred_and_fifty_characters(here: World) -> None:
    modal = await form(here)
    (why,) = [one["element"] for one in modal.view["blocks"] if one.get("block_id") == quiet_form.WHY]
    assert why["max_length"] == 150
    why["max_length"] = 3000  # as somebody might who forges a form
    await choose(here, modal, why="w" * 400)
    current = await here.bot.services.assessments.latest("T01SUNRISE")
    assert current
    (kept,) = current.quiet.values()
    assert 100 < len(kept.note) <= 150


@pytest.mark.parametrize("press_what", ["End quiet", "save"])
async def test_who_became_a_guest_meanwhile_changes_nothing(timed: tuple[World, Clockwork], press_what: str) -> None:
    here, time = timed
    if press_what == "save":
        modal = await form(here, user=CHLOE)
    else:
        await quieted(here)
        await press(here, await ask_one(here, "problems", user=CHLOE), "Quiet …", user=CHLOE)
        modal = here.slack.modals_of(CHLOE)[-1]
    here.slack.workspace.people[CHLOE].role = "guest"
    time.move(301)
    await (choose(here, modal) if press_what == "save" else press_in(here, modal, press_what))
    assert "Guests cannot do that" in said(here.slack.modals_of(CHLOE)[-1].view)
    assert ("quiet until" in said(await ask_one(here, "problems"))) == (press_what != "save")


@pytest.mark.parametrize("label", ["Quiet …", "Quiet until …"])
async def test_another_company_sees_no_window_of_problems(here: World, label: str) -> None:
    await quieted(here)
    page = await ask_one(here, "problems", channel=PARTNER)
    await press(here, page, "Share to channel")
    posted = here.slack.workspace.messages[-1]
    await press(here, posted, label, user=OUTSIDER)
    view = said(here.slack.modals_of(OUTSIDER)[-1].view)
    assert "Only people at the company that uses this app" in view
    assert "Spring" not in view


# --- what ends it


async def test_it_ends_when_half_as_many_customers_again_wait(timed: tuple[World, Clockwork]) -> None:
    here, time = timed
    await quieted(here)
    time.move(900)
    (still, spring) = STILL.campaigns.values()
    more = replace(STILL, campaigns={AEP: replace(still, left=464), campaign(1): spring})
    await judged(here, replace(more, at=READ_AT + timedelta(seconds=900)))
    assert "quiet until" in said(await ask_one(here, "problems"))
    worse = replace(more, campaigns={**more.campaigns, AEP: replace(still, left=465)})
    await judged(here, replace(worse, at=READ_AT + timedelta(seconds=960)))
    assert "quiet until" not in said(await ask_one(here, "problems"))
    await judged(here, replace(STILL, at=READ_AT + timedelta(seconds=1020)))
    assert "quiet until" not in said(await ask_one(here, "problems")), "it has ended for good"


async def test_it_ends_at_its_date(timed: tuple[World, Clockwork]) -> None:
    here, time = timed
    await quieted(here, preset="tomorrow")
    time.move(15 * 3600)  # from 9:02 AM to two minutes after midnight in New York
    await judged(here, replace(STILL, at=READ_AT + timedelta(hours=15)))
    assert "quiet until" not in said(await ask_one(here, "problems"))


async def test_another_trouble_of_the_same_kind_is_not_quiet(timed: tuple[World, Clockwork]) -> None:
    here, time = timed
    of = kinds()
    await quieted(here, account(assessed("AEP Outreach 2026", of["transfers"])))
    time.move(900)
    both = account(assessed("AEP Outreach 2026", of["transfers"], of["no-destination"]))
    page = said(await needs(here, replace(both, at=READ_AT + timedelta(seconds=900))))
    assert page.count("quiet until") == 2


async def test_what_is_over_meanwhile_is_said_in_the_form(here: World) -> None:
    page = await needs(here, STILL)
    calm = replace(STILL, campaigns={id_: replace(one, open=()) for id_, one in STILL.campaigns.items()})
    await judged(here, replace(calm, at=READ_AT + timedelta(seconds=1)))
    await press(here, page, "Quiet until …")
    assert "nothing to keep quiet" in said(here.slack.modals_of(ALICE)[-1].view)
    await finished(here)


async def test_from_a_card_with_problems_it_is_set_as_well(make_world: MakeWorld) -> None:
    here, _ = await morning(make_world)
    await judged(here, STILL)
    await ask_one(here, AEP)  # the second card has what the last reading showed
    card = await ask_one(here, AEP)
    await press(here, card, "Quiet until …")
    assert "Quiet until Mon, Nov 30" in said((await choose(here, here.slack.modals_of(ALICE)[-1])).view)
    assert "quiet until" in said(await ask_one(here, "problems"))


async def test_a_digest_leads_to_its_own_campaigns_alone(here: World) -> None:
    await judged(here, STILL)
    choice = CampaignFilter((AEP,))
    one = replace(DIGEST, choice=choice)
    await here.bot.services.digests.save(one, ALICE, new=True)
    page = await ask_one(here, "problems")
    value = f"{one.id}:2026-11-23T09:00-05:00"
    shown = {
        "type": "button",
        "action_id": quiet_buttons.SHOW,
        "block_id": "b",
        "text": {"type": "plain_text", "text": "Show"},
    }
    await here.slack.press(page, {**shown, "value": value}, user=ALICE)
    await finished(here)
    view = said(here.slack.modals_of(ALICE)[-1].view)
    assert "*AEP Outreach 2026*" in view
    assert "Spring" not in view


@pytest.mark.parametrize("gone", ["calm", "account", "off"])
async def test_it_never_says_that_it_is_quiet_when_nothing_was_kept(here: World, gone: str) -> None:
    modal = await form(here)
    if gone == "calm":
        calm = {id_: replace(one, open=()) for id_, one in STILL.campaigns.items()}
        await judged(here, replace(STILL, campaigns=calm, at=READ_AT + timedelta(seconds=1)))
    elif gone == "account":
        (still, _) = STILL.campaigns.values()
        await judged(here, replace(STILL, campaigns={campaign(7): still}, at=READ_AT + timedelta(seconds=1)))
    else:
        await set_up(here, readings="no")
    await choose(here, modal)
    assert "Quiet until Mon" not in said(modal.view) + said(here.slack.modals_of(ALICE)[-1].view)
    assert modal.errors == {quiet_form.PROBLEMS: quiet_form.NOTHING}


@pytest.mark.parametrize("secret", ["cc_live_4f9a8b7c6d", "xoxb-1234567890-abcdef"])
async def test_a_note_with_a_key_in_it_is_not_kept(here: World, secret: str) -> None:
    modal = await quieted(here, why=f"the key is {secret}")
    assert modal.errors == {quiet_form.WHY: NOT_KEPT}
    assert secret not in said(await ask_one(here, "problems"))
