"""Keep what was filled in while its field is not shown: a choice hides it, and the choice before brings it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from blocks.digests import form_fields as fields
from blocks.digests.form_fields import Filled

_PICKS = 10  # more of them do not fit into a view's metadata (Slack: 3,000 characters)
# The fields that a choice hides, by their names in `Filled` and in the form.
_FIELDS = {
    "channel": fields.CHANNEL,
    "status": fields.STATUS,
    "words": fields.WORDS,
    "picked": fields.PICKS,
    "day": fields.DAY,
    "days": fields.DAYS,
    "cron": fields.CRON,
    "times": fields.TIMES,
}


@dataclass(frozen=True, slots=True)
class Hidden:
    """The values of fields that are not shown. Empty: there is none."""

    channel: str = ""
    status: str = ""
    words: str = ""
    picked: dict[str, str] = field(default_factory=dict)
    day: str = ""
    days: tuple[str, ...] = ()
    cron: str = ""
    times: str = ""


def hidden(chosen: Filled) -> Hidden:
    """Return what the form would lose, since it does not show the field for what is chosen."""
    names = {name for name, one in _FIELDS.items() if one not in _shown(chosen)}
    kept: dict[str, Any] = {name: getattr(chosen, name) for name in names if getattr(chosen, name)}  # Any: see `Hidden`
    if len(chosen.picked) > _PICKS:
        kept.pop("picked", None)
    return Hidden(**kept)


def with_hidden(chosen: Filled, kept: Hidden, shown: Mapping[str, object]) -> Filled:
    """Return the form with what was kept for the fields that are not among those `shown`."""
    lacking = {name: getattr(kept, name) for name, one in _FIELDS.items() if one not in shown and getattr(kept, name)}
    return replace(chosen, **lacking)


def _shown(chosen: Filled) -> set[str]:
    kinds = {"filter": {fields.STATUS, fields.WORDS}, "these": {fields.PICKS}}
    times = {"cron": {fields.CRON}, "weekly": {fields.TIMES, fields.DAY}, "days": {fields.TIMES, fields.DAYS}}
    place = {fields.CHANNEL} if chosen.place == "channel" else set()
    return place | kinds.get(chosen.kind, set()) | times.get(chosen.often, {fields.TIMES})
