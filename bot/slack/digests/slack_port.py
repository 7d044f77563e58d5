"""Digests on their way to Slack: posted, looked for, and told to people. Nothing here is sent twice by itself."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog
from cachetools import TTLCache
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks.card_options import CardOptions
from blocks.kit import Message
from bot.clock import Clock
from bot.delivery.slack_port import MUCH_LATER, Here, Later, Refused, SlackPort, Unclear
from bot.digests.digest import Delivery, Digest
from bot.errors import BotError, NotInstalled, StoreUnavailable
from bot.slack.context.channels import Channels
from bot.slack.context.people import People
from bot.slack.context.tokens import Authorize
from bot.slack.digests.slack_errors import meant
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.visibility import said
from bot.slack.reply.workspace_tags import Address, marked
from bot.workspaces.workspace import Workspace

RUN_EVENT = "campaign_digest"  # in a message's metadata
_DRIFT = timedelta(minutes=1)  # by so much Slack's clock may differ from ours
_LOOKED_AT = 200  # messages of a channel's history, newest first
_PEOPLE, _PAGES = 200, 10  # looked through for an admin: two thousand of them
_LEADS = 5  # of each page asked about one by one
_NOBODY = 3600.0  # seconds; for so long nobody is looked for again where there was none
_UNKNOWN = {"user_not_found", "user_not_visible"}  # Slack's words for somebody who is not there
_log = structlog.get_logger("slack")


class SlackAdapter(SlackPort):
    """Slack as deliveries need it; SlackPort says what each method does.

    `once` tries nothing again by itself: a message that may have been taken must not be sent again blindly.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        once: AsyncWebClient,
        authorize: Authorize,
        channels: Channels,
        people: People,
        clock: Clock,
    ) -> None:
        self._client = client
        self._once = once
        self._authorize = authorize
        self._channels = channels
        self._people = people
        self._nobody: TTLCache[str, bool] = TTLCache(10_000, _NOBODY, timer=clock.monotonic)  # by workspace

    async def post(self, digest: Digest, delivery: Delivery, message: Message) -> str:
        """Post a message with the run's id in its metadata; its `ts`. Raises as SlackPort says, like all here."""
        metadata = {"event_type": RUN_EVENT, "event_payload": {"run": delivery.id}}
        return await self._post(_address(digest), digest.channel_id, message, metadata=metadata)

    async def in_thread(self, digest: Digest, ts: str, message: Message) -> bool:
        """Post a message in the thread of `ts`; whether Slack took it."""
        return await self._say(_address(digest), message, digest.channel_id, thread=ts)

    async def tell(self, workspace: Workspace, person: str, message: Message) -> bool:
        """Send a direct message to a person; whether Slack took it."""
        return await self._say(workspace.address, message, person)

    async def tell_once(self, workspace: Workspace, person: str, message: Message) -> bool:
        """Send the same, never twice."""
        try:
            await self._post(workspace.address, person, message)
        except StoreUnavailable as error:  # then there was no token to send it with
            raise Later(0) from error
        except NotInstalled as error:
            raise Later(MUCH_LATER) from error
        except Refused as error:
            if error.reason == "not_installed":  # the token, and not the person
                raise Later(MUCH_LATER) from error
            _log.warning("a person could not be told", error=str(error))
            return False
        except Unclear as error:
            _log.error("nobody knows whether a person was told", workspace=workspace.id, error=str(error))
        return True

    async def find(self, digest: Digest, delivery: Delivery, since: datetime) -> str | None:
        """Look for the message of this run in the channel; its `ts`."""
        try:
            answer = await self._client.conversations_history(
                token=await self._token(_address(digest)),
                channel=delivery.channel_id,  # where it was posted: the digest may have moved since
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

    async def form(self, workspace: Workspace, digest: Digest) -> CardOptions:
        """Decide how cards look in the digest's channel."""
        client = self._speaking(await self._token(_address(digest)))
        return await self._channels.form(client, workspace, digest.channel_id, public=True)

    async def is_here(self, workspace: Workspace, person: str) -> Here:
        """Whether a person is still an active member of the workspace."""
        client = self._speaking(await self._token(workspace.address))
        who = await self._people.standing(client, workspace, person)
        return "unsure" if who is None else "yes" if who.active else "no"

    async def is_here_now(self, workspace: Workspace, person: str) -> Here:
        """The same, whatever is remembered."""
        client = self._speaking(await self._token(workspace.address))
        try:
            who = await self._people.standing_now(client, workspace, person)
        except SlackApiError as error:
            if slack_word(error) in _UNKNOWN:
                self._people.forget(workspace, person)
                return "no"
            if not isinstance(why := meant(error), Refused):
                raise Later(why.seconds if isinstance(why, Later) else 0) from error
            return "unsure"
        except SLACK_TROUBLE as error:
            raise Later(0) from error
        return "yes" if who.active else "no"

    async def find_manager(self, workspace: Workspace) -> str | None:
        """Somebody a manager named or who connected comes first; else an owner or admin Slack knows."""
        named = sorted(workspace.profile.managers)
        connected = workspace.connection.connected_by if workspace.connection else None
        people: list[str] = [*named, *((connected,) if connected else ())]
        for person in people:
            if await self.is_here(workspace, person) == "yes":
                return person
        return None if workspace.id in self._nobody else await self._an_admin(workspace)

    async def _an_admin(self, workspace: Workspace) -> str | None:
        """The first Slack lists; it lists people of another company too, who are here by way of a shared channel."""
        client = self._speaking(await self._token(workspace.address))
        try:
            async for person in _leads(client, workspace.id):
                if await self._people.is_manager(client, workspace, person):
                    return person
        except SLACK_TROUBLE as error:
            _log.warning("users.list failed", error=slack_word(error))
            return None
        self._nobody[workspace.id] = True
        return None

    async def _post(self, address: Address, where: str, message: Message, **more: Any) -> str:  # Any: Slack's arguments
        """Sent once and not again, whatever happens; its `ts`. Raises as `post`."""
        token, words = await self._token(address), said(marked(message, address))
        try:
            answer = await self._once.chat_postMessage(token=token, channel=where, **more, **words)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:  # it did not get to Slack
            raise Later(0) from error
        except SlackApiError as error:
            raise meant(error) from error
        except SLACK_TROUBLE as error:
            raise Unclear(slack_word(error)) from error
        return str(answer["ts"])

    async def _say(self, address: Address, message: Message, where: str, *, thread: str | None = None) -> bool:
        try:
            await self._client.chat_postMessage(
                token=await self._token(address), channel=where, thread_ts=thread, **said(marked(message, address))
            )
        except SLACK_TROUBLE as error:
            _log.warning("a message about a digest was not taken", error=slack_word(error))
            return False
        except BotError as error:
            _log.warning("a message about a digest was not sent", error=type(error).__name__)
            return False
        return True

    async def _token(self, address: Address) -> str:
        """Raises NotInstalled, StoreUnavailable."""
        found = await self._authorize.tokens(*address)
        return str(found.bot_token)

    def _speaking(self, token: str) -> AsyncWebClient:
        """The client, with this token of its own."""
        client = self._client
        return AsyncWebClient(
            token=token, base_url=client.base_url, session=client.session, retry_handlers=client.retry_handlers
        )


async def _leads(client: AsyncWebClient, workspace_id: str) -> AsyncIterator[str]:
    """Owners and admins among the first two thousand people, as Slack lists them. Raises of SLACK_TROUBLE."""
    cursor = None
    for _ in range(_PAGES):
        answer = await client.users_list(team_id=workspace_id, limit=_PEOPLE, cursor=cursor)
        people: list[dict[str, Any]] = answer.get("members") or []  # Any: Slack's JSON
        active = [one for one in people if not (one.get("deleted") or one.get("is_bot") or one.get("is_stranger"))]
        leads = [str(one["id"]) for one in active if one.get("is_owner") or one.get("is_admin")]
        for person in leads[:_LEADS]:
            yield person
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


def _address(digest: Digest) -> Address:
    return digest.workspace_id, digest.enterprise_id


def _run(message: dict[str, Any]) -> object:  # Any: Slack's JSON
    metadata = message.get("metadata") or {}
    is_ours = metadata.get("event_type") == RUN_EVENT
    return (metadata.get("event_payload") or {}).get("run") if is_ours else None
