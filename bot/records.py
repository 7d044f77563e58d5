"""What is kept, as frozen values: no secret in them prints itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from pydantic import SecretStr

Audience = Literal["private", "channel"]
AgentNames = Literal["managers", "nobody"]
SharedChannels = Literal["short", "none"]
APP = "app"  # who did what nobody pressed, in the audit trail
LOOKUPS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in one Slack workspace, or (`is_enterprise_install`) in a whole organization, whose id it then has."""

    id: str
    bot_token: SecretStr
    installed_at: datetime
    enterprise_id: str | None = None
    is_enterprise_install: bool = False
    name: str | None = None
    app_id: str | None = None
    bot_refresh_token: SecretStr | None = None
    bot_token_expires_at: datetime | None = None
    bot_id: str | None = None
    bot_user_id: str | None = None
    bot_scopes: str = ""
    installed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """A workspace's way to careCycle: its key, who set it and when; `broken_at`: since when careCycle refuses it.

    A key from the environment has neither: whoever runs the app sets it.
    """

    key: SecretStr
    connected_by: str | None = None
    connected_at: datetime | None = None
    broken_at: datetime | None = None

    @property
    def last_four(self) -> str:
        """All of the key that is ever shown; nothing of one so short that it would give it away."""
        secret = self.key.get_secret_value()
        return secret[-4:] if len(secret) >= 12 else "…"

    @property
    def is_fixed(self) -> bool:
        """Whether the key comes from the environment, out of reach of people in Slack."""
        return self.connected_by is None


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a workspace's managers have set; a workspace that set nothing has these defaults.

    `audience`: who sees the answer to a command. `hidden`: sections a card leaves out. `agents`: who sees agents
    by name. `shared_channels`: what a card is in a channel shared with another company, short or none at all.
    `params`: careCycle's names of query parameters, where they differ from the program's own. `previews`: whether
    links to careCycle get a preview.
    """

    audience: Audience = "private"
    hidden: frozenset[str] = frozenset()
    agents: AgentNames = "managers"
    shared_channels: SharedChannels = "short"
    params: Mapping[str, str] = field(default_factory=dict)
    previews: bool = True


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is kept of a workspace but its tokens."""

    connection: Connection | None = None
    preferences: Preferences = field(default_factory=Preferences)
    managers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A row of the audit trail: who did what, when. `details` never hold a key or a campaign."""

    at: datetime
    workspace_id: str
    actor: str
    action: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lookup:
    """That somebody looked up a campaign, and when last."""

    workspace_id: str
    user_id: str
    campaign_id: str
    at: datetime
