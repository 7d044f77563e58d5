"""The records kept in the database, as frozen values that do not show their secrets when printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Literal

from pydantic import SecretStr

Audience = Literal["private", "channel"]
AgentNames = Literal["managers", "nobody"]
SharedChannels = Literal["short", "none"]
Outsiders = Literal["short", "nothing"]
# A tested account, compared with the one before: there was none, it is the same, it is another, or that is not known.
Likeness = Literal["first", "same", "other", "unknown"]
ManagersOnly = Literal["connect", "disconnect", "settings", "digests"]
Role = Literal["manager", "member", "guest", "outsider"]
APP = "app"  # the actor in the audit trail when the app acts by itself
OPERATOR = "operator"  # the actor when somebody types a command on the server
LOOKUPS_KEPT = timedelta(days=30)
MOST_FINGERPRINTS = 200  # of the campaigns of an account


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation of the app, in one Slack workspace or in a whole organization."""

    id: str  # the workspace's, or the organization's when `is_enterprise_install`
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
class Remedy:
    """What a person can do about a key that is missing or refused: managers connect, members ask a manager to."""

    role: Role
    ask: str = ""  # the Slack id of the manager whom *Ask … to connect* writes to; empty when none is known yet
    name: str = ""  # that manager's name, as Slack gives it
    channel: str = ""  # where the person is; empty on App Home


@dataclass(frozen=True, slots=True)
class Connection:
    """A workspace's connection to careCycle."""

    key: SecretStr
    connected_by: str | None = None  # the person who set the key; None for one from the environment
    connected_at: datetime | None = None  # when they set it; None for one from the environment
    broken_at: datetime | None = None  # since when careCycle refuses the key

    @property
    def last_four(self) -> str:
        """The last four characters, all that is ever shown of a key; `…` for a key of fewer than 12."""
        secret = self.key.get_secret_value()
        return secret[-4:] if len(secret) >= 12 else "…"

    @property
    def is_fixed(self) -> bool:
        """Whether the key comes from the environment, so that it cannot be changed in Slack."""
        return self.connected_by is None


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a workspace's managers have set. A workspace that set nothing has these defaults."""

    audience: Audience = "private"  # who sees the answer to a command
    hidden: frozenset[str] = frozenset()  # sections a card leaves out
    agents: AgentNames = "managers"  # who sees agents by name
    shared_channels: SharedChannels = "short"  # the card in a channel shared with another company: short, or none
    # from our own name of a query parameter to careCycle's name, where they differ
    params: Mapping[str, str] = field(default_factory=dict)
    previews: bool = True  # whether links to careCycle get a preview
    readings: bool = True  # whether campaigns are read regularly, and kept, to say what needs a person
    outsiders: Outsiders = "short"  # what people of another company get when they press, ask or post a link there
    # A campaign's address in careCycle with `{id}`, learned from pasted links; empty: what CARECYCLE_LINK says.
    campaign_link: str = ""
    link_tried: bool = False  # links to two campaigns have this form

    def differing_from(self, other: "Preferences") -> list[str]:
        """Return the names of the preferences that are not the same in `other`."""
        return [one.name for one in fields(self) if getattr(self, one.name) != getattr(other, one.name)]


@dataclass(frozen=True, slots=True)
class Profile:
    """A workspace's connection to careCycle, its preferences and its managers."""

    connection: Connection | None = None
    preferences: Preferences = field(default_factory=Preferences)
    managers: frozenset[str] = frozenset()
    left_out_at: datetime | None = None  # when Slack last left out events, because there were too many


@dataclass(frozen=True, slots=True)
class ConnectAsk:
    """The direct message in which somebody asked a manager to connect careCycle."""

    asked_at: datetime
    asked: str  # the manager
    asked_by: str


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """What was last listed of a careCycle account, as fingerprints, to tell whether a key is one of the same account.

    The fingerprints of two workspaces cannot be compared, and no id can be made of one.
    """

    listed_at: datetime
    campaigns: frozenset[str]
    client: str | None = None  # of the organization in careCycle; None where the API does not send it
    whole: bool = False  # whether these are all campaigns of the account

    def likeness(self, listed: "KnownAccount") -> Likeness:
        """Compare with what was listed later: by organization where both name it, else by campaigns in common."""
        if self.client and listed.client:
            return "same" if self.client == listed.client else "other"
        if self.campaigns & listed.campaigns:
            return "same"
        return "other" if self.campaigns and listed.campaigns else "unknown"

    def merged(self, listed: "KnownAccount") -> "KnownAccount":
        """Return what is known of one account: what was listed later, and of what was listed before as much as fits."""
        older = sorted(self.campaigns - listed.campaigns)[: max(MOST_FINGERPRINTS - len(listed.campaigns), 0)]
        campaigns = listed.campaigns if listed.whole else listed.campaigns.union(older)
        return KnownAccount(listed.listed_at, campaigns, listed.client or self.client, whole=listed.whole)


@dataclass(frozen=True, slots=True)
class Account:
    """A careCycle account as a key that is being tested shows it."""

    total: int | None  # campaigns in it; None when the API does not say
    example: str  # the name of one of them; may be empty
    likeness: Likeness  # to the account of the workspace before
    known: KnownAccount  # to be stored with the key
    looked_at: int = 0  # campaigns that were compared, the most recently changed ones


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An entry of the audit trail: who did what, and when."""

    at: datetime
    workspace_id: str
    actor: str
    action: str
    # at most the last four characters of a key, and the id of a campaign
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A campaign that a person looked up."""

    workspace_id: str
    user_id: str
    campaign_id: str
    at: datetime  # the last time
