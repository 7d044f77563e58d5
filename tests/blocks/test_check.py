"""What a check says of every campaign in the corpus "is it calling": its answers and its last sentence agree."""

import re
from datetime import datetime

import pytest

from blocks import formats
from blocks.campaigns import check
from blocks.campaigns.check_answers import Answer, Watched, answers
from bot.campaigns.campaign import Campaign, Reading
from bot.carecycle.lenient_parsing import read
from bot.cli.checkup import checkup
from tests.conftest import reading, text_of
from tests.samples.calling_states import STATES, State, base, sent
from tests.samples.checks import CALLING

PATH = re.compile(r"customerStats|statusCounts|todayCalls|dialAfterhours|startDate|endDate|max[AC]")
EVERY_STATE = pytest.mark.parametrize("state", [pytest.param(one, id=one.name) for one in STATES])


def as_read(state: State) -> Reading:
    return Reading(read(Campaign, sent(state))[0], datetime.fromisoformat(state.now))


def answered(state: State) -> dict[str, Answer]:
    one = as_read(state)
    return {answer.question: answer for answer in answers(one.campaign, Watched(), one.as_of)}


@EVERY_STATE
def test_the_last_sentence_is_that_of_the_command_line(state: State) -> None:
    one = as_read(state)
    assert check.verdict(one) == checkup(one.campaign, one.as_of)["calling"]["says"]


@EVERY_STATE
def test_what_blocks_it_is_answered_with_no_and_nothing_else_is(state: State) -> None:
    by_field = {
        "Active?": {"status"},
        "Within its dates?": {"startDate", "endDate"},
        "Customers left?": {"customerStats.total", "customerStats.statusCounts"},
    }
    blocking = {reason.split()[1] for reason in state.reasons}
    for question, fields in by_field.items():
        assert (answered(state)[question].verdict == "no") == bool(fields & blocking), question


@EVERY_STATE
def test_what_is_only_possible_is_not_answered_with_yes(state: State) -> None:
    by_field = {
        "status": "Active?",
        "startDate": "Within its dates?",
        "endDate": "Within its dates?",
        "customerStats.statusCounts": "Customers left?",
        "customerStats.todayCalls": "Calls today?",
        "dialAfterhours": "Within its hours?",
        "maxConcurrentCalls": "Room for calls?",
        "maxAttempts": "Attempts left?",
    }
    for possible in state.open:
        assert answered(state)[by_field[possible.split()[1]]].verdict != "yes", possible
    if state.verdict == "calling":
        assert answered(state)["Active?"].verdict == answered(state)["Calls today?"].verdict == "yes"


@EVERY_STATE
def test_every_answer_is_a_sentence_without_a_path_of_the_api(state: State) -> None:
    shown = check.card(as_read(state))
    assert not PATH.search(text_of([shown.text, shown.blocks]))
    for answer in answered(state).values():
        starts = {"yes": ("Yes",), "no": ("No: ",), "unsaid": ("careCycle does not say ", "This app has not ")}
        assert answer.says.startswith(starts[answer.verdict])
        assert answer.says.endswith(".")
        assert ".." not in answer.says


def test_numbers_and_times_are_the_readers() -> None:
    many = base() | {"customerStats": base()["customerStats"] | {"todayCalls": 12_345}}
    assert "Calls today? Yes: 12,345." in check.card(reading(many)).text
    assert "It is calling: 12,345 calls today." in check.card(reading(many)).text
    with formats.written_for(formats.of("de-DE")):
        german = check.card(reading(many), CALLING).text
    assert "Calls today? Yes: 12.345." in german
    assert "It is calling: 12.345 calls today." in german
    assert not re.search(r"\d [AP]M", german), "the time has no AM or PM"


def test_a_count_too_long_to_write_out_is_said_by_its_size() -> None:
    huge = base() | {"customerStats": {"total": 10**5000, "todayCalls": 10**5000}}
    assert "It is calling: over 10^5000 calls today." in check.card(reading(huge)).text
    assert checkup(read(Campaign, huge)[0], reading(huge).as_of)["calling"]["says"].startswith("It is calling: ")
