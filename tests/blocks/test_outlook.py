"""The card's line on pace and the end of the list, and its problems: what was judged, and no contradiction."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from blocks import formats, words
from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import outlook
from blocks.card_options import CardOptions
from bot.campaigns.campaign import Reading
from bot.insight.assessment import Assessed, Current, OnIt, Outlook
from bot.insight.problems import AllStandingStill, RunsEmpty
from tests.conftest import AEP, AS_OF, reading, text_of
from tests.samples.assessments import account, assessed, kinds
from tests.samples.cards import ALL_STILL, CALM, LOOK, NEEDING, NOON, OUTLOOK, judged_as_now

CARD, KINDS, HOUR = reading(LOOK), kinds(AS_OF), timedelta(hours=1)


def current(one: Assessed, minutes_before: float = 0, **more: Any) -> Current:  # Any: of Assessment
    return Current(account(one, at=AS_OF - timedelta(minutes=minutes_before), **more))


def line(found: Outlook | None = OUTLOOK, *problems: str, before: float = 0, of: Reading = CARD, **more: Any) -> str:
    one = assessed("AEP", *(KINDS[name] for name in problems), at=AS_OF, outlook=found, **more)
    return words.plain(outlook.line(of, current(one, before)))


@pytest.mark.parametrize(
    ("now", "usual", "said"),
    [
        (34, 33, "34 calls an hour, as usual"),
        (12, 34, "12 calls an hour, usually 34"),
        (50, 34, "50 calls an hour, usually 34"),
        (1, None, "1 call an hour"),
        (0, 20, "0 calls an hour, usually 20"),
        (5, 2, "5 calls an hour, as usual"),  # a few more or less are chance
        (1204, 1300, "1,204 calls an hour, as usual"),
        (None, 34, ""),
        (None, None, ""),
    ],
)
def test_the_pace_is_said_beside_the_usual_one(now: int | None, usual: int | None, said: str) -> None:
    assert line(Outlook(now, usual)) == said


@pytest.mark.parametrize(
    ("hours", "width", "said"),
    [
        (-1, 2, "list empty Thursday around noon New York time"),
        (0, 0, "list empty Thursday around noon New York time"),
        (-2, 20, "list empty between Thursday 10 AM New York time and Friday 6 AM New York time"),
        (0, 48, "list empty between Thursday and Saturday"),
        (-73, 2, "list empty today around noon New York time"),
        (-47, 2, "list empty tomorrow around 2 PM New York time"),
        (24 * 7, 2, "list empty Dec 3 around 1 PM New York time"),
    ],
)
def test_when_the_list_is_empty_is_a_moment_or_a_range(hours: float, width: float, said: str) -> None:
    start = NOON + hours * HOUR
    assert line(Outlook(empty_from=start, empty_until=start + width * HOUR)) == said.replace(
        "AM New York time and", "AM and"
    )


def test_a_campaign_past_its_end_date_has_no_pace_and_no_end_of_its_list() -> None:
    assert line(OUTLOOK, "past-end") == ""
    assert outlook.empty_at(CARD, current(assessed("AEP", KINDS["past-end"], at=AS_OF, outlook=OUTLOOK))) is None


def test_both_are_one_line() -> None:
    assert line() == "34 calls an hour, as usual · list empty Thursday around noon New York time"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/New_York", "Thursday around noon"),
        ("America/Los_Angeles", "Thursday around 9 AM"),
        ("Asia/Tokyo", "Friday around 2 AM"),
    ],
)
def test_the_one_who_reads_it_reads_it_in_their_own_zone(zone: str, said: str) -> None:
    with formats.written_for(formats.of("en-US", zone)):
        assert line().endswith(f"list empty {said}")
    with formats.written_for(formats.of("de-DE", "Europe/Berlin")):
        assert line().endswith("list empty Thursday around 18:00")


def test_a_zone_that_is_none_is_no_zone() -> None:
    for zone in ("", "Nowhere/Nothing", "America", "../etc/passwd", "\x00", "A" * 300):
        assert formats.of("de-DE", zone) == formats.of("de-DE")


def test_without_an_outlook_there_is_no_line() -> None:
    assert line(None) == line(Outlook()) == ""
    assert outlook.line(CARD, None) == ""
    assert line(Outlook(empty_from=NOON)) == ""


@pytest.mark.parametrize("status", ["paused", "completed", None, "brand_new"])
def test_nothing_is_said_where_the_card_or_the_assessment_has_another_status(status: str | None) -> None:
    assert line(status=status) == ""
    assert line(of=reading(LOOK | {"status": status})) == ""
    both = judged_as_now(reading(LOOK | {"status": status}))
    assert not list(outlook.warnings(reading(LOOK | {"status": status}), both))


def test_nothing_is_said_of_a_campaign_that_was_not_in_the_list() -> None:
    other = reading(LOOK | {"id": AEP.replace("4", "5")})
    assert outlook.line(other, CALM) == ""
    assert not list(outlook.warnings(other, NEEDING))
    assert campaign_card.card(other, current=CALM).blocks == campaign_card.card(other).blocks


def test_a_list_that_is_empty_by_now_is_not_said_to_become_empty() -> None:
    assert line(Outlook(34, 33, AS_OF - 3 * HOUR, AS_OF - HOUR)) == "34 calls an hour, as usual"
    counts = LOOK["customerStats"] | {"statusCounts": {"pending": 0, "in_progress": 0, "completed": 1204}}
    assert line(of=reading(LOOK | {"customerStats": counts})) == "34 calls an hour, as usual"


def test_what_began_before_the_cards_own_moment_begins_now() -> None:
    ago = AS_OF - 2 * HOUR
    assert line(Outlook(empty_from=ago, empty_until=AS_OF + 2 * HOUR)) == "list empty today around 5 AM New York time"


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("standing-still-today", ""),
        ("slow", "list empty Thursday around noon New York time"),
        ("runs-empty", "34 calls an hour, as usual"),
        ("failed", "34 calls an hour, as usual · list empty Thursday around noon New York time"),
        ("transfers", "34 calls an hour, as usual · list empty Thursday around noon New York time"),
    ],
)
def test_what_is_a_problem_is_said_once(problem: str, said: str) -> None:
    assert line(OUTLOOK, problem) == said


def test_a_campaign_that_stands_still_with_others_has_no_pace_but_their_line() -> None:
    assert outlook.line(CARD, current(assessed("AEP", outlook=OUTLOOK), standing_still=_still(AEP))) == ""
    (said,) = outlook.warnings(CARD, ALL_STILL)
    assert words.plain(said) == "⚠️ No campaign has called since Thu 4:02 AM New York time."
    others = current(assessed("AEP", outlook=OUTLOOK), standing_still=_still("another"))
    assert outlook.line(CARD, others)
    assert not list(outlook.warnings(CARD, others))


def _still(id_: str) -> AllStandingStill:
    return AllStandingStill(AS_OF - HOUR, (id_,))


@pytest.mark.parametrize(
    ("minutes", "age"), [(0, ""), (15, ""), (16, " · pace as of 3:46 AM"), (-16, " · pace as of 4:18 AM")]
)
def test_an_assessment_of_another_moment_than_the_card_says_so(minutes: float, age: str) -> None:
    assert line(Outlook(34), before=minutes) == f"34 calls an hour{age and f'{age} New York time'}"


def test_problems_have_an_age_too() -> None:
    as_of = "as of 3:36 AM New York time"
    assert line(None, "failed", before=26) == f"problems {as_of}"
    assert line(Outlook(34), "failed", before=26) == f"34 calls an hour · pace and problems {as_of}"
    assert line(None, "transfers", before=26) == ""  # the card finds those in its own record
    assert line(None, before=26) == ""


def test_the_card_shows_each_problem_with_how_it_was_found_and_who_takes_care() -> None:
    said = [words.plain(one) for one in outlook.warnings(CARD, NEEDING)]
    assert said[:-1] == [
        "⚠️ 12 calls since 3:00 AM New York time; by now it is usually about 60.",
        "⚠️ 31 of 90 failed since Friday (34%; here it is usually 12%).",
    ]
    assert said[-1].startswith("👤 <@U03MEMBER> has been on it since ")
    card = campaign_card.card(CARD, current=NEEDING)
    assert "31 of 90 failed" in card.text
    assert text_of(card.blocks).count("31 of 90 failed") == 1


def test_a_problem_with_transfers_stands_once_in_the_words_of_the_cards_own_record() -> None:
    broken = reading(LOOK | {"transferConfig": {"type": "direct", "directPhoneNumber": ""}})
    shown = text_of(campaign_card.card(broken, current=NEEDING).blocks)
    assert shown.lower().count("no number to ring") == 1


def test_somebody_who_takes_care_of_the_account_is_named_while_it_stands_still() -> None:
    taken = replace(ALL_STILL, on_it={"": OnIt("U02ADMIN", AS_OF)})
    assert "<@U02ADMIN> has been on it" in "".join(outlook.warnings(CARD, taken))
    calm = replace(CALM, on_it={"": OnIt("U02ADMIN", AS_OF)})
    assert not list(outlook.warnings(CARD, calm))


@pytest.mark.parametrize("why", ["shared", "unsure"])
def test_a_short_card_says_none_of_it(why: Any) -> None:
    short = CardOptions(short=why)
    for made in (CALM, NEEDING, ALL_STILL):
        assert campaign_card.card(CARD, options=short, current=made) is campaign_card.card(CARD, options=short)
        assert campaign_card.modal(CARD, short, made) == campaign_card.modal(CARD, short)


def test_a_newer_assessment_or_somebody_who_takes_care_draws_the_card_anew() -> None:
    first = campaign_card.card(CARD, current=CALM)
    assert campaign_card.card(CARD, current=replace(CALM)) is first
    assert campaign_card.card(CARD, current=replace(NEEDING, on_it={})) is not campaign_card.card(CARD, current=NEEDING)
    later = current(assessed("AEP", outlook=Outlook(50)), -5)
    assert "50 calls an hour" in campaign_card.card(CARD, current=later).text


def test_plain_text_has_no_marks() -> None:
    one = assessed("AEP", KINDS["failed"], RunsEmpty(NOON, NOON + HOUR), at=AS_OF, outlook=Outlook(12, 34))
    early = current(one, 26)
    told = [
        outlook.line(CARD, early, plain=True),
        *outlook.warnings(CARD, replace(early, on_it={AEP: OnIt("U1", AS_OF)}), plain=True),
    ]
    assert told == [
        "12 calls an hour, usually 34 · pace and problems as of 3:36 AM New York time",
        "⚠️ 31 of 90 failed since Friday (34%; here it is usually 12%).",
        "⚠️ At this pace the list is empty Thursday around 1 PM New York time.",
    ]


def test_an_assessment_counts_as_news_of_the_campaign_only_where_it_says_something() -> None:
    before: datetime = AS_OF - HOUR
    assert outlook.is_newer(CARD, CALM, before)
    assert not outlook.is_newer(CARD, CALM, AS_OF)
    assert not outlook.is_newer(CARD, None, before)
    assert not outlook.is_newer(reading(LOOK | {"status": "paused"}), CALM, before)
