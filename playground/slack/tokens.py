"""The tokens the app was given: whose they are, what they allow, and whether they still do."""

import secrets
from collections.abc import Iterator, MutableSet
from dataclasses import dataclass, field

from bot.manifest import scopes
from playground.slack.workspace import TEAM_ID, SlackWorkspace

BOT_TOKEN, APP_TOKEN = "xoxb-playground", "xapp-playground"
EXPIRES_IN = 12 * 60 * 60  # seconds, where tokens are rotated


@dataclass
class Grant:
    """What one token is for: a workspace, or with `team_id` None a whole organization but for `left_out`.

    `of_run`: it came with one run of a workflow step, and is no installation.
    """

    token: str
    team_id: str | None
    enterprise_id: str | None
    scopes: frozenset[str]
    expires: float | None = None  # seconds since 1970
    revoked: bool = False
    left_out: set[str] = field(default_factory=set)
    of_run: bool = False

    @property
    def is_enterprise_install(self) -> bool:
        """Whether the app is installed in the whole organization."""
        return self.team_id is None

    def covers(self, workspace: SlackWorkspace) -> bool:
        """Whether it is good for this workspace."""
        if self.revoked or workspace.team_id in self.left_out:
            return False
        if self.team_id:
            return self.team_id == workspace.team_id
        return self.enterprise_id is not None and self.enterprise_id == workspace.enterprise_id


class Tokens(MutableSet[str]):
    """The bot tokens that are good: a set, in which `discard` means that Slack revokes one."""

    def __init__(self) -> None:
        self.grants: dict[str, Grant] = {}

    def __contains__(self, token: object) -> bool:
        return isinstance(token, str) and token in self.grants and not self.grants[token].revoked

    def __iter__(self) -> Iterator[str]:
        return (token for token, grant in self.grants.items() if not grant.revoked)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def add(self, value: str) -> None:
        """A token of Sunrise with the manifest's scopes, as its settings page would show it."""
        self.grants[value] = Grant(value, TEAM_ID, None, frozenset(scopes()))

    def discard(self, value: str) -> None:
        """Revokes it: from now on Slack answers `token_revoked`."""
        if value in self.grants:
            self.grants[value].revoked = True

    def issue(
        self, team_id: str | None, enterprise_id: str | None, scopes: frozenset[str], expires: float | None = None
    ) -> Grant:
        """A fresh token."""
        grant = Grant(f"xoxb-{secrets.token_hex(12)}", team_id, enterprise_id, scopes, expires)
        self.grants[grant.token] = grant
        return grant

    def installed(self, workspace: SlackWorkspace) -> Grant | None:
        """The newest grant for a workspace; None where the app is not installed."""
        return next(
            (grant for grant in reversed(self.grants.values()) if grant.covers(workspace) and not grant.of_run), None
        )
