"""What the page sees and does: the state as a stream, and a path for every deed (docs/playground.md)."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from playground.carecycle import CareCycle
from playground.clock import MovableClock
from playground.life import Life
from playground.slack.machinery import Machinery
from playground.slack.page_state import state
from playground.slack.slack import Slack
from playground.slack.workspace import TEAM_ID, Json, Message, Person, SlackWorkspace

DIST = Path(__file__).parent.parent / "web" / "dist"


class Page:
    """One person's view of one workspace; `me` is whom the page looks as."""

    def __init__(
        self, slack: Slack, carecycle: CareCycle | None, clock: MovableClock | None = None, life: Life | None = None
    ) -> None:
        self.me = "U01OWNER"
        self.machinery = Machinery(clock, self._touch, carecycle, life)
        self._team_id = TEAM_ID
        self._was: dict[str, str] = {}  # whom the page last looked as, by workspace
        self._slack = slack
        self._carecycle = carecycle
        self._actions: dict[str, Callable[[Json], Awaitable[None]]] = {
            "say": self._say,
            "act": self._act,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "message_shortcut": self._message_shortcut,
            "home": self._home,
            "pane": self._pane,
            "close_pane": self._close_pane,
            "step": self._step,
            "workspace": self._go,
            "uninstall": self._uninstall,
            "me": self._be,
            "role": self._role,
            "membership": self._membership,
            "channel": self._channel,
            "fault": self._fault,
            "clear": self._clear,
            "clock": self.machinery.set_clock,
            "engine": self.machinery.set_engine,
            "story": self.machinery.set_story,
            "campaigns": self.machinery.set_campaigns,
        }

    def routes(self) -> list[web.RouteDef]:
        """The page's files, its stream and its deeds."""
        return [
            web.get("/page/events", self._events),
            web.post("/page/options", self._options),
            web.post("/page/{deed}", self._audit_entry),
            web.get("/{name:(|page\\.js|page\\.css)}", _file),
        ]

    def state(self) -> Json:
        """All that the page draws."""
        return state(self._slack, self._carecycle, self._workspace, self.me) | self.machinery.state()

    @property
    def _workspace(self) -> SlackWorkspace:
        return self._slack.workspaces[self._team_id]

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream", "cache-control": "no-store"})
        await response.prepare(request)
        try:
            async for _ in self._slack.site.changes():
                await response.write(f"data: {json.dumps(self.state())}\n\n".encode())
        except ConnectionResetError:  # the page was closed
            pass
        return response

    async def _audit_entry(self, request: web.Request) -> web.Response:
        deed = self._actions.get(request.match_info["deed"])
        if deed is None or request.content_type != "application/json":  # JSON only: no other page can send it
            return web.json_response({"ok": False, "error": "no such deed"}, status=404)
        try:
            await deed(await request.json())
        except (LookupError, ValueError) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        self._slack.site.touch()
        return web.json_response({"ok": True})

    async def _say(self, body: Json) -> None:
        await self._slack.say(body["text"], user=self.me, channel=body["channel"])

    async def _act(self, body: Json) -> None:
        if view_id := body.get("view_id"):
            await self._act_in_view(view_id, body)
            return
        message = self._message(body)
        await self._slack.press(message, _action(message.blocks, body), user=self.me, values=body.get("values"))

    async def _act_in_view(self, view_id: str, body: Json) -> None:
        home = self._workspace.homes.get(self.me)
        if home and home["id"] == view_id:
            await self._slack.press_home(self._workspace, self.me, _action(home["blocks"], body))
            return
        if modal := self._workspace.modal(view_id):  # else it was closed while the page still showed it
            await self._slack.press_in(modal, _action(modal.view["blocks"], body), values=body.get("values"))

    async def _submit(self, body: Json) -> None:
        if modal := self._workspace.modal(body["view_id"]):  # as above
            await self._slack.submit(modal, body["values"])

    async def _close(self, body: Json) -> None:
        if modal := self._workspace.modal(body["view_id"]):  # a second Escape finds it closed
            self._slack.close(modal)

    async def _options(self, request: web.Request) -> web.Response:
        """What a select offers, as the bot answers it."""
        body = await request.json() if request.content_type == "application/json" else {}
        modal = self._workspace.modal(str(body.get("view_id")))
        if modal is None:  # closed while the select was asking: nobody sees the answer
            return web.json_response({"ok": True, "options": []})
        offered = await self._slack.suggest(modal, body["block_id"], body["action_id"], str(body.get("value", "")))
        return web.json_response({"ok": True, **offered})

    async def _shortcut(self, _: Json) -> None:
        await self._slack.use_shortcut(self._workspace, user=self.me)

    async def _message_shortcut(self, body: Json) -> None:
        await self._slack.use_message_shortcut(self._message(body), user=self.me)

    async def _home(self, _: Json) -> None:
        await self._slack.open_home(self._workspace, user=self.me)

    async def _pane(self, body: Json) -> None:
        await self._slack.open_pane(self._message(body), body["link"], user=self.me)

    async def _close_pane(self, _: Json) -> None:
        self._slack.api.unfurls.panes.pop(self.me, None)

    async def _step(self, body: Json) -> None:
        await self._slack.run_step(body["campaign"], team_id=self._team_id)

    def _message(self, body: Json) -> Message:
        message = self._workspace.find(body["channel"], body["ts"])
        if message is None:
            raise LookupError("that message is gone")
        return message

    async def _go(self, body: Json) -> None:
        self._was[self._team_id] = self.me
        self._team_id = self._slack.workspaces[body["workspace"]].team_id
        self.me = self._was.get(self._team_id, self._workspace.owner)

    async def _uninstall(self, body: Json) -> None:
        if not await self._slack.uninstall(body["workspace"]):
            raise LookupError("the app is not installed there")

    async def _be(self, body: Json) -> None:
        self.me = self._person(body).id

    async def _role(self, body: Json) -> None:
        if body["role"] not in ("owner", "admin", "member", "guest"):
            raise ValueError("no such role")
        self._person(body).role = body["role"]

    def _person(self, body: Json) -> Person:
        if person := self._workspace.person(body["user"]):
            return person
        raise LookupError("nobody here has that id")

    async def _membership(self, body: Json) -> None:
        self._workspace.invite_bot(body["channel"], member=bool(body["member"]))

    async def _channel(self, body: Json) -> None:
        """What happens to a channel: another name, or it is archived or brought back."""
        if "name" in body:
            self._workspace.rename(body["channel"], body["name"])
        if "archived" in body:
            self._workspace.archive(body["channel"], archived=bool(body["archived"]))

    async def _fault(self, body: Json) -> None:
        if "slack" in body:
            self._slack.faults.set(body["slack"])
        if "carecycle" in body and self._carecycle:
            self._carecycle.fault = body["carecycle"]

    def _touch(self) -> None:
        self._slack.site.touch()

    async def _clear(self, _: Json) -> None:
        self._workspace.clear()


def _action(blocks: list[Json], body: Json) -> Json:
    """The pressed element as it stands in Slack's payload: from the blocks, never from the page.

    Raises LookupError when it is there no more.
    """
    block = next((block for block in blocks if block["block_id"] == body["block_id"]), {})
    elements = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    element = next((one for one in elements if one and one.get("action_id") == body["action_id"]), None)
    if element is None:
        raise LookupError("what was pressed is there no more")
    pressed = {key: element[key] for key in ("type", "action_id", "text", "value") if key in element}
    return {**pressed, "block_id": block["block_id"], **body.get("selected", {})}


async def _file(request: web.Request) -> web.StreamResponse:
    path = DIST / (request.match_info["name"] or "index.html")
    if not path.is_file():
        return web.Response(status=503, text="The page is not built yet: run `make play`.")
    return web.FileResponse(path, headers={"cache-control": "no-store"})
