"""Check that the app is still installed after a save, and forget workspaces where it is not."""

from bot.errors import NotInstalled, StoreUnavailable
from bot.slack.context.services import Services
from bot.store import installations
from bot.workspaces.workspace import Workspace


async def need_installation(workspace: Workspace, services: Services) -> None:
    """Raise NotInstalled, and delete what is stored of the workspace, when the app was removed during a save.

    Raise StoreUnavailable when it cannot be deleted.
    """
    services.authorize.forget(workspace.id)
    try:
        await services.authorize.tokens(workspace.id, workspace.enterprise_id)
    except NotInstalled:
        await installations.forget(services.db, workspace.id, services.clock.now())
        forget_in_memory(workspace.id, services)
        raise
    except StoreUnavailable:  # the save worked a moment ago, and stays
        return


def forget_in_memory(id_: str, services: Services) -> None:
    """Remove an installation's workspaces from memory."""
    services.authorize.forget(id_)
    for workspace_id in services.workspaces.forget_uninstalled(id_):
        services.pending_commands.take(workspace_id)
        services.previews.forget(workspace_id)
        services.once.forget(workspace_id)
        services.homes.forget(workspace_id)
        services.readings.forget(workspace_id)
