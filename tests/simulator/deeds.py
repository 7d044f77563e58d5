"""What can happen to the campaigns of an account in a simulation."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from uuid import NAMESPACE_URL, uuid5

from playground.carecycle import CareCycle
from playground.clock import NEW_YORK
from playground.course import Course
from playground.habits import Campaign
from playground.life import Life, stand_still
from playground.samples import samples

_BEGAN, _FAR = "2026-06-01T13:00:00Z", "2027-12-31T22:00:00Z"
_SOUND, _BROKEN = "Licensed state lines", "Turning 65"  # samples whose transfers are like that


@dataclass(frozen=True, slots=True)
class Account:
    """What deeds are done to."""

    carecycle: CareCycle
    life: Life

    def course(self, name: str) -> Course:
        """Return how a campaign goes on."""
        return self.life.course(id_of(name))

    def campaign(self, name: str) -> Campaign:
        """Return a campaign as careCycle keeps it."""
        return self.carecycle.campaigns[id_of(name)]

    def courses(self) -> Iterator[Course]:
        """Yield all campaigns."""
        return (self.life.course(id_) for id_ in self.carecycle.campaigns)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that happens at a moment."""

    at: datetime
    what: str  # for the table; empty: the end of what began earlier
    do: Callable[[Account], None]


def id_of(name: str) -> str:
    """Return a campaign's id."""
    return str(uuid5(NAMESPACE_URL, name))


def campaign(name: str, a_day: int, left: int, failed: float, *, broken: bool = False) -> Campaign:
    """Return a campaign that makes about so many calls a day, of whose ended customers such a share failed."""
    ended = a_day * 5
    bad = round(ended * failed)
    counts = {"pending": left, "in_progress": 0, "completed": ended - bad, "failed": bad, "expired": 0}
    counts |= {"exceeded_max_calls": 0, "cancelled": 0, "skipped": 0}
    stats = {"statusCounts": counts, "todayCalls": a_day, "total": left + ended, "totalCalls": ended * 4}
    own = {"id": id_of(name), "name": name, "status": "active", "customerStats": stats}
    own |= {"startDate": _BEGAN, "endDate": _FAR}
    return {**copy.deepcopy(_sample(broken=broken)), **own}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment in New York."""
    return datetime.combine(day, wall_time(hour, minute), NEW_YORK)


def holiday(day: date) -> Iterator[Deed]:
    """Nobody calls all day."""
    yield Deed(at(day, 0, 1), "a holiday: nobody calls", of_all(stand_still))
    yield Deed(at(day, 23, 50), "", of_all(go_on))


def outage(when: str, start: datetime, end: datetime) -> Iterator[Deed]:
    """Let careCycle answer nothing for a while."""
    yield Deed(start, f"careCycle is away {when}", lambda account: _set_away(account, is_away=True))
    yield Deed(end, "", lambda account: _set_away(account, is_away=False))


def of(name: str, do: Callable[[Course], None]) -> Callable[[Account], None]:
    """Do something to one campaign."""
    return lambda account: do(account.course(name))


def of_all(do: Callable[[Course], None]) -> Callable[[Account], None]:
    """Do something to all campaigns."""

    def each(account: Account) -> None:
        for course in account.courses():
            do(course)

    return each


def delete(name: str) -> Callable[[Account], None]:
    """Delete a campaign."""

    def one(account: Account) -> None:
        del account.carecycle.campaigns[id_of(name)]

    return one


def begin(name: str, a_day: int, customers: int) -> Callable[[Account], None]:
    """Make a new campaign, which has called nobody yet."""

    def one(account: Account) -> None:
        made = campaign(name, a_day, customers, 0.06)
        account.life.meet([copy.deepcopy(made)])  # its habits follow from numbers that it does not have yet
        counts = dict.fromkeys(made["customerStats"]["statusCounts"], 0) | {"pending": customers}
        made["customerStats"] = {"statusCounts": counts, "todayCalls": 0, "total": customers, "totalCalls": 0}
        account.carecycle.campaigns[made["id"]] = made

    return one


def transfers(name: str, *, broken: bool) -> Callable[[Account], None]:
    """Break a campaign's transfers, or mend them."""

    def change(account: Account) -> None:
        one = account.campaign(name)
        one["transferConfig"] = copy.deepcopy(_sample(broken=broken)["transferConfig"])
        one["updatedAt"] = datetime.fromtimestamp(account.course(name).now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    return change


def with_status(status: str | None) -> Callable[[Course], None]:
    """Give a campaign another status; None: the one it had first."""

    def change(course: Course) -> None:
        course.status, course.updated = status, datetime.fromtimestamp(course.now, UTC)

    return change


def run_empty(course: Course) -> None:
    """Leave it as many customers as end in three days."""
    course.restocked = False
    course.withdraw(max(course.expected_ends(course.now, course.now + timedelta(days=3).total_seconds()), 1))


def end_on(moment: datetime) -> Callable[[Course], None]:
    """Give a campaign another end date."""

    def change(course: Course) -> None:
        course.ends, course.updated = moment, datetime.fromtimestamp(course.now, UTC)

    return change


def fail(times: float) -> Callable[[Course], None]:
    """Let so many times as many customers fail from now on."""
    return lambda course: course.fail_more(times)


def go_on(course: Course) -> None:
    """Let a campaign that stands still call again."""
    course.calling = True


def _sample(*, broken: bool) -> Campaign:
    name = _BROKEN if broken else _SOUND
    return next(one for one in samples("sunrise") if one.get("name") == name)


def _set_away(account: Account, *, is_away: bool) -> None:
    account.carecycle.away = lambda: is_away
