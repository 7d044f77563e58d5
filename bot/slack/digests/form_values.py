"""Convert the form to a digest and back, and say which field is wrong."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from typing import cast, get_args

from pydantic import TypeAdapter
from pydantic_core import to_json

from blocks import words
from blocks.campaigns import search as campaign_search
from blocks.digests import form as digest_form
from blocks.digests.form import Filled, Kind
from bot.digests.digest import CampaignFilter, Digest, Limits
from bot.digests.timetable import Timetable, is_zone, times_a_day
from bot.digests.timetable_typed import read_cron, read_times
from bot.errors import OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.reply.payload import Payload
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import WrongField, value
from bot.slack.surfaces.modal_state import ModalState

MORNING = "Morning digest"
ACTIVE = "active"
_DAYS = "1234567"


@dataclass(frozen=True, slots=True)
class Editing:
    """What the modal of a digest carries from where it is opened to where it is submitted."""

    origin: ModalState  # where it was opened
    digest: str  # its id; a new digest has one from the start, so that saving it again after a late answer adds none
    new: bool = False  # not saved yet when the form was opened
    # `changed_at` of what the person saw; None for a new digest, or in a modal of an older version
    opened: datetime | None = None
    over: str | None = None  # who made the change that saving replaces; empty if unknown, None if there is none

    def text(self) -> str:
        """Return it as text for a view's `private_metadata` (Slack: 3,000 characters)."""
        return to_json(asdict(self)).decode()

    @staticmethod
    def read(text: str) -> "Editing":
        """Read what `text` returned. Raise OldButton for any other text."""
        try:
            return _EDITING.validate_json(text, strict=True)
        except ValueError as error:
            raise OldButton from error


async def opened_in(interaction: Interaction) -> Interaction:
    """Return the interaction with the workspace and channel where its modal was opened.

    Outside a modal, return it unchanged. Raise OldButton, NotInstalled, StoreUnavailable.
    """
    if not interaction.is_in_modal:
        return interaction
    origin = Editing.read(interaction.view.get("private_metadata") or "").origin
    return replace(await origin.switch_to_workspace(interaction), channel=origin.channel)


def named(interaction: Interaction, name: str) -> Interaction:
    """Return the interaction with a name for the log.

    On the App Home, which has no conversation, notices are shown on the App Home itself.
    """
    at_home = interaction.view.get("type") == "home"
    return (home_tab.at_home(interaction) if at_home else interaction).named(name)


def blank(channel: str | None, zone: str) -> Filled:
    """Return the form of a new digest: all active campaigns, weekdays at nine.

    `zone` is the person's time zone; UTC is used when it is empty or unknown.
    """
    return Filled(MORNING, channel, zone if is_zone(zone) else "UTC", times=words.plain_time(time(9)))


def filled(digest: Digest, names: dict[str, str]) -> Filled:
    """Return the form of a saved digest. `names` are the known names of campaigns, by id."""
    choice, times = digest.choice, digest.timetable
    made = Filled(
        name=digest.name,
        channel=digest.channel_id,
        zone=times.zone,
        kind=_kind(choice),
        status=choice.status or digest_form.ANY,
        words=choice.words,
        picked={one: words.clean(names.get(one, ""), 60) or f"Campaign {one[:8]}" for one in choice.ids},
        days=tuple(str(day) for day in sorted(times.days)),
        times=", ".join(words.plain_time(time.fromisoformat(at)) for at in times.times),
        cron=times.cron or "",
        starts=times.starts.isoformat() if times.starts else None,
        ends=times.ends.isoformat() if times.ends else None,
        length=digest.length,
        options=(
            *((digest_form.SKIP,) if digest.skip_unchanged else ()),
            *((digest_form.THREAD,) if digest.threaded else ()),
        ),
        backup=digest.backup_id,
    )
    plain = replace(made, cron="", starts=None, ends=None, length="full", options=(), backup=None)
    return replace(made, more=made != plain)


