"""One delivery of a digest, ready to be drawn: what it reports, and what surrounds that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from blocks.card_options import WHOLE, CardOptions
from bot.digests.digest import CampaignFilter, Delivery, Digest, Pause
from bot.digests.report import Report


@dataclass(frozen=True, slots=True)
class Edition:
    """One delivery, a preview, or a copy for one person."""

    digest: Digest
    report: Report
    as_of: datetime  # when its numbers were read
    due: datetime
    run: str = ""  # the delivery's id; empty for a preview or a copy
    count: int = 0  # campaigns that fit its choice now, also those that are not read
    next_due: datetime | None = None  # None: nothing more is due
    late: timedelta | None = None  # None: on time
    late_why: str = ""  # a `Reason`, or empty
    failed_since: Delivery | None = None  # a delivery since the last one that did not arrive
    paused_since: Pause | None = None  # a pause by a person since the last delivery, which the channel was not told
    is_old: bool = False  # an old slot that a person had sent again
    is_now: bool = False  # *Send now*: it moves nobody's baseline
    options: CardOptions = WHOLE
    left_out: int = 0  # matching campaigns beyond the limit
    problem: str | None = None  # the class name of the error because of which not all campaigns could be read
    for_one: bool = False  # a preview or a copy for one person: without buttons
    link: str = ""  # opens careCycle, or empty

    @property
    def choice(self) -> CampaignFilter:
        """Which campaigns it shows."""
        return self.digest.choice

    @property
    def zone(self) -> ZoneInfo:
        """The digest's own time zone, in which its days and times are given."""
        return ZoneInfo(self.digest.timetable.zone)
