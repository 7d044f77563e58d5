"""Whether the app is still installed where something was just kept."""

from bot.errors import NotInstalled, StoreUnavailable
from bot.slack.context.services import Services
from bot.store import installations
from bot.workspaces.workspace import Workspace


async def need_installation(workspace: Workspace, services: Services) -> None:
    """Raises NotInstalled, with nothing kept, when the app was taken out while something was being kept here."""
    services.authorize.forget(workspace.id)
    try:
        await services.authorize.tokens(workspace.id, workspace.enterprise_id)
    except NotInstalled:
        await installations.forget(services.db, workspace.id, services.clock.now())
        let_go(workspace.id, services)
        raise
    except StoreUnavailable:  # it answered a moment ago: what was kept is kept
        return


def let_go(id_: str, services: Services) -> None:
    """Nothing of it stays in memory."""
    services.authorize.forget(id_)
    for workspace_id in services.workspaces.left(id_):
        services.waiting.take(workspace_id)
        services.previews.forget(workspace_id)
