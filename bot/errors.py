"""The tree of errors that can be explained to a person.

    BotError                      an error that can be explained to a person
    ├─ NotInstalled               the app is not, or is no longer, installed in this Slack workspace
    ├─ NotConnected               the workspace has no careCycle key yet
    ├─ KeyChanged                 the careCycle key was replaced or deleted while careCycle was asked
    ├─ NotUnderstood              the typed text does not hold one campaign id
    ├─ NotAllowed                 this person may not do this
    ├─ NotShownHere               managers allow no cards in channels shared with another company
    ├─ Outsider                   a person from another company uses the app in a shared channel
    ├─ NotPosted                  Slack did not accept a message
    ├─ KeyFixed                   the careCycle key comes from the environment, and cannot be changed in Slack
    ├─ Busy                       the bot has too much work under way
    ├─ OldButton                  the button is from a card or modal this version no longer makes
    ├─ NotOpened                  Slack did not open a modal, mostly because too much time had passed
    ├─ SlackLimited               Slack takes no more requests of this kind for a while
    ├─ DigestGone                 the digest was deleted
    ├─ DigestChanged              the digest was changed after this person last saw it
    ├─ TooManyDigests, CannotSend, NewerArrived   why a digest is not added, or not sent (bot/digests/errors.py)
    ├─ StoreUnavailable           our own database does not answer
    └─ CareCycleError
       ├─ KeyRefused
       │  ├─ KeyRejected          401: revoked or expired
       │  └─ KeyForbidden         403: lacks a permission
       ├─ CampaignNotFound        404, or an id the API does not accept
       ├─ RateLimited             429, or our own request budget is used up
       ├─ Unavailable             5xx, timeout, lost connection: nothing came
       ├─ Slow                    no answer could be put together within the time a person waits
       └─ Unreadable              an answer came, but this app cannot read it

Any other exception during a request is reported as a bug. The texts for people are in `blocks/notices.py`. The texts
of the errors themselves are for logs, and never hold a key, a phone number or text a person typed.
"""

import secrets
from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Literal, Self

from bot.records import ManagersOnly, Remedy

What = Literal["answer", "large", "address", "question"]


class BotError(Exception):
    """An error that can be explained to a person."""


class _Remedied:
    """What one person can do about an error. None: who the person is is not known."""

    remedy: Remedy | None = None

    def for_person(self, remedy: Remedy) -> Self:
        """Return a copy for one person: the same error may be raised to many."""
        mine = copy(self)
        mine.remedy = remedy
        return mine


class NotInstalled(BotError):
    """The app is not, or is no longer, installed in this Slack workspace."""

    def __init__(self, url: str | None = None) -> None:
        super().__init__("not installed")
        self.url = url  # the page to install it from, if there is one


class NotConnected(_Remedied, BotError):
    """This workspace has no careCycle key yet."""


class KeyChanged(BotError):
    """The workspace's careCycle key was replaced or deleted while careCycle was asked with it."""


Misread = Literal["nothing", "several", "broken id", "bare link", "other link", "customer link", "status"]


class NotUnderstood(_Remedied, BotError):
    """The text a person typed does not name one campaign."""

    def __init__(
        self,
        why: Misread | None = None,
        *,
        nearest: str | None = None,
        unsearched: BotError | None = None,
        pasted: Literal["key", "token"] | None = None,
        seen_by_all: bool = False,
        meant: tuple[str, ...] = (),
    ) -> None:
        super().__init__("not understood")
        self.why = why
        self.nearest = nearest  # the subcommand it resembles, if any
        self.unsearched = unsearched  # why campaigns could not be searched for it instead
        self.pasted = pasted  # the text may hold a careCycle key or a Slack token
        self.seen_by_all = seen_by_all  # everybody in the conversation can read what was typed
        self.meant = meant  # names of campaigns that may be meant


