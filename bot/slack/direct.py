"""The one direct message the app sends unasked: to the person who connected, when careCycle refuses the key."""

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from blocks import connect
from bot.errors import BotError, Busy
from bot.slack.authorize import Authorize
from bot.slack.bodies import said
from bot.slack.errors import SLACK_TROUBLE, slack_word
from bot.slack.marks import marked
from bot.slack.tasks import Tasks
from bot.store.records import Connection

_log = structlog.get_logger("slack")


class Direct:
    """Sends it in a task of its own: nobody's reply waits for it."""

    def __init__(self, client: AsyncWebClient, authorize: Authorize, tasks: Tasks, command: str) -> None:
        self._client = client
        self._authorize = authorize
        self._tasks = tasks
        self._command = command

    def key_broken(self, workspace_id: str, enterprise_id: str | None, connection: Connection) -> None:
        """Tells who connected. It is said once: what cannot be delivered is in the log."""
        try:
            self._tasks.start(self._tell(workspace_id, enterprise_id, connection), spare=True)
        except Busy:
            _log.error("no room to tell who connected", workspace=workspace_id)

    async def _tell(self, workspace_id: str, enterprise_id: str | None, connection: Connection) -> None:
        message = connect.broken(connection, self._command)
        try:
            found = await self._authorize.tokens(workspace_id, enterprise_id)
            await self._client.chat_postMessage(
                token=found.bot_token,
                channel=str(connection.connected_by),
                **said(marked(message, (workspace_id, enterprise_id))),
            )
        except SLACK_TROUBLE as error:
            _log.error("who connected could not be told", workspace=workspace_id, error=slack_word(error))
        except BotError as error:
            _log.error("who connected could not be told", workspace=workspace_id, error=type(error).__name__)
