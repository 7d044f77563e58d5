"""Forget workspaces from which the app was removed, also while something is saved there, or by another replica."""

from functools import partial

from bot.errors import NotInstalled, StoreUnavailable
from bot.replicas.listener import Listener
from bot.slack.context.services import Services
from bot.store import installations, notices
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


def follow_installations(listener: Listener, services: Services) -> None:
    """Follow what other replicas hear of installations."""
    listener.on(notices.INSTALLED, services.authorize.forget)
    listener.on(notices.UNINSTALLED, partial(forget_in_memory, services=services))
    listener.on_missed(services.authorize.expire)


def forget_in_memory(id_: str, services: Services) -> None:
    """Remove an installation's workspaces from memory."""
    services.authorize.forget(id_)
    for workspace_id in services.workspaces.forget_uninstalled(id_):
        services.pending_commands.take(workspace_id)
        services.previews.forget(workspace_id)
        services.once.forget(workspace_id)
        services.homes.forget(workspace_id)
        services.readings.forget(workspace_id)
