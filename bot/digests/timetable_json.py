"""Write a timetable as JSON for the database, and read it back.

The version before knows no first working day of a month, and puts off a digest whose timetable it cannot read. So that
kind is kept as a cron expression which says nearly the same, and which no person would type: those of the month's first
four days that are Monday to Friday. A replica of that version delivers on the right day, and on the next weekdays too
if it alone runs then. Read here, that expression is the first working day and nothing else.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.digests.timetable import Timetable, is_zone
from bot.digests.timetable_typed import read_cron, read_times

Json = dict[str, Any]  # Any: what the database gives back is checked as it is read


def to_json(timetable: Timetable) -> Json:
    """Return the timetable as JSON for the database. `from_json` reads it."""
    return {
        "zone": timetable.zone,
        "days": sorted(timetable.days),
        "times": list(timetable.times),
        "cron": _nearly(timetable.times) if timetable.monthly else timetable.cron,
        "starts": timetable.starts.isoformat() if timetable.starts else None,
        "ends": timetable.ends.isoformat() if timetable.ends else None,
    }


def from_json(kept: Json) -> Timetable:
    """Return the timetable that `to_json` wrote. Raise ValueError for anything else; nothing is corrected."""
    try:
        starts, ends = (date.fromisoformat(kept[name]) if kept[name] else None for name in ("starts", "ends"))
        days, times = frozenset(kept["days"]), tuple(kept["times"])
        monthly = kept["cron"] is not None and kept["cron"] == _nearly(times)
        made = Timetable(kept["zone"], days, times, None if monthly else kept["cron"], starts, ends, monthly)
        sound = to_json(made) == kept and is_zone(made.zone) and _is_sound(made)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a timetable") from error
    if not sound:
        raise ValueError("not a timetable as it is kept")
    return made


def _nearly(times: Sequence[str]) -> str:
    """Return the cron expression for the first working day of each month at these times."""
    hours, minutes = (sorted({int(each[part]) for each in times}) for part in (slice(2), slice(3, 5)))
    return f"{','.join(map(str, minutes))} {','.join(map(str, hours))} */31,2-4 * MON-FRI"


def _is_sound(timetable: Timetable) -> bool:
    if timetable.cron is not None:
        return read_cron(timetable.cron) == timetable.cron
    listed = ", ".join(timetable.times)
    return bool(timetable.days) and timetable.days <= set(range(1, 8)) and read_times(listed) == timetable.times
