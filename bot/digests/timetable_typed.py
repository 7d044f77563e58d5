"""Read a cron expression and times of day as people type them."""

import re
from contextlib import suppress
from datetime import datetime

from cronsim import CronSim, CronSimError

_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - wall times; what cron does not find in the 50 years after never comes
_LONGEST = 200  # characters allowed in a cron expression
_SHORTHANDS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS = {  # by cronsim's names
    "minute": "The minute, the first of the five fields, is 0 to 59",
    "hour": "The hour, the second of the five fields, is 0 to 23",
    "day-of-month": "The day of the month, the third of the five fields, is 1 to 31",
    "month": "The month, the fourth of the five fields, is 1 to 12 or JAN to DEC",
    "day-of-week": "The day of the week, the last of the five fields, is 0 to 7 or SUN to SAT, Sunday first",
}
_FIVE = "Cron has five fields, such as 0 9 * * 1-5: minute, hour, day of the month, month, day of the week."
_BETWEEN = re.compile(r"[,;&\n]|\band\b|\s+(?=\d)")
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*([ap])?(?(3)\.?m?\.?)", re.ASCII)
_NAMED = {"noon": "12", "midnight": "0"}


def read_cron(text: str) -> str:
    """Return the five fields as they are stored: `0 9 * * MON-FRI`. Raise ValueError with a text for users."""
    parts = _SHORTHANDS.get(text.strip().lower(), text).upper().split()
    if len(parts) != 5 or len(text) > _LONGEST:
        raise ValueError(_FIVE)
    try:
        first = next(CronSim(" ".join(parts), _ANY_DAY), None)
    except CronSimError as error:
        raise ValueError(_wrong(parts, str(error).removeprefix("Bad "))) from error
    if first is None:
        raise ValueError("That day never comes.")
    return " ".join(parts)


def read_times(text: str) -> tuple[str, ...]:
    """Read `9, 2:30 pm` as `09:00`, `14:30`: sorted, each once. Raise ValueError with a text for users."""
    typed = [piece.strip() for piece in _BETWEEN.split(text.lower()) if piece.strip()]
    if not typed:
        raise ValueError("Type at least one time, such as 9:00 AM.")
    return tuple(sorted({_read_time(piece) for piece in typed}))


def _wrong(parts: list[str], field: str) -> str:
    with suppress(CronSimError):
        CronSim(" ".join([*parts[:3], "*", parts[4]]), _ANY_DAY)
        if field == "day-of-month":
            return "That day never comes: the month is too short for it."
    return f"{_FIELDS[field]}: not {parts[list(_FIELDS).index(field)][:20]}."


def _read_time(piece: str) -> str:
    found = _TIME.fullmatch(_NAMED.get(piece, piece))
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if found and found[3]:
        hour = hour % 12 + (12 if found[3] == "p" else 0) if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise ValueError(f"{piece[:20]} is not a time: type it like 9:00 AM or 2:30 PM.")
    return f"{hour:02}:{minute:02}"
