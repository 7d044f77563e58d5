"""Learn what links to campaigns look like from those that people paste, so that *Open in careCycle* opens a campaign.

Only links to campaigns that were just looked up count, and only in memory, until a manager accepts a form.
"""

from collections.abc import Iterable
from contextlib import suppress

from bot.campaigns.link_form import form_of
from bot.errors import NotInstalled, StoreUnavailable
from bot.slack.context.installed import need_installation
from bot.slack.context.interaction import Interaction
from bot.workspaces import link_trial


def learn(interaction: Interaction, texts: Iterable[str]) -> None:
    """Learn from the links in `texts`, after their campaigns were shown. Send no request, and let nobody wait."""
    workspace = interaction.workspace
    if interaction.maybe_outsider:  # people of another company must not change what our buttons open
        return
    for link in (one for text in texts if "://" in text for one in workspace.links.own_links(text)):
        held = workspace.held(workspace.links.campaign_in(link) or "")
        if held is None:  # careCycle did not say that this account has it
            continue
        client, campaign_id = held.campaign.client, held.campaign.id.lower()
        own_ids = {client.id.lower()} if client and client.id else set()
        if form := form_of(link, campaign_id, workspace.links, own_ids):
            workspace.resources.link_forms.note(workspace.id, form, campaign_id)
            if (fits := link_trial.came_of(workspace, form, campaign_id)) is not None:
                interaction.start(_settle(interaction, fits=fits), via="database")


async def _settle(interaction: Interaction, *, fits: bool) -> None:
    with suppress(StoreUnavailable, NotInstalled):  # the next link settles it
        await link_trial.settle(interaction.workspace, fits=fits)
        await need_installation(interaction.workspace, interaction.services)
