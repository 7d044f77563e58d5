"""Build the form with a workspace's settings: who is a manager, who sees answers, and how cards look."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from blocks import inputs, kit, words
from blocks.card_options import SECTIONS
from blocks.kit import Block
from blocks.workspace import recent_changes
from bot.records import AuditEntry, Preferences, Profile

SAVE = "settings.save"
TITLE = "Campaign settings"
MANAGERS, AUDIENCE, SHOWN, AGENTS = "managers", "audience", "shown", "agents"
SHARED, OUTSIDERS, PREVIEWS, LINK, PARAMS = "shared", "outsiders", "previews", "link", "params"
READINGS = "readings"
OPENS_LIST = "list"  # the value of the choice against a form of links; the other choice has the form as its value
_AUDIENCES = {"private": "Only the person who asked, until they share it", "channel": "Everybody in the conversation"}
_AGENTS = {
    "managers": "Managers see the names, everybody else only how many there are",
    "nobody": "Nobody sees the names, only how many there are",
}
_SHARED = {"short": "A short card: no agents, routing or phone digits", "none": "No cards at all"}
_OUTSIDERS = {
    "short": "They get short cards when they press a button or post a link",
    "nothing": "They get nothing: only your own people can use the app",
}
_REACH = (
    "Either way they read what is posted in the channel: short cards, lists, previews and digests. They never see "
    "agents, routing or phone digits, cannot search or change digests and settings, and a mention of theirs is not "
    "answered."
)
_PREVIEWS = {"yes": "Links to campaigns get a preview", "no": "No previews"}
_READINGS = {
    "yes": "The app keeps an eye on campaigns and says which need a person",
    "no": "The app reads campaigns only for digests, and when somebody asks",
}
_KEPT = (
    "For that, the app reads your list of campaigns regularly and keeps names, statuses, dates, counts and what is "
    "wrong with transfers: nothing about single customers. Turning this off deletes all of that at once."
)
_MUTE = "Anybody can turn them off in a channel by typing the command followed by mute."

# When a change counts, by what was changed.
_COUNTS = {
    "managers": "Changes to managers apply right away.",
    "audience": "Who sees answers changes with the next command.",
    "hidden": "New cards look like this. A card that was already posted changes when somebody refreshes it.",
    "agents": "Who sees agents’ names changes the next time somebody opens *Details*.",
    "shared_channels": "Shared channels follow this from the next card, preview or digest on.",
    "outsiders": "For people from another company, this applies the next time they press a button, ask or post a link.",
    "previews": "Previews change with the next link. Those already posted stay.",
    "params": "careCycle gets these names with the next request.",
}
_ON = (
    "From now on, the app reads your campaigns regularly. It says what clearly needs a person soon, and "
    "what is unusual for a campaign after a few days."
)
_OFF = "The app does not read your campaigns regularly anymore. What its readings had kept is deleted."
_TRIAL = (
    "When somebody pastes a link to another campaign, the two are compared once. If they differ, this is undone "
    "automatically and listed under *Recent changes* in these settings."
)


def form(
    profile: Profile,
    audit_entries: Sequence[AuditEntry],
    metadata: str,
    now: datetime | None = None,
    *,
    offered: str = "",
) -> Block:
    """Build the form with the current settings. `audit_entries` are the latest entries of the audit trail.

    `offered` is a form that pasted links to campaigns have, for a manager to accept; empty: none.
    `now` is as in `words.plain_day`.
    """
    return inputs.form(TITLE, SAVE, list(_rows(profile, audit_entries, offered, now)), submit="Save", metadata=metadata)


def saved(changed: Collection[str], now: Preferences) -> Block:
    """Build the modal shown after saving, which says when what was changed counts.

    `changed` holds names of preferences, and `managers`; `now` is what counts now.
    """
    lines = [said for name, said in _COUNTS.items() if name in changed]
    if "readings" in changed:
        lines.append(_ON if now.readings else _OFF)
    if "campaign_link" in changed:
        lines.append(_link_saved(now))
    if not changed:
        lines.append("Nothing was changed.")
    return kit.modal(TITLE, [kit.section(f"*Saved.* {' '.join(lines[:1])}"), *map(kit.section, lines[1:])])


def _link_saved(now: Preferences) -> str:
    if not now.campaign_link:
        return "Buttons open careCycle’s list of campaigns, from the next card on."
    opens = f"*Open in careCycle* opens {_address(now.campaign_link)} from the next card on."
    return opens if now.link_tried else f"{opens} {_TRIAL}"


def _address(form: str) -> str:
    return f"`{words.escape(form)}`"


def params_text(params: "dict[str, str]") -> str:
    """Format query parameters as the form takes them: `limit=pageSize, search=q`."""
    return ", ".join(f"{name}={sent_as}" for name, sent_as in sorted(params.items()))


def _rows(profile: Profile, audit_entries: Sequence[AuditEntry], offered: str, now: datetime | None) -> Iterator[Block]:
    chosen = profile.preferences
    yield inputs.people(
        MANAGERS,
        "Managers",
        chosen=sorted(profile.managers),
        hint="They can connect careCycle and change these settings. Admins and owners of the workspace always can.",
    )
    yield inputs.choice(AUDIENCE, "Who sees the answer to a command", _AUDIENCES, chosen.audience)
    shown = [name for name in SECTIONS if name not in chosen.hidden]
    yield inputs.checks(SHOWN, "A card also shows", SECTIONS, shown)
    yield inputs.choice(AGENTS, "Who sees agents’ names when they open Details", _AGENTS, chosen.agents)
    yield inputs.choice(SHARED, "In channels shared with another company", _SHARED, chosen.shared_channels)
    yield inputs.choice(OUTSIDERS, "People from another company there", _OUTSIDERS, chosen.outsiders, hint=_REACH)
    previews = "yes" if chosen.previews else "no"
    yield inputs.choice(PREVIEWS, "Links to careCycle", _PREVIEWS, previews, hint=_MUTE)
    readings = "yes" if chosen.readings else "no"
    yield inputs.choice(READINGS, "Campaigns that need a person", _READINGS, readings, hint=_KEPT)
    yield from _link(chosen.campaign_link, offered)
    yield inputs.text(
        PARAMS,
        "Names of careCycle’s query parameters",
        hint="Leave this empty unless the person who set up this app tells you what to write.",
        placeholder="limit=pageSize, search=q",
        initial=params_text(dict(chosen.params)),
        most=300,
        optional=True,
    )
    if audit_entries:
        yield kit.divider()
        yield kit.context("*Recent changes*")
    for entry in audit_entries:
        yield kit.context(recent_changes.sentence(entry), words.moment(entry.at, now))


def _link(accepted: str, offered: str) -> Iterator[Block]:
    """Yield the row to accept a form of links, or to undo that; nothing while no form is known."""
    if accepted:
        label = f"Open in careCycle opens {accepted}. A manager accepted that from a link that somebody pasted."
        yield inputs.choice(LINK, label, {accepted: "Keep it", OPENS_LIST: "Undo: open careCycle’s list"}, accepted)
    elif offered:
        label = f"Links to campaigns look like {offered}. Use this for Open in careCycle?"
        yield inputs.choice(LINK, label, {OPENS_LIST: "No, open careCycle’s list", offered: "Yes, use it"}, OPENS_LIST)
