"""Answer what no listener has answered: requests that nobody listens for, and those that failed before a listener."""

import asyncio
from contextlib import suppress
from typing import Protocol

import structlog
from pydantic_core import to_json
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from blocks import notices, unknown, words
from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import search as campaign_search
from blocks.kit import Message
from bot import logs
from bot.errors import BotError, Busy
from bot.slack.context.address import address_of
from bot.slack.context.ephemeral import post_ephemeral
from bot.slack.context.left_out_events import LeftOutEvents
from bot.slack.context.services import Services
from bot.slack.context.typed_command import MOST_IDS, kept
from bot.slack.reply.errors import SLACK_TROUBLE, report, slack_word
from bot.slack.reply.message_bodies import ephemeral, in_place
from bot.slack.reply.payload import EVENTS_LEFT_OUT, Payload, part, pressed, text
from bot.slack.reply.workspace_tags import tagged

_TITLE = "Campaigns"  # title of a modal that only shows an error
_TRIGGER = 3.0  # seconds that a trigger_id lives (Slack)
_UNKNOWN: dict[str, unknown.Unknown] = {  # by the type of what a person did
    "block_actions": "button",
    "view_submission": "form",
    "shortcut": "shortcut",
    "message_action": "shortcut",
}
_log = structlog.get_logger("slack")


class StepRuns(Protocol):
    """How runs of a workflow step are refused."""

    def is_run(self, body: Payload) -> bool:
        """Return whether a request is a run of a step."""

    def refuse(self, services: Services, client: AsyncWebClient, body: Payload, error: Exception) -> None:
        """Fail a run that could not start, with a sentence about `error`. Raise Busy."""

    def refuse_unknown(self, services: Services, client: AsyncWebClient, body: Payload, notice: Message) -> None:
        """Fail the run of a step that this version does not have, with a sentence. Raise Busy."""


class Unanswered:
    """The last answer: nobody listens for it, the app is not installed, the database is down, or there is a bug."""

    def __init__(self, services: Services, steps: StepRuns) -> None:
        self._services = services
        self._steps = steps
        self._seldom = logs.Seldom("slack")
        self._left_out = LeftOutEvents(services)

    async def error(
        self, error: Exception, body: Payload, client: AsyncWebClient, context: AsyncBoltContext
    ) -> BoltResponse:
        """Give one clear answer, in the way this kind of request allows."""
        if body.get("type") == EVENTS_LEFT_OUT:  # in Socket Mode; over HTTP it is answered before Bolt
            self._left_out.note(body)
            return _done()
        is_run = self._steps.is_run(body)
        if isinstance(error, BoltUnhandledRequestError):
            return self._nobody_listens(body, client, context, is_run=is_run)
        if is_run:
            with suppress(Busy):  # then answered below like any event, so that Slack sends it again
                self._steps.refuse(self._services, client, body, error)
                return _done()
        if body.get("type") == "event_callback":
            status = 503 if isinstance(error, BotError) else 500  # Slack sends it again, three times
            _log.error("an event could not be handled", error=type(error).__name__, status=status)
            return BoltResponse(status=status, body="")
        return self._answer(body, client, tagged(self._notice(error, self._retry(body)), address_of(context, body)))

    def _nobody_listens(
        self, body: Payload, client: AsyncWebClient, context: AsyncBoltContext, *, is_run: bool
    ) -> BoltResponse:
        """Answer 200, with words where a person waits for them.

        With Bolt's 404 for nearly all events of an hour, Slack may switch off all events of the app.
        """
        kind, command = "command" if "command" in body else text(body.get("type")), self._services.command
        self._seldom.warning("nobody listens for this", type=kind)
        if is_run:
            with suppress(Busy):
                self._steps.refuse_unknown(self._services, client, body, unknown.notice("step", command))
        elif kind == "command":
            return _json(ephemeral(unknown.other_command(command)))
        elif kind == "block_suggestion":
            return _json({"options": []})
        elif kind in _UNKNOWN and not pressed(body).get("url"):  # else it is a link, which has opened
            notice = unknown.notice(_UNKNOWN[kind], command)
            return self._answer(body, client, tagged(notice, address_of(context, body)))
        return _done()

    def _notice(self, error: Exception, retry: str | None) -> Message:
        if isinstance(error, BotError):
            _log.warning("refused", error=type(error).__name__)
            return notices.for_error(error, self._services.clock.now(), retry=retry)
        return notices.for_bug(report(error))

    def _retry(self, body: Payload) -> str | None:
        """Return what *Try again* asks for: campaign ids, or else the typed command. Return None when there is none."""
        element = pressed(body)
        asked = (
            element.get("value")
            if element.get("action_id") in (notices.RETRY, campaign_card.OPEN)
            else body.get("text")
        )
        ids = self._services.workspaces.links.ids_in(str(asked or ""))
        return " ".join(ids[:MOST_IDS]) or kept(str(body.get("text") or "")) or None

    def _answer(self, body: Payload, client: AsyncWebClient, notice: Message) -> BoltResponse:
        if body.get("type") == "view_submission":
            return _json({"response_action": "update", "view": notices.modal(_TITLE, notice)})
        if body.get("type") == "block_suggestion":
            return _json({"options": campaign_search.only_says(words.plain(notice.text))})
        if "command" in body:
            return _json(ephemeral(notice))
        with suppress(Busy):
            self._services.tasks.start(self._afterwards(body, client, notice), spare=True)
        return _done()

    async def _afterwards(self, body: Payload, client: AsyncWebClient, notice: Message) -> None:
        """Show `notice` at the response_url, or else in a modal, if there are a token and a trigger_id for it.

        When a modal cannot be opened in time, show it in the conversation.
        """
        if url := text(body.get("response_url")):
            show = in_place if pressed(body).get("action_id") == notices.RETRY else ephemeral
            told = await self._services.response_urls.send(url, show(notice))
        else:
            told = bool(client.token) and await _in_modal(body, client, notice)
        channel, user = (text(part(body.get(where)).get("id")) for where in ("channel", "user"))
        if not told and client.token and channel:
            await post_ephemeral(client, notice, channel=channel, user=user)


async def _in_modal(body: Payload, client: AsyncWebClient, notice: Message) -> bool:
    """Open a modal, or push it on top of one. Return whether Slack took it, or there was nothing to open it with."""
    bring = client.views_push if part(body.get("view")).get("type") == "modal" else client.views_open
    if trigger := text(body.get("trigger_id")):
        try:
            async with asyncio.timeout(_TRIGGER):
                await bring(trigger_id=trigger, view=dict(notices.modal(_TITLE, notice)))
        except SLACK_TROUBLE as error:
            _log.warning("nobody could be told", error=slack_word(error))
            return False
    return True


def _json(body: object) -> BoltResponse:
    return BoltResponse(status=200, body=to_json(body).decode(), headers={"content-type": "application/json"})


def _done() -> BoltResponse:
    return BoltResponse(status=200, body="")
