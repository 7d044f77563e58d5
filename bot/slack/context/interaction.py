"""Hold one thing a person did in Slack: what was sent, where and by whom, and where the answer goes."""

import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Self

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from blocks.campaigns.short_list import thread_in
from blocks.card_options import CardOptions
from blocks.kit import Block, Message
from bot.errors import Busy, NotInstalled, Outsider, StoreUnavailable
from bot.slack.context.installed import need_installation
from bot.slack.context.people import Membership
from bot.slack.context.services import Services
from bot.slack.reply.payload import Payload
from bot.slack.reply.workspace_tags import Address, marked, marked_view
from bot.workspaces.workspace import Workspace

_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class Interaction:
    """A command, a press, a submitted modal, a shortcut or an event; every listener gets it as `interaction`."""

    services: Services
    client: AsyncWebClient  # speaks with the token of the workspace
    workspace: Workspace
    body: Payload = field(repr=False)  # as Slack sent it
    channel: str = ""  # empty where there is no conversation, as on the App Home
    user: str = ""
    doubtful: bool = False  # this person may be of another company
    thread: str | None = None  # where in the channel a card can be shared, if not with everybody
    name: str = ""  # what is done, for the log
    response_url: str = field(default="", repr=False)
    seen_in: str | None = None  # the thread in which it was done, and in which the answer appears
    beside: Callable[[Message], Awaitable[bool]] | None = field(default=None, repr=False)  # instead of a response_url
    started: float = field(default_factory=time.perf_counter)
    opened_in: Address | None = None  # of a modal: its workspace, which Slack may not name inside an organization

    @classmethod
    def read(cls, body: Payload, services: Services, client: AsyncWebClient, workspace: Workspace) -> Self:
        """Read it from Slack's payload."""
        about = services, client, workspace, body
        if "command" in body:
            channel, user = str(body.get("channel_id") or ""), body["user_id"]
            return cls(*about, channel, user, name="command", response_url=body["response_url"])
        if "event" in body:
            event = body["event"]
            channel = str(event.get("channel") or event.get("channel_id") or "")
            return cls(*about, channel, str(event.get("user") or ""))
        container, who = body.get("container") or {}, body["user"]
        channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
        doubtful = who.get("team_id") not in (None, workspace.id)  # another team of the same organization has one, too
        url, seen_in = body.get("response_url") or "", _seen_in(body)
        return cls(*about, channel, who["id"], doubtful, _thread(body, seen_in), response_url=url, seen_in=seen_in)

    @property
    def address(self) -> Address:
        """The ids of the workspace and of its organization."""
        return self.opened_in or self.workspace.address

    @property
    def action(self) -> Payload:
        """What was pressed or chosen."""
        return next(iter(self.body.get("actions") or ()), {})

    @property
    def value(self) -> str:
        """The value of the button that was pressed."""
        return str(self.action.get("value") or "")

    @property
    def view(self) -> Payload:
        """The modal that was submitted, or in which something was pressed."""
        return self.body.get("view") or {}

    @property
    def event(self) -> Payload:
        """What Slack tells of, without its envelope."""
        return self.body.get("event") or {}

    @property
    def trigger_id(self) -> str:
        """What a modal is opened with (Slack: within 3 s)."""
        return str(self.body["trigger_id"])

    @property
    def is_public(self) -> bool:
        """Whether the message whose button was pressed is seen by everybody there."""
        return not (self.body.get("container") or {}).get("is_ephemeral", False)

    @property
    def is_in_modal(self) -> bool:
        """Whether something was pressed in a modal, over which the next one has to be pushed."""
        return bool(self.view.get("type") == "modal")

    def named(self, name: str) -> Self:
        """The same, as the log calls it."""
        return replace(self, name=name)

    def start(self, work: Coroutine[Any, Any, object], *, via: str) -> None:
        """Go on with `work` after the ack; without room for it only the log says so (`via`: where it would answer)."""
        try:
            self.services.tasks.start(work)
        except Busy:
            self.services.replies.log(self, Busy.__name__, [], via=via)

    def start_or_say(self, work: Coroutine[Any, Any, object]) -> None:
        """Go on with `work` after the ack; when there is no room, the person is told."""
        try:
            self.services.tasks.start(work)
        except Busy as error:
            self.services.replies.no_room(self, error)

    async def form(self, *, public: bool = False) -> CardOptions:
        """Decide how a card looks here, for this person alone or for everybody. Raises NotShownHere."""
        found = await self.services.channels.form(self.client, self.workspace, self.channel, public=public)
        return replace(found, short="shared") if self.doubtful and not await self._is_ours() else found

    async def note_shared(self, *ids: str) -> None:
        """Write down who made which campaigns public here. What is public stays public when that cannot be kept."""
        try:
            for campaign_id in ids:
                await self.workspace.note(self.user, "shared", campaign=campaign_id, channel=self.channel)
            await need_installation(self.workspace, self.services)
        except (StoreUnavailable, NotInstalled):
            _log.error("the audit trail misses a share", workspace=self.workspace.id)

    def marked(self, message: Message) -> Message:
        """The message as it leaves."""
        return marked(message, self.address)

    def marked_view(self, view: Block) -> Payload:
        """The modal or App Home as it leaves."""
        return marked_view(view, self.address)

    async def membership(self) -> Membership | None:
        """Who this person is to the workspace; None when Slack does not answer."""
        return await self.services.people.standing(self.client, self.workspace, self.user)

    async def is_manager(self) -> bool:
        """Whether this person is an admin, an owner or named by one; no when Slack does not answer."""
        return await self.services.people.is_manager(self.client, self.workspace, self.user)

    async def need_manager(self) -> None:
        """Raises NotAllowed, which says who to ask, for everybody else."""
        await self.services.people.need_manager(self.client, self.workspace, self.user)

    async def need_ours(self) -> None:
        """Raises Outsider for somebody of another company, who must not browse the account."""
        if self.doubtful and not await self._is_ours():
            raise Outsider

    async def _is_ours(self) -> bool:
        who = await self.membership()
        return who is not None and who.ours


def _thread(body: Payload, seen_in: str | None) -> str | None:
    """Of the message a shortcut was used on; else the one the button carries, or the one it stands in."""
    if body.get("type") == "message_action":
        message = body.get("message") or {}
        return message.get("thread_ts") or message.get("ts") or None
    pressed: Payload = next(iter(body.get("actions") or ()), {})
    return thread_in(str(pressed.get("value") or "")) or seen_in


def _seen_in(body: Payload) -> str | None:
    """The thread in which something was pressed or a shortcut was used; None for what stands in the channel too."""
    if body.get("type") != "message_action":
        return (body.get("container") or {}).get("thread_ts")
    message = body.get("message") or {}
    in_channel = message.get("thread_ts") == message.get("ts") or message.get("subtype") == "thread_broadcast"
    return None if in_channel else message.get("thread_ts")
