"""Remember which forms the links to campaigns have that people pasted, until a manager accepts one in the settings."""

from cachetools import LRUCache

_WORKSPACES = 10_000
_FORMS = 5  # of a workspace; beyond that the oldest is dropped
_ENOUGH = 2  # campaigns whose links have a form, to know that it holds for all


class LinkForms:
    """The forms seen, in memory only: for each workspace, and for each form two campaigns at most."""

    def __init__(self) -> None:
        self._seen: LRUCache[str, dict[str, set[str]]] = LRUCache(_WORKSPACES)

    def note(self, workspace_id: str, form: str, campaign_id: str) -> None:
        """Note that a link to this campaign, which the account has, was pasted in this form."""
        seen = self._seen.setdefault(workspace_id, {})
        campaigns = seen.pop(form, set())  # the newest form is the last
        seen[form] = campaigns if len(campaigns) >= _ENOUGH else campaigns | {campaign_id}
        if len(seen) > _FORMS:
            del seen[next(iter(seen))]

    def offered(self, workspace_id: str) -> str:
        """Return the form that links to most campaigns have, of several the newest; empty when none was seen."""
        seen = self._seen.get(workspace_id, {})
        return max(reversed(seen), key=lambda form: len(seen[form]), default="")

    def is_tried(self, workspace_id: str, form: str) -> bool:
        """Return whether links to two campaigns had this form."""
        return len(self._seen.get(workspace_id, {}).get(form, ())) >= _ENOUGH

    def holds(self, workspace_id: str, form: str, campaign_id: str) -> bool:
        """Return whether a link to this campaign had this form."""
        return campaign_id in self._seen.get(workspace_id, {}).get(form, ())

    def forget(self, workspace_id: str) -> None:
        """Forget what was seen in a workspace."""
        self._seen.pop(workspace_id, None)
