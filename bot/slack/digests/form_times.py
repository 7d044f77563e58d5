"""Read from the form when a digest is due, and say which field is wrong."""

from dataclasses import replace
from datetime import date, datetime

from blocks import words
from blocks.digests import form_fields
from blocks.digests.form_fields import Filled, Often
from bot.digests.digest import Limits
from bot.digests.timetable import WORKDAYS, Timetable, is_zone, times_a_day
from bot.digests.timetable_typed import read_cron, read_times
from bot.slack.surfaces.form_submission import WrongField


def timetable(chosen: Filled, limits: Limits, now: datetime) -> Timetable:
    """Return when the digest is due. Raise WrongField."""
    if not is_zone(chosen.zone):
        raise WrongField(form_fields.ZONE, "Choose a time zone: type a city, such as New York.")
    made = replace(
        _times(chosen), starts=_day(form_fields.STARTS, chosen.starts), ends=_day(form_fields.ENDS, chosen.ends)
    )
    if made.starts and made.ends and made.ends < made.starts:
        raise WrongField(form_fields.ENDS, "The last day is before the first day.")
    at = form_fields.CRON if made.cron else form_fields.TIMES
    if times_a_day(made) > limits.times:
        raise WrongField(at, f"That is too often: {words.amount(limits.times, 'time')} a day at most.")
    if next(made.after(now), None) is None:
        raise WrongField(
            form_fields.ENDS if made.ends else at, "It would never go out: those days have passed, or never come."
        )
    return made


def often(times: Timetable) -> Often:
    """Return how the form asks for this timetable."""
    if times.cron:
        return "cron"
    if times.monthly:
        return "month"
    return "weekdays" if times.days == WORKDAYS else "weekly" if len(times.days) == 1 else "days"


def _times(chosen: Filled) -> Timetable:
    if chosen.often == "cron":
        try:
            return Timetable(chosen.zone, cron=read_cron(chosen.cron))
        except ValueError as error:
            raise WrongField(form_fields.CRON, str(error)) from error
    if chosen.often == "days" and not chosen.days:
        raise WrongField(form_fields.DAYS, "Choose at least one day.")
    days = {"days": chosen.days, "weekly": (chosen.day,)}.get(chosen.often, ())
    try:
        at = read_times(chosen.times)
    except ValueError as error:
        raise WrongField(form_fields.TIMES, str(error)) from error
    return Timetable(chosen.zone, frozenset(map(int, days)) or WORKDAYS, at, monthly=chosen.often == "month")


def _day(name: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise WrongField(name, "Choose a day.") from error
