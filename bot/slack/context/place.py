"""Where a card is about to appear: in which conversation, for whom, and so in which form."""

from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from blocks.campaigns.short_list import thread_in
from blocks.card_options import CardOptions
from blocks.kit import Block, Message
from bot.errors import NotInstalled, Outsider, StoreUnavailable
from bot.slack.context.installed import need_installation
from bot.slack.context.services import Services
from bot.slack.reply.workspace_tags import marked, marked_view
from bot.workspaces.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON
_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation as one person sees it.

    `doubtful`: that person may be of another company. `thread`: where in it a card can be shared, if not to all.
    """

    services: Services
    client: AsyncWebClient
    workspace: Workspace
    channel: str
    user: str
    doubtful: bool = False
    thread: str | None = None

    async def form(self, *, public: bool = False) -> CardOptions:
        """How a card looks here, for this person alone or for everybody. Raises NotShownHere."""
        found = await self.services.channels.form(self.client, self.workspace, self.channel, public=public)
        return replace(found, short="shared") if self.doubtful and not await self._is_ours() else found

    async def note_shared(self, *ids: str) -> None:
        """Writes down who made which campaigns public here. What is public stays it, also when that cannot be kept."""
        try:
            for campaign_id in ids:
                await self.workspace.note(self.user, "shared", campaign=campaign_id, channel=self.channel)
            await need_installation(self.workspace, self.services)
        except (StoreUnavailable, NotInstalled):
            _log.error("the audit trail misses a share", workspace=self.workspace.id)

    def marked(self, message: Message) -> Message:
        """The message as it leaves."""
        return marked(message, self.workspace.address)

    def marked_view(self, view: Block) -> Payload:
        """The window or App Home as it leaves."""
        return marked_view(view, self.workspace.address)

    async def need_ours(self) -> None:
        """Raises Outsider for somebody of another company: what the account holds is not for them to leaf through."""
        if self.doubtful and not await self._is_ours():
            raise Outsider

    async def _is_ours(self) -> bool:
        who = await self.services.people.standing(self.client, self.workspace, self.user)
        return who is not None and who.ours


def place_of(body: Payload, services: Services, client: AsyncWebClient, workspace: Workspace) -> Place:
    """Where a button was pressed, and by whom. Somebody with another team's id may be of the same organisation."""
    container, user = body.get("container") or {}, body["user"]
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    doubtful = user.get("team_id") not in (None, workspace.id)
    return Place(services, client, workspace, channel, user["id"], doubtful, _thread(body))


def _thread(body: Payload) -> str | None:
    """Of the message a shortcut was used on; else the one the button carries, or the one it stands in."""
    if body.get("type") == "message_action":
        message = body.get("message") or {}
        return message.get("thread_ts") or message.get("ts") or None
    pressed: Payload = next(iter(body.get("actions") or ()), {})
    return thread_in(str(pressed.get("value") or "")) or seen_in(body)


def seen_in(body: Payload) -> str | None:
    """The thread in which something was pressed or a shortcut was used: of what stands in the channel too, none."""
    if body.get("type") != "message_action":
        return (body.get("container") or {}).get("thread_ts")
    message = body.get("message") or {}
    in_channel = message.get("thread_ts") == message.get("ts") or message.get("subtype") == "thread_broadcast"
    return None if in_channel else message.get("thread_ts")


def is_public(body: Payload) -> bool:
    """Whether the message whose button was pressed is seen by everybody there."""
    return not (body.get("container") or {}).get("is_ephemeral", False)


def is_modal(body: Payload) -> bool:
    """Whether something was pressed in a modal, over which the next one has to be pushed."""
    return bool((body.get("view") or {}).get("type") == "modal")
