"""Build the App Home: the connection to careCycle and who can fix it, the person's digests and look-ups, and help."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from blocks import kit, missing_key, notices, words
from blocks.campaigns.campaign import UNNAMED
from blocks.digests.listed import Listed, row
from blocks.digests.message import EDIT, HISTORY
from blocks.kit import Block, Message
from blocks.workspace.needs import needs
from bot.digests.digest import Digest
from bot.errors import CareCycleError, KeyForbidden, KeyRefused, RateLimited, Unavailable, Unreadable
from bot.insight.assessment import Current
from bot.records import LOOKUPS_KEPT, Connection, Lookup, Remedy

OPEN, CLEAR, CONNECT, ASK = "home.open", "home.clear", "home.connect", "home.ask"
SETTINGS = "home.settings"
_DIGESTS = 10  # digests shown with their buttons; the rest is counted
_SHORT_ID = 8  # characters, enough to tell campaigns apart; the button holds the whole id


@dataclass(frozen=True, slots=True)
class Home:
    """What one person sees on the App Home."""

    now: datetime
    help: Message
    connection: Connection | None  # None: careCycle is not connected
    ask: tuple[str, ...] = ()  # Slack ids of people to ask, for a person who is no manager
    manager: bool | None = None  # None: not known yet
    remedy: Remedy | None = None  # what this person can do about the key; None: not known, or nothing is wrong
    lookups: Sequence[Lookup] | None = None  # None: not known yet
    names: Mapping[str, str] = field(default_factory=dict)  # campaigns' names by id, where they are known
    asking: bool = False  # careCycle is being asked for names
    unread: bool = False  # the database does not say what was looked up before
    problem: CareCycleError | None = None  # why careCycle gave no names
    notice: Message | None = None  # the result of the last action on the App Home
    digests: Sequence[Digest] = ()  # those of which this person is the owner or the backup owner
    current: Current | None = None  # what needs a person; None: the account was not read lately
    command: str = "/campaign"  # the name of the slash command

    @property
    def nameless(self) -> bool:
        """Whether any look-up has no name to show."""
        return any(one.campaign_id not in self.names for one in self.lookups or ())


def view(home: Home) -> Block:
    """Build the whole App Home, for `views.publish`."""
    noticed = (*home.notice.blocks, kit.divider()) if home.notice else ()
    own = (*_needs(home), *_digests(home), *_lookups(home))
    return kit.home([*noticed, *_connection(home), kit.divider(), *own, kit.divider(), *home.help.blocks])


def _connection(home: Home) -> Iterator[Block]:
    connection, wrong = home.connection, _what_is_wrong(home)
    yield kit.section(f"⚠️ {wrong}" if wrong else f"✅ *Connected to careCycle.* {_whose_key(connection, home.now)}")
    mendable = needs_key(home)
    if mendable and home.manager is False:
        yield kit.section(notices.ask_one_of(home.ask))
        if home.remedy and home.remedy.role == "member":
            forbidden = isinstance(home.problem, KeyForbidden)
            yield kit.actions(missing_key.ask_button(home.remedy, ASK, forbidden=forbidden))
    if home.manager:
        label = "Connect a new key" if connection else "Connect careCycle"
        connect = (kit.button(label, CONNECT, style="primary"),) if mendable else ()
        yield kit.actions(*connect, kit.button("Settings", SETTINGS))


def _needs(home: Home) -> Iterator[Block]:
    """Yield what needs a person, unless nobody knows: that is said where the connection is shown."""
    if home.current and home.connection and not home.current.assessment.is_stale(home.now):
        yield from needs(home.current, home.now, home.command)
        yield kit.divider()


def needs_key(home: Home) -> bool:
    """Return whether a manager has to connect a key before anybody can look up campaigns."""
    return bool(_what_is_wrong(home)) and not _is_for_others(home)


def _what_is_wrong(home: Home) -> str:
    """Say what is wrong with the connection, if anything.

    Trouble that passes by itself is reported beside the look-ups instead.
    """
    connection = home.connection
    if connection is None:
        return "*Not connected to careCycle.* Nobody in this workspace can look up campaigns yet."
    if connection.broken_at:
        since = words.moment(connection.broken_at, home.now)
        stops = "Nobody in this workspace can look up campaigns until it is replaced."
        return f"*careCycle has refused the key* since {since}. {_whose_key(connection, home.now)} {stops}"
    return notices.reason(home.problem, home.now) if isinstance(home.problem, KeyRefused) else ""


def _is_for_others(home: Home) -> bool:
    """Return whether the connection can only be fixed outside Slack. The text then says by whom."""
    return home.connection is not None and home.connection.is_fixed


def _whose_key(connection: Connection | None, now: datetime) -> str:
    """Say who set the key, and show its last four characters."""
    if connection is None or connection.connected_by is None or connection.connected_at is None:
        return notices.FIXED
    who, when = f"<@{words.literal(connection.connected_by, 64)}>", words.moment(connection.connected_at, now)
    return f"The key ending in `{words.literal(connection.last_four)}` was set by {who}, {when}."


def _digests(home: Home) -> Iterator[Block]:
    """Yield the person's digests. Yield nothing without any: the command's help already mentions digests."""
    if not home.digests:
        return
    yield kit.header("Your digests")
    for one in home.digests[:_DIGESTS]:
        yield kit.section(row(Listed(one), home.now, where=True))
        edit, history = kit.button("Edit", EDIT, value=one.id), kit.button("History", HISTORY, value=one.id)
        yield kit.actions(edit, history)
    if (more := len(home.digests) - _DIGESTS) > 0:
        yield kit.context(f"and {words.number(more)} more, each in its channel’s list")
    yield kit.divider()


def _lookups(home: Home) -> Iterator[Block]:
    yield kit.header("Your recent campaigns")
    if home.unread:
        yield kit.section("⚠️ This app cannot reach its own database, so your recent campaigns are not shown.")
    if home.lookups is None:
        yield kit.context("One moment …")
        return
    if not home.lookups:
        if not home.unread:
            yield kit.section("None yet. The campaigns you look up appear here.")
        return
    if home.nameless and (line := _why_nameless(home)):
        yield kit.context(line)
    yield from (_row(one, home) for one in home.lookups)
    yield kit.actions(kit.button("Clear", CLEAR, confirm=_ARE_YOU_SURE))
    yield kit.context(f"Only you see these. They are kept for {LOOKUPS_KEPT.days} days.")


def _why_nameless(home: Home) -> str:
    if home.asking:
        return "Asking careCycle for their names …"
    if home.problem is None or isinstance(home.problem, KeyRefused):  # that is said above
        return ""
    if isinstance(home.problem, RateLimited):
        return "⚠️ careCycle’s request limit was reached, so names are missing here."
    if isinstance(home.problem, Unavailable):
        return "⚠️ careCycle is not answering, so names are missing here."
    if isinstance(home.problem, Unreadable):
        reference = f"The reference for support is `{home.problem.reference}`."
        return f"⚠️ {notices.CANNOT_READ}, so names are missing here. {reference}"
    return "⚠️ careCycle did not give their names."


def _row(one: Lookup, home: Home) -> Block:
    name = home.names.get(one.campaign_id)
    shown = "Campaign" if name is None else words.literal(name, 100) or UNNAMED
    text = f"*{shown}*\n`{one.campaign_id[:_SHORT_ID]}`  ·  {words.moment(one.at, home.now)}"
    return kit.section(text, button=kit.button("Open", OPEN, value=one.campaign_id))


_ARE_YOU_SURE = kit.confirm(
    "Clear your recent campaigns?", "The list is deleted, only for you. Nothing happens to the campaigns.", "Clear"
)