class NotAllowed(BotError):
    """This person may not do this."""

    def __init__(
        self,
        ask: tuple[str, ...] = (),
        *,
        unsure: bool = False,
        who: Literal["managers", "owners", "members", "pausers", "sharers"] = "managers",
        to: ManagersOnly | None = None,
    ) -> None:
        super().__init__("not allowed")
        self.to = to  # what only managers may do
        self.ask = ask  # Slack ids of people who may, if any are known here
        self.unsure = unsure  # Slack did not say whether this person may
        # Who may: managers only, `owners` (managers, and a digest's owner and backup owner), `members` (no guests),
        # `pausers` (no guests; `ask` look after the digest), or `sharers` (managers, and who shared it: `ask`).
        self.who = who


class NotShownHere(BotError):
    """Managers allow no cards in channels shared with another company."""


class Outsider(BotError):
    """A person from another company uses the app in a shared channel."""

    def __init__(self, *, unsure: bool = False) -> None:
        super().__init__("of another company")
        self.unsure = unsure  # Slack did not say which company the person is from


class NotPosted(BotError):
    """Slack did not accept a message for a conversation.

    `why` is "absent" when the app is not in the conversation, "direct" in direct messages between other people, "gone"
    when the message to answer was deleted, and "kept" when Slack did not delete a message that was shared.
    """

    def __init__(self, why: Literal["absent", "direct", "archived", "restricted", "gone", "kept", "trouble"]) -> None:
        super().__init__(why)
        self.why = why


class KeyFixed(BotError):
    """The careCycle key comes from the environment: only the operator can change it."""


class Busy(BotError):
    """The bot has too much work under way to start more."""


class OldButton(BotError):
    """The value of a button or modal is not one that this version makes."""


class NotOpened(BotError):
    """Slack did not open a modal, for example because its `trigger_id` was older than three seconds."""


class SlackLimited(BotError):
    """Slack takes no more requests of this kind for another `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"limited by Slack for {retry_after:.0f} s")
        self.retry_after = retry_after


class DigestGone(BotError):
    """The digest was deleted, belongs to another workspace, or may not be seen by this person."""


class DigestChanged(BotError):
    """The digest was changed after this person last saw it."""

    def __init__(self, by: str | None, at: datetime) -> None:
        super().__init__("changed meanwhile")
        self.by = by  # who changed it, if known
        self.at = at  # when


class StoreUnavailable(BotError):
    """Our own database does not answer."""

    is_full = is_unclear = False  # whether it has no room; whether it may have written, and did not say so any more
    refused = ""  # why it takes nothing that is to be written, if it said so: "it has no room"


class CareCycleError(BotError):
    """careCycle did not give what was asked for."""


class KeyRefused(_Remedied, CareCycleError):
    """careCycle does not let this key read campaigns."""

    def __init__(self, text: str = "", *, fixed: bool = False) -> None:
        super().__init__(text)
        self.fixed = fixed  # the key comes from the environment, so nobody can replace it in Slack


class KeyRejected(KeyRefused):
    """careCycle does not accept the key: revoked or expired (401)."""


class KeyForbidden(KeyRefused):
    """The key lacks a permission (403)."""


class CampaignNotFound(CareCycleError):
    """This account has no such campaign, or the API does not accept the id (404, 400, 422)."""


class RateLimited(CareCycleError):
    """No request may be sent for another `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"rate limited for {retry_after:.0f} s")
        self.retry_after = retry_after


class Unavailable(CareCycleError):
    """careCycle gave no answer: it could not be reached, took too long, or has trouble of its own (5xx)."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing  # one more try may help: after a connection error, cut-off answer or 5xx, not a slow one


class Slow(CareCycleError):
    """No answer could be put together within the time that a person waits."""


class Unreadable(CareCycleError):
    """careCycle answered with something this app cannot read. Asking again soon would not help.

    `what` is "answer" for nonsense, "large" for too much of it, "address" when something else seems to have answered,
    and "question" when careCycle does not understand the request. People give the log's `reference` to support.
    """

    def __init__(self, reason: str, what: What = "answer", *, fields: Iterable[str] = (), reference: str = "") -> None:
        super().__init__(reason)
        self.what = what
        self.fields = frozenset(fields)  # parameters that careCycle's `VALIDATION_ERROR` names, if any
        self.reference = reference or secrets.token_hex(4)
