"""The Bolt app: made once, every surface registered on it (docs/decisions/02 lists the traps it avoids)."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import logs
from bot.slack import actions, command, details
from bot.slack.desk import Desk
from bot.slack.errors import report
from bot.workspace import Workspaces

_log = structlog.get_logger("slack")


def create(
    *,
    client: AsyncWebClient,
    authorize: AsyncAuthorize,
    command_name: str,
    workspaces: Workspaces,
    desk: Desk,
) -> AsyncApp:
    """The app. Listeners receive `workspace` and `desk` as arguments, by name."""
    app = AsyncApp(
        name="carecycle-campaign-bot",
        logger=logs.without_payloads("slack_bolt"),
        signing_secret="",
        request_verification_enabled=False,  # bot/slack/http.py has checked the bytes before they were read
        ssl_check_enabled=False,  # there too
        client=client,
        authorize=authorize,  # type: ignore[arg-type]  # Bolt takes an instance, and says so only in its source
        process_before_response=True,  # else every request waits 10 ms, and an exception can undo an ack
        raise_error_for_unhandled_request=True,  # else Bolt logs the payload
        # For events and functions, of which the manifest has none: three steps less for every request.
        ignoring_self_events_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
    )

    app.middleware(_Provide(workspaces, desk))
    app.error(_on_error)
    register(app, command_name)
    return app


def register(app: AsyncApp, command_name: str) -> None:
    """Every surface. The command first: Bolt tries listeners in this order, and each one tried costs time."""
    command.register(app, command_name)
    actions.register(app)
    details.register(app)


class _Provide(AsyncMiddleware):
    """Gives listeners what they ask for by name. A class: Bolt calls it straight, a function by way of reflection."""

    def __init__(self, workspaces: Workspaces, desk: Desk) -> None:
        self._workspaces = workspaces
        self._desk = desk

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt's signature
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse | None:
        context = req.context
        # Enterprise Grid: of an organisation-wide installation `team_id` can be empty
        context["workspace"] = self._workspaces.of(context.team_id or context.enterprise_id or "")
        context["desk"] = self._desk
        return await next()


async def _on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:  # Any: Slack's JSON
    """What no listener answered for. Listeners explain their own errors; what comes here is a mistake of ours."""
    if isinstance(error, BoltUnhandledRequestError):
        _log.warning("nobody listens for this", type=body.get("type") or "command")
        return BoltResponse(status=404, body="")
    report(error)
    return BoltResponse(status=500, body="")
