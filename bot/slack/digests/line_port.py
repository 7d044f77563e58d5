"""Post, change, find and delete the line that says in a channel that its digests are late."""

from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks.kit import Message
from bot.delivery.slack_port import LinePort, Unclear
from bot.digests.late import LateLine
from bot.errors import NotInstalled
from bot.slack.context.tokens import Authorize
from bot.slack.digests.slack_errors import need_answer, only_once
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.message_bodies import message_body
from bot.slack.reply.workspace_tags import tagged

LINE_EVENT = "campaign_digest_late"  # in a line's metadata
_DRIFT = timedelta(minutes=1)  # the most by which Slack's clock may differ from ours
_LOOKED_AT = 200  # messages read from a channel's history, newest first
_GONE = {"message_not_found", "cant_delete_message", "cant_update_message", "edit_window_closed"}


class LineAdapter(LinePort):
    """The adapter to Slack that late lines use. `once` is a client that never retries; LinePort says the rest."""

    def __init__(self, client: AsyncWebClient, once: AsyncWebClient, authorize: Authorize) -> None:
        self._client = client
        self._once = once
        self._authorize = authorize

    async def post(self, line: LateLine, message: Message) -> tuple[str, str]:
        """Post the line. Return where Slack put it (a person's messages have another id) and its `ts`."""
        metadata = {"event_type": LINE_EVENT, "event_payload": {"line": line.token}}
        token, words = await self._token(line), _words(line, message)
        with only_once():
            answer = await self._once.chat_postMessage(token=token, channel=line.channel_id, metadata=metadata, **words)
        return str(answer["channel"]), str(answer["ts"])

    async def find(self, line: LateLine) -> str | None:
        """Look for the line in the channel's history."""
        try:
            answer = await self._client.conversations_history(
                token=await self._token(line),
                channel=line.channel_id,
                oldest=str((line.at - _DRIFT).timestamp()),
                include_all_metadata=True,
                limit=_LOOKED_AT,
            )
        except (*SLACK_TROUBLE, NotInstalled) as error:
            need_answer(error)
            raise Unclear(slack_word(error)) from error
        messages: list[dict[str, Any]] = answer.get("messages") or []  # Any: Slack's JSON
        found = [str(one["ts"]) for one in messages if _is(one, line)]
        if not found and answer.get("has_more"):
            raise Unclear("too many messages")
        return found[0] if found else None

    async def change(self, line: LateLine, message: Message) -> None:
        """Let the line say something else. Doing so twice does no harm."""
        token = await self._token(line)
        with only_once():
            try:
                await self._once.chat_update(
                    token=token, channel=str(line.posted_in), ts=str(line.ts), **_words(line, message)
                )
            except SlackApiError as error:
                _need_gone(error)

    async def delete(self, line: LateLine) -> None:
        """Delete the line. Doing so twice does no harm."""
        token = await self._token(line)
        with only_once():
            try:
                await self._once.chat_delete(token=token, channel=str(line.posted_in), ts=str(line.ts))
            except SlackApiError as error:
                _need_gone(error)

    async def _token(self, line: LateLine) -> str:
        """Return the workspace's bot token. Raise NotInstalled, StoreUnavailable."""
        found = await self._authorize.tokens(line.workspace_id, line.enterprise_id)
        return str(found.bot_token)


def _words(line: LateLine, message: Message) -> dict[str, Any]:  # Any: Slack's JSON
    return message_body(tagged(message, (line.workspace_id, line.enterprise_id)))


def _need_gone(error: SlackApiError) -> None:
    """Raise the error again unless it says that there is nothing to change any more."""
    if slack_word(error) not in _GONE:
        raise error


def _is(message: dict[str, Any], line: LateLine) -> bool:  # Any: Slack's JSON
    metadata = message.get("metadata") or {}
    of_line = (metadata.get("event_payload") or {}).get("line") == line.token
    return metadata.get("event_type") == LINE_EVENT and of_line
