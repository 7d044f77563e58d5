"""Decide whether a link gets a preview here, and why one did not."""

from slack_sdk.errors import SlackApiError

from blocks.card_options import CardOptions
from blocks.previews.why import Decision, What
from bot.campaigns.campaign import Reading
from bot.errors import BotError, NotConnected
from bot.slack.context.interaction import Interaction
from bot.slack.reply.errors import SLACK_TROUBLE, report, slack_word
from bot.store import muted_channels
from bot.workspaces.workspace import Workspace

COMPOSER = "COMPOSER"  # in place of a channel id while the message is still being written


class NoPreview(Exception):
    """No preview is wanted, for the reason `what`."""

    def __init__(self, what: What) -> None:
        super().__init__(what)
        self.what = what


async def allowed(interaction: Interaction, *, outside: bool = False) -> CardOptions:
    """Return the options of a preview here. `outside`: Slack says that people of another company are here.

    Raise NoPreview, NotConnected, NotShownHere, StoreUnavailable.
    """
    workspace, draft = interaction.workspace, interaction.channel == COMPOSER
    if not workspace.preferences.previews:
        raise NoPreview("off")
    if workspace.connection is None:
        raise NotConnected
    if not draft and await muted_channels.is_muted(interaction.services.db, workspace.id, interaction.channel):
        raise NoPreview("muted")
    return (
        interaction.services.channels.outside(workspace)
        if outside or draft
        else await interaction.card_options(public=True)
    )


async def fresh(workspace: Workspace, campaign_id: str) -> Reading:
    """Return the campaign. Raise NotConnected or a CareCycleError.

    A command would show an older record instead, but a preview stays for good.
    """
    reading = await workspace.campaign(campaign_id)
    if reading.problem:
        raise reading.problem
    return reading


def decision(error: Exception, interaction: Interaction) -> Decision:
    """Return the outcome of a link for which `error` was raised. Report an unknown error as a bug."""
    now = interaction.services.clock.now()
    if isinstance(error, NoPreview):
        return Decision(error.what, now)
    if isinstance(error, BotError):
        return Decision.failed(error, now)
    if isinstance(error, SLACK_TROUBLE):
        word = slack_word(error)
        refused = isinstance(error, SlackApiError) and word != type(error).__name__
        return Decision("refused" if refused else "unreached", now, word)
    report(error)
    return Decision("bug", now)
