"""Find the token that belongs to a request, from memory, so that no request costs a call to Slack."""

import asyncio
from abc import abstractmethod
from contextlib import suppress

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.cached import StaleCache
from bot.clock import Clock
from bot.config import Settings, SettingsError
from bot.errors import Busy, NotInstalled
from bot.manifest import INSTALL
from bot.records import Installation
from bot.slack.context.token_rotation import Rotation
from bot.slack.reply.background import BackgroundTasks
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.time_limit import ARRIVED, left
from bot.store import installations
from bot.store.database import Database

# Slack's error codes for a token that is not accepted, now or later
REFUSED = {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"}
_FRESH = 30.0  # seconds until an uninstall by another replica is noticed where replicas do not hear each other
_AGAIN, _PATIENCE = 10.0, 1.0  # seconds between two questions to Slack whose token it is, and to wait for an answer
_Ids = tuple[str | None, str | None]  # of a workspace and of its organization
_log = structlog.get_logger("slack")


async def authorize_with(
    settings: Settings, db: Database, clock: Clock, client: AsyncWebClient, tasks: BackgroundTasks
) -> "Authorize":
    """Return what finds tokens with these settings: one from the environment, those of installations, or both."""
    token = settings.slack_bot_token
    own = OneWorkspace(token.get_secret_value(), client, clock, tasks) if token else None
    if own:
        await own.learn()
    if own and not settings.slack_client_id:
        return own
    secret = settings.slack_client_secret.get_secret_value() if settings.slack_client_secret else ""
    rotation = Rotation(db, clock, client, tasks, (settings.slack_client_id or "", secret))
    install_url = settings.public_url.rstrip("/") + INSTALL if settings.public_url else None
    return Installed(db, clock, rotation, install_url, own)


class Authorize(AsyncAuthorize):
    """The source of tokens. Bolt calls it for every request; the rest of the program calls `tokens`."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt's

    @property
    @abstractmethod
    def own(self) -> "OneWorkspace | None":
        """The workspace from the environment, if there is one."""

    @abstractmethod
    async def tokens(
        self, workspace_id: str | None, enterprise_id: str | None, arrived: float | None = None
    ) -> AuthorizeResult:
        """Return the bot's token and ids there. Raise NotInstalled, StoreUnavailable.

        `arrived` is given before an ack, as in `StaleCache.of`.
        """

    def knows(self, workspace_id: str | None, enterprise_id: str | None) -> bool:
        """Return whether `tokens` would answer from fresh memory: where there is only one token, it does."""
        return True

    @abstractmethod
    async def scopes(self, workspace_id: str | None, enterprise_id: str | None) -> frozenset[str]:
        """Return what Slack granted the app there; nothing while that is not known. Raise as `tokens` does."""

    def forget(self, installation_id: str) -> None:
        """Drop a remembered installation, after a change. Do nothing where the token is in the environment."""

    def expire(self) -> None:
        """Read every installation again before it is used: changes may have been missed."""

    async def close(self) -> None:
        """Cancel what is being loaded."""

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult:
        """Return the bot's token and ids to Bolt."""
        return await self.tokens(team_id, enterprise_id, context.get(ARRIVED))


class OneWorkspace(Authorize):
    """The workspace whose token is in the environment."""

    def __init__(self, token: str, client: AsyncWebClient, clock: Clock, tasks: BackgroundTasks) -> None:
        super().__init__()
        self._token = token
        self._client = client
        self._clock = clock
        self._tasks = tasks
        self._asked: float | None = None
        self._bot_id: str | None = None
        self._bot_user_id: str | None = None
        self._scopes: frozenset[str] = frozenset()
        self.team_id: str | None = None  # its id, or its organization's; None until Slack has said it

    @property
    def own(self) -> "OneWorkspace":
        """This workspace."""
        return self

    async def learn(self) -> None:
        """Ask Slack whose token it is. Raise SettingsError when Slack refuses it.

        When Slack cannot be reached, the bot starts anyway: a command does not need the answer.
        """
        self._asked = self._clock.monotonic()
        try:
            who = await self._client.auth_test(token=self._token)
        except SLACK_TROUBLE as error:
            word = slack_word(error)
            if word in REFUSED:
                raise SettingsError(
                    [f"SLACK_BOT_TOKEN was refused by Slack ({word}): install the app again"]
                ) from error
            _log.warning("auth.test failed", error=word)
        else:
            self._bot_id, self._bot_user_id, self.team_id = who.get("bot_id"), who.get("user_id"), who.get("team_id")
            self._scopes = _listed(str(who.headers.get("x-oauth-scopes", "")))

    def learn_late(self) -> asyncio.Task[None] | None:
        """Ask again in a task, while Slack has not said whose token it is; every ten seconds at most.

        Return the task, or None when none was started.
        """
        too_soon = self._asked is not None and self._clock.monotonic() < self._asked + _AGAIN
        if self.team_id is not None or too_soon:
            return None
        with suppress(Busy):
            return self._tasks.start(self._learn_late())
        return None

    async def tokens(
        self, workspace_id: str | None, enterprise_id: str | None, arrived: float | None = None
    ) -> AuthorizeResult:
        """Return the token of the one workspace for any request: Slack's signature says that it is for this app."""
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=workspace_id,
            bot_token=self._token,
            bot_id=self._bot_id,
            bot_user_id=self._bot_user_id,
        )

    async def scopes(self, workspace_id: str | None, enterprise_id: str | None) -> frozenset[str]:
        """Return what Slack said to be granted when it was asked whose token it is."""
        return self._scopes

    async def _learn_late(self) -> None:
        try:
            await self.learn()
        except SettingsError as error:  # the bot runs already, so this cannot stop its start
            _log.error("the token is refused", problem=str(error))


