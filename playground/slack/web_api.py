"""The stand-in's Web API: the methods the bot calls, each a row, refusing what Slack refuses."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from aiohttp import web

from bot.manifest import optional_scopes, scopes
from playground.slack import conversations, methods, users, web_api_faults
from playground.slack.call import ApiError, Args, Call
from playground.slack.faults import SlackFaults
from playground.slack.files import Files
from playground.slack.oauth import OAuth
from playground.slack.steps import StepRuns
from playground.slack.tokens import APP_TOKEN, BOT_TOKEN, Grant, Tokens
from playground.slack.unfurls import Unfurls
from playground.slack.views import TRIGGER_SECONDS, Views
from playground.slack.workspace import SlackWorkspace

__all__ = ["APP_TOKEN", "BOT_TOKEN", "TRIGGER_SECONDS", "ApiError", "WebApi"]

# The scope a method needs; a method that is not here needs none.
NEEDED = {
    "users.info": "users:read",
    "users.list": "users:read",
    "conversations.info": "channels:read",
    "conversations.members": "channels:read",
    "conversations.open": "im:write",
    "conversations.join": "channels:join",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.unfurl": "links:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
}
_OPEN = {"blocks.validate": methods.blocks_validate}  # take no token


class WebApi:
    """Answers `POST /api/{method}`. `calls` holds what was called, in order; `calls_by` by whose token.

    `scopes` are those of the app: a token granted with more of them, or fewer, has only what is in both.
    """

    def __init__(
        self, workspaces: Mapping[str, SlackWorkspace], tokens: Tokens, faults: SlackFaults, oauth: OAuth
    ) -> None:
        self.base = ""
        self.calls: list[tuple[str, Args]] = []
        self.calls_by: list[tuple[str | None, str]] = []
        self.tokens = tokens
        self.scopes = {*scopes(), *optional_scopes()}  # what the manifest asks for
        self.views = Views(faults)
        self.steps = StepRuns(tokens)
        self.files = Files(faults)
        self.unfurls = Unfurls(faults, self.views)
        self._workspaces = workspaces
        self._faults = faults
        self._oauth = oauth
        self._methods: dict[str, Callable[[Call], Args]] = {
            "auth.test": methods.auth_test,
            "users.info": users.users_info,
            "users.list": users.users_list,
            "conversations.info": conversations.conversations_info,
            "conversations.members": conversations.conversations_members,
            "conversations.history": conversations.conversations_history,
            "conversations.open": conversations.conversations_open,
            "conversations.join": conversations.conversations_join,
            "chat.getPermalink": methods.get_permalink,
            "chat.postMessage": methods.post_message,
            "chat.postEphemeral": methods.post_ephemeral,
            "chat.update": methods.update,
            "chat.delete": methods.delete,
            "views.open": self.views.open,
            "views.push": self.views.push,
            "views.update": self.views.update,
            "views.publish": self.views.publish,
            "chat.unfurl": self.unfurls.unfurl,
            "files.getUploadURLExternal": self.files.get_upload_url,
            "files.completeUploadExternal": self.files.complete,
            "entity.presentDetails": self.unfurls.present,
            "functions.completeSuccess": self.steps.complete,
            "functions.completeError": self.steps.fail,
        }

    def allow(self, *more: str) -> None:
        """Scopes that are not in the manifest, such as `channels:history`: for the app and every token it has."""
        self.scopes.update(more)
        for grant in self.tokens.grants.values():
            grant.scopes |= set(more)

    def workspace_of(self, token: str) -> SlackWorkspace | None:
        """Whose token it is; of an organization's token the first workspace it is good for."""
        grant = self.tokens.grants.get(token)
        return next((one for one in self._workspaces.values() if grant and grant.covers(one)), None)

    async def answer(self, request: web.Request) -> web.Response:
        """One call, its arguments in the query, a form or JSON: Slack takes all three."""
        name, args = request.match_info["method"], await _arguments(request)
        grant = self.tokens.grants.get(_token(request, args))
        self.calls.append((name, args))
        self.calls_by.append((grant.team_id or grant.enterprise_id if grant else None, name))
        if self._faults.strikes("web_api_slow"):
            await asyncio.sleep(self._faults.slow)
        try:
            if broken := web_api_faults.before(self._faults, name, args):
                return broken
            answer = {"ok": True, **self._answer(name, request, args)}
            if broken := web_api_faults.after(self._faults, name, args, request):
                return broken
        except ApiError as error:
            answer = {"ok": False, "error": str(error)}
        granted = self.scopes & grant.scopes if grant else self.scopes
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(sorted(granted))})

    def _answer(self, name: str, request: web.Request, args: Args) -> Args:
        token = _token(request, args)
        if name == "oauth.v2.access":
            return self._oauth.access(args, request.headers.get("authorization", ""))
        if name == "apps.connections.open":
            return self._connection(token)
        if name in _OPEN:
            return _OPEN[name](Call(next(iter(self._workspaces.values())), Grant("", None, None, frozenset()), args))
        grant = self._granted(token, name)
        effective = replace(grant, scopes=grant.scopes & self.scopes)
        return self._methods.get(name, _unknown)(Call(self._meant(grant, args), effective, args))

    def _connection(self, token: str) -> Args:
        if token != APP_TOKEN:
            raise ApiError("invalid_auth" if token else "not_authed")
        return {"url": self.base.replace("http", "ws", 1) + "/socket"}

    def _granted(self, token: str, name: str) -> Grant:
        """What this token may do. Raises ApiError when it may not do this."""
        grant = self.tokens.grants.get(token)
        if grant is None:
            raise ApiError("invalid_auth" if token else "not_authed")
        if grant.revoked:
            raise ApiError("token_revoked")
        if grant.expires is not None and self._oauth.now() >= grant.expires:
            raise ApiError("token_expired")
        if NEEDED.get(name) not in (None, *(self.scopes & grant.scopes)):
            raise ApiError("missing_scope")
        return grant

    def _meant(self, grant: Grant, args: Args) -> SlackWorkspace:
        """The workspace of the token; an organization's token is good for several, so what is named decides."""
        own = [workspace for workspace in self._workspaces.values() if grant.covers(workspace)]
        if not own:
            raise ApiError("team_access_not_granted")
        if len(own) == 1:
            return own[0]
        # What is of one workspace alone decides before `team_id`, which Slack reads in methods that list only.
        named = {
            str(args[name])
            for name in ("channel", "channel_id", "user", "users", "user_id", "view_id")
            if args.get(name)
        }
        if workspace := self.views.workspace_of(str(args.get("trigger_id", ""))):
            named.add(workspace.team_id)
        listed = next((workspace for workspace in own if workspace.team_id == args.get("team_id")), own[0])
        return next((workspace for workspace in own if named & set(_names(workspace))), listed)


def _names(workspace: SlackWorkspace) -> Iterator[str]:
    """Every id by which a call can mean this workspace."""
    parts: Iterable[Iterable[str]] = (
        (workspace.team_id,),
        workspace.channels,
        workspace.people,
        workspace.outsiders,
        (modal.id for modal in workspace.modals),
    )
    for part in parts:
        yield from part


def _unknown(_: Call) -> Args:
    raise ApiError("unknown_method")


def _token(request: web.Request, args: Args) -> str:
    header = request.headers.get("authorization", "")
    return header.removeprefix("Bearer ") if header.startswith("Bearer ") else str(args.get("token") or "")


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
