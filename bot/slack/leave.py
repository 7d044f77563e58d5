"""A workspace leaves: everything that is kept of it is deleted, whatever the order in which Slack tells of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.slack.desk import Desk
from bot.slack.errors import SLACK_TROUBLE
from bot.store import installations

Payload = dict[str, Any]  # Any: Slack's JSON
_TIE = timedelta(seconds=1)  # Slack's times of events are in whole seconds
_log = structlog.get_logger("slack")


def register(app: AsyncApp) -> None:
    """Listens for the three events that end an installation; Bolt lets them through without a token."""
    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(tokens_revoked)
    app.event("team_access_revoked")(access_revoked)


async def uninstalled(ack: AsyncAck, body: Payload, client: AsyncWebClient, desk: Desk) -> None:
    """The app was removed. Acked after the deed: when the store does not answer Slack tells again."""
    await _forget(body, client, desk)
    await ack()


async def tokens_revoked(ack: AsyncAck, body: Payload, event: Payload, client: AsyncWebClient, desk: Desk) -> None:
    """The bot's token was revoked, which comes to the same; somebody's own token would not concern us."""
    if (event.get("tokens") or {}).get("bot"):
        await _forget(body, client, desk)
    await ack()


async def access_revoked(ack: AsyncAck, body: Payload, event: Payload, desk: Desk) -> None:
    """An organisation took the app away from some of its workspaces, and keeps it in others."""
    ids = [str(team) for team in event.get("team_ids") or ()]
    await installations.forget_workspaces(desk.db, ids, _when(body))
    for workspace_id in ids:
        desk.workspaces.left(workspace_id)
        _log.info("left", workspace=workspace_id)
    await ack()


async def _forget(body: Payload, client: AsyncWebClient, desk: Desk) -> None:
    id_, when = _installation(body), _when(body)
    if await _is_of_this_second(id_, when, desk) and await _still_works(id_, client, desk):
        when -= _TIE  # the app was added again in the second in which it was removed
    gone = await installations.forget(desk.db, id_, when)
    desk.authorize.forget(id_)
    desk.workspaces.left(id_)
    _log.info("left" if gone else "left before", workspace=id_)


def _installation(body: Payload) -> str:
    """Whose installation ended: an organisation's, when it was installed there as a whole."""
    first: Payload = next(iter(body.get("authorizations") or ()), {})
    whole = first.get("is_enterprise_install") or body.get("is_enterprise_install")
    team, enterprise = body.get("team_id"), body.get("enterprise_id")
    return str((enterprise if whole else team) or team or enterprise or "")


def _when(body: Payload) -> datetime:
    return datetime.fromtimestamp(int(body.get("event_time") or 0), UTC)


async def _is_of_this_second(id_: str, when: datetime, desk: Desk) -> bool:
    found = await installations.find(desk.db, id_, None)
    return found is not None and when <= found.installed_at < when + _TIE


async def _still_works(id_: str, client: AsyncWebClient, desk: Desk) -> bool:
    try:
        found = await desk.authorize.tokens(id_, None)
        await client.auth_test(token=found.bot_token)
    except (BotError, *SLACK_TROUBLE):
        return False
    return True
