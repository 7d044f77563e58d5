"""The other ways people reach the app: shortcuts, a select that searches, App Home, links, mentions, previews."""

import re

from bot.manifest import manifest
from playground.slack import events, payloads
from playground.slack.deliveries import Ack
from playground.slack.people import People, somebody
from playground.slack.tokens import Grant
from playground.slack.workspace import BOT_ID, Json, Message, Modal, SlackWorkspace

_LINK = re.compile(r"https?://[^\s<>|]+")


class WaysIn(People):
    """As `People`: where a deed happens follows from its channel, message or modal."""

    async def deliver_event(self, payload: Json) -> Ack:
        """Delivers an event in its envelope, if the manifest subscribes to it: no other reaches the app."""
        if payload["event"]["type"] not in manifest(step=True)["settings"]["event_subscriptions"]["bot_events"]:
            return Ack(error="not_subscribed")
        return await self.deliveries.deliver(f"event {payload['event']['type']}", "events_api", payload)

    async def use_message_shortcut(self, message: Message, *, user: str = "U01OWNER") -> None:
        """*Show campaigns* in a message's menu."""
        workspace = self.workspace_of(message.channel)
        grant, person = self._app_in(workspace), somebody(workspace, user)
        ids = self.ids(workspace, user, message.channel)
        payload = payloads.message_shortcut(workspace, grant, person, message, ids)
        await self.deliveries.deliver("message shortcut", "interactive", payload)

    async def use_shortcut(self, workspace: SlackWorkspace, *, user: str = "U01OWNER") -> None:
        """*Find a campaign* in the shortcuts menu."""
        ids = {"trigger_id": self.views.new_trigger(workspace, user)}
        payload = payloads.shortcut(workspace, self._app_in(workspace), somebody(workspace, user), ids)
        await self.deliveries.deliver("shortcut", "interactive", payload)

    async def suggest(self, modal: Modal, block_id: str, action_id: str, value: str) -> Json:
        """What a select in a modal offers for what was typed."""
        workspace, grant = self.open_modal(modal)
        person = somebody(workspace, modal.user)
        payload = payloads.suggestion(workspace, grant, person, modal, {"block_id": block_id, "action_id": action_id})
        ack = await self.deliveries.deliver("options", "interactive", {**payload, "value": value})
        return ack.body if isinstance(ack.body, dict) else {"options": []}

    async def open_home(self, workspace: SlackWorkspace, *, user: str = "U01OWNER") -> None:
        """Opens the app's Home."""
        await self.deliver_event(events.app_home_opened(workspace, self._app_in(workspace), user))

    async def open_pane(self, message: Message, link: str, *, user: str = "U01OWNER") -> None:
        """Opens the pane of a preview."""
        workspace = self.workspace_of(message.channel)
        trigger = self.views.new_trigger(workspace, user)
        grant = self._app_in(workspace)
        await self.deliver_event(events.entity_details_requested(workspace, grant, message, user, link, trigger))

    async def heard(self, workspace: SlackWorkspace, message: Message) -> None:
        """A message was posted: Slack tells the app of its own domains' links, and when it is mentioned."""
        grant = self.tokens.installed(workspace)
        if grant is None:
            return
        domains = manifest()["features"].get("unfurl_domains", [])
        links = [link for link in _LINK.findall(message.text) if any(f"//{domain}/" in link for domain in domains)]
        if links:
            await self.deliver_event(events.link_shared(workspace, grant, message, links))
        if f"<@{BOT_ID}>" in message.text and workspace.channels[message.channel].bot_is_member:
            await self.deliver_event(events.app_mention(workspace, grant, message))

    def _app_in(self, workspace: SlackWorkspace) -> Grant:
        if (grant := self.tokens.installed(workspace)) is None:
            raise LookupError("the app is not installed here")
        return grant
