"""Slack's page on which somebody allows the app into their workspace, or does not."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web

from bot.manifest import optional_scopes
from playground.slack.oauth import CLIENT_ID, Allowed, OAuth
from playground.slack.tokens import Tokens
from playground.slack.workspace import BOT_NAME, SlackWorkspace

PATH = "/oauth/v2/authorize"
_SCOPES = {
    "app_mentions:read": "Read messages that mention it",
    "channels:join": "Join public channels",
    "channels:read": "See which public channels there are",
    "chat:write": "Send messages as itself",
    "chat:write.public": "Send messages to public channels it is not in",
    "commands": "Add slash commands and shortcuts",
    "files:write": "Send files as itself",
    "groups:read": "See the private channels it is in",
    "im:write": "Begin direct messages with people",
    "links:read": "See links to careCycle in messages",
    "links:write": "Show what is behind links to careCycle",
    "team:read": "See the workspace’s name",
    "users:read": "See who is in the workspace, and who manages it",
}
_OPTIONAL = frozenset(optional_scopes())
_FILE = Path(__file__).parent / "authorize.html"


class AuthorizePage:
    """`redirect_uri` is the one address the app has set, and where people are sent when it names none itself."""

    def __init__(self, workspaces: Mapping[str, SlackWorkspace], tokens: Tokens, oauth: OAuth) -> None:
        self.redirect_uri: str | None = None
        self._workspaces = workspaces
        self._tokens = tokens
        self._oauth = oauth

    def routes(self) -> list[web.RouteDef]:
        """The page, and what its buttons do."""
        return [web.get(PATH, self._show), web.post(PATH, self._decide)]

    async def _show(self, request: web.Request) -> web.Response:
        asked = request.query
        if problem := self._problem(asked):
            return _page("Something is wrong", f"<h1>Something is wrong</h1><p>{escape(problem)}</p>", status=400)
        hidden = {name: asked.get(name, "") for name in ("client_id", "scope", "state", "redirect_uri")}
        kept = "".join(f'<input type="hidden" name="{key}" value="{escape(value)}">' for key, value in hidden.items())
        scopes = "".join(f"<li>{_said(scope)}</li>" for scope in sorted(_scopes(asked) - _OPTIONAL))
        optional = "".join(_tick(scope) for scope in sorted(_scopes(asked) & _OPTIONAL))
        return _page(
            f"Add {BOT_NAME} to Slack",
            f"<h1>{BOT_NAME} is asking for permission to access a Slack workspace</h1>"
            f'<form method="post">{kept}<fieldset><legend>Where</legend>{"".join(self._choices(asked))}</fieldset>'
            f"<h2>What will {BOT_NAME} be able to do?</h2><ul>{scopes}</ul>"
            f"<fieldset><legend>Optional</legend>{optional}</fieldset><footer>"
            '<button name="decision" value="cancel">Cancel</button>'
            '<button name="decision" value="allow" class="allow">Allow</button></footer></form>',
        )

    def _choices(self, asked: Mapping[str, str]) -> Iterator[str]:
        """The workspaces, and the organization where they are in one."""
        without = [one.team_id for one in self._workspaces.values() if not self._tokens.installed(one)]
        first = asked.get("team") or next(iter([*without, *self._workspaces]))
        for workspace in self._workspaces.values():
            known = "" if workspace.team_id in without else ", already added"
            yield _choice(workspace.team_id, workspace.name, f"as {_owner(workspace)}{known}", first)
        for id_, name in {(one.enterprise_id, one.enterprise_name) for one in self._workspaces.values()}:
            if id_:
                yield _choice(id_, str(name), "the whole organization", first)

    async def _decide(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if problem := self._problem(form):
            return _page("Something is wrong", f"<p>{escape(problem)}</p>", status=400)
        back = form.get("redirect_uri") or self.redirect_uri or ""
        answer = {"error": "access_denied"}
        if form.get("decision") == "allow":
            workspace, whole = self._chosen(form.get("where", ""))
            user = form.get("user") or workspace.owner
            left_out = {scope for scope in _OPTIONAL if scope not in form}  # a box that is not ticked sends nothing
            allowed = Allowed(workspace, user, _scopes(form) - left_out, back, whole, self._oauth.now())
            answer = {"code": self._oauth.allow(allowed)}
        raise web.HTTPFound(f"{back}?{urlencode({**answer, 'state': form.get('state', '')})}")

    def _chosen(self, where: str) -> tuple[SlackWorkspace, bool]:
        """A workspace by its id; a whole organization by its own, as its first workspace."""
        if workspace := self._workspaces.get(where):
            return workspace, False
        found = next((one for one in self._workspaces.values() if where and one.enterprise_id == where), None)
        if found is None:
            raise web.HTTPBadRequest(text="no such workspace")
        return found, True

    def _problem(self, asked: Mapping[str, str]) -> str | None:
        if asked.get("client_id") != CLIENT_ID:
            return "Invalid client_id parameter: no app has this one."
        if not self.redirect_uri:
            return "This app has set no redirect URL."
        if asked.get("redirect_uri") not in (None, "", self.redirect_uri):
            return "redirect_uri did not match any configured URIs."
        return None if _scopes(asked) else "Invalid permissions requested: scope is missing."


def _scopes(asked: Mapping[str, str]) -> frozenset[str]:
    return frozenset(filter(None, asked.get("scope", "").replace(" ", ",").split(",")))


def _said(scope: str) -> str:
    return escape(_SCOPES.get(scope, scope))


def _tick(scope: str) -> str:
    return f'<label><input type="checkbox" name="{escape(scope)}"> {_said(scope)}</label>'


def _owner(workspace: SlackWorkspace) -> str:
    return escape(workspace.people[workspace.owner].name)


def _choice(value: str, name: str, more: str, first: str) -> str:
    checked = " checked" if value == first else ""
    radio = f'<input type="radio" name="where" value="{escape(value)}" required{checked}>'
    return f"<label>{radio} {escape(name)} <small>{more}</small></label>"


def _page(title: str, main: str, status: int = 200) -> web.Response:
    text = _FILE.read_text(encoding="utf-8").replace("{title}", escape(title)).replace("{main}", main)
    return web.Response(text=text, content_type="text/html", status=status, headers={"cache-control": "no-store"})
