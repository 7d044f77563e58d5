"""Exchanges bot tokens that end: Slack's token rotation, for apps that have it switched on (ours has not)."""

from datetime import UTC, datetime

import structlog
from pydantic import SecretStr
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.slack.errors import SLACK_TROUBLE, slack_word
from bot.store import installations
from bot.store.database import Database
from bot.store.records import Installation

_log = structlog.get_logger("slack")


class Rotation:
    """Exchanges one token after the other; a failure leaves the old one, which is good for two hours more."""

    def __init__(self, db: Database, rotator: AsyncTokenRotator) -> None:
        self._db = db
        self._rotator = rotator

    async def exchange(self, installed: Installation) -> Installation:
        """The installation with a new token, kept in the store; the same one when Slack does not give any.

        Two replicas may exchange at once: Slack takes a refresh token once, and the loser reads the winner's.
        """
        try:
            bot = await self._rotator.perform_bot_token_rotation(bot=_bot(installed))
        except (SlackTokenRotationError, *SLACK_TROUBLE) as error:
            _log.warning("the token was not exchanged", workspace=installed.id, error=slack_word(error))
            return await self._newest(installed)
        if bot is None or bot.bot_token_expires_at is None:
            return installed
        refresh = SecretStr(bot.bot_refresh_token) if bot.bot_refresh_token else None
        ends = datetime.fromtimestamp(bot.bot_token_expires_at, UTC)
        await installations.keep_tokens(self._db, installed, SecretStr(bot.bot_token), refresh, ends)
        return await self._newest(installed)

    async def _newest(self, installed: Installation) -> Installation:
        return await installations.find(self._db, installed.id, None) or installed


def _bot(installed: Installation) -> Bot:
    refresh, ends = installed.bot_refresh_token, installed.bot_token_expires_at
    return Bot(
        bot_token=installed.bot_token.get_secret_value(),
        bot_id=installed.bot_id or "",
        bot_user_id=installed.bot_user_id or "",
        bot_refresh_token=refresh.get_secret_value() if refresh else None,
        bot_token_expires_at=int(ends.timestamp()) if ends else None,
        installed_at=installed.installed_at.timestamp(),
    )
