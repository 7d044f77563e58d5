"""Ask whether an optional scope was granted: what needs one is offered only then."""

from bot.errors import NotInstalled, StoreUnavailable
from bot.slack.context.interaction import Interaction


async def has_scope(interaction: Interaction, scope: str) -> bool:
    """Return whether the app was granted `scope` in this workspace; False also when that cannot be found out."""
    workspace = interaction.workspace
    try:
        granted = await interaction.services.authorize.scopes(workspace.id, workspace.enterprise_id)
    except (NotInstalled, StoreUnavailable):
        return False
    return scope in granted
