"""What one person sees on the App Home, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from blocks.digests.list_page import FIRST, ListPage
from blocks.digests.listed import Listed
from blocks.kit import Message
from bot.errors import CareCycleError
from bot.insight.assessment import Current
from bot.records import Connection, Lookup, Remedy, Role

DIGESTS = 6  # on a page
Readings = Literal["regular", "off"]


@dataclass(frozen=True, slots=True)
class Home:
    """What one person sees on the App Home."""

    now: datetime
    help: Message
    connection: Connection | None  # None: careCycle is not connected
    user: str = ""  # Slack id
    role: Role | None = None  # None: not known yet, or Slack does not say
    ask: tuple[str, ...] = ()  # Slack ids of people to ask, for a person who is no manager
    remedy: Remedy | None = None  # what this person can do about the key; None: not known, or nothing is wrong
    lookups: Sequence[Lookup] | None = None  # None: not known yet
    names: Mapping[str, str] = field(default_factory=dict)  # campaigns' names by id, where they are known
    asking: bool = False  # more is on its way
    unread: bool = False  # the database does not say what was looked up before
    problem: CareCycleError | None = None  # why careCycle gave no names
    notice: Message | None = None  # the result of the last action on the App Home
    digests: Sequence[Listed] = ()  # a page of those that this person looks after; a manager's: of the workspace
    digest_count: int | None = None  # those of all pages; None: the database did not say
    page: ListPage = FIRST  # of the digests
    stopped: int = 0  # digests of all pages that stopped by themselves
    current: Current | None = None  # what needs a person; None: the account was not read lately
    readings: Readings | None = None  # whether the account is read regularly; None: the database was not asked
    left_out_at: datetime | None = None  # when Slack last left out events
    command: str = "/campaign"  # the name of the slash command

    @property
    def nameless(self) -> bool:
        """Whether any look-up has no name to show."""
        return any(one.campaign_id not in self.names for one in self.lookups or ())

    @property
    def is_used(self) -> bool:
        """Whether this person has looked something up, or has a digest."""
        return bool(self.lookups or self.digests)

    @property
    def is_ours(self) -> bool:
        """Whether this person is known to be of this company, and may see the account."""
        return self.role in ("manager", "member", "guest")

    @property
    def is_full_member(self) -> bool:
        """Whether this person may take care of problems, and keep them quiet."""
        return self.role in ("manager", "member")

    @property
    def judged(self) -> Current | None:
        """The last assessment, if it is new enough and this person may see it."""
        is_new = self.current is not None and not self.current.assessment.is_stale(self.now)
        return self.current if is_new and self.connection and self.is_ours else None
