"""Delete everything that is stored of a workspace when it leaves, in whatever order Slack's events arrive."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError, StoreUnavailable
from bot.records import Installation
from bot.slack.context.installed import forget_in_memory
from bot.slack.context.interaction import Interaction
from bot.slack.context.services import Services
from bot.slack.context.tokens import REFUSED
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.payload import Payload, part
from bot.slack.reply.time_limit import ACK_WITHIN, left
from bot.store import installations

_DOUBT = timedelta(seconds=10)  # Slack's clock may differ from ours by this much
_TICK = timedelta(seconds=1)  # Slack's times of events are in whole seconds
_LATE = timedelta(days=1)  # an event's time is not believed when it is older than this
_log = structlog.get_logger("slack")


def register(app: AsyncApp) -> None:
    """Listen for the three events that end an installation; Bolt lets them through without a token."""
    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(tokens_revoked)
    app.event("team_access_revoked")(access_revoked)


async def uninstalled(ack: AsyncAck, interaction: Interaction) -> None:
    """Forget an installation whose app was removed."""
    await _before_ack(interaction, _forget(interaction))
    await ack()


async def tokens_revoked(ack: AsyncAck, interaction: Interaction) -> None:
    """Forget an installation whose bot token was revoked. Tokens of people do not matter."""
    if part(interaction.event.get("tokens")).get("bot"):
        await _before_ack(interaction, _forget(interaction))
    await ack()


async def access_revoked(ack: AsyncAck, interaction: Interaction) -> None:
    """Forget the workspaces from which an organization removed the app, while keeping it in others."""
    await _before_ack(interaction, _forget_workspaces(interaction))
    await ack()


async def forget(id_: str, when: datetime, services: Services) -> None:
    """Delete an installation and what is stored of its workspaces, as they were at `when`. Raise StoreUnavailable.

    What is newer than `when` stays.
    """
    await services.lookups.forget_uninstalled([id_])
    gone = await installations.forget(services.db, id_, when)
    forget_in_memory(id_, services)
    _log.info("left" if gone else "left before", workspace=id_)


async def _before_ack(interaction: Interaction, work: Coroutine[None, None, None]) -> None:
    """Do the work of an event before its ack: when it raises, Slack sends the event again (three times).

    Raise StoreUnavailable when it takes longer than Slack waits. It then goes on: what is sent again may find it done.
    """
    task = interaction.services.tasks.start(_error_of(work))
    done, _ = await asyncio.wait({task}, timeout=left(interaction.started, ACK_WITHIN))
    if not done:
        raise StoreUnavailable("it is late")
    if error := task.result():
        raise error


async def _error_of(work: Coroutine[None, None, None]) -> Exception | None:
    try:
        await work
    except (BotError, *SLACK_TROUBLE) as error:
        return error
    return None


async def _forget_workspaces(interaction: Interaction) -> None:
    body, services = interaction.body, interaction.services
    ids = list(filter(None, map(_id, interaction.event.get("team_ids") or ())))
    await services.lookups.forget_uninstalled(ids)
    await installations.forget_workspaces(
        services.db, ids, _event_time(body, services.clock.now()) or services.clock.now()
    )
    for workspace_id in ids:
        forget_in_memory(workspace_id, services)
        _log.info("left", workspace=workspace_id)


async def _forget(interaction: Interaction) -> None:
    body, services = interaction.body, interaction.services
    id_ = _installation(body)
    await forget(id_, await _when(id_, body, interaction.client, services), services)


def _installation(body: Payload) -> str:
    """Return the id of the installation that ended: an organization's, when it had added the app as a whole."""
    first: Payload = next(iter(body.get("authorizations") or ()), {})
    whole = first.get("is_enterprise_install") or body.get("is_enterprise_install")
    team, enterprise = _id(body.get("team_id")), _id(body.get("enterprise_id"))
    return (enterprise if whole else team) or team or enterprise


def _id(given: object) -> str:
    """Return an id that looks like Slack's, or an empty string for anything else."""
    return given if isinstance(given, str) and given.isalnum() and len(given) <= 64 else ""


async def _when(id_: str, body: Payload, client: AsyncWebClient, services: Services) -> datetime:
    """Return when the app was removed.

    When the event's time is not believable, or is close to the installation's, ask Slack whether the app is still
    there. Raise Slack's error when that fails, so that Slack sends the event again.
    """
    now = services.clock.now()
    told, found = _event_time(body, now), await installations.find(services.db, id_, None)
    if told and not (found and found.installed_at - _DOUBT < told < found.installed_at + _TICK):
        return told
    if found and await _works(found, client):  # the app was added again: delete only what is older
        return found.installed_at - _TICK
    return now


def _event_time(body: Payload, now: datetime) -> datetime | None:
    """Return the event's time, or None when it is not believable."""
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
