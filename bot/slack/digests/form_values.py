"""Convert the form to a digest and back, and say which field is wrong."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time
from typing import cast, get_args

from pydantic import TypeAdapter
from pydantic_core import to_json

from blocks import words
from blocks.campaigns import search as campaign_search
from blocks.digests import form_fields
from blocks.digests.form_fields import Filled, Kind, Often
from bot.digests.digest import CampaignFilter, Digest, Limits, is_person
from bot.digests.timetable import is_zone
from bot.errors import OldButton
from bot.slack.context.interaction import Interaction
from bot.slack.digests.form_times import often, timetable
from bot.slack.digests.hidden_fields import Hidden
from bot.slack.reply.payload import Payload, part, parts, text
from bot.slack.surfaces import home_tab
from bot.slack.surfaces.form_submission import WrongField, filled_in, need_no_secret, value, values
from bot.slack.surfaces.modal_state import ModalState

MORNING = "Morning digest"
ACTIVE = "active"
_MONDAY, _WEEKDAYS = "1", ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class Editing:
    """What the modal of a digest carries from where it is opened to where it is submitted."""

    origin: ModalState  # where it was opened
    digest: str  # its id; a new digest has one from the start, so that saving it again after a late answer adds none
    new: bool = False  # not saved yet when the form was opened
    # `changed_at` of what the person saw; None for a new digest, or in a modal of an older version
    opened: datetime | None = None
    over: str | None = None  # who made the change that saving replaces; empty if unknown, None if there is none
    owner: str = ""  # who owns it; empty: the person who fills in the form
    hidden: Hidden = field(default_factory=Hidden)  # what was filled in where no field is shown now
    looked: str = ""  # `Known.of` of what the form shows; empty while something is not known
    told: tuple[str, ...] = ()  # marks of the warnings that it shows
    typed: str = ""  # in a preview: what was filled in, or the part of it that the button has no room for

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
    """Return the interaction with the workspace and channel where its modal was opened; before the ack.

    Outside a modal, return it unchanged. Raise OldButton, NotInstalled, StoreUnavailable.
    """
    if not interaction.is_in_modal:
        return interaction
    origin = Editing.read(interaction.metadata).origin
    return replace(await origin.switch_to_workspace(interaction, interaction.started), channel=origin.channel)


def named(interaction: Interaction, name: str) -> Interaction:
    """Return the interaction with a name for the log.

    On the App Home, which has no conversation, notices are shown on the App Home itself.
    """
    at_home = interaction.view.get("type") == "home"
    return (home_tab.at_home(interaction) if at_home else interaction).named(name)


def blank(channel: str | None, zone: str, *, direct: bool = False) -> Filled:
    """Return the form of a new digest: all active campaigns, weekdays at nine.

    `zone` is the person's time zone; UTC is used when it is empty or unknown. `direct`: opened in a direct message.
    """
    known = zone if is_zone(zone) else "UTC"
    at = words.plain_time(time(9))
    return Filled(MORNING, channel, known, "me" if direct else "channel", status=ACTIVE, times=at)


def filled(digest: Digest, names: dict[str, str]) -> Filled:
    """Return the form of a saved digest. `names` are the known names of campaigns, by id."""
    choice, times, kind = digest.choice, digest.timetable, _kind(digest.choice)
    made = Filled(
        name=digest.name,
        channel=None if digest.is_direct else digest.channel_id,
        zone=times.zone,
        place="me" if digest.is_direct else "channel",
        kind=kind,
        # Who chooses by status begins with the active ones, as in a new form.
        status=choice.status or (form_fields.ANY if kind == "filter" else ACTIVE),
        words=choice.words,
        picked={one: words.clean(names.get(one, ""), 60) or f"Campaign {one[:8]}" for one in choice.ids},
        often=often(times),
        day=str(min(times.days, default=1)),
        days=tuple(str(day) for day in sorted(times.days)),
        times=", ".join(words.plain_time(time.fromisoformat(at)) for at in times.times),
        cron=times.cron or "",
        starts=times.starts.isoformat() if times.starts else None,
        ends=times.ends.isoformat() if times.ends else None,
        length=digest.length,
        options=(
            *((form_fields.SKIP,) if digest.skip_unchanged else ()),
            *((form_fields.THREAD,) if digest.threaded else ()),
        ),
        backup=digest.backup_id,
    )
    plain = replace(made, starts=None, ends=None, length="full", options=(), backup=None)
    return replace(made, more=made != plain)


def read(view: Payload) -> Filled:
    """Return what is filled in, right or wrong. A field that is not shown has its initial value."""
    kind, shown = value(view, form_fields.KIND), filled_in(view)
    how_often, cron = value(view, form_fields.OFTEN), _text(view, form_fields.CRON)
    return Filled(
        name=_text(view, form_fields.NAME),
        channel=value(view, form_fields.CHANNEL),
        zone=value(view, form_fields.ZONE) or "",
        place="me" if value(view, form_fields.PLACE) == "me" else "channel",
        kind=cast("Kind", kind if kind in get_args(Kind) else "active"),
        status=value(view, form_fields.STATUS) or (form_fields.ANY if form_fields.STATUS in shown else ACTIVE),
        words=_text(view, form_fields.WORDS),
        picked=_picked(view),
        # A form of the version before has days, times and cron at once.
        often=cast("Often", how_often if how_often in get_args(Often) else "cron" if cron.strip() else "days"),
        day=day if (day := value(view, form_fields.DAY)) in form_fields.WEEK else _MONDAY,
        days=_days(view),
        times=_text(view, form_fields.TIMES),
        more=form_fields.STARTS in shown,
        cron=cron,
        starts=value(view, form_fields.STARTS),
        ends=value(view, form_fields.ENDS),
        length=value(view, form_fields.LENGTH) or "full",
        options=tuple(values(view, form_fields.OPTIONS)),
        backup=value(view, form_fields.BACKUP),
    )


def changed(base: Digest, chosen: Filled, limits: Limits, now: datetime) -> Digest:
    """Return `base` with what was filled in. Raise WrongField."""
    need_no_secret(form_fields.NAME, chosen.name)
    name = words.clean(chosen.name, 60)
    if not name:
        raise WrongField(form_fields.NAME, "Give it a name.")
    return replace(
        base,
        name=name,
        channel_id=place(base, chosen),
        timetable=timetable(chosen, limits, now),
        choice=choice(chosen, limits),
        backup_id=chosen.backup if chosen.backup != base.owner_id else None,
        skip_unchanged=form_fields.SKIP in chosen.options,
        length="condensed" if chosen.length == "condensed" else "full",
        threaded=form_fields.THREAD in chosen.options,
    )


def place(base: Digest, chosen: Filled) -> str:
    """Return where the digest goes: a channel's id, or its owner's for their own messages. Raise WrongField."""
    if chosen.place == "me":
        return base.channel_id if base.is_direct else base.owner_id
    if not chosen.channel or is_person(chosen.channel):  # a digest never goes to somebody else's messages
        raise WrongField(form_fields.CHANNEL, "Choose a channel.")
    return chosen.channel


def choice(chosen: Filled, limits: Limits) -> CampaignFilter:
    """Return which campaigns were chosen. Raise WrongField."""
    if chosen.kind == "active":
        return CampaignFilter(status=ACTIVE)
    if chosen.kind == "filter":
        status, typed = (
            (None if chosen.status == form_fields.ANY else chosen.status),
            words.one_line(chosen.words)[:100],
        )
        need_no_secret(form_fields.WORDS, typed)
        if not status and not typed:
            raise WrongField(form_fields.WORDS, "Choose a status, or type words that are in the names.")
        return CampaignFilter(status=status, words=typed)
    if not chosen.picked:
        raise WrongField(form_fields.PICKS, "Pick at least one campaign.")
    if len(chosen.picked) > limits.campaigns:
        raise WrongField(form_fields.PICKS, f"A digest holds {words.number(limits.campaigns)} campaigns at most.")
    return CampaignFilter(ids=tuple(chosen.picked))


def _days(view: Payload) -> tuple[str, ...]:
    """Return the days that are ticked; Monday to Friday while they are not shown."""
    if form_fields.DAYS not in filled_in(view):
        return _WEEKDAYS
    return tuple(one for one in values(view, form_fields.DAYS) if one in form_fields.WEEK)


def _kind(of: CampaignFilter) -> Kind:
    if of.ids:
        return "these"
    return "active" if of == CampaignFilter(status=ACTIVE) else "filter"


def _picked(view: Payload) -> dict[str, str]:
    held = part(part(filled_in(view).get(form_fields.PICKS)).get("value"))
    named = {
        text(one.get("value")): text(part(one.get("text")).get("text")) for one in parts(held.get("selected_options"))
    }
    return {id_: name for id_, name in named.items() if id_ not in ("", campaign_search.NOTHING)}


def _text(view: Payload, name: str) -> str:
    return value(view, name) or ""


_EDITING = TypeAdapter(Editing)
