"""How a digest's message reads: what is said, in which order, and what is left out."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from blocks.card_options import CardOptions
from blocks.digests import buttons
from blocks.digests import message as digest_message
from blocks.digests.edition import Edition
from blocks.digests.reasons import why
from blocks.kit import Message
from bot.digests.digest import CampaignFilter, Reason
from bot.digests.report import Change, Moved, Report, Totals
from bot.digests.timetable import Timetable
from tests.samples.cards import as_sent, shown
from tests.samples.digest_reports import (
    DIGEST,
    EDITION,
    EDITIONS,
    FAILED,
    FIRST,
    KNOWN,
    OF,
    QUIET,
    QUIET_DAY,
    REPORT,
    TOTALS,
    at,
    became,
    changed,
    edition,
    group,
    id_of,
    many,
    over,
    reporting,
    row,
)
from tests.samples.read_aloud import lines, plain

FORMS = [pytest.param(False, id="rich"), pytest.param(True, id="plain")]


def kinds(message: Message) -> list[Any]:
    return [block["type"] for block in message.blocks]


def read(one: Edition) -> list[str]:
    """Read the message line by line, without what only a screen reader says."""
    return [line for line in lines(digest_message.message(one, plain=True)) if not line.startswith("(read aloud")]


def said(one: Edition) -> str:
    return "\n".join(read(one))


def test_the_example_of_the_issue_reads_in_its_order() -> None:
    assert read(EDITION) == [
        "Morning digest · Wed, Nov 25",
        "since Tue 9:00 AM  ·  9 active campaigns, 1 ended",
        "529 calls (672 the day before) · 116 completed · 19 failed, 14% (usually 17%) · "
        "3,072 left, about 23 calling days",
        "Changed",
        "✅ Plan check Q4 completed: 156 of 277 finished, 121 never reached",
        "Needs you",
        "🔴 Medicare Welcome: no call since Mon 11:40 AM; 310 waiting",
        "⏳ Hospital indemnity: about 60 of 95 will not be reached by Wed, Dec 2",
        "Known: transfers of 5 campaigns, told Mon",
        "[Show] [Quiet until …]",
        "Moved most: Dual eligible check-in +122 · Licensed state lines +94 · Turning 65 +93",
        "672 the day before: without campaigns that are no longer here",
        "[All 9 campaigns] ( ) Pause ( ) Edit ( ) History ( ) Send now",
        "Weekdays 9:00 AM New York  ·  @somebody  ·  next Thu  ·  as of 9:02 AM",
    ]


@pytest.mark.parametrize("plain", FORMS)
def test_only_the_rich_form_has_a_chart_and_neither_has_a_table(plain: bool) -> None:
    drawn = kinds(digest_message.message(EDITION, plain=plain))
    assert ("data_visualization" in drawn) == (not plain)
    assert "data_table" not in drawn


@pytest.mark.parametrize("one", [EDITION, *map(many, (2, 50, 500))], ids=["usual", "2", "50", "500"])
def test_the_text_for_the_ear_holds_what_the_picture_holds(one: Edition) -> None:
    heard = plain(digest_message.message(one).text)
    for line in read(one):
        if not line.startswith(("[", "Weekdays")):
            assert [part for part in line.split("  ·  ") if part not in heard] == []
    assert heard.endswith("as of 9:02 AM")


@pytest.mark.parametrize("name", sorted(EDITIONS.keys() - {"of-fifty", "of-five-hundred"}))  # these are cut for the ear
def test_the_ear_hears_every_kind_of_digest(name: str) -> None:
    text = re.sub(r"<@\w+>", "@somebody", digest_message.message(EDITIONS[name]).text).replace("*", "")
    for line in read(EDITIONS[name]):
        if not line.startswith(("[", "( )")):  # buttons
            assert all(part in text for part in line.split("  ·  ")), line


def test_in_a_channel_with_others_a_quiet_day_says_what_is_left_out() -> None:
    shared = CardOptions(short="shared")
    assert said(replace(edition(QUIET_DAY), options=shared)).endswith("Some kinds of problems are left out.")
    assert "left out" not in said(edition(QUIET_DAY))


def test_the_ear_hears_the_chart_and_the_end_last() -> None:
    message = digest_message.message(EDITION)
    assert "calls day by day: Thu, Nov 12: 580" in message.text
    assert "Thu, Nov 19: not known" in message.text
    assert message.text.endswith("Weekdays 9:00 AM New York · <@U01OWNER> · next Thu · as of 9:02 AM")


def test_however_long_the_rest_is_the_ear_hears_how_old_it_is() -> None:
    text = digest_message.message(replace(EDITIONS["of-five-hundred"], as_of=at(25, 9, 7))).text
    assert len(text) < 4000
    assert text.endswith("as of 9:07 AM")


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (QUIET_DAY, "Nothing unusual; these moved most: Dual eligible check-in +122"),
        (replace(QUIET_DAY, moved=QUIET_DAY.moved[:1]), "Nothing unusual; this one moved most: Dual"),
        (replace(QUIET_DAY, moved=()), "Nothing unusual."),
        (replace(QUIET_DAY, known=(KNOWN,)), "Nothing new; these moved most"),
        (replace(QUIET_DAY, quiet=QUIET), "Nothing new; these moved most"),
        (replace(QUIET_DAY, unjudged="old"), "Nothing has changed; these moved most"),
    ],
)
def test_a_quiet_day_says_so_in_one_line(report: Report, line: str) -> None:
    assert line in said(edition(report))
    assert "Moved most:" not in said(edition(report))


def test_of_a_first_one_that_nobody_judged_it_is_not_said_that_nothing_changed() -> None:
    text = said(edition(replace(FIRST, needs=(), unjudged="none")))
    assert "Nothing" not in text
    assert "What needs a person is not known yet: the account has not been read" in text


def test_no_more_than_five_lines_need_somebody_and_the_others_are_counted() -> None:
    needs = tuple(group(OF["slow"], number) for number in range(8))
    text = said(reporting(needs=needs))
    assert sum(line.startswith("⚠️") for line in text.split("\n")) == 5
    assert "and 3 more\n" in text
    assert "Moved most" not in text
    account = EDITIONS["all-stand-still"].report.standing_still
    text = said(reporting(needs=needs, standing_still=account))
    assert "🔴 No campaign has called since Mon 3:00 PM" in text
    assert sum(line.startswith("⚠️") for line in text.split("\n")) == 4
    assert "and 4 more\n" in text


def test_what_is_beyond_can_be_looked_at_also_where_nothing_is_known() -> None:
    needs = tuple(group(OF["slow"], number) for number in range(8))
    assert "[Show]" in said(reporting(needs=needs, known=()))
    assert "[Show]" not in said(reporting(needs=needs[:2], known=()))


def test_alike_problems_share_a_line_and_their_numbers_are_added_up() -> None:
    text = said(EDITIONS["alike"])
    assert "Medicare Welcome and Open enrollment 2027: no call since Sun 12:02 PM; 620 waiting" in text
    assert ": 93 of 270 failed since Sunday (34%; here it is usually 12%)" in text
    assert ": about 120 of 190 will not be reached by their ends" in text
    assert ": past their end dates, still active; 620 waiting" in text
    assert ": 24 calls since 8:00 AM; by now they are usually about 120" in text
    assert "Línea en español 2026, and 3 more" not in text
    text = said(EDITIONS["alike-of-others"])
    assert "Dual eligible check-in, Hospital indemnity, and 5 more: there is no number to ring (transfers)" in text
    assert "Dual eligible check-in and Hospital indemnity: something is wrong with their transfers" in text


def test_who_takes_care_of_it_and_what_got_worse_is_said() -> None:
    text = digest_message.message(EDITIONS["cared-for"]).text
    assert "(34%; here it is usually 12%); worse since Mon · 👤 <@U02ADMIN> is on it\n" in text
    assert "620 waiting · 👤 <@U02ADMIN> is on one of them" in text


def test_what_is_known_is_one_line_with_the_largest_kinds_and_what_is_quiet() -> None:
    (line,) = (line for line in read(EDITIONS["cared-for"]) if line.startswith("Known"))
    assert line == (
        "Known: transfers of 5 campaigns, told Mon · call limits of 2 campaigns, told Nov 2 · and 8 more; "
        "3 quiet until Dec 3 or later"
    )
    assert "Quiet: 2 problems until Dec 3" in said(edition(replace(QUIET_DAY, quiet=QUIET)))
    assert "Quiet: 1 problem until Dec 3" in said(edition(replace(QUIET_DAY, quiet=QUIET[:1])))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("paused", "was paused: 129 of 463 finished, 333 waiting"),
        ("completed", "completed: 129 of 463 finished, 333 never reached"),
        ("cancelled", "was canceled: 129 of 463 finished, 333 never reached"),
        ("archived", "was archived: 129 of 463 finished, 333 never reached"),
        ("active", "is active now: 129 of 463 finished, 333 waiting"),
        ("half_open", "is “half_open” now: 129 of 463 finished, 333 waiting"),
    ],
)
def test_who_left_is_said_with_its_new_status_and_last_numbers(status: str, words: str) -> None:
    change = became(22, status, "draft")
    assert change.figures
    known = replace(change.figures, states={"pending": 333, "in_progress": 0, "completed": 118, "failed": 11})
    text = said(reporting(changes=(replace(change, figures=replace(known, customers=463)),)))
    assert f"Campaign 22 {words}\n" in text
    assert f"Campaign 22 {words.partition(':')[0]}\n" in said(reporting(changes=(replace(change, figures=None),)))


def test_alike_changes_share_a_line() -> None:
    new = (changed(number, "new") for number in (41, 42, 43))
    text = said(reporting(changes=(*new, became(44, "paused"), over(45, "slow"), over(46, "slow"))))
    assert "🆕 3 campaigns are new: Campaign 41, Campaign 42, and Campaign 43\n" in text
    assert "⏸️ Campaign 44 was paused: " in text
    assert "✅ 2 campaigns call at their usual pace again: Campaign 45 and Campaign 46\n" in text
    two = (became(44, "paused"), became(45, "paused"))
    assert "⏸️ 2 campaigns were paused: Campaign 44 and Campaign 45; 713 waiting\n" in said(reporting(changes=two))
    two = (became(44, "completed"), became(45, "completed"))
    assert "✅ 2 campaigns completed: Campaign 44 and Campaign 45; 713 never reached\n" in said(reporting(changes=two))
    unknown = said(reporting(changes=(became(44, "paused"), replace(became(45, "paused"), figures=None))))
    assert "⏸️ 2 campaigns were paused: Campaign 44 and Campaign 45\n" in unknown


def test_only_those_that_were_paused_are_active_again() -> None:
    text = said(reporting(changes=(became(44, "active", "paused"), became(45, "active", "draft"))))
    assert "Campaign 44 is active again" in text
    assert "Campaign 45 is active now" in text


def test_the_totals_lead_with_the_change_and_leave_out_what_is_not_known() -> None:
    assert said(reporting(totals=Totals(left=3072))).split("\n")[2] == "3,072 customers left"
    assert "Today" not in said(EDITION)
    fewer = replace(TOTALS, calls_before=None, failed=0, usual_failed=None, calling_days_left=(20, 26))
    assert "529 calls · 116 completed · 0 failed, 0% · 3,072 left, about 20 to 26 calling days" in said(
        reporting(totals=fewer)
    )
    nobody = replace(TOTALS, before="week", completed=0, failed=0, calling_days_left=(1, 1))
    assert "(672 a week earlier) · 0 completed · 0 failed · 3,072 left, about 1 calling day\n" in said(
        reporting(totals=nobody)
    )


def test_where_the_last_one_counted_more_campaigns_what_they_called_before_is_said_to_be_of_fewer() -> None:
    note = "672 the day before: without campaigns that are no longer here"
    assert note in said(EDITION)
    assert note not in said(reporting(changes=()))
    assert note not in said(reporting(totals=replace(TOTALS, calls_before=None)))
    assert note not in said(reporting(changes=(became(0, "paused"),)))  # as one that was picked, which stays


def test_of_two_faults_of_its_transfers_that_are_over_is_said_once_that_they_work_again() -> None:
    faults = (("broken_transfers", "transferConfig", "nobody"), ("broken_transfers", "appointmentConfig", "missing"))
    text = said(reporting(changes=(replace(over(4, "slow"), over=faults),)))
    assert text.count("has working transfers again") == 1


def test_totals_that_do_not_cover_every_campaign_say_so() -> None:
    text = said(EDITIONS["with-resets"])
    assert (
        "Calls, completed and failed are of the 7 campaigns that were here last time, without Línea en español 2026 "
        "and Medicare Welcome, whose counters started over in careCycle"
    ) in text
    text = said(reporting(totals=replace(TOTALS, reset=(id_of(3),))))
    assert "Calls, completed and failed leave out Línea en español 2026, whose counters started over in care" in text
    text = said(reporting(totals=replace(TOTALS, campaigns=1)))
    assert "Calls, completed and failed are of the one campaign that was here last time  ·" in text
    assert "Calls, completed" not in said(EDITION)
    assert "Calls, completed" not in said(reporting(totals=replace(TOTALS, calls=None, campaigns=0)))


@pytest.mark.parametrize(
    ("added", "again", "words"),
    [
        (600, 0, "3,072 left (600 added), about"),
        (1600, 428, "3,072 left (1,600 added, 428 waiting again), about"),
        (-2900, 0, "3,072 left (2,900 removed), about"),
        (0, 1, "3,072 left (1 waiting again), about"),
        (0, 0, "3,072 left, about"),
        (None, None, "3,072 left, about"),
    ],
)
def test_what_else_than_calls_changed_who_is_left_is_said(added: int | None, again: int | None, words: str) -> None:
    assert words in said(reporting(totals=replace(TOTALS, added=added, again=again)))


def test_an_account_that_stands_still_is_said_as_everywhere_else() -> None:
    assert "🔴 No campaign has called since Mon 3:00 PM\n" in said(EDITIONS["all-stand-still"])
    assert "🔴 6 campaigns stopped calling together: no call since Mon 3:00 PM\n" in said(EDITIONS["some-stand-still"])


def test_the_first_one_says_that_it_is_and_one_by_hand_and_an_old_one_as_well() -> None:
    assert "the first one; the next ones show what changed  ·  9 active campaigns" in said(EDITIONS["first-one"])
    assert "sent by hand  ·  since Tue 9:00 AM" in said(EDITIONS["by-hand"])
    assert read(EDITIONS["old-slot"])[0] == "Morning digest of Mon, Nov 23 · sent again Wed, Nov 25"
    assert read(EDITIONS["old-slot-of-today"])[0] == "Morning digest of Wed, Nov 25, 9:00 AM · sent again 9:02 AM"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"late": timedelta(minutes=25), "late_why": "carecycle"}, "25 minutes late: careCycle was not answering."),
        ({"late": timedelta(hours=2, minutes=10)}, "2 hours late."),
        ({"failed_since": FAILED}, "Tuesday’s could not be sent: careCycle was not answering."),
        ({"failed_since": replace(FAILED, state="skipped", reason="unchanged")}, "Tuesday’s was skipped: nothing had"),
        ({"failed_since": replace(FAILED, state="unconfirmed", due=at(13))}, "The one of Fri, Nov 13, 9:00 AM may not"),
        ({"problem": "Unavailable"}, "Some campaigns could not be read: careCycle is not answering. This is not all."),
        ({"left_out": 25}, "25 campaigns over a digest’s limit are not counted here."),
        ({"left_out": 1}, "1 campaign over a digest’s limit is not counted here."),
        ({"paused_since": EDITIONS["after-a-pause"].paused_since}, "nothing came from Mon, Nov 23 to Tue, Nov 24."),
    ],
)
def test_what_went_wrong_stands_above_the_numbers(changes: dict[str, Any], words: str) -> None:
    read_lines = read(edition(**changes))
    assert words in read_lines[2]
    assert read_lines[2].startswith("⚠️")
    assert words in digest_message.message(edition(**changes)).text.replace("*", "")


def test_where_people_of_another_company_read_along_nothing_is_said_of_transfers() -> None:
    text = shown(digest_message.message(EDITIONS["in-a-channel-with-others"]))
    assert "transfer" not in text
    assert "number to ring" not in text
    assert "people from another company are in this channel" in text
    quiet = replace(edition(replace(QUIET_DAY, quiet=QUIET)), options=CardOptions(short="unsure"))
    assert "Quiet: 1 problem until Dec 3" in said(quiet)


def test_the_buttons_say_which_digest_and_which_delivery_they_are_of() -> None:
    blocks = as_sent(digest_message.message(EDITION).blocks)
    shows, ends = (block["elements"] for block in blocks if block["type"] == "actions")
    assert [one["value"] for one in shows] == ["d1:2026-11-25T09:00-0500"] * 2
    assert ends[0]["value"] == "d1 d1:2026-11-25T09:00-0500"
    assert (ends[1]["action_id"], ends[1]["type"]) == (buttons.MENU, "overflow")
    assert [one["value"] for one in ends[1]["options"]] == ["pause d1", "edit d1", "history d1", "now d1"]


def test_a_copy_for_one_person_has_no_buttons_and_one_in_a_window_says_where_the_chart_will_be() -> None:
    copy = EDITIONS["copy"]
    assert "actions" not in kinds(digest_message.message(copy))
    window = digest_message.in_window(copy)
    assert "data_visualization" not in kinds(window)
    assert "In the channel, a chart of each day’s calls stands here." in shown(window)
    without = replace(copy, report=replace(copy.report, days=()))
    assert "a chart" not in shown(digest_message.in_window(without))
    condensed = replace(copy, digest=replace(DIGEST, length="condensed"))
    assert "a chart" not in shown(digest_message.in_window(condensed))
    assert "data_visualization" not in kinds(digest_message.message(condensed))


@pytest.mark.parametrize(
    ("timetable", "title"),
    [
        (Timetable("America/New_York"), "Morning digest · Wed, Nov 25"),
        (Timetable("America/New_York", times=("09:00", "16:00")), "Morning digest · Wed, Nov 25, 4:00 PM"),
        (Timetable("America/New_York", cron="0 9,16 * * *"), "Morning digest · Wed, Nov 25, 4:00 PM"),
        (Timetable("Asia/Kolkata", times=("09:00", "16:00")), "Morning digest · Thu, Nov 26, 2:30 AM"),
    ],
)
def test_where_it_comes_several_times_a_day_its_title_has_the_time(timetable: Timetable, title: str) -> None:
    assert read(edition(digest=replace(DIGEST, timetable=timetable), due=at(25, 16)))[0] == title


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (CampaignFilter(status="active", words="<plan>"), "9 active campaigns with “<plan>” in the name, 1 ended"),
        (CampaignFilter(ids=(id_of(1),), status="active"), "9 campaigns, 1 ended"),
        (CampaignFilter(status="cancelled"), "9 canceled campaigns, 1 ended"),
        (CampaignFilter(status="half_open"), "9 half_open campaigns, 1 ended"),
        (CampaignFilter(), "9 campaigns, 1 ended"),
    ],
)
def test_what_it_holds_is_said(choice: CampaignFilter, words: str) -> None:
    assert read(edition(digest=replace(DIGEST, choice=choice)))[1] == f"since Tue 9:00 AM  ·  {words}"


@pytest.mark.parametrize(
    ("due", "words"),
    [(at(26), "next Thu"), (at(1, month=12), "next Tue"), (at(2, month=12), "next Wed, Dec 2"), (None, "the last one")],
)
def test_the_next_one_is_said_in_few_words(due: Any, words: str) -> None:
    assert words in read(edition(next_due=due))[-1]


def test_problems_of_an_older_reading_than_the_numbers_say_so() -> None:
    assert "problems as of" not in said(EDITION)
    assert "as of 9:02 AM  ·  problems as of 8:30 AM" in said(reporting(judged_at=at(25, 8, 30)))


def test_campaigns_of_one_name_are_told_apart() -> None:
    twins = (row(1, "Spring"), row(2, "Spring"), row(3, ""))
    moved = tuple(Moved(id_of(number), "", 90 - number) for number in (1, 2, 3))
    text = said(edition(replace(QUIET_DAY, rows=twins, moved=moved)))
    assert "00000001 Spring +89 · 00000002 Spring +88 · 00000003 Campaign without a name +87" in text


def test_campaigns_whose_names_begin_alike_are_told_apart() -> None:
    """Names are cut: what is left of two may be the same."""
    begins = "Medicare Advantage annual enrollment period outreach to members in "
    first, second = row(1, f"{begins}Ohio"), row(2, f"{begins}Texas")
    moved = tuple(Moved(one.id, one.figures.name, 90 - number) for number, one in enumerate((first, second)))
    gone = Change(second.id, second.figures.name, "status", "active", "paused")
    here = edition(replace(QUIET_DAY, rows=(first,), moved=moved))
    assert "00000001 Medicare Advantage" in said(here)
    assert "00000002 Medicare Advantage" in said(here)
    assert "00000002 Medicare Advantage" in said(edition(replace(QUIET_DAY, rows=(first,), changes=(gone,))))


def test_every_reason_has_words() -> None:
    assert [one for one in get_args(Reason) if why(one) == one.replace("_", " ")] == []


def test_nothing_that_is_unknown_is_written_out() -> None:
    assert "None" not in shown(digest_message.message(EDITIONS["no-numbers"]))
    assert REPORT.has_news


def test_one_for_oneself_names_nobody() -> None:
    assert "New York  ·  just for you  ·  next Thu" in said(EDITIONS["for-oneself"])
