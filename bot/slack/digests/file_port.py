"""Send a file to a person's own messages with the app, with a message above it (the optional scope `files:write`).

Slack's order: files.getUploadURLExternal, the upload to that address, files.completeUploadExternal. The SDK's own
`files_upload_v2` uses none of our limits of time, and none of our checks of the address.
"""

from dataclasses import dataclass

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks.kit import Message
from bot.delivery.slack_port import Later, Refused, Unclear
from bot.slack.context.web_client import without_retries
from bot.slack.digests.slack_errors import classify, only_once
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.message_bodies import message_body
from bot.slack.reply.slack_hosts import SlackHosts

_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
_log = structlog.get_logger("slack")


@dataclass(frozen=True, slots=True)
class File:
    """A file to send."""

    name: str
    content: bytes


async def send_to(client: AsyncWebClient, person: str, message: Message, file: File) -> None:
    """Upload the file, then post the message to the person, then the file below it.

    No message is left without its file. Raise Refused, Later; Unclear when the file may have arrived.
    """
    id_ = await _uploaded(client, file)
    once_client = without_retries(client)
    with only_once():
        posted = await once_client.chat_postMessage(channel=person, **message_body(message))
    channel, ts = str(posted["channel"]), str(posted["ts"])  # the file wants the conversation's id, not the person's
    try:
        with only_once():
            await once_client.files_completeUploadExternal(files=[{"id": id_, "title": file.name}], channel_id=channel)
    except (Refused, Later):
        await _delete(client, channel, ts)
        raise


async def _uploaded(client: AsyncWebClient, file: File) -> str:
    """Give Slack the content, which nobody sees yet, and return the file's id. Raise Refused or Later."""
    try:
        place = await client.files_getUploadURLExternal(filename=file.name, length=len(file.content))
        await _upload(client, str(place["upload_url"]), file.content)
        return str(place["file_id"])
    except SlackApiError as error:
        why = classify(error)
        raise Later(0) if isinstance(why, Unclear) else why from error
    except SLACK_TROUBLE as error:
        _log.warning("a file was not uploaded", error=slack_word(error))
        raise Later(0) from error


async def _upload(client: AsyncWebClient, url: str, content: bytes) -> None:
    if client.session is None or not SlackHosts(client.base_url).has(url):
        _log.error("an upload address refused: not one of Slack's hosts")
        raise Refused("bug")
    async with client.session.post(url, data=content, timeout=_TIMEOUT, allow_redirects=False) as answer:
        if answer.status != 200:
            _log.warning("a file was not uploaded", error=f"status {answer.status}")
            raise Later(0)


async def _delete(client: AsyncWebClient, channel: str, ts: str) -> None:
    try:
        await client.chat_delete(channel=channel, ts=ts)
    except SLACK_TROUBLE as error:
        _log.warning("the message above a file that was not sent stays", error=slack_word(error))
