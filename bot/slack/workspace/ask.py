"""Ask one manager to connect careCycle, for a person who may not: one message a day in a workspace, whoever asks."""

from functools import partial

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError

import blocks.workspace.ask
from blocks import missing_key, notices
from blocks.kit import Block, Message
from blocks.workspace import connection
from bot.errors import KeyFixed, KeyForbidden, KeyRejected, NotAllowed, NotConnected, StoreUnavailable
from bot.records import ConnectAsk
from bot.slack.context.interaction import Interaction
from bot.slack.context.managers import Colleague, manager_to_ask
from bot.slack.context.people import who_to_ask
from bot.slack.context.web_client import without_retries
from bot.slack.reply.errors import SLACK_TROUBLE, slack_word
from bot.slack.reply.message_bodies import REPLACE, message_body
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.modals import Modal, open_modal
from bot.store import connect_asks
from bot.workspaces.workspace import Workspace

_log = structlog.get_logger("slack")


def register(app: AsyncApp) -> None:
    """Listen for *Ask … to connect*, under a notice and on App Home."""
    app.action(missing_key.ASK)(press)
    app.action(connection.ASK)(press_home)


async def press(ack: AsyncAck, interaction: Interaction) -> None:
    """Ask, and say what came of it: in place of the notice, or in a window where there is no message to replace."""
    asking = interaction.named("ask to connect")
    if interaction.response_url:
        await asking.services.replies.afterwards(asking, ack, partial(asked, asking), REPLACE, saves=True)
        return
    await ack()
    _in_window(asking, push=interaction.is_in_modal)


async def press_home(ack: AsyncAck, interaction: Interaction) -> None:
    """Ask, and say in a window what came of it."""
    await ack()
    _in_window(home_tab.at_home(interaction).named("home ask to connect"), push=False)


async def asked(interaction: Interaction) -> Message:
    """Ask a manager, unless one was asked within a day. Return what the person is told.

    Raise NotConnected or KeyRejected for managers and guests, who see what they can do; NotAllowed when Slack does not
    say who they are; KeyFixed, StoreUnavailable.
    """
    workspace, command = interaction.workspace, interaction.services.command
    connection = workspace.checked_connection
    forbidden = interaction.value.endswith(missing_key.FORBIDDEN)
    if connection and not (connection.broken_at or forbidden):
        return blocks.workspace.ask.not_needed(command)
    if connection and connection.is_fixed:
        raise KeyFixed
    who = await interaction.person.membership()
    if who is None:
        raise NotAllowed(unsure=True)
    if not who.member or await interaction.person.is_manager():
        raise (KeyForbidden if forbidden else KeyRejected) if connection else NotConnected
    manager = await manager_to_ask(interaction.services, interaction.client, workspace, interaction.user)
    if manager is None:
        return blocks.workspace.ask.nobody_known(who_to_ask(workspace, interaction.user))
    return await _ask(interaction, manager)


async def _ask(interaction: Interaction, manager: Colleague) -> Message:
    """Claim the day's one message before it is sent, so that no other replica sends one."""
    workspace, services, user = interaction.workspace, interaction.services, interaction.user
    ask = ConnectAsk(services.clock.now(), manager.id, user)
    if earlier := await connect_asks.claim(services.db, workspace.id, ask, workspace.enterprise_id):
        return blocks.workspace.ask.asked_before(earlier, user)
    others = (manager.id, *(one for one in who_to_ask(workspace, user) if one != manager.id))
    try:
        await _send(interaction, manager)
    except (aiohttp.ClientConnectorError, SlackApiError) as error:
        _log.warning("a manager could not be asked", workspace=workspace.id, error=slack_word(error))
        if not _is_refused(error):
            return blocks.workspace.ask.not_delivered(manager.id, others, surely=False)
        await connect_asks.take_back(services.db, workspace.id, ask)
        return blocks.workspace.ask.not_delivered(manager.id, others, surely=True)
    except SLACK_TROUBLE as error:
        _log.warning("nobody knows whether a manager was asked", workspace=workspace.id, error=slack_word(error))
        return blocks.workspace.ask.not_delivered(manager.id, others, surely=False)
    await _note(workspace, user, manager, _channel(interaction))
    return blocks.workspace.ask.asked(manager.id)


async def _send(interaction: Interaction, manager: Colleague) -> None:
    """Send the direct message, never twice. Raise one of SLACK_TROUBLE."""
    message = blocks.workspace.ask.request(interaction.user, _channel(interaction), _why(interaction))
    client = without_retries(interaction.client)
    await client.chat_postMessage(channel=manager.id, **message_body(interaction.tagged(message)))


def _why(interaction: Interaction) -> blocks.workspace.ask.Why:
    if interaction.workspace.connection is None:
        return "missing"
    return "forbidden" if interaction.value.endswith(missing_key.FORBIDDEN) else "refused"


def _channel(interaction: Interaction) -> str:
    """Return the channel of the ask; in a window, that in which it was opened. Empty for direct messages and Home."""
    channel = interaction.channel or interaction.value.removesuffix(missing_key.FORBIDDEN)
    return "" if channel.startswith("D") else channel


async def _note(workspace: Workspace, user: str, manager: Colleague, channel: str) -> None:
    """Record who asked whom, and where. Only log a failure: it was asked already."""
    try:
        await workspace.note(user, "asked to connect", asked=manager.id, channel=channel)
    except StoreUnavailable:
        _log.error("the audit trail misses that a manager was asked", workspace=workspace.id)


def _is_refused(error: aiohttp.ClientConnectorError | SlackApiError) -> bool:
    """Return whether the message surely did not arrive: it never reached Slack, or Slack itself said no."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return True
    data = getattr(error.response, "data", None)
    status = getattr(error.response, "status_code", None)
    return status == 429 or (status == 200 and isinstance(data, dict) and data.get("ok") is False)


def _in_window(interaction: Interaction, *, push: bool) -> None:
    async def view() -> Block:
        return notices.modal(blocks.workspace.ask.TITLE, await asked(interaction))

    open_modal(interaction, Modal(blocks.workspace.ask.TITLE, view, push=push))
