"""Which token belongs to a request; answered from memory, so that no request costs a call to Slack."""

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import SettingsError
from bot.slack.errors import SLACK_TROUBLE, slack_word

# Slack's words for a token that will not do, now or later
REFUSED = {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"}
_log = structlog.get_logger("slack")


class OneWorkspace(AsyncAuthorize):
    """The workspace whose token is in the environment."""

    def __init__(self, token: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt's
        self._token = token
        self._bot_id: str | None = None
        self._bot_user_id: str | None = None

    async def learn(self, client: AsyncWebClient) -> None:
        """Asks Slack once whose token it is. Raises SettingsError when Slack refuses it.

        When Slack cannot be reached the bot starts all the same: a command needs none of this.
        """
        try:
            who = await client.auth_test(token=self._token)
        except SLACK_TROUBLE as error:
            word = slack_word(error)
            if word in REFUSED:
                raise SettingsError(
                    [f"SLACK_BOT_TOKEN was refused by Slack ({word}): install the app again"]
                ) from error
            _log.warning("auth.test failed", error=word)
        else:
            self._bot_id, self._bot_user_id = who.get("bot_id"), who.get("user_id")

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
        """The token of the one workspace, whoever asks: Slack's signature says that it may."""
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=self._token,
            bot_id=self._bot_id,
            bot_user_id=self._bot_user_id,
        )