class Installed(Authorize):
    """The workspaces that added the app, from the database, and the one from the environment, if there is one."""

    def __init__(
        self, db: Database, clock: Clock, rotation: Rotation, install_url: str | None, own: OneWorkspace | None
    ) -> None:
        super().__init__()
        self._db = db
        self._clock = clock
        self._rotation = rotation
        self._install_url = install_url
        self._own = own
        self._remembered: StaleCache[_Ids, Installation] = StaleCache(self._load, clock, db.breaker, seconds=_FRESH)

    @property
    def own(self) -> OneWorkspace | None:
        """The workspace from the environment, if there is one too."""
        return self._own

    async def tokens(
        self, workspace_id: str | None, enterprise_id: str | None, arrived: float | None = None
    ) -> AuthorizeResult:
        """Return the environment's token for its workspace, else the workspace's own one, else its organization's."""
        if self._own and (asking := self._own.learn_late()):
            await asyncio.wait({asking}, timeout=_PATIENCE if arrived is None else left(arrived, _PATIENCE))
        if self._own and workspace_id and workspace_id == self._own.team_id:
            return await self._own.tokens(workspace_id, enterprise_id)
        found = await self._found((workspace_id, enterprise_id), arrived)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=workspace_id,
            bot_token=found.bot_token.get_secret_value(),
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
        )

    def knows(self, workspace_id: str | None, enterprise_id: str | None) -> bool:
        """Return whether the token is in fresh memory. False while Slack has not said whose the environment's is."""
        if self._own and (not self._own.team_id or workspace_id == self._own.team_id):
            return self._own.team_id is not None
        return self._remembered.known((workspace_id, enterprise_id)) is not None

    async def scopes(self, workspace_id: str | None, enterprise_id: str | None) -> frozenset[str]:
        """Return what was granted at the installation, or what Slack says of the environment's token."""
        if self._own and workspace_id and workspace_id == self._own.team_id:
            return await self._own.scopes(workspace_id, enterprise_id)
        return _listed((await self._found((workspace_id, enterprise_id))).bot_scopes)

    def forget(self, installation_id: str) -> None:
        """Drop a remembered installation, so that the next request reads the database."""
        self._remembered.forget(lambda ids: installation_id in ids)

    def expire(self) -> None:
        """Read every installation again before it is used."""
        self._remembered.expire(lambda _: True)

    async def close(self) -> None:
        """Cancel what is being loaded."""
        await self._remembered.close()

    async def _found(self, ids: _Ids, arrived: float | None = None) -> Installation:
        return self._remembered.known(ids) or await self._remembered.of(ids, arrived)

    async def _load(self, ids: _Ids) -> Installation:
        found = await installations.find(self._db, *ids)
        if found is None:
            raise NotInstalled(self._install_url)
        return await self._rotation.usable(found)


def _listed(scopes: str) -> frozenset[str]:
    return frozenset(scope.strip() for scope in scopes.split(",") if scope.strip())
