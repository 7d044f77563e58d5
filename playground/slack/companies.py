"""The two companies of the playground, each with its workspace: who is there, and which channels."""

from playground.slack.site import Site
from playground.slack.workspace import BOT_NAME, TEAM_ID, Conversation, Person, SlackWorkspace

HARBOR_TEAM = "T02HARBOR"
_HARBOR = "Harbor Benefits"


def companies(site: Site) -> dict[str, SlackWorkspace]:
    """Every workspace by its team id, Sunrise first."""
    return {workspace.team_id: workspace for workspace in (_sunrise(site), _harbor(site))}


def _sunrise(site: Site) -> SlackWorkspace:
    people = [
        Person("U01OWNER", "Alice Moreno", "owner"),
        Person("U02ADMIN", "Ben Okafor", "admin"),
        Person("U03MEMBER", "Chloe Tran", "member"),
        Person("U04GUEST", "Dev Patel", "guest"),
    ]
    outsiders = [Person("U09PARTNER", "Eve Lang", "member", HARBOR_TEAM)]
    conversations = [
        Conversation("C01AEP", "aep-outreach"),
        Conversation("C02STANDUP", "stand-up", bot_is_member=True),
        Conversation("C03PARTNER", "harbor-shared", shared_with=_HARBOR),
        Conversation("D01BOT", BOT_NAME, kind="im", bot_is_member=True),
    ]
    return SlackWorkspace(site, TEAM_ID, "Sunrise Benefits", people, conversations, outsiders)


def _harbor(site: Site) -> SlackWorkspace:
    people = [
        Person("U11OWNER", "Grace Kim", "owner", HARBOR_TEAM),
        Person("U12MEMBER", "Hugo Silva", "member", HARBOR_TEAM),
    ]
    conversations = [
        Conversation("C11SALES", "sales"),
        Conversation("C12STANDUP", "harbor-stand-up", bot_is_member=True),
        Conversation("D02BOT", BOT_NAME, kind="im", bot_is_member=True),
    ]
    return SlackWorkspace(site, HARBOR_TEAM, _HARBOR, people, conversations)
