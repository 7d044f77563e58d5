"""Build the form with a workspace's settings: who is a manager, who sees answers, and how cards look."""

from collections.abc import Iterator, Sequence

from blocks import inputs, kit, words
from blocks.card_options import SECTIONS
from blocks.kit import Block
from bot.records import AuditEntry, Profile

SAVE = "settings.save"
TITLE = "Campaign settings"
MANAGERS, AUDIENCE, SHOWN, AGENTS = "managers", "audience", "shown", "agents"
SHARED, PREVIEWS, PARAMS = "shared", "previews", "params"
_AUDIENCES = {"private": "Only whoever asked, until they share it", "channel": "Everybody in the conversation"}
_AGENTS = {"managers": "Managers see names, everybody else how many", "nobody": "Everybody sees only how many"}
_SHARED = {"short": "A short card: no agents, routing or phone digits", "none": "No cards at all"}
_PREVIEWS = {"yes": "Links to a campaign get a preview", "no": "No previews"}
_MUTE = "Anybody can switch them off for one channel, with the command and the word mute."
_ACTION_WORDS = {
    "connected": "connected careCycle",
    "replaced": "replaced the careCycle key",
    "disconnected": "disconnected careCycle",
    "shared": "shared a card",
    "changed settings": "changed these settings",
    "muted": "switched previews off in a channel",
    "unmuted": "switched previews on again in a channel",
}


def form(profile: Profile, audit_entries: Sequence[AuditEntry], metadata: str) -> Block:
    """Build the form with the current settings. `audit_entries` are the latest entries of the audit trail."""
    return inputs.form(TITLE, SAVE, list(_rows(profile, audit_entries)), submit="Save", metadata=metadata)


def saved() -> Block:
    """Build the modal shown after saving."""
    return kit.modal(TITLE, [kit.section("*Saved.* It counts from the next card on.")])


def params_text(params: "dict[str, str]") -> str:
    """Format query parameters as the form takes them: `limit=pageSize, search=q`."""
    return ", ".join(f"{name}={sent_as}" for name, sent_as in sorted(params.items()))


def _rows(profile: Profile, audit_entries: Sequence[AuditEntry]) -> Iterator[Block]:
    chosen = profile.preferences
    yield inputs.people(
        MANAGERS,
        "Managers",
        chosen=sorted(profile.managers),
        hint="They may connect careCycle and change these settings, as admins and owners of the workspace always may.",
    )
    yield inputs.choice(AUDIENCE, "Who sees the answer to a command", _AUDIENCES, chosen.audience)
    shown = [name for name in SECTIONS if name not in chosen.hidden]
    yield inputs.checks(SHOWN, "A card also shows", SECTIONS, shown)
    yield inputs.choice(AGENTS, "Names of agents, in Details", _AGENTS, chosen.agents)
    yield inputs.choice(SHARED, "In channels shared with another company", _SHARED, chosen.shared_channels)
    previews = "yes" if chosen.previews else "no"
    yield inputs.choice(PREVIEWS, "Links to careCycle", _PREVIEWS, previews, hint=_MUTE)
    yield inputs.text(
        PARAMS,
        "careCycle’s names of query parameters",
        hint="Leave this empty unless whoever runs the app tells you what to write.",
        placeholder="limit=pageSize, search=q",
        initial=params_text(dict(chosen.params)),
        most=300,
        optional=True,
    )
    if audit_entries:
        yield kit.divider()
        yield kit.context("*Lately*")
    for entry in audit_entries:
        yield kit.context(f"<@{entry.actor}> {_ACTION_WORDS.get(entry.action, entry.action)}", words.moment(entry.at))
