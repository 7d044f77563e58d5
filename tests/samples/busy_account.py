"""A careCycle account of hundreds of campaigns as its readings show it, also over a year, always the same."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.campaigns.figures import Figures
from bot.insight import thinning
from bot.insight.series import AccountReading

ZONE = "America/New_York"
END = datetime(2026, 11, 27, 20, 50, tzinfo=UTC)  # a Friday afternoon
QUARTER = timedelta(minutes=15)
_OPEN, _CLOSE = 9, 20  # local hours in which campaigns call, on weekdays
_ENDS = ("completed", "failed", "expired", "exceeded_max_calls")


def kept_moments(days: int) -> list[datetime]:
    """The moments of so many days of readings, every quarter of an hour, that are kept."""
    every = [END - number * QUARTER for number in range(days * 96)]
    return thinning.kept(every, END, ZONE, days)


def readings(
    moments: Sequence[datetime], campaigns: int, active: int, *, touched: bool = False
) -> Iterator[AccountReading]:
    """The account at these moments. Of its campaigns as many are active at a time; the next one begins when one ends.

    `touched`: careCycle moves `updatedAt` with every call, which it does not say.
    """
    random = Random(7)
    now = {str(UUID(int=random.getrandbits(128), version=4)): _new(random, number) for number in range(campaigns)}
    running = list(now)[:active]
    before = moments[0] - QUARTER
    for moment in moments:
        hours = _calling_hours(before, moment)
        new_day = moment.astimezone(ZoneInfo(ZONE)).date() != before.astimezone(ZoneInfo(ZONE)).date()
        for place, id_ in enumerate(running):
            now[id_] = _after(now[id_], hours, moment, random, new_day=new_day, touched=touched)
            if now[id_].status == "completed":
                running[place] = random.choice([one for one in now if one not in running])
                now[running[place]] = _begun(now[running[place]], moment, random)
        yield AccountReading(moment, dict(now))
        before = moment


def _new(random: Random, number: int) -> Figures:
    begun = END - timedelta(days=random.randint(400, 700), seconds=random.randint(0, 86_400), milliseconds=7 * number)
    waiting = random.randint(200, 6000)
    name = f"{random.choice(('AEP', 'ACA', 'Medicare', 'Life'))} {random.choice(('Ohio', 'Texas'))} {number}"
    states = {"pending": waiting, **dict.fromkeys(("in_progress", *_ENDS, "cancelled", "skipped"), 0)}
    return Figures(name, "active", waiting, 0, 0, states, begun + timedelta(days=90), (), begun, begun)


def _begun(one: Figures, moment: datetime, random: Random) -> Figures:
    more = random.randint(200, 6000)
    states = {**one.states, "pending": one.states["pending"] + more}
    customers = (one.customers or 0) + more
    return replace(one, status="active", customers=customers, states=states, updated=moment - timedelta(minutes=3))


def _after(one: Figures, hours: float, moment: datetime, random: Random, *, new_day: bool, touched: bool) -> Figures:
    """A campaign after some hours of calling."""
    today = 0 if new_day else one.today or 0
    if not hours:
        return replace(one, today=today) if one.today != today else one
    states, calls = dict(one.states), round(hours * random.uniform(20, 120))
    ended = min(round(calls * random.uniform(0.1, 0.5)), states["pending"] + states["in_progress"])
    for end in _ENDS:
        part = round(ended * random.random() * 0.7)
        states[end] += part
        ended -= part
        taken = min(part, states["pending"])
        states["pending"] -= taken
        states["in_progress"] = max(states["in_progress"] - part + taken, 0)
    trying = random.randint(0, 30)
    states["pending"], states["in_progress"] = states["pending"] + states["in_progress"] - trying, trying
    over = states["pending"] < 20
    return replace(
        one,
        status="completed" if over else one.status,
        calls=(one.calls or 0) + calls,
        today=today + round(calls * min(1.0, 1.0 / hours)) if hours > 12 else today + calls,
        states={name: max(count, 0) for name, count in states.items()},
        updated=moment - timedelta(milliseconds=random.randint(0, 900_000)) if over or touched else one.updated,
    )


def _calling_hours(start: datetime, end: datetime) -> float:
    """The hours in which campaigns call between two moments."""
    local, until, found = start.astimezone(ZoneInfo(ZONE)), end.astimezone(ZoneInfo(ZONE)), 0.0
    while local < until:
        step = min(local + QUARTER, until)
        if local.weekday() < 5 and _OPEN <= local.hour < _CLOSE:
            found += (step - local) / timedelta(hours=1)
        local = step
    return found
