"""Build what is shown when somebody asks a manager to connect careCycle: the message to the manager, and the reply."""

from collections.abc import Sequence
from typing import Literal

from blocks import kit, notices, words
from blocks.kit import Message
from bot.records import ConnectAsk

TITLE = "Ask to connect"
Why = Literal["missing", "refused", "forbidden"]  # what is wrong with the key
_WHAT: dict[Why, str] = {
    "missing": (
        "to connect this workspace to careCycle. It takes a careCycle key and a minute; "
        "then everybody here can look up campaigns."
    ),
    "refused": (
        "to connect a new careCycle key. careCycle no longer accepts this workspace’s key, "
        "so nobody here can look up campaigns."
    ),
    "forbidden": (
        "to connect a new careCycle key. This workspace’s key lacks the permission to read campaigns, "
        "so nobody here can look them up."
    ),
}


def request(asked_by: str, channel: str, why: Why) -> Message:
    """Build the direct message to a manager. `channel` is where it was asked, empty if in no channel."""
    who, where = f"<@{words.literal(asked_by, 64)}>", f", in <#{words.literal(channel, 64)}>," if channel else ""
    text = f"{who} asks you{where} {_WHAT[why]}"
    label = "Connect careCycle" if why == "missing" else "Connect a new key"
    return Message(
        text,
        (
            kit.section(text),
            kit.actions(kit.button(label, notices.CONNECT, style="primary")),
            kit.context(
                "You will find keys in careCycle under Settings, API keys. This message comes at most once a day."
            ),
        ),
    )


def asked(manager: str) -> Message:
    """Tell the person that the manager got the message."""
    return _said(f"{_person(manager)} was asked. Once careCycle is connected, everybody here can look up campaigns.")


def asked_before(earlier: ConnectAsk, user: str) -> Message:
    """Tell the person that a manager was asked already within a day, and by whom if not by them."""
    by = "" if earlier.asked_by == user else f" by {_person(earlier.asked_by)}"
    return _said(
        f"{_person(earlier.asked)} was already asked{by}, {words.moment(earlier.asked_at, earlier.asked_at)}. "
        "If it is urgent, message them directly."
    )


def not_delivered(manager: str, people: Sequence[str], *, surely: bool) -> Message:
    """Tell the person whom to ask themselves, because Slack did not deliver the message, or may not have."""
    what = "did not deliver the message" if surely else "did not confirm that the message was delivered"
    return _said(f"Slack {what} to {_person(manager)}. {notices.ask_one_of(people)}")


def nobody_known(people: Sequence[str]) -> Message:
    """Tell the person whom to ask themselves, because no manager was found who could be written to."""
    return _said(f"This app found no manager it could message. {notices.ask_one_of(people)}")


def not_needed(command: str) -> Message:
    """Tell the person that careCycle was connected meanwhile."""
    return _said(f"careCycle is already connected, so nobody was asked. Type `{command}` and a campaign’s name.")


def _person(user: str) -> str:
    return f"<@{words.literal(user, 64)}>"


def _said(text: str) -> Message:
    return Message(text, (kit.section(text),))
