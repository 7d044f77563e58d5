"""Exchange bot tokens that expire: Slack's token rotation, for apps that have it switched on (ours has not)."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import structlog
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.errors import Busy, StoreUnavailable
from bot.records import Installation
from bot.slack.reply.background import BackgroundTasks
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.store import installations
from bot.store.database import Database

_SOON = timedelta(hours=2)  # a token is exchanged this long before it expires
_AT_LEAST = timedelta(minutes=1)  # for which a token has to be valid to be used
_log = structlog.get_logger("slack")


class Rotation:
    """The exchange of tokens, one at a time for each installation.

    A failure leaves the old token, which is valid for up to two more hours.
    """

    def __init__(
        self, db: Database, clock: Clock, client: AsyncWebClient, tasks: BackgroundTasks, credentials: tuple[str, str]
    ) -> None:
        """`credentials` are the client's id and secret."""
        self._db = db
        self._clock = clock
        self._client = client
        self._tasks = tasks
        self._credentials = dict(zip(("client_id", "client_secret"), credentials, strict=True))
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._unkept: dict[str, Installation] = {}  # new tokens that could not be saved: Slack gives each only once

    async def usable(self, installed: Installation) -> Installation:
        """Return the installation with a token that can be used now. One that ends soon is exchanged beside.

        Nobody waits for Slack then: the old token is valid until it ends. Raise StoreUnavailable.
        """
        ends, now = installed.bot_token_expires_at, self._clock.now()
        if ends is None or now < ends - _SOON:
            return installed
        if ends - _AT_LEAST <= now:
            return await self.exchange(installed)
        with suppress(Busy):
            self._tasks.start(self._exchange_beside(installed))
        return installed

    async def exchange(self, installed: Installation) -> Installation:
        """Save a new token, and return the installation with it. When Slack gives none, return the stored installation.

        Two replicas may exchange at once: Slack takes a refresh token once, and the loser reads the winner's token.
        Raise StoreUnavailable.
        """
        async with self._turns[installed.id]:
            newest = await self._newest(installed)
            if newest.bot_token_expires_at != installed.bot_token_expires_at:
                return newest  # another task or replica was quicker
            renewed = self._left_over(newest) or await self._ask(newest)
            return await self._newest(await self._keep(renewed) if renewed else newest)

    async def _exchange_beside(self, installed: Installation) -> None:
        with suppress(StoreUnavailable):  # logged; the next who needs the token tries again
            await self.exchange(installed)

    async def _ask(self, installed: Installation) -> Installation | None:
        """Return the installation with the token Slack gives for its refresh token, or None when Slack gives none.

        The SDK's own rotator is not used, because it reads the machine's clock.
        """
        refresh = installed.bot_refresh_token
        try:
            given = await self._client.oauth_v2_access(
                **self._credentials,
                grant_type="refresh_token",
                refresh_token=refresh.get_secret_value() if refresh else "",
            )
            ends = self._clock.now() + timedelta(seconds=int(given["expires_in"]))
            again = SecretStr(given["refresh_token"]) if given["refresh_token"] else refresh
            token = SecretStr(given["access_token"])
        except (*SLACK_TROUBLE, ValueError, TypeError) as error:
            _log.warning("the token was not exchanged", workspace=installed.id, error=slack_word(error))
            return None
        return replace(installed, bot_token=token, bot_refresh_token=again, bot_token_expires_at=ends)

    async def _keep(self, renewed: Installation) -> Installation:
        self._unkept[renewed.id] = renewed
        token, refresh, ends = renewed.bot_token, renewed.bot_refresh_token, renewed.bot_token_expires_at
        try:
            if ends:
                await installations.save_tokens(self._db, renewed, token, refresh, ends)
        except StoreUnavailable:
            _log.error("a new token could not be kept yet", workspace=renewed.id)
            raise
        del self._unkept[renewed.id]
        return renewed

    def _left_over(self, installed: Installation) -> Installation | None:
        """Return the installation with a token that could not be saved before, unless the app was reinstalled since."""
        held = self._unkept.pop(installed.id, None)
        return held if held and held.installed_at == installed.installed_at else None

    async def _newest(self, installed: Installation) -> Installation:
        return await installations.find(self._db, installed.id, None) or installed
