"""What readings add to a digest: its chart, what was before, what is usual, and how long customers last."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.digests.read_numbers import Asked, ReadNumbers, read_numbers
from bot.digests.timetable import Timetable
from bot.insight.history import AccountHistory
from bot.insight.series import AccountReading
from tests.samples.made_campaigns import Made, at, moments

WEEKDAYS = Timetable("America/New_York")
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 10, day) for day in (5, 6, 7))
A_DAY = timedelta(days=1)
Gaps = Sequence[tuple[datetime, datetime]]


def numbers(
    campaigns: Mapping[str, Made],
    now: datetime,
    *,
    since: datetime | None = None,
    timetable: Timetable = WEEKDAYS,
    gaps: Gaps = (),
    start: date = date(2026, 8, 31),
) -> ReadNumbers:
    """Read the campaigns every quarter of an hour, and return the numbers of a digest with all of them."""
    history = AccountHistory()
    for moment in moments(start, now, gaps):
        there = {id_: found for id_, one in campaigns.items() if (found := one.figures(moment))}
        history.add(AccountReading(moment, there))
    return read_numbers(history.past(campaigns), Asked(campaigns, campaigns, timetable, since, now))


def bars(found: ReadNumbers) -> list[tuple[str, int | None]]:
    """Return the days and calls of the chart."""
    return [(f"{one.day:%b} {one.day.day}", one.calls) for one in found.days]


def test_a_weekday_digest_shows_its_last_fourteen_days_without_today_in_the_morning() -> None:
    found = numbers({"a": Made(), "b": Made(calls=40)}, at(WEDNESDAY, 9))
    assert bars(found)[0] == ("Sep 17", 120)
    assert bars(found)[-1] == ("Oct 6", 120)
    assert len(found.days) == 14
    assert not any(one.is_today or one.is_reset for one in found.days)
    assert all(one.day.weekday() < 5 for one in found.days)
