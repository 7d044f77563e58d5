"""Create the Bolt app and register every surface on it (docs/decisions/02 lists the traps it avoids)."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from pydantic_core import to_json
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from blocks import notices, words
from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import search as campaign_search
from blocks.kit import Message
from bot import logs
from bot.errors import BotError, Busy
from bot.slack import command
from bot.slack.campaigns import (
    buttons,
    check,
    comparison,
    find_shortcut,
    lists,
    mention,
    message_shortcut,
    problems,
    quiet,
    sharing,
    workflow_step,
)
from bot.slack.campaigns.cards import MOST_IDS
from bot.slack.context.ephemeral import post_ephemeral
from bot.slack.context.interaction import Interaction
from bot.slack.context.services import Services
from bot.slack.context.tokens import use_token
from bot.slack.context.typed_command import kept
from bot.slack.digests import add_campaign, all_campaigns, csv_file, last_day, mending, on_home, save, send_now
from bot.slack.digests import buttons as digest_buttons
from bot.slack.digests import form as digest_form
from bot.slack.digests import history as digest_history
from bot.slack.digests import menu as digest_menu
from bot.slack.digests import preview as digest_preview
from bot.slack.install import uninstall
from bot.slack.previews import details_pane, link_shared
from bot.slack.reply.errors import SLACK_TROUBLE, report, slack_word
from bot.slack.reply.message_bodies import ephemeral, in_place
from bot.slack.reply.payload import Payload, pressed
from bot.slack.reply.time_limit import ACK_WITHIN, ARRIVED
from bot.slack.reply.workspace_tags import Address, tagged, workspace_in
from bot.slack.workspace import ask, connect, home, home_search, settings

_TITLE = "Campaigns"  # title of a modal that only shows an error
_log = structlog.get_logger("slack")


def create(*, client: AsyncWebClient, services: Services, flow: AsyncOAuthFlow | None) -> AsyncApp:
    """Create the app. Its listeners receive an `Interaction` as the argument `interaction`."""
    app = AsyncApp(
        name="carecycle-campaign-bot",
        logger=logs.without_payloads("slack_bolt"),
        signing_secret="",
        request_verification_enabled=False,  # bot/slack/http/events.py has checked the raw bytes
        ssl_check_enabled=False,  # events.py answers these requests
        url_verification_enabled=False,  # events.py answers these too, which saves every other request a step
        client=client,
        authorize=services.authorize,
        oauth_flow=flow,
        process_before_response=True,  # else Bolt polls every 10 ms for the ack, and an exception can undo an ack
        raise_error_for_unhandled_request=True,  # else Bolt logs the payload
        # Without these two middlewares: nothing listens to messages, and workflow_step.py adds the second one itself.
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
    )
    app.middleware(_Provide(services))
    app.error(_Explain(services).error)
    register(app, services.command)
    return app


def register(app: AsyncApp, command_name: str) -> None:
    """Register every surface. The command is first: Bolt tries listeners in this order, and each try costs time."""
    command.register(app, command_name)
    home.register(app)
    home_search.register(app)
    message_shortcut.register(app)
    buttons.register(app)
    connect.register(app, command.answer_again)
    ask.register(app)
    settings.register(app)
    lists.register(app)
    problems.register(app)
    quiet.register(app)
    find_shortcut.register(app)
    comparison.register(app)
    check.register(app)
    sharing.register(app)
    digest_form.register(app)
    digest_preview.register(app)
    save.register(app)
    digest_buttons.register(app)
    digest_menu.register(app)
    all_campaigns.register(app)
    csv_file.register(app)
    send_now.register(app)
    digest_history.register(app)
    last_day.register(app)
    on_home.register(app)
    mending.register(app)
    add_campaign.register(app)
    mention.register(app)
    link_shared.register(app)
    details_pane.register(app)
    uninstall.register(app)
    workflow_step.register(app)


class _Provide(AsyncMiddleware):
    """The middleware that gives listeners their `interaction`.

    It is a class because Bolt calls a middleware class directly, but a function by reflection.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt's signature
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse | None:
        context, workspaces = req.context, self._services.workspaces
        arrived: float = context[ARRIVED]
        address = _address(context, req.body)
        if context.team_id not in (None, address[0]):  # Bolt assumed another workspace
            use_token(context.client, await self._services.authorize.tokens(*address, arrived))
        workspace = workspaces.known(*address) or await workspaces.of(*address, arrived)
        about = self._services, context.client, workspace, home.tell, arrived
        context["interaction"] = made = Interaction.read(req.body, *about)
        await made.need_welcome(ACK_WITHIN)
        return await next()


def _address(context: AsyncBoltContext, body: Payload) -> Address:
    """Return the ids of the request's workspace and organization.

    The organization's id stands in for the workspace's when neither Slack nor a block's tag names a workspace.
    """
    enterprise_id = context.enterprise_id
    named = workspace_in(body, enterprise_id) or context.team_id or _workspace_of_event(enterprise_id, body)
    return named or enterprise_id or "", enterprise_id


def _workspace_of_event(enterprise_id: str | None, body: Payload) -> str | None:
    """Return the workspace an event came from, when the app is installed for a whole organization.

    Return None outside that organization: in a channel shared with another company, the event may be from one of
    their workspaces.
    """
    return body.get("team_id") if enterprise_id and body.get("enterprise_id") == enterprise_id else None


class _Explain:
    """The answer when no listener could give one: the app is not installed, the database is down, or there is a bug."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def error(
        self, error: Exception, body: Payload, client: AsyncWebClient, context: AsyncBoltContext
    ) -> BoltResponse:
        """Give one clear answer, in the way this kind of request allows."""
        if isinstance(error, BoltUnhandledRequestError):
            _log.warning("nobody listens for this", type=body.get("type") or "command")
            return BoltResponse(status=404, body="")
        if workflow_step.is_run(body):
            with suppress(Busy):  # then answered below like any event, so that Slack sends it again
                workflow_step.refuse(self._services, client, body, error)
                return BoltResponse(status=200, body="")
        if body.get("type") == "event_callback":
            status = 503 if isinstance(error, BotError) else 500  # Slack sends it again, three times
            _log.error("an event could not be handled", error=type(error).__name__, status=status)
            return BoltResponse(status=status, body="")
        return self._answer(body, client, tagged(self._notice(error, self._retry(body)), _address(context, body)))

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
        return BoltResponse(status=200, body="")

    async def _afterwards(self, body: Payload, client: AsyncWebClient, notice: Message) -> None:
        """Show `notice` at the response_url. Without one, open a modal if there are a token and a trigger_id for it."""
        if url := body.get("response_url"):
            show = in_place if pressed(body).get("action_id") == notices.RETRY else ephemeral
            if not await self._services.response_urls.send(url, show(notice)) and client.token:
                to = [str((body.get(where) or {}).get("id") or "") for where in ("channel", "user")]
                await post_ephemeral(client, notice, channel=to[0], user=to[1])
        elif client.token and (trigger := body.get("trigger_id")):
            bring = client.views_push if (body.get("view") or {}).get("type") == "modal" else client.views_open
            try:
                await bring(trigger_id=trigger, view=dict(notices.modal(_TITLE, notice)))
            except SLACK_TROUBLE as error:
                _log.warning("nobody could be told", error=slack_word(error))


def _json(body: object) -> BoltResponse:
    return BoltResponse(status=200, body=to_json(body).decode(), headers={"content-type": "application/json"})
