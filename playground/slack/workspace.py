"""What the stand-in remembers of one workspace: people, conversations, messages, open modals and App Homes."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.slack.site import Site

Json = dict[str, Any]  # Any: Slack's JSON
Blocks = list[Json]
Role = Literal["owner", "admin", "member", "guest"]
BOT_ID, BOT_NAME = "U0BOT", "careCycle"
TEAM_ID = "T01SUNRISE"


@dataclass
class Person:
    """Somebody in the workspace; in a shared channel also somebody of another company's `team_id`.

    `deleted` is Slack's word for a person whose account was deactivated; `tz` is an IANA zone. `home`: in an
    organization, what Slack says instead of `team_id` of who presses: another of its workspaces, or itself.
    """

    id: str
    name: str
    role: Role
    team_id: str = TEAM_ID
    tz: str = "America/New_York"
    locale: str = "en-US"  # the language they use Slack in
    deleted: bool = False
    home: str = ""
    is_bot: bool = False


@dataclass
class Conversation:
    """A channel or direct message; `shared_with` names the other company, where there is one.

    `share_is_pending`: another company was invited, and has not accepted yet.

    `only_for` is the person whose direct message with the bot it is; None: everybody's. `refuses` is Slack's word for
    why the bot must not post there although it is a member, such as `restricted_action`.
    """

    id: str
    name: str
    kind: Literal["channel", "im"] = "channel"
    bot_is_member: bool = False
    shared_with: str | None = None
    share_is_pending: bool = False
    is_private: bool = False
    only_for: str | None = None
    refuses: str | None = None
    is_archived: bool = False


@dataclass
class Message:
    """One message; `ephemeral_for` is the one person who sees it, `error` means that Slack itself speaks."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: Blocks = field(default_factory=list)
    ephemeral_for: str | None = None
    error: bool = False
    edited: bool = False
    thread_ts: str | None = None
    previews: Json = field(default_factory=dict)  # by link
    files: list[Json] = field(default_factory=list)  # what it brings, as Slack describes files
    metadata: Json | None = None  # what the bot hid in it: nobody sees it, the bot may read it again


@dataclass
class Modal:
    """An open modal on one person's stack."""

    id: str
    user: str
    view: Json
    errors: dict[str, str] = field(default_factory=dict)
    busy: bool = False
    hash: str = ""


class SlackWorkspace:
    """One workspace of a site; in an organization it has an `enterprise_id`. What changes it calls `touch`."""

    def __init__(
        self,
        site: Site,
        team_id: str,
        name: str,
        people: Iterable[Person],
        conversations: Iterable[Conversation],
        outsiders: Iterable[Person] = (),
    ) -> None:
        self.team_id, self.name = team_id, name
        self.domain = name.lower().replace(" ", "-")
        self.enterprise_id: str | None = None
        self.enterprise_name: str | None = None
        self.people = {person.id: person for person in people}
        self.outsiders = {person.id: person for person in outsiders}  # of another company, in shared channels
        self.channels = {channel.id: channel for channel in conversations}
        self.messages: list[Message] = []
        self.modals: list[Modal] = []
        self.homes: dict[str, Json] = {}  # by person, the view as the bot sent it
        self.refusals = site.refusals
        self._site = site

    @property
    def owner(self) -> str:
        """The id of the person it belongs to."""
        return next(person.id for person in self.people.values() if person.role == "owner")

    def now(self) -> float:
        """Seconds since 1970."""
        return self._site.now()

    def stopwatch(self) -> float:
        """Seconds that pass as they do for people, whatever the time is."""
        return self._site.stopwatch()

    def post(self, channel: str, user: str, text: str, **more: Any) -> Message:
        """Adds a message at the end, its blocks named as Slack names them."""
        message = Message(self._site.new_ts(), channel, user, text, **more)
        message.blocks = self.named(message.blocks)
        self.messages.append(message)
        self.touch()
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        """The message at this place, if it is still there."""
        return next((m for m in self.messages if m.channel == channel and m.ts == ts), None)

    def direct_message(self, user: str) -> Conversation:
        """This person's direct message with the bot, begun when it is not there yet."""
        new = Conversation(f"D-{user}", BOT_NAME, kind="im", bot_is_member=True, only_for=user)
        return self.channels.setdefault(new.id, new)

    def rename(self, channel: str, name: str) -> None:
        """Gives a channel another name; its id stays. Raises LookupError, and ValueError for no name."""
        if not (name := name.strip().removeprefix("#")):
            raise ValueError("a channel has a name")
        self.channels[channel].name = name
        self.touch()

    def archive(self, channel: str, *, archived: bool = True) -> None:
        """Archives a channel, or with `archived=False` brings it back. Raises LookupError."""
        self.channels[channel].is_archived = archived
        self.touch()

    def invite_bot(self, channel: str, *, member: bool = True) -> None:
        """Makes the bot a member of a channel, or with `member=False` removes it. Raises LookupError."""
        self.channels[channel].bot_is_member = member
        self.touch()

    def deactivate(self, user: str, *, deleted: bool = True) -> None:
        """Somebody leaves the company, or with `deleted=False` comes back. Raises LookupError."""
        self.people[user].deleted = deleted
        self.touch()

    @property
    def everybody(self) -> list[Person]:
        """Its own people, then those of other companies."""
        return [*self.people.values(), *self.outsiders.values()]

    def person(self, user: str) -> Person | None:
        """Somebody who is here, be it by way of a shared channel."""
        return self.people.get(user) or self.outsiders.get(user)

    def is_outsider(self, user: str) -> bool:
        """Whether this person belongs to another company and is here by way of a shared channel."""
        person = self.person(user)
        return person is not None and person.team_id != self.team_id

    def may_see(self, user: str, channel: str) -> bool:
        """Whether this person is in that conversation."""
        place = self.channels.get(channel)
        if place is None or (self.is_outsider(user) and place.shared_with is None):
            return False
        return place.only_for in (None, user)

    def seen_by(self, user: str, channel: str | None = None) -> list[Message]:
        """What this person can see, oldest first."""
        return [
            message
            for message in self.messages
            if message.ephemeral_for in (None, user)
            and channel in (None, message.channel)
            and self.may_see(user, message.channel)
        ]

    def stack(self, user: str) -> list[Modal]:
        """This person's open modals, the last one on top."""
        return [modal for modal in self.modals if modal.user == user]

    def modal(self, view_id: str) -> Modal | None:
        """An open modal by its id."""
        return next((modal for modal in self.modals if modal.id == view_id), None)

    def clear(self) -> None:
        """Forgets messages and modals."""
        self.messages.clear()
        self.modals.clear()
        self.touch()

    def new_id(self, prefix: str) -> str:
        """An id as Slack's look."""
        return self._site.new_id(prefix)

    def named(self, blocks: Blocks) -> Blocks:
        """Slack gives every block without a `block_id` one of its own."""
        return [{"block_id": self.new_id("b"), **block} for block in blocks]

    def touch(self) -> None:
        """Says that something changed."""
        self._site.touch()

    def changes(self) -> AsyncIterator[None]:
        """Yields at once, and then after every change, in any workspace."""
        return self._site.changes()

    async def until(self, holds: Callable[[], bool], within: float = 15.0) -> None:
        """Waits for changes until `holds`; raises TimeoutError after `within` seconds."""
        await self._site.until(holds, within)
