"""Try the accepted form of links to campaigns against a link to a second campaign."""

from dataclasses import replace

from bot.records import APP
from bot.store import profiles
from bot.workspaces.workspace import Workspace


def came_of(workspace: Workspace, form: str, campaign_id: str) -> bool | None:
    """Return whether a pasted link in `form` to this campaign confirms the accepted form; False: it speaks against it.

    Return None when it says nothing: no form was accepted, it is confirmed already, or it was learned from this
    campaign's own link.
    """
    accepted, forms = workspace.preferences.campaign_link, workspace.resources.link_forms
    if not accepted or workspace.preferences.link_tried:
        return None
    if form == accepted:
        return True if forms.is_tried(workspace.id, form) else None
    return None if forms.holds(workspace.id, accepted, campaign_id) else False


async def settle(workspace: Workspace, *, fits: bool) -> None:
    """Keep the accepted form for good, or stop using it, as the settings are now. Raise StoreUnavailable."""
    kept = (await profiles.read(workspace.resources.db, workspace.id)).preferences
    if kept.campaign_link != workspace.preferences.campaign_link or kept.link_tried:
        return  # a manager or another replica was faster
    settled = replace(kept, link_tried=True) if fits else replace(kept, campaign_link="")
    await workspace.save_preferences(settled, (), APP)
