"""The fields of the form for a digest, what a person has filled in, and what is known besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FIELD = "digest_field."  # every field's name begins with it
NAME, PLACE, CHANNEL = (f"{FIELD}{one}" for one in ("name", "place", "channel"))
KIND, STATUS, WORDS, PICKS = (f"{FIELD}{one}" for one in ("kind", "status", "words", "picks"))
OFTEN, DAY, DAYS, CRON, TIMES, ZONE = (f"{FIELD}{one}" for one in ("often", "day", "days", "cron", "times", "zone"))
STARTS, ENDS, LENGTH, OPTIONS, BACKUP = (f"{FIELD}{one}" for one in ("starts", "ends", "length", "options", "backup"))
ANY = "any"  # the status option for all campaigns; Slack takes no empty value
SKIP, THREAD = "skip", "thread"
MOST_PICKS = 100  # for more campaigns, use a filter
LABELS = {
    NAME: "Name",
    PLACE: "Where",
    CHANNEL: "Channel",
    KIND: "Campaigns",
    STATUS: "Status",
    WORDS: "Words in the name",
    PICKS: "Which campaigns",
    OFTEN: "How often",
    DAY: "Day",
    DAYS: "Days",
    CRON: "Cron expression",
    TIMES: "Times",
    ZONE: "Time zone",
    STARTS: "First day",
    ENDS: "Last day",
    LENGTH: "Chart",
    OPTIONS: "Also",
    BACKUP: "Backup owner",
}
Place = Literal["channel", "me"]
Kind = Literal["active", "filter", "these"]
Often = Literal["weekdays", "weekly", "days", "month", "cron"]
KINDS: dict[str, str] = {"active": "All active ones", "filter": "By status or words", "these": "These campaigns"}
OFTENS: dict[str, str] = {
    "weekdays": "Weekdays, Monday to Friday",
    "weekly": "Weekly, on one day",
    "days": "On several days of the week",
    "month": "Monthly, on the first working day",
    "cron": "By a cron expression",
}
WEEK = {
    "1": "Monday",
    "2": "Tuesday",
    "3": "Wednesday",
    "4": "Thursday",
    "5": "Friday",
    "6": "Saturday",
    "7": "Sunday",
}
LENGTHS = {"full": "With a chart of each day’s calls", "condensed": "Without the chart"}
EXTRAS = {
    SKIP: "Skip it when nothing has changed",
    THREAD: "Post each campaign’s details in a thread under it",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as a person has filled it in, valid or not."""

    name: str
    channel: str | None
    zone: str
    place: Place = "channel"
    kind: Kind = "active"
    status: str = ANY
    words: str = ""
    picked: Mapping[str, str] = field(default_factory=dict)  # campaigns' names by id
    often: Often = "weekdays"
    day: str = "1"  # of a weekly one
    days: tuple[str, ...] = ("1", "2", "3", "4", "5")
    times: str = "9:00 AM"
    more: bool = False  # all fields are shown
    cron: str = ""
    starts: str | None = None  # the first day, `2026-11-24`; None: none is set
    ends: str | None = None  # the last day, likewise
    length: str = "full"
    options: tuple[str, ...] = ()
    backup: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the form shows besides its fields: what would happen if it were saved."""

    times: tuple[str, ...] = ()  # the next times in words (plain text)
    wrong: str = ""  # what is wrong with the times (plain text)
    matches: str = "Asking careCycle how many campaigns match …"  # how many campaigns match (mrkdwn)
    none_match: bool = False  # no campaign does
    cannot_post: str = ""  # why the app cannot post in the channel (mrkdwn)
    may_join: bool = False  # the app can go into the channel by itself
    there: tuple[str, ...] = ()  # about the place: who else is there, and what comes there already (mrkdwn)
    note: str = ""  # the result of the last button (mrkdwn)
    over: str = ""  # whose change is replaced by saving (mrkdwn)
    other: bool = False  # somebody else owns the digest
    of: str = ""  # a fingerprint of what all this was found out for; empty while something is not known

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should have read before saving (mrkdwn)."""
        return (*self.there, *((self.matches,) if self.none_match else ()))
