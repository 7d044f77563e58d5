"""Say when something was or will be, in a sentence about a campaign.

A day, and an hour in words such as "around noon", is in the zone of the one person who reads it. Where many do, or
while that zone is not known, it is in the account's, in which campaigns are judged, and an hour names it. A moment is
always shown in the reader's own zone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from blocks import formats, words
from bot.campaigns.dates import is_day
from bot.insight.assessment import Assessment

_SURE = timedelta(hours=6)  # a range up to this long is said as one moment
_A_DAY = timedelta(days=1)
_NAMED = range(-6, 7)  # days from today that have a weekday's name to themselves


@dataclass(frozen=True, slots=True)
class Wording:
    """For whom the sentences are, and when."""

    now: datetime  # the present, which decides what is today
    zone: ZoneInfo  # the one reader's, or the account's
    plain: bool = False  # text without Slack's marks, with all times in the zone
    waiting: bool = True  # says how many customers wait; False where that stands beside it
    place: str = ""  # said after an hour: ` New York time`. Empty in the one reader's zone, or where it is named once


def wording(assessment: Assessment, now: datetime, *, plain: bool = False, waiting: bool = True) -> Wording:
    """Return the wording for an account's problems: mrkdwn, or plain text for where Slack's marks are not read."""
    if own := formats.used().zone:
        return Wording(now, ZoneInfo(own), plain, waiting)
    return Wording(now, ZoneInfo(assessment.zone), plain, waiting, f" {words.city(assessment.zone)} time")


def moment(when: datetime, said: Wording) -> str:
    """Say a moment that was: `11:40 AM` today, and otherwise with its day, as Slack says it: `yesterday at 11:40 AM`.

    As plain text `Tue 11:40 AM`, or `Tue, Nov 10, 11:40 AM` when that is a week ago or more.
    """
    local, days = when.astimezone(said.zone), _days(when, said)
    time = f"{words.plain_time(local)}{said.place}"
    if days == 0:
        return time if said.plain else words.slack_date(when, "{time}", time)
    plain = f"{local:%a} {time}" if days in _NAMED else f"{words.plain_moment(local, said.now)}{said.place}"
    return plain if said.plain else words.slack_date(when, "{date_short_pretty} at {time}", plain)


def day(when: datetime, said: Wording) -> str:
    """Say since when something is counted: `9:00 AM` today, `yesterday`, `Friday`, `Nov 20`."""
    return moment(when, said) if _days(when, said) == 0 else _day(when, said)


def last_day(ends: datetime, said: Wording) -> str:
    """Say a campaign's last day: `Mon, Nov 30`. Midnight UTC is a date without a time, and not converted."""
    return words.weekday(ends if is_day(ends) else ends.astimezone(said.zone), said.now)


def by_last_day(ends: datetime, said: Wording) -> str:
    """Say until when a campaign that has not ended has time: `by Mon, Nov 30`, or `today, its last day`."""
    day = last_day(ends, said)
    return "today, its last day" if day == last_day(said.now, said) else f"by {day}"


def between(earliest: datetime, latest: datetime, said: Wording) -> str:
    """Say when something will be: `Thursday around noon`, and a range where it is wide.

    A range of more than six hours is `Thursday` within a day, `between Thursday 4 PM and Friday 11 AM` when shorter
    than a day, and else `between Thursday and Saturday`.
    """
    if latest - earliest <= _SURE:
        middle = _full_hour(earliest + (latest - earliest) / 2, said)
        return f"{_day(middle, said)} around {_hour(middle)}{said.place}"
    first, last = _day(earliest, said), _day(latest, said)
    if first == last:
        return first
    if latest - earliest < _A_DAY:
        first, last = (
            f"{_day(hour, said)} {_hour(hour)}" for hour in (_full_hour(earliest, said), _full_hour(latest, said))
        )
        return f"between {first} and {last}{said.place}"
    return f"between {first} and {last}"


def _days(when: datetime, said: Wording) -> int:
    """Return how many days away it is, in that zone: 0 is today, -1 yesterday."""
    return (when.astimezone(said.zone).date() - said.now.astimezone(said.zone).date()).days


def _day(when: datetime, said: Wording) -> str:
    days, local = _days(when, said), when.astimezone(said.zone)
    if near := {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days):
        return near
    return f"{local:%A}" if days in _NAMED else words.plain_day(local, said.now)


def _full_hour(when: datetime, said: Wording) -> datetime:
    later = (when + timedelta(minutes=30)).astimezone(said.zone)
    return later.replace(minute=0, second=0, microsecond=0)


def _hour(when: datetime) -> str:
    named = {0: "midnight", 12: "noon"}.get(when.hour)
    return named or words.plain_time(when).replace(":00 ", " ")
