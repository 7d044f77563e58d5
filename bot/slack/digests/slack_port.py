"""Post digests to Slack, find posted ones, and notify people about them.

A digest (`post`) or a notification (`tell_once`) that Slack may have accepted is not sent again automatically.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from cachetools import TTLCache
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks.card_options import CardOptions
from blocks.kit import Message
from bot.clock import Clock
from bot.delivery.slack_port import MUCH_LATER, Here, Later, Place, Refused, SlackPort, Unclear
from bot.digests.digest import Delivery, Digest, is_person
from bot.errors import BotError, NotInstalled, StoreUnavailable
from bot.slack.context.channels import Channels
from bot.slack.context.people import People
from bot.slack.context.permalinks import Permalinks
from bot.slack.context.tokens import Authorize
from bot.slack.digests.reachable import why_not
from bot.slack.digests.slack_errors import classify, need_answer, need_unlimited, only_once
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.message_bodies import message_body
from bot.slack.reply.workspace_tags import Address, tagged
from bot.workspaces.workspace import Workspace

RUN_EVENT = "campaign_digest"  # in a message's metadata
_DRIFT = timedelta(minutes=1)  # the most by which Slack's clock may differ from ours
_LOOKED_AT = 200  # messages read from a channel's history, newest first
_NOBODY = 3600.0  # seconds until a workspace without a manager is searched again
_UNKNOWN = {"user_not_found", "user_not_visible"}  # Slack's errors for a person it does not know here
_log = structlog.get_logger("slack")


class SlackAdapter(SlackPort):
    """The adapter to Slack that deliveries use. SlackPort says what each method does and raises.

    `post`, `card_options`, `is_here`, `is_here_now` and `find_manager` also raise NotInstalled and StoreUnavailable;
    `find` also raises StoreUnavailable. `once` is a client that never retries, since a message that Slack may have
    accepted must not be sent again blindly.
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
        self._permalinks = Permalinks(clock)
        self._nobody: TTLCache[str, bool] = TTLCache(10_000, _NOBODY, timer=clock.monotonic)  # by workspace id

    async def post(self, digest: Digest, delivery: Delivery, message: Message) -> str:
        """Post a message with the run's id in its metadata, and return its `ts`."""
        metadata = {"event_type": RUN_EVENT, "event_payload": {"run": delivery.id}}
        return await self._post(_address(digest), digest.channel_id, message, metadata=metadata)

    async def post_to(self, workspace: Workspace, person: str, message: Message) -> str:
        """Post a message to a person, and return its `ts`."""
        return await self._post(workspace.address, person, message)

    async def why_not(self, workspace: Workspace, digest: Digest) -> str | None:
        """Ask Slack why it would not take a digest now: a Reason, empty when it would, None when Slack does not say."""
        if digest.is_direct:
            return "left" if await self.is_here(workspace, digest.channel_id) == "no" else ""
        client = self._speaking(await self._token(_address(digest)))
        return await why_not(client, digest.channel_id, shared=workspace.preferences.shared_channels == "short")

    async def in_thread(self, digest: Digest, ts: str, message: Message) -> bool:
        """Post a message in the thread of `ts`. Return whether Slack accepted it. Raise Later when Slack limits it."""
        return await self._say(_address(digest), message, digest.channel_id, thread=ts)

    async def tell(self, workspace: Workspace, person: str, message: Message) -> bool:
        """Send a direct message to a person. Return whether Slack accepted it."""
        return await self._say(workspace.address, message, person)

    async def tell_once(self, workspace: Workspace, person: str, message: Message) -> bool:
        """Send a direct message, never twice. Return True also when it is unclear whether Slack accepted it."""
        try:
            await self._post(workspace.address, person, message)
        except StoreUnavailable as error:  # so there was no token, and nothing was sent
            raise Later(0) from error
        except NotInstalled as error:
            raise Later(MUCH_LATER) from error
        except Refused as error:
            if error.reason == "not_installed":  # because of the token, not the person
                raise Later(MUCH_LATER) from error
            _log.warning("a person could not be told", error=str(error))
            return False
        except Unclear as error:
            _log.error("nobody knows whether a person was told", workspace=workspace.id, error=str(error))
        return True

    async def find(self, digest: Digest, delivery: Delivery, since: datetime) -> str | None:
        """Find this run's message in the channel. Return its `ts`, or None when it is not there.

        Nobody gives the app a person's direct messages to read, not even its own with them.
        """
        if is_person(delivery.channel_id):
            raise Unclear("direct messages")
        try:
            answer = await self._client.conversations_history(
                token=await self._token(_address(digest)),
                channel=delivery.channel_id,  # where it was posted; the digest may have moved since
                oldest=str((since - _DRIFT).timestamp()),
                include_all_metadata=True,
                limit=_LOOKED_AT,
            )
        except (*SLACK_TROUBLE, NotInstalled) as error:
            need_answer(error)
            raise Unclear(slack_word(error)) from error
        messages: list[dict[str, Any]] = answer.get("messages") or []  # Any: Slack's JSON
        found = [str(one["ts"]) for one in messages if _run(one) == delivery.id]
        if not found and answer.get("has_more"):  # it may be older than all of these
            raise Unclear("too many messages")
        return found[0] if found else None

    async def card_options(self, workspace: Workspace, digest: Digest) -> CardOptions:
        """Return the options of cards in the digest's channel. Raise Later when Slack limits the app, or is silent."""
        client, channel = self._speaking(await self._token(_address(digest))), digest.channel_id
        try:
            return await self._channels.card_options(client, workspace, channel, public=True, can_wait=True)
        except (SlackApiError, TimeoutError) as error:
            need_answer(error)
            raise

    async def links(self, workspace: Workspace, messages: Sequence[Place]) -> dict[Place, str]:
        """Return the links to messages, as far as they are known at once."""
        try:
            client = self._speaking(await self._token(workspace.address))
        except (NotInstalled, StoreUnavailable):
            return {}
        return await self._permalinks.links(client, workspace.id, messages)

    async def is_here(self, workspace: Workspace, person: str) -> Here:
        """Return whether a person's account is active: `no` if it was deactivated, `unsure` if Slack does not say."""
        client = self._speaking(await self._token(workspace.address))
        who = await self._people.remembered(client, workspace, person)
        return "unsure" if who is None else "yes" if who.active else "no"

    async def is_here_now(self, workspace: Workspace, person: str) -> Here:
        """Return the same, but always ask Slack: `no` also for a person Slack does not know here.

        Raise Later when Slack does not answer; `unsure` means that it refuses to say.
        """
        client = self._speaking(await self._token(workspace.address))
        try:
            who = await self._people.membership_now(client, workspace, person)
        except SlackApiError as error:
            if slack_word(error) in _UNKNOWN:
                self._people.forget(workspace, person)
                return "no"
            if not isinstance(why := classify(error), Refused):
                raise Later(why.seconds if isinstance(why, Later) else 0) from error
            return "unsure"
        except SLACK_TROUBLE as error:
            raise Later(0) from error
        return "yes" if who.active else "no"

    async def find_manager(self, workspace: Workspace, but: Collection[str] = ()) -> str | None:
        """Find an active manager: a person named as one, else the person who connected, else an owner or admin.

        Return None when there is none beside `but`, or Slack does not say.
        """
        named = sorted(workspace.profile.managers)
        connected = workspace.connection.connected_by if workspace.connection else None
        people: list[str] = [*named, *((connected,) if connected else ())]
        for person in people:
            if person not in but and await self.is_here(workspace, person) == "yes":
                return person
        return None if workspace.id in self._nobody else await self._an_admin(workspace, but)

    async def _an_admin(self, workspace: Workspace, but: Collection[str]) -> str | None:
        """Return the first owner or admin Slack lists, or None when there is none or Slack does not say."""
        client = self._speaking(await self._token(workspace.address))
        try:
            if person := await self._people.first_admin(client, workspace, but):
                return person
        except SLACK_TROUBLE as error:
            _log.warning("users.list failed", error=slack_word(error))
            return None
        if not but:
            self._nobody[workspace.id] = True
        return None

    async def _post(self, address: Address, where: str, message: Message, **more: Any) -> str:  # Any: Slack's arguments
        """Send a message without any retry, and return its `ts`.

        Raise Refused, Later, Unclear, NotInstalled, StoreUnavailable.
        """
        token, words = await self._token(address), message_body(tagged(message, address))
        with only_once():
            answer = await self._once.chat_postMessage(token=token, channel=where, **more, **words)
        return str(answer["ts"])

    async def _say(self, address: Address, message: Message, where: str, *, thread: str | None = None) -> bool:
        try:
            await self._client.chat_postMessage(
                token=await self._token(address),
                channel=where,
                thread_ts=thread,
                **message_body(tagged(message, address)),
            )
        except SLACK_TROUBLE as error:
            if thread:
                need_unlimited(error)
            _log.warning("a message about a digest was not taken", error=slack_word(error))
            return False
        except BotError as error:
            _log.warning("a message about a digest was not sent", error=type(error).__name__)
            return False
        return True

    async def _token(self, address: Address) -> str:
        """Return the workspace's bot token. Raise NotInstalled, StoreUnavailable."""
        found = await self._authorize.tokens(*address)
        return str(found.bot_token)

    def _speaking(self, token: str) -> AsyncWebClient:
        """Return a copy of the client that uses this token."""
        client = self._client
        return AsyncWebClient(
            token=token, base_url=client.base_url, session=client.session, retry_handlers=client.retry_handlers
        )


def _address(digest: Digest) -> Address:
    return digest.workspace_id, digest.enterprise_id


def _run(message: dict[str, Any]) -> object:  # Any: Slack's JSON
    metadata = message.get("metadata") or {}
    is_ours = metadata.get("event_type") == RUN_EVENT
    return (metadata.get("event_payload") or {}).get("run") if is_ours else None
