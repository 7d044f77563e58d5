"""Find out whether a conversation is shared with another company, and how a card may look there."""

import asyncio
from typing import Literal

import structlog
from cachetools import TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from blocks.card_options import CardOptions
from bot.clock import Clock
from bot.digests.digest import is_person
from bot.errors import NotShownHere
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.limited import is_logged, limited
from bot.workspaces.workspace import Workspace

Shared = Literal["shared", "ours", "unsure"]
_REMEMBERED = 10 * 60.0  # seconds, for private cards; before a card becomes public, Slack is always asked
_AT_ONCE, _SOON, _LATER = 1.0, 3.0, 8.0  # seconds for Slack before a private card, a public one, and a digest
_DIRECT = "D"  # ids of direct messages begin with it; Slack describes none but the app's own
_log = structlog.get_logger("slack")


class Channels:
    """Which channels are shared with another company, remembered for ten minutes."""

    def __init__(self, clock: Clock) -> None:
        self._known: TTLCache[tuple[str, str], Shared] = TTLCache(50_000, _REMEMBERED, timer=clock.monotonic)

    def known_card_options(self, workspace: Workspace, channel_id: str) -> CardOptions | None:
        """Return the options of a private card here, or None when Slack must be asked or no card may be shown."""
        shared = self._known.get((workspace.id, channel_id))
        if shared is None or (shared == "shared" and workspace.preferences.shared_channels == "none"):
            return None
        return _options(workspace, shared, public=False)

    async def card_options(
        self, client: AsyncWebClient, workspace: Workspace, channel_id: str, *, public: bool, can_wait: bool = False
    ) -> CardOptions:
        """Return the options of a card here. Raise NotShownHere if it is shared and managers want no cards there.

        A person's id stands for their direct messages with the app, where they are alone.
        Slack may not say whether the conversation is shared, for example a private one without the app. Then a public
        card is short, and a private card is whole, since only people of this workspace can ask for it. What `can_wait`
        gets the error instead, when Slack limits this app or does not answer.
        """
        if is_person(channel_id):
            return _options(workspace, "ours", public=public)
        known = self._known.get((workspace.id, channel_id))
        shared = None if public else known
        if shared is None:
            within = _LATER if can_wait else _SOON if public else _AT_ONCE
            shared = await self._ask(client, workspace.id, channel_id, within=within, can_wait=can_wait)
        if shared == "unsure" and known == "shared":  # it was shared a moment ago, and Slack does not deny it
            shared = known
        return self.outside(workspace) if shared == "shared" else _options(workspace, shared, public=public)

    def outside(self, workspace: Workspace) -> CardOptions:
        """Return the options of a card where people of another company are. Raise NotShownHere."""
        if workspace.preferences.shared_channels == "none":
            raise NotShownHere
        return _options(workspace, "shared", public=True)

    async def _ask(
        self, client: AsyncWebClient, workspace_id: str, channel_id: str, *, within: float, can_wait: bool
    ) -> Shared:
        if channel_id.startswith(_DIRECT) or not channel_id:
            return self._keep(workspace_id, channel_id, "unsure")
        try:
            async with asyncio.timeout(within):
                channel = (await client.conversations_info(channel=channel_id)).get("channel") or {}
        except SLACK_TROUBLE as error:
            word = slack_word(error)
            if can_wait and (limited(error) or isinstance(error, TimeoutError)):
                raise
            if word in ("channel_not_found", "missing_scope"):  # Slack will not say more in a minute
                return self._keep(workspace_id, channel_id, "unsure")
            if not is_logged(error):
                _log.warning("conversations.info failed", error=word)
            return "unsure"
        outside = channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")
        return self._keep(workspace_id, channel_id, "shared" if outside else "ours")

    def _keep(self, workspace_id: str, channel_id: str, shared: Shared) -> Shared:
        self._known[workspace_id, channel_id] = shared
        return shared


def _options(workspace: Workspace, shared: Shared, *, public: bool) -> CardOptions:
    if shared == "ours" or (shared == "unsure" and not public):
        return CardOptions(hidden=workspace.preferences.hidden)
    return CardOptions(short=shared, hidden=workspace.preferences.hidden)
