"""Stories for the clock that can be moved: troubles of the sample campaigns, and what the bot should say of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from typing import Final

from playground.carecycle import CareCycle
from playground.clock import NEW_YORK
from playground.course import Course, Happening
from playground.habits import Campaign
from playground.life import Life, stand_still

_AEP: Final = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
_TURNING_65: Final = "84f32551-5366-4ce2-ad4d-666177bb3654"
_REGIONAL: Final = "a55c9c8e-2f7c-4cc7-8d64-a752b8ec796e"
_LICENSED: Final = "3c37bb01-18b0-410e-8eab-f94903f33851"
_SPANISH: Final = "ba5c875c-d7aa-4208-acff-b0f0f79edc82"
_DUAL: Final = "b093e3b4-7df2-4c58-9c56-dc87f32efa03"
_STALLS_AT, _ENDS_AT, _RESETS_AT, _EMPTY_AT = wall_time(10, 40), wall_time(17), wall_time(11), wall_time(12)
_MIDNIGHT = wall_time()
_SATURDAY, _THURSDAY = 5, 3
_SOON = timedelta(minutes=1)  # what was heard at the moment of telling stays true
_AWAY: Final = timedelta(hours=2)
_AT_LEAST = timedelta(days=2)  # in which a list runs empty

_Happen = Callable[[Course, datetime], Sequence[Happening]]  # of a campaign, at a moment in New York


@dataclass(frozen=True)
class Story:
    """What can be told: `does` and `says` have {name} for the campaign and {when} for the moment it is about."""

    name: str
    does: str
    says: str  # what the bot should say, and when
    when: Callable[[datetime], datetime]  # from the moment of telling, both in New York
    campaign: str | None = None  # whose story it is unless told otherwise; None: careCycle's own
    happen: _Happen | None = None


@dataclass(frozen=True)
class Told:
    """A story that was told, about one campaign, with its moments."""

    story: Story
    campaign: str | None
    at: datetime
    does: str
    says: str


class Stories:
    """Tells stories to the stand-in for careCycle whose campaigns live."""

    def __init__(self, carecycle: CareCycle, life: Life) -> None:
        self.told: list[Told] = []
        self._carecycle = carecycle
        self._life = life
        self._away: datetime | None = None  # until when careCycle answers nothing
        carecycle.away = self._is_away

    def tell(self, name: str, campaign_id: str | None = None) -> Told:
        """Tells one of STORIES. Raises LookupError where there is none of that name, or its campaign calls nobody."""
        if name not in STORIES:
            raise LookupError(f"no story is called {name!r}, only {', '.join(STORIES)}")
        story, now = STORIES[name], self._life.now()
        about = campaign_id or story.campaign
        if any((one.story, one.campaign) == (story, about) for one in self.told) and about:
            raise ValueError("this story was told already")
        when = story.when(now)
        if story.happen and about:
            course = self._life.course(about)
            course.plan(*story.happen(course, when))
        else:
            about, self._away = None, when
        words = {"name": self._name(about), "when": _words(when)}
        self.told.insert(0, Told(story, about, now, story.does.format(**words), story.says.format(**words)))
        return self.told[0]

    def _name(self, campaign_id: str | None) -> str:
        campaign: Campaign = self._carecycle.campaigns.get(campaign_id or "", {})
        return str(campaign.get("name") or "careCycle")

    def _is_away(self) -> bool:
        return self._away is not None and self._life.now() < self._away


def _words(moment: datetime) -> str:
    return f"{moment:%a, %b} {moment.day}, {moment:%I:%M %p}".replace(" 0", " ")


def _soon(now: datetime) -> datetime:
    return now + _SOON


def _next_weekday(now: datetime, at: wall_time, *, after: int = 1) -> datetime:
    """That time on the next day from Monday to Friday, or on one `after` so many of them."""
    day = now.date()
    while after:
        day += timedelta(1)
        after -= day.weekday() < _SATURDAY
    return datetime.combine(day, at, NEW_YORK)


def _thursday(now: datetime) -> datetime:
    """The next Thursday noon that leaves time to see it come."""
    day = (now + _AT_LEAST).date()
    return datetime.combine(day + timedelta((_THURSDAY - day.weekday()) % 7), _EMPTY_AT, NEW_YORK)


def _fails_twice_as_often(_: Course, when: datetime) -> Sequence[Happening]:
    return [Happening(when.timestamp(), lambda course: course.fail_more(2))]


def _stalls(_: Course, when: datetime) -> Sequence[Happening]:
    return [Happening(when.timestamp(), stand_still)]


def _runs_empty(course: Course, when: datetime) -> Sequence[Happening]:
    begins = (now := course.now) + _SOON.total_seconds()
    leave = max(course.expected_ends(now, when.timestamp()), 1)

    def shrink(course: Course) -> None:
        course.restocked = False
        course.withdraw(leave)

    return [Happening(begins, shrink)]


def _ends_with_customers_left(course: Course, when: datetime) -> Sequence[Happening]:
    def end_sooner(course: Course) -> None:
        course.ends = when
        course.updated = datetime.fromtimestamp(course.now, UTC)

    begins = course.now + _SOON.total_seconds()
    return [Happening(begins, end_sooner), Happening(when.timestamp(), stand_still)]


def _counts_anew(_: Course, when: datetime) -> Sequence[Happening]:
    return [Happening(when.timestamp(), Course.reset)]


def _is_paused(_: Course, when: datetime) -> Sequence[Happening]:
    def pause(course: Course) -> None:
        course.status, course.updated = "paused", when

    return [Happening(when.timestamp(), pause)]


_TABLE: Final = (
    Story(
        "share doubled",
        "From {when} on, twice as many customers of {name} fail as usual.",
        "After one to four days of calls: how many of those who ended since then failed, and what is usual here. "
        "Before that it says nothing, because so few failures can be chance.",
        lambda now: _next_weekday(now, _MIDNIGHT),
        _TURNING_65,
        _fails_twice_as_often,
    ),
    Story(
        "stall at 10:40",
        "{name} calls nobody from {when} on, though it is active and its customers wait.",
        "Once five calls were missed, and one reading later: no call since 10:45 AM (the "
        "reading after the last call), and how many customers wait.",
        lambda now: _next_weekday(now, _STALLS_AT),
        _AEP,
        _stalls,
    ),
    Story(
        "list runs empty",
        "Most customers of {name} are moved to another list, and no new ones come. The last is called around {when}.",
        "On the calling day before, at the latest: when the list is empty at this pace. Its card says so earlier. Once "
        "it is empty, the campaign is completed and needs nobody.",
        _thursday,
        _REGIONAL,
        _runs_empty,
    ),
    Story(
        "ended with customers left",
        "{name} now ends on {when}, long before all its customers are called. It stays active then, and calls nobody.",
        "Before its end: about how many customers will not be reached by then. After it: it is past its end, still "
        "active, and how many customers are left.",
        lambda now: _next_weekday(now, _ENDS_AT, after=2),
        _LICENSED,
        _ends_with_customers_left,
    ),
    Story(
        "counter reset",
        "On {when}, all counters of {name} begin again at zero, and its customers wait to be called again.",
        "Nothing that needs a person: a counter that fell is no trouble. No number is below zero.",
        lambda now: _next_weekday(now, _RESETS_AT),
        _SPANISH,
        _counts_anew,
    ),
    Story(
        "careCycle away",
        "careCycle answers every request with an error until {when}.",
        "What is shown says how old it is. No campaign is said to stand still, neither now nor afterwards.",
        lambda now: now + _AWAY,
    ),
    Story(
        "somebody pauses it",
        "{name} is paused on {when}. It keeps its numbers and calls nobody.",
        "Paused, with the numbers of that moment. It needs nobody, and what was open about it is gone.",
        _soon,
        _DUAL,
        _is_paused,
    ),
)
STORIES: Final = {story.name: story for story in _TABLE}
