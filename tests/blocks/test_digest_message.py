"""How a digest's message reads."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest

from blocks.digests import message as digest_message
from blocks.digests.message import Edition
from blocks.digests.reasons import why
from blocks.kit import Message
from bot.digests.comparison import Delivered
from bot.digests.digest import CampaignFilter, Reason
from bot.digests.timetable import Timetable
from tests.samples.cards import shown
from tests.samples.digest_messages import (
    ACTIVE,
    DIGEST,
    EDITION,
    EDITIONS,
    FAILED,
    FIRST,
    LAST,
    MONDAY,
    at,
    edition_with,
    id_of,
    snapshot,
)

FORMS = [pytest.param(False, id="rich"), pytest.param(True, id="plain")]


def kinds(message: Message) -> list[Any]:
    return [block["type"] for block in message.blocks]


def said(edition: Edition, *, plain: bool = False) -> str:
    return shown(digest_message.message(edition, plain=plain))


@pytest.mark.parametrize("plain", FORMS)
def test_the_plain_form_has_nothing_that_slack_may_refuse(plain: bool) -> None:
    newer = {"data_table", "data_visualization"}
    assert (newer & set(kinds(digest_message.message(EDITION, plain=plain)))) == (set() if plain else newer)


def test_the_first_says_that_it_is_and_shows_no_changes() -> None:
    text = said(FIRST)
    assert "the first one; the next ones show what changed" in text
    assert not re.search(r"\(\+|\(−|±|compared with", text)


def test_a_number_stands_with_its_change_and_the_day_of_the_last_delivery() -> None:
    text = said(EDITION)
    assert '"3,311 (+96)"' in text
    assert '"398 (went down, was 412)"' in text
    assert '"290 (−10)"' in text  # of those left to call it is as it should be
    assert "compared with Fri, Nov 20, 9:00 AM, before the weekend" in text
    assert "with changes since Fri, Nov 20, 9:00 AM in parentheses" in text


@pytest.mark.parametrize(
    ("then", "words"),
    [(at(22), "9:00 AM"), (at(23, 8), "8:00 AM"), (at(19), "9:00 AM, 4 days ago"), (at(13), "9:00 AM, 10 days ago")],
)
def test_days_that_lie_between_are_said(then: datetime, words: str) -> None:
    before = Delivered(then, replace(LAST.snapshot, as_of=then, day=then.date()))
    assert f'{words}"' in said(edition_with(EDITION, before=before))


def test_a_late_one_says_how_late_and_why() -> None:
    late = edition_with(EDITION, late=timedelta(minutes=25), late_why="carecycle")
    assert "25 minutes late: careCycle was not answering." in said(late)
    assert "2 hours late." in said(replace(late, late=timedelta(hours=2, minutes=10), late_why=""))
    assert "3 days late" in said(replace(late, late=timedelta(days=3)))
    assert "less than a minute late: careCycle" in said(replace(late, late=timedelta(seconds=21)))


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("failed", "carecycle", "Friday’s could not be sent: careCycle was not answering."),
        ("skipped", "unchanged", "Friday’s was skipped: nothing had changed."),
        (
            "unconfirmed",
            "unconfirmed",
            "Friday’s may not have arrived: Slack did not say whether the message was posted.",
        ),
        ("failed", "<!channel>", "Friday’s could not be sent: &lt;!channel&gt;."),
    ],
)
def test_one_that_did_not_arrive_is_said(state: Any, reason: str, words: str) -> None:
    assert words in said(edition_with(EDITION, failed_since=replace(FAILED, state=state, reason=reason)))


def test_one_of_another_week_is_called_by_its_date() -> None:
    assert "The one of Fri, Nov 13, 9:00 AM could not be sent" in said(
        edition_with(EDITION, failed_since=replace(FAILED, due=at(13)))
    )


def test_what_could_not_be_read_is_named_with_the_reason_and_so_is_what_is_gone() -> None:
    text = said(EDITIONS["with-some-that-could-not-be-read"])
    assert "Some campaigns could not be read: careCycle is not answering." in text
    assert "*Renewals*, *Win back* could not be read: careCycle is not answering" in text
    assert "*Campaign 00000006* is not in this account" in text
    assert "No longer here" not in text
    assert "No longer here: *Win back*" in said(edition_with(EDITION, now=snapshot(at(23), MONDAY[:4])))


def test_campaigns_beyond_the_limit_are_not_gone() -> None:
    fewer = edition_with(EDITION, now=snapshot(at(23), MONDAY[:4]))
    assert "No longer here" in said(fewer)
    assert "No longer here" not in said(edition_with(fewer, left_out=1))


def test_routing_is_left_out_where_others_read_along() -> None:
    assert "nobody in group Spanish can take a call (transfers, new)" in said(EDITION)
    shared = said(EDITIONS["in-a-shared-channel"])
    assert "take a call" not in shared
    assert "people from another company are in this channel" in shared


def test_a_preview_has_no_buttons() -> None:
    assert "actions" in kinds(digest_message.message(FIRST))
    assert "actions" not in kinds(digest_message.message(EDITIONS["preview"]))


def test_a_condensed_one_has_neither_table_nor_chart() -> None:
    assert kinds(digest_message.message(EDITIONS["condensed"])) == [
        "header",
        "context",
        "section",
        "section",
        "context",
        "actions",
        "context",
    ]


@pytest.mark.parametrize(
    ("timetable", "title"),
    [
        (Timetable("America/New_York"), "Morning digest · Mon, Nov 23"),
        (Timetable("America/New_York", times=("09:00", "16:00")), "Morning digest · Mon, Nov 23, 4:00 PM"),
        (Timetable("America/New_York", cron="0 9 * * *"), "Morning digest · Mon, Nov 23"),
        (Timetable("America/New_York", cron="0 9,16 * * *"), "Morning digest · Mon, Nov 23, 4:00 PM"),
        (Timetable("Asia/Kolkata", times=("09:00", "16:00")), "Morning digest · Tue, Nov 24, 2:30 AM"),
    ],
)
def test_where_it_comes_several_times_a_day_its_title_has_the_time(timetable: Timetable, title: str) -> None:
    message = digest_message.message(edition_with(EDITION, digest=replace(DIGEST, timetable=timetable), due=at(23, 16)))
    assert message.blocks[0]["text"]["text"] == title  # type: ignore[index,call-overload]  # JSON
    assert message.text.startswith(f"{title}  ·  ")


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (CampaignFilter(status="active"), "6 active campaigns"),
        (CampaignFilter(status="active", words="<plan>"), "6 active campaigns with “&lt;plan&gt;” in the name"),
        (CampaignFilter(ids=(id_of(1),), status="active"), "6 campaigns"),
        (CampaignFilter(), "6 campaigns"),
    ],
)
def test_what_it_holds_is_said(choice: CampaignFilter, words: str) -> None:
    assert f'"{words}  ·  compared' in said(edition_with(EDITION, digest=replace(DIGEST, choice=choice)))


def test_no_campaign_is_no_empty_table() -> None:
    text = said(edition_with(EDITION, digest=ACTIVE, now=snapshot(at(23), ()), before=None))
    assert "No active campaigns right now" in text
    assert "Total calls" not in text


@pytest.mark.parametrize("plain", FORMS)
def test_campaigns_of_one_name_are_told_apart(plain: bool) -> None:
    text = said(edition_with(EDITION, now=snapshot(at(23), [MONDAY[0]] * 2)), plain=plain)
    assert "00000001 Medicare Welcome" in text
    assert "00000002 Medicare Welcome" in text


def test_the_notification_says_what_there_is_to_know() -> None:
    text = digest_message.message(EDITION).text
    assert text.startswith("Morning digest · Mon, Nov 23  ·  6 campaigns  ·  5 need a look: Renewals, Medicare Welcome")
    assert "7,442 total calls (+151)" in text


def test_every_reason_has_words() -> None:
    assert [one for one in get_args(Reason) if why(one) == one.replace("_", " ")] == []
