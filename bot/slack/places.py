"""Where a card is about to appear: in which conversation, for whom, and so in which form."""

from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from blocks.campaign import Form
from bot.slack.desk import Desk
from bot.workspace import Workspace

Payload = dict[str, Any]  # Any: Slack's JSON


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation as one person sees it; `doubtful`: that person may be of another company."""

    desk: Desk
    client: AsyncWebClient
    workspace: Workspace
    channel: str
    user: str
    doubtful: bool = False

    async def form(self, *, public: bool = False) -> Form:
        """How a card looks here, for this person alone or for everybody. Raises NotShownHere."""
        found = await self.desk.channels.form(self.client, self.workspace, self.channel, public=public)
        return replace(found, short="shared") if self.doubtful and not await self._is_ours() else found

    async def _is_ours(self) -> bool:
        who = await self.desk.people.standing(self.client, self.workspace, self.user)
        return who is not None and who.ours


def place_of(body: Payload, desk: Desk, client: AsyncWebClient, workspace: Workspace) -> Place:
    """Where a button was pressed, and by whom. Somebody with another team's id may be of the same organisation."""
    container, user = body.get("container") or {}, body["user"]
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    return Place(desk, client, workspace, channel, user["id"], user.get("team_id") not in (None, workspace.id))


def is_public(body: Payload) -> bool:
    """Whether the message whose button was pressed is seen by everybody there."""
    return not (body.get("container") or {}).get("is_ephemeral", False)
