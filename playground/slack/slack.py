"""The stand-in for Slack as a whole: what people can do in it, and the server the bot and the page talk to."""

import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from playground.slack import payloads
from playground.slack.deliveries import PATIENCE, Ack, Deliveries
from playground.slack.faults import SlackFaults
from playground.slack.response_urls import ResponseUrls, Use
from playground.slack.web_api import WebApi
from playground.slack.workspace import BOT_ID, Message, Modal, SlackWorkspace

SIGNING_SECRET = "playground-signing-secret"
Json = dict[str, Any]  # Any: Slack's JSON


class Slack:
    """One workspace and its people; every deed reaches the bot as Slack would deliver it."""

    def __init__(
        self, *, command: str = "/campaign", now: Callable[[], float] = time.time, patience: float = PATIENCE
    ) -> None:
        self.command = command
        self.workspace = SlackWorkspace(now)
        self.faults = SlackFaults()
        self.deliveries = Deliveries(SIGNING_SECRET, patience=patience)  # signed at the true time, always
        self.response_urls = ResponseUrls(self.workspace, self.faults)
        self.api = WebApi(self.workspace, self.faults)

    def at(self, base: str) -> None:
        """Tells the stand-in its own address, `http://host:port`."""
        self.response_urls.base = self.api.base = base

    def routes(self) -> list[web.RouteDef]:
        """What the bot sees of Slack."""
        return [
            web.post("/api/{method}", self.api.answer),
            web.get("/api/{method}", self.api.answer),
            web.post("/response/{token}", self.response_urls.answer),
            web.get("/socket", self.deliveries.socket),
        ]

    async def say(self, text: str, *, user: str = "U01OWNER", channel: str = "C01AEP") -> None:
        """Sends what was typed: the slash command to the bot, everything else to the channel."""
        name, _, rest = text.partition(" ")
        if name != self.command:
            self.workspace.post(channel, user, text)
            return
        use = Use(channel, user, self.workspace.now())
        ids = self._ids(user, channel)
        place, person = self.workspace.channels[channel], self.workspace.people[user]
        payload = payloads.command(self.workspace, place, person, name, rest, ids)
        ack = await self.deliveries.deliver(f"{name} command", "slash_commands", payload)
        if isinstance(ack.body, dict) and ack.body.get("response_type") == "in_channel":
            self.workspace.post(channel, user, text)
        self._show(ack, use, name)

    async def press(
        self, message: Message, action: Json, *, user: str = "U01OWNER", values: Json | None = None
    ) -> None:
        """Presses `action`, an element of the message (with its `block_id`); `values` is the state of its inputs."""
        ids = self._ids(user, message.channel, message.ts)
        place, person = self.workspace.channels[message.channel], self.workspace.people[user]
        payload = payloads.message_action(self.workspace, place, person, message, action, ids)
        payload["state"] = {"values": values or {}}
        ack = await self.deliveries.deliver(f"press {action['action_id']}", "interactive", payload)
        if ack.error:
            self._complain(message.channel, user, f"The button did not work ({ack.error}).")

    async def press_in(self, modal: Modal, action: Json, *, values: Json | None = None) -> None:
        """Presses `action` in a modal; `values` is the state of its inputs."""
        ids = {"trigger_id": self.api.new_trigger(modal.user)}
        payload = payloads.modal_action(self.workspace, self.workspace.people[modal.user], modal, action, ids)
        payload["view"]["state"] = {"values": values or {}}
        await self.deliveries.deliver(f"press {action['action_id']}", "interactive", payload)

    async def submit(self, modal: Modal, values: Json) -> None:
        """Submits a modal: errors mark its fields, an update changes it, an empty ack closes it."""
        ids = {"trigger_id": self.api.new_trigger(modal.user)}
        payload = payloads.submission(self.workspace, self.workspace.people[modal.user], modal, values, ids)
        modal.busy = True
        self.workspace.touch()
        ack = await self.deliveries.deliver("submit", "interactive", payload)
        modal.busy = False
        self._close_or_keep(modal, ack)
        self.workspace.touch()

    def close(self, modal: Modal) -> None:
        """Closes a modal."""
        self.workspace.modals.remove(modal)
        self.workspace.touch()

    def _close_or_keep(self, modal: Modal, ack: Ack) -> None:
        answer = ack.body if isinstance(ack.body, dict) else {}
        action = answer.get("response_action")
        if ack.error:
            modal.errors = {"": f"We had some trouble connecting ({ack.error}). Try again?"}
        elif action == "errors":
            modal.errors = answer["errors"]
        elif action in ("update", "push"):
            view = answer["view"]
            modal.view, modal.errors = {**view, "blocks": self.workspace.named(view["blocks"])}, {}
        elif action == "clear":
            self.workspace.modals = [other for other in self.workspace.modals if other.user != modal.user]
        else:
            self.close(modal)

    def _show(self, ack: Ack, use: Use, command: str) -> None:
        """What the ack of a command makes visible."""
        if ack.error:
            self._complain(use.channel, use.user, f"{command} failed with the error “{ack.error}”")
        elif isinstance(ack.body, dict):
            if problem := self.response_urls.refusal(ack.body):
                self.workspace.refusals.append(problem)
                self._complain(use.channel, use.user, f"{command} failed with the error “invalid_blocks”")
            else:
                self.response_urls.take(use, ack.body)
        elif ack.body:
            self.workspace.post(use.channel, BOT_ID, ack.body, ephemeral_for=use.user)

    def _complain(self, channel: str, user: str, text: str) -> None:
        self.workspace.post(channel, "USLACKBOT", text, ephemeral_for=user, error=True)

    def _ids(self, user: str, channel: str, ts: str | None = None) -> Json:
        return {
            "trigger_id": self.api.new_trigger(user),
            "response_url": self.response_urls.new(channel, user, ts),
        }
