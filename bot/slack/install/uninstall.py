"""A workspace leaves: everything that is kept of it is deleted, whatever the order in which Slack tells of it."""

from datetime import UTC, datetime, timedelta

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.records import Installation
from bot.slack.context.installed import let_go
from bot.slack.context.interaction import Interaction
from bot.slack.context.services import Services
from bot.slack.context.tokens import REFUSED
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.payload import Payload
from bot.store import installations

_DOUBT = timedelta(seconds=10)  # by so much Slack's clock may differ from ours
_TICK = timedelta(seconds=1)  # Slack's times of events are in whole seconds
_LATE = timedelta(days=1)  # Slack tells again for an hour; what is older than this is no time
_log = structlog.get_logger("slack")


def register(app: AsyncApp) -> None:
    """Listen for the three events that end an installation; Bolt lets them through without a token."""
    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(tokens_revoked)
    app.event("team_access_revoked")(access_revoked)


async def uninstalled(ack: AsyncAck, interaction: Interaction) -> None:
    """The app was removed. Acked after the deed: when the store does not answer Slack tells again."""
    await _forget(interaction)
    await ack()


async def tokens_revoked(ack: AsyncAck, interaction: Interaction) -> None:
    """The bot's token was revoked, which comes to the same; somebody's own token would not concern us."""
    if (interaction.event.get("tokens") or {}).get("bot"):
        await _forget(interaction)
    await ack()


async def access_revoked(ack: AsyncAck, interaction: Interaction) -> None:
    """Forget the workspaces from which an organization took the app away, while it keeps it in others."""
    body, services = interaction.body, interaction.services
    ids = list(filter(None, map(_id, interaction.event.get("team_ids") or ())))
    await services.lookups.left(ids)
    await installations.forget_workspaces(services.db, ids, _told(body, services.clock.now()) or services.clock.now())
    for workspace_id in ids:
        let_go(workspace_id, services)
        _log.info("left", workspace=workspace_id)
    await ack()


async def forget(id_: str, when: datetime, services: Services) -> None:
    """Delete an installation and what is kept of its workspaces, as they were at `when`. Raises StoreUnavailable."""
    await services.lookups.left([id_])
    gone = await installations.forget(services.db, id_, when)
    let_go(id_, services)
    _log.info("left" if gone else "left before", workspace=id_)


async def _forget(interaction: Interaction) -> None:
    body, services = interaction.body, interaction.services
    id_ = _installation(body)
    await forget(id_, await _when(id_, body, interaction.client, services), services)


def _installation(body: Payload) -> str:
    """Whose installation ended: an organization's, when it was installed there as a whole."""
    first: Payload = next(iter(body.get("authorizations") or ()), {})
    whole = first.get("is_enterprise_install") or body.get("is_enterprise_install")
    team, enterprise = _id(body.get("team_id")), _id(body.get("enterprise_id"))
    return (enterprise if whole else team) or team or enterprise


def _id(given: object) -> str:
    """An id as Slack's look; empty for anything else."""
    return given if isinstance(given, str) and given.isalnum() and len(given) <= 64 else ""


async def _when(id_: str, body: Payload, client: AsyncWebClient, services: Services) -> datetime:
    """When the app was removed. Just before its installation, or when the time is none, Slack is asked whether it was.

    Raises what Slack's failure raises: then Slack tells again.
    """
    now = services.clock.now()
    told, found = _told(body, now), await installations.find(services.db, id_, None)
    if told and not (found and found.installed_at - _DOUBT < told < found.installed_at + _TICK):
        return told
    if found and await _works(found, client):  # added again since: only what is older goes
        return found.installed_at - _TICK
    return now


def _told(body: Payload, now: datetime) -> datetime | None:
    """The time of the event, if it can be one."""
    try:
        told = datetime.fromtimestamp(int(body["event_time"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
    return told if now - _LATE < told < now + _DOUBT else None


async def _works(installed: Installation, client: AsyncWebClient) -> bool:
    try:
        await client.auth_test(token=installed.bot_token.get_secret_value())
    except SLACK_TROUBLE as error:
        if slack_word(error) not in REFUSED:
            raise
        return False
    return True
