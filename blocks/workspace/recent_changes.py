"""Say in one sentence what an entry of the audit trail is about."""

from bot.records import APP, OPERATOR, AuditEntry

BY_PEOPLE = {
    "connected": "connected careCycle",
    "replaced": "replaced the careCycle key",
    "disconnected": "disconnected careCycle",
    "asked to connect": "asked a manager to connect careCycle",
    "shared": "shared a card",
    "took back": "took back something that was shared",
    "changed settings": "changed these settings",
    "muted": "turned previews off in a channel",
    "unmuted": "turned previews back on in a channel",
    "quieted problems": "asked digests to be quiet about problems for a while",
    "lifted a quiet": "ended quiet for a problem",
    "digest made": "made a digest",
    "digest changed": "changed a digest",
    "digest deleted": "deleted a digest",
    "digest restored": "brought a deleted digest back",
    "digest paused": "paused a digest",
    "digest resumed": "resumed a digest",
    "digest handed over": "gave a digest to another owner",
    "digest sent now": "had a digest sent right away",
    "digest sent again": "had a digest sent again",
    "digest confirmed": "said that a digest had arrived",
    "digest csv requested": "asked for a digest’s campaigns as a CSV file",
}
BY_THE_APP = {
    "digest paused": "This app paused a digest that it could not send",
    "digest resumed": "This app resumed a digest that it can send again",
    "digest handed over": "This app gave a digest to another owner, because its owner had left",
}


def sentence(entry: AuditEntry) -> str:
    """Say who did what."""
    if entry.actor != APP:
        who = "The person who runs this app" if entry.actor == OPERATOR else f"<@{entry.actor}>"
        return f"{who} {BY_PEOPLE.get(entry.action, entry.action)}"
    if entry.action in BY_THE_APP:
        return BY_THE_APP[entry.action]
    if "campaign_link" in _changed(entry):
        return "This app opens careCycle’s list again: a link to another campaign did not look like the accepted one"
    return "This app compared the accepted link with one to another campaign: it fits"


def _changed(entry: AuditEntry) -> list[object]:
    changed = entry.details.get("changed")
    return changed if isinstance(changed, list) else []
