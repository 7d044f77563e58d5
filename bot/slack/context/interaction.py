"""Describe one thing a person did in Slack: what was sent, where and by whom, and where the answer goes."""

import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Self

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from blocks import formats
from blocks.card_options import CardOptions
from blocks.kit import Block, Message
from bot.errors import BotError, Busy, KeyRefused, NotConnected, NotInstalled, NotUnderstood, StoreUnavailable
from bot.records import Remedy
from bot.slack.context.ephemeral import post_ephemeral
from bot.slack.context.installed import need_installation
from bot.slack.context.managers import remedy_for
from bot.slack.context.person import Person
from bot.slack.context.services import Services
from bot.slack.context.thread import seen_in_thread, thread_to_share_in
from bot.slack.reply.payload import Payload, part, picked, pressed, text
from bot.slack.reply.workspace_tags import Address, tagged, tagged_view
from bot.workspaces.workspace import Workspace

_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class Interaction:
    """A command, a pressed button, a submitted modal, a shortcut or an event. Listeners receive it as `interaction`."""

    services: Services
    client: AsyncWebClient  # uses the workspace's token
    workspace: Workspace
    body: Payload = field(repr=False)  # as Slack sent it
    channel: str = ""  # empty without a conversation, as on the App Home
    user: str = ""
    maybe_outsider: bool = False  # this person may be from another company
    thread: str | None = None  # where *Share in thread* posts a card; None: no such button
    name: str = ""  # of the action, in the log
    response_url: str = field(default="", repr=False)
    seen_in: str | None = None  # the thread of the action, where the answer appears
    # Shows a message to this person alone, and returns whether Slack took it. None: use the response_url.
    send_private: Callable[[Message], Awaitable[bool]] | None = field(default=None, repr=False)
    started: float = field(default_factory=time.perf_counter)  # when it arrived
    on_home: "Callable[[Interaction, Message], Awaitable[bool]] | None" = (
        None  # shows a message there, as a last resort
    )
    opened_in: Address | None = None  # a modal's workspace: in an organization, Slack may not name it

    @classmethod
    def read(
        cls,
        body: Payload,
        services: Services,
        client: AsyncWebClient,
        workspace: Workspace,
        on_home: "Callable[[Interaction, Message], Awaitable[bool]] | None",
        started: float,
    ) -> Self:
        """Read an interaction from Slack's payload."""
        about = services, client, workspace, body
        if "command" in body:
            channel, url = str(body.get("channel_id") or ""), body["response_url"]
            by = channel, body["user_id"]
            return cls(*about, *by, name="command", response_url=url, on_home=on_home, started=started)
        if "event" in body:
            event = body["event"]
            channel = str(event.get("channel") or event.get("channel_id") or "")
            return cls(*about, channel, str(event.get("user") or ""), on_home=on_home, started=started)
        container, who = body.get("container") or {}, body["user"]
        channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
        # True also for people from other workspaces of the same organization.
        maybe_outsider = who.get("team_id") not in (None, workspace.id)
        url, seen_in = body.get("response_url") or "", seen_in_thread(body)
        where = channel, who["id"], maybe_outsider, thread_to_share_in(body, seen_in)
        return cls(*about, *where, response_url=url, seen_in=seen_in, on_home=on_home, started=started)

    @property
    def address(self) -> Address:
        """The ids of the workspace and of its organization."""
        return self.opened_in or self.workspace.address

    @property
    def action(self) -> Payload:
        """The element that was pressed or chosen; empty without one."""
        return pressed(self.body)

    @property
    def value(self) -> str:
        """The value of the button that was pressed, or of the option that was chosen; empty without one."""
        return text(self.action.get("value")) or picked(self.action)

    @property
    def view(self) -> Payload:
        """The modal that was submitted, or in which something was pressed."""
        return part(self.body.get("view"))

    @property
    def view_id(self) -> str:
        """The id of that modal."""
        return text(self.view.get("id"))

    @property
    def metadata(self) -> str:
        """What that modal carries."""
        return text(self.view.get("private_metadata"))

    @property
    def event(self) -> Payload:
        """Slack's event, without its envelope."""
        return self.body.get("event") or {}

    @property
    def trigger_id(self) -> str:
        """The id that opens a modal (Slack: within 3 s)."""
        return text(self.body.get("trigger_id"))

    @property
    def is_public(self) -> bool:
        """Whether everybody in the conversation sees the message whose button was pressed."""
        return not (self.body.get("container") or {}).get("is_ephemeral", False)

    @property
    def is_in_modal(self) -> bool:
        """Whether something was pressed in a modal, so that the next modal has to be pushed on top of it."""
        return bool(self.view.get("type") == "modal")

    async def tell_elsewhere(self, message: Message) -> bool:
        """Show a message to this person alone where the usual way fails, and return whether Slack took it.

        In the conversation, if the app may post there, or else on the App Home.
        """
        to = {"channel": self.channel, "user": self.user}
        if self.channel and await post_ephemeral(self.client, self.tagged(message), thread=self.seen_in, **to):
            return True
        return self.on_home is not None and await self.on_home(self, message)

    def named(self, name: str) -> Self:
        """Return a copy with another name for the log."""
        return replace(self, name=name)

    def start(self, work: Coroutine[Any, Any, object], *, via: str) -> None:
        """Continue with `work` after the ack. When the bot is busy, only log that.

        `via` is where the answer would have gone, for the log.
        """
        try:
            self.services.tasks.start(work)
        except Busy:
            self.services.replies.log(self, Busy.__name__, [], via=via)

    async def once(self, work: Callable[[Self], Awaitable[None]], *, waits: bool = True) -> None:
        """Do `work` with this event, unless this or another replica did it when Slack sent it before."""
        async with self.services.seen_events.turn(self.body, self.workspace.address, waits=waits) as turn:
            if turn.is_mine:  # after another replica died, the limits of time begin anew
                await work(replace(self, started=time.perf_counter()) if turn.was_waited_for else self)

    def start_or_say(self, work: Coroutine[Any, Any, object]) -> None:
        """Continue with `work` after the ack. When the bot is busy, tell the person."""
        try:
            self.services.tasks.start(work)
        except Busy as error:
            self.services.replies.no_room(self, error)

    async def card_options(self, *, public: bool = False) -> CardOptions:
        """Return the options of a card here, private or `public`. Raise NotShownHere.

        People who are, or may be, from another company get the short form.
        """
        found = await self.services.channels.card_options(self.client, self.workspace, self.channel, public=public)
        return replace(found, short="shared") if self.maybe_outsider and not await self._is_ours() else found

    async def note_shared(self, *ids: str) -> None:
        """Record who made which campaigns public here. Only log a failure: they are public already."""
        try:
            for campaign_id in ids:
                await self.workspace.note(self.user, "shared", campaign=campaign_id, channel=self.channel)
            await need_installation(self.workspace, self.services)
        except (StoreUnavailable, NotInstalled):
            _log.error("the audit trail misses a share", workspace=self.workspace.id)

    def for_reader(self, *, learn: bool = True) -> AbstractContextManager[None]:
        """Draw in this person's format, for what they alone see. While it is not known, `learn` it for next time."""
        people = self.services.people
        known = people.format_of(self.workspace, self.user)
        if learn and known is None and self.user and people.begin_asking(self.workspace, self.user):
            with suppress(Busy):
                self.services.tasks.start(people.learn_format(self.client, self.workspace, self.user))
        return formats.written_for(known or formats.EN_US)

    def tagged(self, message: Message) -> Message:
        """Return the message tagged with its workspace, ready to send."""
        return tagged(message, self.address)

    def tagged_view(self, view: Block) -> Payload:
        """Return the modal or App Home tagged with its workspace, ready to send."""
        return tagged_view(view, self.address)

    @property
    def person(self) -> Person:
        """Who did this, and what they may do."""
        return Person(self.services, self.client, self.workspace, self.user, self.started)

    async def remedy(self) -> Remedy | None:
        """Return what this person can do about a missing key, or None when Slack does not say at once who they are."""
        found = await remedy_for(self.services, self.client, self.workspace, self.user)
        return found and replace(found, channel=self.channel)

    async def remedied(self, error: BotError) -> BotError:
        """Return an error about the careCycle key with what this person can do about it; others as they are."""
        if not isinstance(error, NotConnected | KeyRefused | NotUnderstood) or error.remedy:
            return error
        if isinstance(error, NotUnderstood) and error.pasted != "key":
            return error
        if isinstance(error, KeyRefused) and error.fixed:
            return error
        remedy = await self.remedy()
        return error.for_person(remedy) if remedy else error

    async def need_welcome(self, within: float | None = None) -> None:
        """Raise Outsider where managers want people of another company to get nothing, and this person may be one.

        Slack has until `within` seconds after the arrival to say which.
        """
        if self.maybe_outsider and self.workspace.preferences.outsiders == "nothing":
            await self.person.need_own_company(within, remembered=True)

    async def _is_ours(self) -> bool:
        return (who := await self.person.membership(remembered=True)) is not None and who.ours
