"""Digests on their way to Slack: posted, looked for, and told to people. Nothing here is sent twice by itself."""

from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks.form import Form
from blocks.kit import Message
from bot.digests.mail import Here, Later, Mail, Refused, Unclear
from bot.errors import BotError, NotInstalled
from bot.slack.authorize import REFUSED, Authorize
from bot.slack.channels import Channels
from bot.slack.errors import SLACK_TROUBLE, slack_word
from bot.slack.people import People
from bot.store.digest_records import Delivery, Digest
from bot.workspace import Workspace

RUN_EVENT = "campaign_digest"  # in a message's metadata
_DRIFT = timedelta(minutes=1)  # by so much Slack's clock may differ from ours
_LOOKED_AT = 200  # messages of a channel's history, newest first
_PEOPLE = 200  # looked through for an admin
_LEADS = 5  # of them asked about one by one
# Slack's words by what they mean; what is in none of them may have gone through.
_REASONS = {
    "not_in_channel": "not_in_channel",
    "channel_not_found": "channel_not_found",
    "is_archived": "is_archived",
    "invalid_blocks": "blocks",
    "invalid_blocks_format": "blocks",
    "invalid_attachments": "blocks",
    "msg_too_long": "bug",
    "no_text": "bug",
    "too_many_attachments": "bug",
    "metadata_too_large": "bug",
    "invalid_arguments": "bug",
    "missing_scope": "not_installed",
    "team_access_not_granted": "not_installed",
    **dict.fromkeys(REFUSED, "not_installed"),
}
_RESTRICTED = "restricted_action"  # and longer words that begin with it
_CLOSED = {"ratelimited", "rate_limited", "message_limit_exceeded"}
_log = structlog.get_logger("slack")


def mail(
    client: AsyncWebClient, once: AsyncWebClient, authorize: Authorize, channels: Channels, people: People
) -> Mail:
    """`once` tries nothing again by itself: a message that may have been taken must not be sent again blindly."""
    sent = _Sent(client, once, authorize, channels, people)
    return Mail(
        post=sent.post,
        in_thread=sent.in_thread,
        find=sent.find,
        form=sent.form,
        tell=sent.tell,
        is_here=sent.is_here,
        heir=sent.heir,
    )