def read(view: Payload) -> Filled:
    """Return what is filled in, right or wrong. A field that is not shown has its initial value."""
    kind, shown = value(view, digest_form.KIND), view["state"]["values"]
    return Filled(
        name=_text(view, digest_form.NAME),
        channel=value(view, digest_form.CHANNEL),
        zone=value(view, digest_form.ZONE) or "",
        kind=cast("Kind", kind if kind in get_args(Kind) else "active"),
        status=value(view, digest_form.STATUS) or (digest_form.ANY if digest_form.STATUS in shown else ACTIVE),
        words=_text(view, digest_form.WORDS),
        picked=_picked(view),
        days=tuple(one for one in value(view, digest_form.DAYS) or () if one in _DAYS),
        times=_text(view, digest_form.TIMES),
        more=digest_form.CRON in shown,
        cron=_text(view, digest_form.CRON),
        starts=value(view, digest_form.STARTS),
        ends=value(view, digest_form.ENDS),
        length=value(view, digest_form.LENGTH) or "full",
        options=tuple(value(view, digest_form.OPTIONS) or ()),
        backup=value(view, digest_form.BACKUP),
    )


def changed(base: Digest, chosen: Filled, limits: Limits, now: datetime) -> Digest:
    """Return `base` with what was filled in. Raise WrongField."""
    name = words.clean(chosen.name, 60)
    if not name:
        raise WrongField(digest_form.NAME, "Give it a name.")
    if not chosen.channel:
        raise WrongField(digest_form.CHANNEL, "Choose a channel.")
    return replace(
        base,
        name=name,
        channel_id=chosen.channel,
        timetable=timetable(chosen, limits, now),
        choice=choice(chosen, limits),
        backup_id=chosen.backup if chosen.backup != base.owner_id else None,
        skip_unchanged=digest_form.SKIP in chosen.options,
        length="condensed" if chosen.length == "condensed" else "full",
        threaded=digest_form.THREAD in chosen.options,
    )


def choice(chosen: Filled, limits: Limits) -> CampaignFilter:
    """Return which campaigns were chosen. Raise WrongField."""
    if chosen.kind == "active":
        return CampaignFilter(status=ACTIVE)
    if chosen.kind == "filter":
        status, typed = (
            (None if chosen.status == digest_form.ANY else chosen.status),
            words.one_line(chosen.words)[:100],
        )
        if not status and not typed:
            raise WrongField(digest_form.WORDS, "Choose a status, or type words that are in the names.")
        return CampaignFilter(status=status, words=typed)
    if not chosen.picked:
        raise WrongField(digest_form.PICKS, "Pick at least one campaign.")
    if len(chosen.picked) > limits.campaigns:
        raise WrongField(digest_form.PICKS, f"A digest holds {words.number(limits.campaigns)} campaigns at most.")
    return CampaignFilter(ids=tuple(chosen.picked))


def timetable(chosen: Filled, limits: Limits, now: datetime) -> Timetable:
    """Return when the digest is due. Raise WrongField."""
    if not is_zone(chosen.zone):
        raise WrongField(digest_form.ZONE, "Choose a time zone: type a city, such as New York.")
    made = replace(_times(chosen), starts=_day(chosen.starts), ends=_day(chosen.ends))
    if made.starts and made.ends and made.ends < made.starts:
        raise WrongField(digest_form.ENDS, "The last day is before the first day.")
    at = digest_form.CRON if made.cron else digest_form.TIMES
    if times_a_day(made) > limits.times:
        raise WrongField(at, f"That is too often: {words.amount(limits.times, 'time')} a day at most.")
    if next(made.after(now), None) is None:
        raise WrongField(
            digest_form.ENDS if made.ends else at, "It would never go out: those days have passed, or never come."
        )
    return made


def _times(chosen: Filled) -> Timetable:
    if chosen.cron.strip():
        try:
            return Timetable(chosen.zone, cron=read_cron(chosen.cron))
        except ValueError as error:
            raise WrongField(digest_form.CRON, str(error)) from error
    if not chosen.days:
        raise WrongField(digest_form.DAYS, "Choose at least one day.")
    try:
        return Timetable(chosen.zone, frozenset(map(int, chosen.days)), read_times(chosen.times))
    except ValueError as error:
        raise WrongField(digest_form.TIMES, str(error)) from error


def _kind(of: CampaignFilter) -> Kind:
    if of.ids:
        return "these"
    return "active" if of == CampaignFilter(status=ACTIVE) else "filter"


def _picked(view: Payload) -> dict[str, str]:
    held = (view["state"]["values"].get(digest_form.PICKS) or {}).get("value") or {}
    options = held.get("selected_options") or ()
    return {one["value"]: one["text"]["text"] for one in options if one["value"] != campaign_search.NOTHING}


def _text(view: Payload, name: str) -> str:
    return str(value(view, name) or "")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_EDITING = TypeAdapter(Editing)
