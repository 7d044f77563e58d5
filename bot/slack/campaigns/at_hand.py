"""Answer a command for one campaign from memory alone: it is what people ask most often.

Over HTTP this happens before Bolt, which takes more than half the time of such a request (docs/decisions/02).
"""

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from blocks.campaigns import campaign as campaign_card
from blocks.kit import Message
from bot.slack.context.address import address_of
from bot.slack.context.assessed import assessed
from bot.slack.context.interaction import Interaction
from bot.slack.context.services import Services
from bot.slack.reply.time_limit import ARRIVED


class AtHand:
    """The answers that need nothing but memory. `client` has no token: nothing is sent with it."""

    def __init__(self, services: Services, client: AsyncWebClient) -> None:
        self._services = services
        self._client = client

    def answer(self, asked: AsyncBoltRequest) -> BoltResponse | None:
        """Return the ack, or None when Bolt has to answer: something must be read first, or has failed."""
        services = self._services
        if asked.body.get("command") != services.command:
            return None
        address = address_of(asked.context, asked.body)
        if not services.authorize.knows(*address) or not (workspace := services.workspaces.known(*address)):
            return None
        about = services, self._client, workspace, None, asked.context[ARRIVED]
        try:
            interaction = Interaction.read(asked.body, *about)
            shown = card(interaction, typed(interaction))
            return None if shown is None else services.replies.at_once(interaction, shown, ["hit"])
        except Exception:  # Bolt comes to the same error, logs it and explains it
            return None


def typed(interaction: Interaction) -> str:
    """Return what was typed after the command."""
    return str(interaction.body.get("text") or "").strip()


def card(interaction: Interaction, text: str) -> Message | None:
    """Return the card for a single id when it is private and all it needs is in memory, else None."""
    workspace, services = interaction.workspace, interaction.services
    if is_public(interaction) or not (held := workspace.held(text.lower())):
        return None
    if (options := services.channels.known_card_options(workspace, interaction.channel)) is None:
        return None
    services.lookups.note(workspace, interaction.user, held.campaign.id)
    with interaction.for_reader(learn=False):  # whatever is not at hand asks Slack for it
        return campaign_card.card(held, options=options, current=assessed(interaction))


def is_public(interaction: Interaction) -> bool:
    """Return whether managers want answers that everybody in the conversation sees."""
    return interaction.workspace.preferences.audience == "channel"
