"""Explain errors in plain words: what went wrong, whether the person can fix it, and the next step."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from blocks import kit, missing_key, not_sent, not_understood, own_database, words
from blocks.kit import Block, Message
from bot.campaigns.campaign import Reading
from bot.digests.errors import CannotSend, NewerArrived, TooManyDigests
from bot.errors import (
    BotError,
    Busy,
    CampaignNotFound,
    DigestChanged,
    DigestGone,
    KeyChanged,
    KeyFixed,
    KeyRefused,
    NotAllowed,
    NotConnected,
    NotInstalled,
    NotOpened,
    NotPosted,
    NotShownHere,
    NotUnderstood,
    OldButton,
    Outsider,
    RateLimited,
    SlackLimited,
    Slow,
    StoreUnavailable,
    Unavailable,
    Unreadable,
)
from bot.records import ManagersOnly

RETRY, ADD = "notice.retry", "notice.add"
CONNECT = missing_key.CONNECT
FIXED = "The key was set by the person who set up this app, and only they can change it."
CANNOT_READ = "careCycle answered with something this app cannot read"


def for_error(error: BotError, now: datetime, *, retry: str | None = None) -> Message:
    """Build the notice for `error`, with a button when one helps.

    `retry` is the button's value, the ids to ask for again. Without it there is no *Try again*.
    """
    text = reason(error, now)
    return Message(text, (kit.section(text), *(kit.actions(button) for button in _buttons(error, retry))))


def _buttons(error: BotError, retry: str | None) -> Iterator[Block]:
    if retry and isinstance(error, Unavailable | Slow | Busy | StoreUnavailable) and not own_database.saves(error):
        yield kit.button("Try again", RETRY, value=retry)
    if isinstance(error, NotUnderstood):
        yield from not_understood.buttons(error)
    if isinstance(error, NotConnected | KeyRefused):
        yield from missing_key.buttons(error, retry)
    if isinstance(error, NotInstalled) and error.url:
        yield kit.button("Add to Slack", ADD, url=error.url)


def too_late() -> Message:
    """Build the notice for a form that could not be answered within the three seconds that Slack waits."""
    text = "That is taking longer than Slack allows. It may still go through; check again in a moment."
    return Message(text, (kit.section(text),))


def modal(title: str, notice: Message) -> Block:
    """Build a modal that shows a notice."""
    return kit.modal(title, notice.blocks)


def loading(title: str) -> Block:
    """Build the modal that is shown while data is being fetched."""
    return kit.modal(title, [kit.section("One moment …")])


def for_bug(reference: str) -> Message:
    """Build the notice for a bug in this program. The log holds the same `reference`."""
    text = (
        "That failed because of a mistake in this app, not because of anything you did. "
        f"It was logged; the person who set up this app can find it as `{reference}`."
    )
    return Message(text, (kit.section(text),))


def reason(error: BotError, now: datetime) -> str:
    """Explain an error to a person in one or two sentences (mrkdwn)."""
    if isinstance(error, RateLimited | SlackLimited | Unreadable):
        return _unreadable(error) if isinstance(error, Unreadable) else _limited(error, now)
    if isinstance(error, NotUnderstood):
        return not_understood.reason(error, reason(error.unsearched, now) if error.unsearched else "")
    if isinstance(error, NotAllowed):
        return _not_allowed(error)
    if isinstance(error, NotPosted | CannotSend | Outsider):
        return _in_conversation(error)
    if isinstance(error, NotConnected | KeyRefused):
        return missing_key.reason(error)
    return own_database.reason(error) if isinstance(error, StoreUnavailable) else _REASONS[type(error)]


def plain_reason(error: BotError, now: datetime) -> str:
    """Return `reason` as plain text, for a terminal and wherever else there is no mrkdwn."""
    return words.plain(reason(error, now)).replace("`", "")


def stale(reading: Reading) -> str:
    """Say that a card is out of date and why. After a rate limit, also say until when if that is known (mrkdwn)."""
    return out_of_date(reading.problem, reading.as_of, reading.again_at)


def out_of_date(problem: BotError | None, as_of: datetime, again_at: datetime | None = None) -> str:
    """Say that something is from `as_of`, and why it is not newer (mrkdwn). `again_at`: when careCycle may be asked."""
    why = "careCycle is not answering"
    if isinstance(problem, Unreadable):
        why = CANNOT_READ
    if isinstance(problem, Slow):
        why = "careCycle is taking a long time to answer"
    if isinstance(problem, RateLimited):
        until = f" until {words.clock_time(_whole_minute(again_at))}" if again_at else ""
        why = f"careCycle’s request limit was reached{until}"
    reference = f" (reference `{problem.reference}`)" if isinstance(problem, Unreadable) else ""
    return f"⚠️ *{why}{reference}.* This is from {words.moment(as_of, as_of, ago=True)}."


def still(error: BotError, now: datetime) -> Message:
    """Build the private answer to *Refresh* when careCycle gives nothing newer. The card stays as it is."""
    text = reason(error, now)
    if isinstance(error, Unavailable):
        text = f"careCycle is still not answering; tried at {words.clock_time(now)}. The card stays as it was."
    return Message(text, (kit.section(text),), private=True)


def ask_one_of(people: Sequence[str]) -> str:
    """Say whom to ask: any of `people` (Slack ids), or any admin or owner of the workspace (mrkdwn)."""
    others = "any admin or owner of this Slack workspace"
    asked = ", ".join(f"<@{words.literal(one, 64)}>" for one in people)
    return f"Ask {f'{asked}, or {others}' if asked else others}."


def _limited(error: RateLimited | SlackLimited, now: datetime) -> str:
    minutes = (int(error.retry_after) + 60) // 60  # rounded up: never too early
    at = words.clock_time(_whole_minute(now + timedelta(seconds=error.retry_after)))
    wait = "a minute" if minutes == 1 else f"{words.amount(minutes, 'minute')}, at {at}"
    if isinstance(error, RateLimited):
        return f"careCycle’s request limit was reached. Try again in {wait}."
    return f"Slack is limiting this app right now, so that did not work. Try again in {wait}."


def _whole_minute(when: datetime) -> datetime:
    """Round up to a whole minute, because times are shown without seconds."""
    return when + timedelta(seconds=-(when.second + when.microsecond / 1e6) % 60)


def _unreadable(error: Unreadable) -> str:
    return f"{_UNREADABLE[error.what]} The reference for support is `{error.reference}`."


def _in_conversation(error: NotPosted | CannotSend | Outsider) -> str:
    if isinstance(error, NotPosted):
        return _NOT_POSTED[error.why]
    if isinstance(error, CannotSend):
        return not_sent.reason(error)
    if error.unsure:
        return "Slack did not tell this app which company you work for, so nothing was shown. Try again in a minute."
    return "Only people at the company that uses this app can look up its campaigns."


def _not_allowed(error: NotAllowed) -> str:
    if error.unsure:
        whether = "you are a manager here" if error.who == "managers" else "you may do that"
        return f"Slack did not tell this app whether {whether}, so nothing was done. Try again in a minute."
    if error.who == "sharers":
        asked = ", ".join(f"<@{words.literal(one, 64)}>" for one in error.ask) or "somebody else"
        return f"{asked} shared this, so only they or a manager can take it back."
    if error.who == "members":
        return "Guests cannot do that. Ask a colleague who is not a guest here."
    if error.who == "pausers":
        keepers = " or ".join(f"<@{words.literal(one, 64)}>" for one in error.ask)
        return f"Guests cannot pause digests. Ask {keepers or 'a colleague who is not a guest here'}."
    if error.to:
        return f"Only managers can {_MANAGERS_CAN[error.to]}. {ask_one_of(error.ask)}"
    return f"Only {_WHO_MAY[error.who]} may do that. {ask_one_of(error.ask)}"


_REASONS: dict[type[BotError], str] = {
    NotInstalled: (
        "This app is no longer installed in this Slack workspace. An admin can add it again, "
        "and then a manager has to connect careCycle again."
    ),
    NotShownHere: (
        "Managers of this workspace chose not to show campaigns in channels shared with another company. "
        "Ask in a conversation within your own company."
    ),
    KeyFixed: FIXED,
    KeyChanged: "The careCycle key of this workspace was changed just now. Try again.",
    Busy: "This app has too much to do right now. Try again in a few seconds.",
    OldButton: (
        "That button no longer works: it was made by an older version of this app, or what it was for is gone. "
        "Look it up again for buttons that work."
    ),
    DigestGone: "That digest is gone: somebody deleted it or moved it to another channel.",
    DigestChanged: "Somebody changed that digest in the meantime, so nothing was saved. Open it again to see it.",
    TooManyDigests: "This workspace has as many digests as it can have. Delete one that nobody needs anymore.",
    NewerArrived: not_sent.NEWER,
    NotOpened: "Slack did not open the window, usually because it took a moment too long. Try again.",
    CampaignNotFound: (
        "That campaign is not in this workspace’s careCycle account. "
        "The id may belong to a customer or to another organization; check it in careCycle."
    ),
    Slow: "careCycle is slow right now, so there is no answer yet. Try again in a moment.",
    Unavailable: "careCycle is not answering. Nothing is wrong with what you asked; try again in a minute.",
}
_UNREADABLE = {
    "answer": f"{CANNOT_READ}. Nothing is wrong with what you asked.",
    "large": f"{CANNOT_READ}: it is too large. Look in careCycle itself for now.",
    "address": (
        f"{CANNOT_READ}. The address this app was given for careCycle does not seem to be right: "
        "the person who set up this app can correct it."
    ),
    "question": f"{CANNOT_READ}: it did not understand how this app asked. Nothing is wrong with what you asked.",
}
_MANAGERS_CAN: dict[ManagersOnly, str] = {
    "connect": "connect careCycle or replace its key",
    "disconnect": "disconnect careCycle",
    "settings": "change the settings of this app",
    "digests": "see all digests of this workspace",
}
_WHO_MAY = {"managers": "managers", "owners": "managers and this digest’s owner"}
_NOT_POSTED = {
    "absent": (
        "This app is not in this conversation, so it cannot post here. Type `/invite @careCycle` and press the button "
        "again. Until then, only you see the card."
    ),
    "direct": "Apps cannot post in direct messages between people, so only you see the card.",
    "archived": "This channel is archived, so nobody can post in it anymore.",
    "restricted": "This channel’s rules do not let this app post. Somebody who manages the channel can allow it.",
    "gone": "The message this belongs to was deleted, so there is no thread to post in.",
    "kept": (
        "Slack did not let this app delete that message. Anybody who may delete messages here, such as an admin of "
        "this Slack workspace, can: with *Delete message* in the message’s menu."
    ),
    "trouble": "Slack did not accept the message. Try again in a moment.",
}
