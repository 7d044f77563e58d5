"""Whether the app is still installed where something was just kept."""

from bot.errors import NotInstalled, StoreUnavailable
from bot.slack.context.services import Desk
from bot.store import installations
from bot.workspaces.workspace import Workspace


async def need_installation(workspace: Workspace, desk: Desk) -> None:
    """Raises NotInstalled, with nothing kept, when the app was taken out while something was being kept here."""
    desk.authorize.forget(workspace.id)
    try:
        await desk.authorize.tokens(workspace.id, workspace.enterprise_id)
    except NotInstalled:
        await installations.forget(desk.db, workspace.id, desk.clock.now())
        let_go(workspace.id, desk)
        raise
    except StoreUnavailable:  # it answered a moment ago: what was kept is kept
        return


def let_go(id_: str, desk: Desk) -> None:
    """Nothing of it stays in memory."""
    desk.authorize.forget(id_)
    for workspace_id in desk.workspaces.left(id_):
        desk.waiting.take(workspace_id)
        desk.previews.forget(workspace_id)
