"""The stand-in for Slack as a whole: what people can do in it, and the server the bot and the page talk to."""

import time
from collections.abc import Callable

import aiohttp
from aiohttp import web

from playground.carecycle import PLAYGROUND_KEY
from playground.slack import events, values
from playground.slack.authorize_page import AuthorizePage
from playground.slack.companies import companies
from playground.slack.deliveries import PATIENCE, Deliveries
from playground.slack.faults import SlackFaults
from playground.slack.installing import Browser, install
from playground.slack.installing import Page as BrowserPage
from playground.slack.oauth import OAuth
from playground.slack.response_urls import ResponseUrls
from playground.slack.site import Site
from playground.slack.steps import StepRun
from playground.slack.tokens import BOT_TOKEN, Grant, Tokens
from playground.slack.ways_in import WaysIn
from playground.slack.web_api import WebApi
from playground.slack.workspace import TEAM_ID, Json, Modal

SIGNING_SECRET = "playground-signing-secret"


class Slack(WaysIn):
    """The workspaces with their people, and the app's way into them and out of them.

    `workspace` is Sunrise's. Unless there are `many` to install the app in, it has the bot of `BOT_TOKEN` already.
    """

    def __init__(
        self,
        *,
        command: str = "/campaign",
        now: Callable[[], float] = time.time,
        stopwatch: Callable[[], float] | None = None,
        patience: float = PATIENCE,
        many: bool = False,
    ) -> None:
        self.command, self.many = command, many
        self.site = Site(now, stopwatch)
        self.workspaces = companies(self.site)
        self.workspace = self.workspaces[TEAM_ID]
        self.faults = SlackFaults()
        self.deliveries = Deliveries(SIGNING_SECRET, patience=patience)  # signed at the true time, always
        self.response_urls = ResponseUrls(self.faults)
        self.tokens = Tokens()
        self.oauth = OAuth(self.tokens, self.site)
        self.authorize_page = AuthorizePage(self.workspaces, self.tokens, self.oauth)
        self.api = WebApi(self.workspaces, self.tokens, self.faults, self.oauth)
        self.views = self.api.views
        if not many:
            self.tokens.add(BOT_TOKEN)

    def at(self, base: str) -> None:
        """Tells the stand-in its own address, `http://host:port`."""
        self.response_urls.base = self.api.base = self.api.files.base = base

    def routes(self) -> list[web.RouteDef]:
        """What the bot sees of Slack."""
        return [
            web.post("/api/{method}", self.api.answer),
            web.get("/api/{method}", self.api.answer),
            web.post("/response/{token}", self.response_urls.answer),
            web.get("/socket", self.deliveries.socket),
            *self.api.files.routes(),
            *self.authorize_page.routes(),
        ]

    @property
    def redirect_uri(self) -> str | None:
        """The one address to which the app lets people be sent back."""
        return self.authorize_page.redirect_uri

    @redirect_uri.setter
    def redirect_uri(self, value: str | None) -> None:
        self.authorize_page.redirect_uri = value

    @property
    def rotates_tokens(self) -> bool:
        """Whether tokens last twelve hours and are refreshed."""
        return self.oauth.rotates

    @rotates_tokens.setter
    def rotates_tokens(self, value: bool) -> None:
        self.oauth.rotates = value

    @property
    def bot(self) -> str:
        """The bot's own address, `http://host:port`."""
        return str(self.deliveries.url).removesuffix("/slack/events")

    async def install(
        self, team_id: str = TEAM_ID, user: str | None = None, *, enterprise: bool = False, allow: bool = True
    ) -> BrowserPage:
        """Adds the app to a workspace, or its whole organization, as a browser does; the bot's last page."""
        workspace = self.workspaces[team_id]
        where = str(workspace.enterprise_id) if enterprise else team_id
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            browser = Browser(session)
            return await install(self.bot, where, user or workspace.owner, browser=browser, allow=allow)

    async def uninstall(self, id_: str = TEAM_ID, *, deliver: bool = True) -> list[Json]:
        """Takes the app out of a workspace, or with an organization's id out of that; the events of it.

        With `deliver=False` they are yet to be delivered, by `deliver_event`.
        """
        sent = []
        for workspace in self.workspaces.values():
            grant = self.tokens.installed(workspace)
            if grant and id_ == (grant.enterprise_id if grant.is_enterprise_install else grant.team_id):
                sent += events.uninstalled(workspace, grant)
                self._revoke(id_)
        self._leave()
        for event in sent if deliver else []:
            await self.deliver_event(event)
        return sent

    async def revoke_team_access(self, team_id: str = TEAM_ID, *, deliver: bool = True) -> Json:
        """An organization takes the app out of one of its workspaces; the event of it."""
        workspace = self.workspaces[team_id]
        grant = self.tokens.installed(workspace)
        if grant is None or not grant.is_enterprise_install:
            raise LookupError("the app is not installed in the whole organization")
        for one in self.tokens.grants.values():
            one.left_out |= {team_id} if one.is_enterprise_install else set()
        self._leave()
        event = events.access_revoked(workspace, grant)
        if deliver:
            await self.deliver_event(event)
        return event

    async def run_step(self, campaign: object = None, *, team_id: str = TEAM_ID, deliver: bool = True) -> StepRun:
        """A workflow comes to the app's step with this input (None: without any); the bot ends the run when it can.

        With `deliver=False` its event is yet to be delivered, by `deliver_event`.
        """
        workspace = self.workspaces[team_id]
        installed = self.tokens.installed(workspace) or Grant("", team_id, workspace.enterprise_id, frozenset())
        run = self.api.steps.begin(workspace, installed, {} if campaign is None else {"campaign": campaign})
        run.event = events.function_executed(workspace, installed, run)
        if deliver:
            await self.deliver_event(run.event)
        return run

    def make_organization(self, id_: str = "E01ORG", name: str = "Sunrise Group") -> None:
        """Puts every workspace into one organization."""
        for workspace in self.workspaces.values():
            workspace.enterprise_id, workspace.enterprise_name = id_, name
        self.site.touch()

    async def connect(self, key: str = PLAYGROUND_KEY, *, user: str = "U01OWNER", channel: str = "C02STANDUP") -> Modal:
        """Types `/campaign connect` and submits the key; the modal, with what was wrong in its `errors`.

        Where the form asks whether another account is meant, it is.
        """
        await self.say(f"{self.command} connect", user=user, channel=channel)
        await self.site.until(lambda: any(_has_input(modal) for modal in self.modals_of(user)[-1:]))
        modal = self.modals_of(user)[-1]
        await self.submit(modal, values.typed(modal.view["blocks"], key))
        if not modal.errors and _has_input(modal) and modal in self.modals_of(user):
            await self.submit(modal, values.typed(modal.view["blocks"], key))
        if not modal.errors and modal in self.modals_of(user):
            self.close(modal)  # it says that it worked
        return modal

    def _leave(self) -> None:
        """Where the app is no longer, what it has open is gone."""
        for workspace in self.workspaces.values():
            if not self.tokens.installed(workspace):
                workspace.modals.clear()
                workspace.homes.clear()
        self.site.touch()

    def _revoke(self, id_: str) -> None:
        for token, grant in self.tokens.grants.items():
            if id_ == (grant.enterprise_id if grant.is_enterprise_install else grant.team_id):
                self.tokens.discard(token)


def _has_input(modal: Modal) -> bool:
    """Whether it is the form already: it may have been loading."""
    return any(block["type"] == "input" for block in modal.view["blocks"])
