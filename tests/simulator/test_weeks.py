"""Two simulated weeks of the real bot: digests say little, nothing twice, leave nobody out, and no number is wrong."""

import re
from datetime import timedelta

import pytest

from tests.simulator import measures
from tests.simulator.deeds import at
from tests.simulator.nineteen import FIRST, two_weeks
from tests.simulator.weeks import living
from tests.simulator.weeks_table import HEAD, PAGE

_MOST_FLAGGED = 0.1  # of all rows
_DIGESTS = 10
_ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_SCORED = ("rows flagged", "sentences under", "campaigns that left", "numbers that")
_TOLD = {  # on the morning after
    "Aug 14": ("Dual eligible", "paused"),
    "Aug 17": ("New member onboarding",),
    "Aug 19": ("Dual eligible", "Final expense", "deleted"),
    "Aug 20": ("Vision rider", "canceled"),
}


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_two_weeks_of_digests_say_what_is_new_once_and_no_number_is_wrong() -> None:
    async with living() as here:
        digest, twin = await here.make(), await here.make(name="Twin")
        weeks = await here.until(at(FIRST, 9, 30) + timedelta(days=11), two_weeks())
    said, other = weeks.of(digest), weeks.of(twin)
    assert [len(said), len(other)] == [_DIGESTS, _DIGESTS]
    assert measures.flagged(said) < _MOST_FLAGGED
    assert list(measures.said_twice(said)) == []
    assert list(measures.left_without_a_word(said)) == []
    assert [one.lines("Changed") for one in said] == [one.lines("Changed") for one in other]
    assert list(measures.wrong_numbers(said)) == []
    lines = {f"{one.day:%b} {one.day.day}": "\n".join([*one.lines("Changed"), *one.lines("Needs you")]) for one in said}
    assert [word for day, wanted in _TOLD.items() for word in wanted if word not in lines[day]] == []


def test_the_page_of_sixteen_weeks_is_of_this_program_and_shows_what_it_has_to() -> None:
    scores = dict(_ROW.findall(PAGE.read_text(encoding="utf-8")))
    assert list(scores) == [what for what, _ in _ROW.findall(HEAD)]
    flagged, *others = (value for what, value in scores.items() if what.startswith(_SCORED))
    assert float(flagged.removesuffix("%")) / 100 < _MOST_FLAGGED
    assert others == ["0", "0", "0"]
