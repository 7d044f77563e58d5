"""Say on the App Home whether careCycle is connected, what is wrong with that, and who can mend it."""

from collections.abc import Iterator
from datetime import datetime

from blocks import kit, missing_key, notices, words
from blocks.kit import Block
from blocks.workspace.home_state import Home
from bot.errors import KeyForbidden, KeyRefused
from bot.records import Connection

CONNECT, ASK, SETTINGS = "home.connect", "home.ask", "home.settings"


def trouble(home: Home, wrong: str) -> Iterator[Block]:
    """Yield what is wrong, and the way to mend it that this person has."""
    yield kit.section(f"⚠️ {wrong}")
    mendable = needs_key(home)
    if mendable and home.role not in (None, "manager"):
        yield kit.section(notices.ask_one_of(home.ask))
        if home.remedy and home.remedy.role == "member":
            forbidden = isinstance(home.problem, KeyForbidden)
            yield kit.actions(missing_key.ask_button(home.remedy, ASK, forbidden=forbidden))
    if home.role == "manager":
        label = "Connect a new key" if home.connection else "Connect careCycle"
        connect = (kit.button(label, CONNECT, style="primary"),) if mendable else ()
        yield kit.actions(*connect, kit.button("Settings", SETTINGS))


def fine(home: Home) -> Iterator[Block]:
    """Yield one small line: it is connected. Managers read with whose key, and find the settings below."""
    whose = _whose_key(home.connection, home.now) if home.role == "manager" else ""
    yield kit.context(f"✅ *Connected to careCycle.* {whose}".rstrip())
    if home.role == "manager":
        yield kit.actions(kit.button("Settings", SETTINGS))


def needs_key(home: Home) -> bool:
    """Return whether a manager has to connect a key before anybody can look up campaigns."""
    return bool(what_is_wrong(home)) and not _is_for_others(home)


def what_is_wrong(home: Home) -> str:
    """Say what is wrong with the connection (mrkdwn), if anything.

    Trouble that passes by itself is reported beside the look-ups instead.
    """
    connection = home.connection
    if connection is None:
        return "*Not connected to careCycle.* Nobody in this workspace can look up campaigns yet."
    if connection.broken_at:
        since = words.moment(connection.broken_at, home.now)
        stops = "Nobody in this workspace can look up campaigns until it is replaced."
        whose = f"{_whose_key(connection, home.now)} " if home.is_ours else ""
        return f"*careCycle has refused the key* since {since}. {whose}{stops}"
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
