"""What the page sees and does: the state as a stream, and a path for every deed (docs/playground.md)."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from playground.carecycle import FAULTS as CARECYCLE_FAULTS
from playground.carecycle import CareCycle
from playground.slack.faults import FAULTS as SLACK_FAULTS
from playground.slack.slack import Slack
from playground.slack.workspace import BOT_ID, BOT_NAME, Message

DIST = Path(__file__).parent.parent / "web" / "dist"
Json = dict[str, Any]  # Any: the page's JSON


class Page:
    """One person's view of the workspace; `me` is whom the page looks as."""

    def __init__(self, slack: Slack, carecycle: CareCycle | None) -> None:
        self.me = "U01OWNER"
        self._slack = slack
        self._carecycle = carecycle
        self._deeds: dict[str, Callable[[Json], Awaitable[None]]] = {
            "say": self._say,
            "act": self._act,
            "submit": self._submit,
            "close": self._close,
            "me": self._be,
            "role": self._role,
            "membership": self._membership,
            "fault": self._fault,
            "clear": self._clear,
        }

    def routes(self) -> list[web.RouteDef]:
        """The page's files, its stream and its deeds."""
        return [
            web.get("/page/events", self._events),
            web.post("/page/{deed}", self._deed),
            web.get("/{name:(|page\\.js|page\\.css)}", _file),
        ]

    def state(self) -> Json:
        """All that the page draws."""
        slack, workspace = self._slack, self._slack.workspace
        return {
            "command": slack.command,
            "me": self.me,
            "people": [vars(person) for person in workspace.people.values()],
            "bot": {"id": BOT_ID, "name": BOT_NAME},
            "channels": [vars(channel) for channel in workspace.channels.values()],
            "messages": [_message(message) for message in workspace.seen_by(self.me)],
            "views": [
                {"id": modal.id, "view": modal.view, "errors": modal.errors, "busy": modal.busy}
                for modal in workspace.stack(self.me)
            ],
            "faults": {"carecycle": self._carecycle.fault if self._carecycle else "none", "slack": slack.faults.name},
            "choices": {
                "carecycle": _choices(CARECYCLE_FAULTS if self._carecycle else {"none": "the real careCycle"}),
                "slack": _choices(SLACK_FAULTS),
            },
            "deliveries": list(slack.deliveries.log),
        }

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream", "cache-control": "no-store"})
        await response.prepare(request)
        try:
            async for _ in self._slack.workspace.changes():
                await response.write(f"data: {json.dumps(self.state())}\n\n".encode())
        except ConnectionResetError:  # the page was closed
            pass
        return response

    async def _deed(self, request: web.Request) -> web.Response:
        deed = self._deeds.get(request.match_info["deed"])
        if deed is None or request.content_type != "application/json":  # JSON only: no other page can send it
            return web.json_response({"ok": False, "error": "no such deed"}, status=404)
        try:
            await deed(await request.json())
        except (LookupError, ValueError, StopIteration) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        self._slack.workspace.touch()
        return web.json_response({"ok": True})

    async def _say(self, body: Json) -> None:
        await self._slack.say(body["text"], user=self.me, channel=body["channel"])

    async def _act(self, body: Json) -> None:
        if view_id := body.get("view_id"):
            modal = next(modal for modal in self._slack.workspace.modals if modal.id == view_id)
            await self._slack.press_in(modal, _action(modal.view["blocks"], body), values=body.get("values"))
            return
        message = self._slack.workspace.find(body["channel"], body["ts"])
        if message is None:
            raise LookupError("that message is gone")
        await self._slack.press(message, _action(message.blocks, body), user=self.me, values=body.get("values"))

    async def _submit(self, body: Json) -> None:
        modal = next(modal for modal in self._slack.workspace.modals if modal.id == body["view_id"])
        await self._slack.submit(modal, body["values"])

    async def _close(self, body: Json) -> None:
        if modal := self._slack.workspace.modal(body["view_id"]):  # a second Escape finds it closed
            self._slack.close(modal)

    async def _be(self, body: Json) -> None:
        self.me = self._slack.workspace.people[body["user"]].id

    async def _role(self, body: Json) -> None:
        if body["role"] not in ("owner", "admin", "member", "guest"):
            raise ValueError("no such role")
        self._slack.workspace.people[body["user"]].role = body["role"]

    async def _membership(self, body: Json) -> None:
        self._slack.workspace.channels[body["channel"]].bot_is_member = bool(body["member"])

    async def _fault(self, body: Json) -> None:
        if "slack" in body:
            self._slack.faults.set(body["slack"])
        if "carecycle" in body and self._carecycle:
            self._carecycle.fault = body["carecycle"]

    async def _clear(self, _: Json) -> None:
        self._slack.workspace.clear()


def _message(message: Message) -> Json:
    shown = {key: getattr(message, key) for key in ("ts", "channel", "user", "text", "blocks", "thread_ts", "edited")}
    return {
        **shown,
        "error": message.error,
        "is_bot": message.user == BOT_ID,
        "ephemeral": message.ephemeral_for is not None,
    }


def _choices(faults: Any) -> list[Json]:  # Any: a mapping or a tuple of pairs
    return [{"name": name, "label": label} for name, label in dict(faults).items()]


def _action(blocks: list[Json], body: Json) -> Json:
    """The pressed element as it stands in Slack's payload: from the blocks, never from the page."""
    block = next(block for block in blocks if block["block_id"] == body["block_id"])
    elements = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    element = next(one for one in elements if one and one.get("action_id") == body["action_id"])
    pressed = {key: element[key] for key in ("type", "action_id", "text", "value") if key in element}
    return {**pressed, "block_id": block["block_id"], **body.get("selected", {})}


async def _file(request: web.Request) -> web.StreamResponse:
    path = DIST / (request.match_info["name"] or "index.html")
    if not path.is_file():
        return web.Response(status=503, text="The page is not built yet: run `make play`.")
    return web.FileResponse(path, headers={"cache-control": "no-store"})