class _Sent:
    """The functions of Mail, which says what they do."""

    def __init__(
        self,
        client: AsyncWebClient,
        once: AsyncWebClient,
        authorize: Authorize,
        channels: Channels,
        people: People,
    ) -> None:
        self._client = client
        self._once = once
        self._authorize = authorize
        self._channels = channels
        self._people = people

    async def post(self, digest: Digest, delivery: Delivery, message: Message) -> str:
        token = await self._token(digest)
        metadata = {"event_type": RUN_EVENT, "event_payload": {"run": delivery.id}}
        try:
            answer = await self._once.chat_postMessage(
                token=token, channel=digest.channel_id, metadata=metadata, **_said(message)
            )
        except aiohttp.ClientConnectorError as error:  # it did not get as far as Slack
            raise Later(0) from error
        except SlackApiError as error:
            raise _meant(error) from error
        except SLACK_TROUBLE as error:
            raise Unclear(slack_word(error)) from error
        return str(answer["ts"])

    async def in_thread(self, digest: Digest, ts: str, message: Message) -> bool:
        return await self._say(digest, message, digest.channel_id, thread=ts)

    async def tell(self, digest: Digest, person: str, message: Message) -> bool:
        return await self._say(digest, message, person)

    async def find(self, digest: Digest, delivery: Delivery, since: datetime) -> str | None:
        try:
            answer = await self._client.conversations_history(
                token=await self._token(digest),
                channel=digest.channel_id,
                oldest=str((since - _DRIFT).timestamp()),
                include_all_metadata=True,
                limit=_LOOKED_AT,
            )
        except (*SLACK_TROUBLE, NotInstalled) as error:
            raise Unclear(slack_word(error)) from error
        messages: list[dict[str, Any]] = answer.get("messages") or []  # Any: Slack's JSON
        found = [str(one["ts"]) for one in messages if _run(one) == delivery.id]
        if not found and answer.get("has_more"):  # it may stand before all these
            raise Unclear("too many messages")
        return found[0] if found else None

    async def form(self, workspace: Workspace, digest: Digest) -> Form:
        client = self._speaking(await self._token(digest))
        return await self._channels.form(client, workspace, digest.channel_id, public=True)

    async def is_here(self, workspace: Workspace, digest: Digest, person: str) -> Here:
        client = self._speaking(await self._token(digest))
        who = await self._people.standing(client, workspace, person)
        return "unsure" if who is None else "yes" if who.active else "no"

    async def heir(self, workspace: Workspace, digest: Digest) -> str | None:
        """Somebody a manager named or who connected comes first; else an owner or admin Slack knows."""
        named = sorted(workspace.profile.managers)
        connected = workspace.connection.connected_by if workspace.connection else None
        people: list[str] = [*named, *((connected,) if connected else ())]
        for person in people:
            if await self.is_here(workspace, digest, person) == "yes":
                return person
        return await self._an_admin(workspace, digest)

    async def _an_admin(self, workspace: Workspace, digest: Digest) -> str | None:
        """The first Slack lists; it lists people of another company too, who are here by way of a shared channel."""
        try:
            answer = await self._client.users_list(
                token=await self._token(digest), team_id=digest.workspace_id, limit=_PEOPLE
            )
        except SLACK_TROUBLE as error:
            _log.warning("users.list failed", error=slack_word(error))
            return None
        people: list[dict[str, Any]] = answer.get("members") or []  # Any: as above
        active = [one for one in people if not one.get("deleted") and not one.get("is_bot")]
        leads = [str(one["id"]) for one in active if one.get("is_owner") or one.get("is_admin")]
        client = self._speaking(await self._token(digest))
        for person in leads[:_LEADS]:
            if await self._people.is_manager(client, workspace, person):
                return person
        return None

    async def _say(self, digest: Digest, message: Message, where: str, *, thread: str | None = None) -> bool:
        try:
            await self._client.chat_postMessage(
                token=await self._token(digest), channel=where, thread_ts=thread, **_said(message)
            )
        except SLACK_TROUBLE as error:
            _log.warning("a message about a digest was not taken", error=slack_word(error))
            return False
        except BotError as error:
            _log.warning("a message about a digest was not sent", error=type(error).__name__)
            return False
        return True

    async def _token(self, digest: Digest) -> str:
        """Raises NotInstalled, StoreUnavailable."""
        found = await self._authorize.tokens(digest.workspace_id, digest.enterprise_id)
        return str(found.bot_token)

    def _speaking(self, token: str) -> AsyncWebClient:
        """The client, with this token of its own."""
        client = self._client
        return AsyncWebClient(
            token=token, base_url=client.base_url, session=client.session, retry_handlers=client.retry_handlers
        )


def _said(message: Message) -> dict[str, Any]:  # Any: arguments of several types
    blocks = [dict(block) for block in message.blocks]
    return {"text": message.text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _run(message: dict[str, Any]) -> object:  # Any: Slack's JSON
    metadata = message.get("metadata") or {}
    is_ours = metadata.get("event_type") == RUN_EVENT
    return (metadata.get("event_payload") or {}).get("run") if is_ours else None


def _meant(error: SlackApiError) -> Exception:
    """What Slack's refusal comes to."""
    word, response = slack_word(error), error.response
    headers = getattr(response, "headers", None) or {}
    if word in _CLOSED or getattr(response, "status_code", 200) == 429:
        return Later(_seconds(headers.get("Retry-After")))
    if word.startswith(_RESTRICTED):
        return Refused("restricted")
    return Refused(_REASONS[word]) if word in _REASONS else Unclear(word)


def _seconds(given: object) -> float:
    return float(given) if isinstance(given, str) and given.isdecimal() else 30.0
