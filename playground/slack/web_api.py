"""The stand-in's Web API: the methods the bot calls, each a row, refusing what Slack refuses."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.manifest import scopes
from playground.slack.faults import SlackFaults
from playground.slack.rules import refusals, view_refusals
from playground.slack.workspace import BOT_ID, BOT_NAME, Conversation, Modal, SlackWorkspace

BOT_TOKEN, APP_TOKEN = "xoxb-playground", "xapp-playground"
# The scope a method needs; a method that is not here needs none.
NEEDED = {
    "users.info": "users:read",
    "conversations.info": "channels:read",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
}
TRIGGER_SECONDS = 3.0
Args = dict[str, Any]  # Any: Slack's JSON


class ApiError(Exception):
    """An answer of `ok: false`; the text is Slack's name for the reason."""


class WebApi:
    """Answers `POST /api/{method}`. `calls` holds what was called, in order."""

    def __init__(self, workspace: SlackWorkspace, faults: SlackFaults) -> None:
        self.base = ""
        self.calls: list[tuple[str, Args]] = []
        self.tokens = {BOT_TOKEN}
        self.scopes = set(scopes())  # what the manifest asks for, granted
        self._workspace = workspace
        self._faults = faults
        self._triggers: dict[str, tuple[str, float]] = {}
        self._methods: dict[str, Callable[[Args], Args]] = {
            "auth.test": self._auth_test,
            "users.info": self._users_info,
            "conversations.info": self._conversations_info,
            "chat.postMessage": self._post_message,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "views.open": self._views_open,
            "views.push": self._views_open,
            "views.update": self._views_update,
            "apps.connections.open": self._connections_open,
            "blocks.validate": self._blocks_validate,
        }

    def new_trigger(self, user: str) -> str:
        """A trigger_id: once, for three seconds."""
        trigger_id = self._workspace.new_id("trigger.")
        self._triggers[trigger_id] = (user, self._workspace.now())
        return trigger_id

    async def answer(self, request: web.Request) -> web.Response:
        """One call, its arguments in the query, a form or JSON: Slack takes all three."""
        name, args = request.match_info["method"], await _arguments(request)
        self.calls.append((name, args))
        if self._faults.strikes("web_api_down"):
            return web.Response(status=500, text="internal_error")
        if self._faults.strikes("web_api_limited"):
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})
        if self._faults.strikes("web_api_slow"):
            await asyncio.sleep(2)
        try:
            self._check_token(name, request, args)
            answer = {"ok": True, **self._methods.get(name, _unknown)(args)}
        except ApiError as error:
            answer = {"ok": False, "error": str(error)}
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(self.scopes)})

    def _check_token(self, name: str, request: web.Request, args: Args) -> None:
        if name == "blocks.validate":  # the one method that takes no token
            return
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or args.get("token")
        good = {APP_TOKEN} if name == "apps.connections.open" else self.tokens
        if token not in good:
            raise ApiError("invalid_auth" if token else "not_authed")
        if NEEDED.get(name) not in (None, *self.scopes):
            raise ApiError("missing_scope")

    def _auth_test(self, _: Args) -> Args:
        return {
            "team": "Sunrise Benefits",
            "team_id": self._workspace.team_id,
            "user": BOT_NAME,
            "user_id": BOT_ID,
            "bot_id": "B0BOT",
        }

    def _users_info(self, args: Args) -> Args:
        person = self._workspace.people.get(args.get("user", ""))
        if person is None:
            raise ApiError("user_not_found")
        flags = {
            "is_owner": person.role == "owner",
            "is_admin": person.role in ("owner", "admin"),
            "is_restricted": person.role == "guest",
        }
        user = {"id": person.id, "name": person.name, "team_id": person.team_id, **flags}
        return {"user": {**user, "deleted": False, "tz": "America/New_York"}}

    def _conversations_info(self, args: Args) -> Args:
        channel = self._channel(args)
        return {
            "channel": {
                "id": channel.id,
                "name": channel.name,
                "is_im": channel.kind == "im",
                "is_member": channel.bot_is_member,
                "is_ext_shared": channel.shared_with is not None,
            }
        }

    def _post_message(self, args: Args) -> Args:
        channel = self._writable(args)
        blocks = _blocks(args)
        message = self._workspace.post(
            channel.id, BOT_ID, args.get("text", ""), blocks=blocks, thread_ts=args.get("thread_ts")
        )
        return {"channel": channel.id, "ts": message.ts}

    def _post_ephemeral(self, args: Args) -> Args:
        channel = self._writable(args)
        only = args.get("user")
        message = self._workspace.post(
            channel.id, BOT_ID, args.get("text", ""), blocks=_blocks(args), ephemeral_for=only
        )
        return {"message_ts": message.ts}

    def _update(self, args: Args) -> Args:
        message = self._workspace.find(args.get("channel", ""), args.get("ts", ""))
        if message is None or message.ephemeral_for:
            raise ApiError("message_not_found")
        message.text, message.edited = args.get("text", ""), True
        message.blocks = self._workspace.named(_blocks(args))
        self._workspace.touch()
        return {"channel": message.channel, "ts": message.ts}

    def _delete(self, args: Args) -> Args:
        message = self._workspace.find(args.get("channel", ""), args.get("ts", ""))
        if message is None:
            raise ApiError("message_not_found")
        self._workspace.messages.remove(message)
        self._workspace.touch()
        return {}

    def _views_open(self, args: Args) -> Args:
        user, made = self._triggers.pop(args.get("trigger_id", ""), ("", 0.0))
        if not user or self._workspace.now() - made > TRIGGER_SECONDS or self._faults.strikes("late_trigger"):
            raise ApiError("expired_trigger_id")
        if len(self._workspace.stack(user)) >= 3:
            raise ApiError("push_limit_reached")
        modal = Modal(self._workspace.new_id("V"), user, _view(args, self._workspace))
        self._workspace.modals.append(modal)
        self._workspace.touch()
        return {"view": {**modal.view, "id": modal.id}}

    def _views_update(self, args: Args) -> Args:
        modal = self._workspace.modal(args.get("view_id", ""))
        if modal is None:
            raise ApiError("not_found")
        modal.view, modal.errors = _view(args, self._workspace), {}
        self._workspace.touch()
        return {"view": {**modal.view, "id": modal.id}}

    def _connections_open(self, _: Args) -> Args:
        return {"url": self.base.replace("http", "ws", 1) + "/socket"}

    def _blocks_validate(self, args: Args) -> Args:
        _blocks(args)
        return {}

    def _channel(self, args: Args) -> Conversation:
        channel = self._workspace.channels.get(args.get("channel", ""))
        if channel is None:
            raise ApiError("channel_not_found")
        return channel

    def _writable(self, args: Args) -> Conversation:
        channel = self._channel(args)
        if not channel.bot_is_member:
            raise ApiError("not_in_channel")
        return channel


def _unknown(_: Args) -> Args:
    raise ApiError("unknown_method")


async def _arguments(request: web.Request) -> Args:
    args: Args = dict(request.query)
    if request.content_type == "application/json":
        args |= await request.json()
    else:
        args |= dict(await request.post())
    for name in ("blocks", "view", "metadata"):  # in a form they are JSON in a string
        if isinstance(args.get(name), str):
            args[name] = json.loads(args[name])
    return args


def _blocks(args: Args) -> list[Args]:
    blocks: list[Args] = args.get("blocks") or []
    if refusals(blocks, "message"):
        raise ApiError("invalid_blocks")
    if not blocks and not args.get("text"):
        raise ApiError("no_text")
    return blocks


def _view(args: Args, workspace: SlackWorkspace) -> Args:
    view: Args = args.get("view") or {}
    if found := view_refusals(view):
        workspace.refusals.append("; ".join(found))
        raise ApiError("invalid_arguments")
    return {**view, "blocks": workspace.named(view["blocks"])}
