"""Create the Bolt app and register every surface on it (docs/decisions/02 lists the traps it avoids)."""

from collections.abc import Awaitable, Callable

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import logs
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
from bot.slack.context.address import address_of
from bot.slack.context.interaction import Interaction
from bot.slack.context.services import Services
from bot.slack.context.unanswered import Unanswered
from bot.slack.context.web_client import use_token
from bot.slack.digests import add_campaign, all_campaigns, csv_file, last_day, mending, on_home, save, send_now
from bot.slack.digests import buttons as digest_buttons
from bot.slack.digests import form as digest_form
from bot.slack.digests import history as digest_history
from bot.slack.digests import menu as digest_menu
from bot.slack.digests import preview as digest_preview
from bot.slack.install import uninstall
from bot.slack.previews import details_pane, link_shared
from bot.slack.reply.time_limit import ACK_WITHIN, ARRIVED
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
    app.error(Unanswered(services, workflow_step).error)
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
        address = address_of(context, req.body)
        if context.team_id not in (None, address[0]):  # Bolt assumed another workspace
            use_token(context.client, await self._services.authorize.tokens(*address, arrived))
        workspace = workspaces.known(*address) or await workspaces.of(*address, arrived)
        about = self._services, context.client, workspace, home.tell, arrived
        context["interaction"] = made = Interaction.read(req.body, *about)
        await made.need_welcome(ACK_WITHIN)
        return await next()
