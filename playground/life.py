"""What active campaigns do as time goes by: they call their customers, until nobody is left or their end has come.

Everything follows from the campaign's id, the moment and the stories that were told: whoever asks twice at the same
time hears the same.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from typing import Final

from playground.clock import NEW_YORK
from playground.course import Course, Happening
from playground.habits import Campaign
from playground.samples import ENDS_SOON_ID, STOPS_ID

_ENDS_AFTER: Final = timedelta(days=2)


class Life:
    """Tells how a sample campaign looks by now; `seconds` is the clock, read in seconds since 1970."""

    def __init__(self, seconds: Callable[[], float], campaigns: Iterable[Campaign] = ()) -> None:
        self._seconds = seconds
        self._began = seconds()
        self._courses: dict[str, Course | None] = {}
        self._meet(campaigns, self._began)

    def __call__(self, campaign: Campaign) -> Campaign:
        """The campaign by now: the one given is not changed. One that is paused keeps what it lived until then."""
        self._meet([campaign], self._began)
        course = self._courses[campaign["id"]]
        if course is None:
            return campaign
        course.until(self._seconds())
        course.resting = campaign.get("status") != "active"
        return course.shown(campaign)

    def meet(self, campaigns: Iterable[Campaign]) -> None:
        """Begins the lives of campaigns that are new."""
        self._meet(campaigns, self._seconds())

    def course(self, campaign_id: str) -> Course:
        """A campaign's life up to now. Raises LookupError for one that calls nobody."""
        course = self._courses.get(campaign_id)
        if course is None:
            raise LookupError("this campaign calls nobody")
        course.until(self._seconds())
        return course

    def now(self) -> datetime:
        """The moment, in New York."""
        return datetime.fromtimestamp(self._seconds(), NEW_YORK)

    def _meet(self, campaigns: Iterable[Campaign], began: float) -> None:
        for campaign in campaigns:
            if campaign["id"] not in self._courses:
                self._courses[campaign["id"]] = _course(campaign, began) if _calls(campaign) else None


def _calls(campaign: Campaign) -> bool:
    """Whether it calls: what makes no calls at first never will."""
    stats = campaign.get("customerStats") or {}
    return bool(campaign.get("status") == "active" and stats.get("todayCalls") and stats.get("statusCounts"))


def _course(campaign: Campaign, began: float) -> Course:
    course = Course(campaign, began)
    if course.id == ENDS_SOON_ID:
        course.ends = datetime.fromtimestamp(began, UTC) + _ENDS_AFTER
        course.plan(Happening(course.ends.timestamp(), Course.be_over))
    if course.id == STOPS_ID:
        tomorrow = datetime.fromtimestamp(began, NEW_YORK).date() + timedelta(1)
        midnight = datetime.combine(tomorrow, wall_time(), NEW_YORK)
        course.plan(Happening(midnight.timestamp(), stand_still))
    return course


def stand_still(course: Course) -> None:
    """It calls nobody from now on, though it is active and its customers wait."""
    course.calling = False
