"""The tree of things that can go wrong and be explained to a person.

    BotError                      we know what to tell the person
    ├─ NotInstalled               the app is not, or no longer, in this Slack workspace
    ├─ NotConnected               no careCycle key yet
    ├─ NotUnderstood              what was typed is not an id
    ├─ NotAllowed                 only managers may do this, or who looks after it
    ├─ NotShownHere               managers want no cards in channels shared with another company
    ├─ Outsider                   somebody of another company asks for a campaign in a shared channel
    ├─ NotPosted                  Slack does not let the app post there
    ├─ KeyFixed                   the key is set by whoever runs the app, not in Slack
    ├─ Busy                       this bot has more to do than it may take on
    ├─ OldButton                  the button is of a card this program no longer makes
    ├─ NotOpened                  Slack would not open a window, mostly because too much time went by
    ├─ DigestGone                 somebody deleted the digest meanwhile
    ├─ TooManyDigests             the workspace has as many as it may
    ├─ DigestChanged              somebody changed the digest after this person last saw it
    ├─ StoreUnavailable           our own database does not answer
    └─ CareCycleError
       ├─ KeyRefused
       │  ├─ KeyRejected          401: revoked or expired
       │  └─ KeyForbidden         403: lacks a permission
       ├─ CampaignNotFound        404, or a bad id by the API
       ├─ RateLimited             429, or our own budget is used up
       └─ Unavailable             5xx, time-out, no answer or a bad one

Anything else is a bug. The words for people are in `blocks/notices.py`; what stands here is for logs
and never holds a key, a phone number or text a person typed.
"""

from datetime import datetime
from typing import Literal


class BotError(Exception):
    """We know what to tell the person."""


class NotInstalled(BotError):
    """The app is not, or no longer, in this Slack workspace. `url` adds it, where several can be served."""

    def __init__(self, url: str | None = None) -> None:
        super().__init__("not installed")
        self.url = url


class NotConnected(BotError):
    """This workspace has no careCycle key yet."""


class NotUnderstood(BotError):
    """What was typed is not an id.

    `nearest` is the subcommand it resembles, if any, `unsearched` why no campaign was looked for instead; `broken_id`:
    it resembles an id; `other_link`: it leads elsewhere; `bare_link`: it leads to careCycle, but to no campaign;
    `several`: only one id can be taken here; `key`: it may be a careCycle key.
    """

    def __init__(
        self,
        *,
        nearest: str | None = None,
        unsearched: BotError | None = None,
        broken_id: bool = False,
        other_link: bool = False,
        bare_link: bool = False,
        several: bool = False,
        key: bool = False,
    ) -> None:
        super().__init__("not understood")
        self.key = key
        self.several = several
        self.bare_link = bare_link
        self.nearest = nearest
        self.unsearched = unsearched
        self.broken_id = broken_id
        self.other_link = other_link


class NotAllowed(BotError):
    """This person may not do this; `ask` are Slack ids of people who may, as far as they are known here.

    `who` may: managers alone, `keepers` (who looks after a digest, and managers), or `members`, which guests are not.
    `unsure`: Slack did not say whether this person is one.
    """

    def __init__(
        self,
        ask: tuple[str, ...] = (),
        *,
        unsure: bool = False,
        who: Literal["managers", "keepers", "members"] = "managers",
    ) -> None:
        super().__init__("not allowed")
        self.ask = ask
        self.unsure = unsure
        self.who = who


class NotShownHere(BotError):
    """Managers want no cards in channels shared with another company."""


class Outsider(BotError):
    """Somebody of another company asks for a campaign; `unsure`: Slack did not say whether that is so."""

    def __init__(self, *, unsure: bool = False) -> None:
        super().__init__("of another company")
        self.unsure = unsure


class NotPosted(BotError):
    """Slack did not take a message for a conversation.

    `why`: the app is `absent`, the messages are `direct` ones of other people, the channel is `archived` or its posts
    `restricted`, what was to be answered is `gone`, or Slack has `trouble`.
    """

    def __init__(self, why: Literal["absent", "direct", "archived", "restricted", "gone", "trouble"]) -> None:
        super().__init__(why)
        self.why = why


class KeyFixed(BotError):
    """The key comes from the environment: only whoever runs the app can change it."""


class Busy(BotError):
    """This bot has more to do at this moment than it may take on."""


class OldButton(BotError):
    """What the button carries is not of a card as it is made now."""


class NotOpened(BotError):
    """Slack would not open a window (a `trigger_id` lives three seconds)."""


class DigestGone(BotError):
    """Somebody deleted the digest meanwhile, or it is another workspace's."""


class TooManyDigests(BotError):
    """The workspace has as many digests as whoever runs the app allows: `most`."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} digests")
        self.most = most


class DigestChanged(BotError):
    """Somebody changed the digest after this person last saw it: `by`, where that is known, `at` that moment."""

    def __init__(self, by: str | None, at: datetime) -> None:
        super().__init__("changed meanwhile")
        self.by = by
        self.at = at


class StoreUnavailable(BotError):
    """Our own database does not answer."""


class CareCycleError(BotError):
    """careCycle did not give what was asked for."""


class KeyRefused(CareCycleError):
    """careCycle does not let this key read campaigns; `fixed`: it is set outside Slack, nobody there can replace it."""

    def __init__(self, text: str = "", *, fixed: bool = False) -> None:
        super().__init__(text)
        self.fixed = fixed


class KeyRejected(KeyRefused):
    """careCycle does not accept the key: revoked or expired (401)."""


class KeyForbidden(KeyRefused):
    """The key lacks a permission (403)."""


class CampaignNotFound(CareCycleError):
    """No such campaign in this account, or no id in the API's eyes (404, 400, 422).

    `fields` are the names careCycle objected to, when it said so (its `VALIDATION_ERROR`).
    """

    def __init__(self, text: str = "", fields: frozenset[str] = frozenset()) -> None:
        super().__init__(text)
        self.fields = fields


class RateLimited(CareCycleError):
    """No request may be sent for another `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"rate limited for {retry_after:.0f} s")
        self.retry_after = retry_after


class Unavailable(CareCycleError):
    """No answer, or none that can be used.

    `passing` is true where one more try may help: a connection error or a 5xx, not a time-out.
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing
