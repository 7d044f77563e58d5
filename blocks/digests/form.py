"""Build the form for a digest: a few fields with defaults, more on demand, each with what follows from it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time

from blocks import inputs, kit, words
from blocks.digests import form_fields as fields
from blocks.digests import time_zones
from blocks.digests.form_fields import LABELS, Filled, Known
from blocks.digests.form_notes import REPLACE
from blocks.digests.listed import is_paused, state
from blocks.digests.where import where
from blocks.kit import Block
from bot.digests.digest import Digest

SAVE = "digest.save"
MORE, PREVIEW, JOIN = "digest.more", "digest.preview", "digest.join"
SEND, SEND_SAVED = "digest.send", "digest.send_saved"
NEW, EDIT = "New digest", "Edit digest"
_SHOWN = 5  # times, unless its last day comes before


def form(filled: Filled, known: Known, metadata: str, statuses: Sequence[str], *, new: bool) -> Block:
    """Build the form. What is filled in stays when it is shown again, because each field keeps its name."""
    rows = [*_where(filled, known), *_what(filled, known, statuses), *_when(filled, known)]
    rows += [*(_more(filled) if filled.more else ()), kit.divider()]
    rows += [*((kit.section(known.note),) if known.note else ()), _buttons(filled, new=new)]
    submit = REPLACE if known.over else "Save"  # Slack shows this button whatever part of the form is visible
    return inputs.form(NEW if new else EDIT, SAVE, rows, submit=submit, metadata=metadata)


def saved(
    digest: Digest, times: Sequence[str], now: datetime, metadata: str, *, reader: str = "", new: bool = False
) -> Block:
    """Build the modal shown after saving, to `reader`. `times` are the next times in words."""
    told = f"*{words.literal(digest.name, 100)}* is saved, for {where(digest.channel_id, reader)}."
    paused = (f"Nothing goes out yet: it is {state(digest, now)}.",) if is_paused(digest, now) else ()
    introduced = "In a minute, a message there says who made it, what comes and how to stop it."
    rows = [kit.section("\n".join((told, *paused))), kit.section(_listed(times))]
    if not digest.is_direct:
        rows.append(kit.context(introduced if new else "The channel is not notified."))
    rows.append(kit.actions(kit.button("Send now", SEND_SAVED, value=digest.id)))
    return {**kit.modal("Saved", rows, close="Done"), "private_metadata": metadata}


def _where(filled: Filled, known: Known) -> Iterator[Block]:
    yield inputs.text(fields.NAME, LABELS[fields.NAME], most=60, initial=filled.name)
    if known.over:
        yield kit.section(known.over)
    whose = "its owner" if known.other else "me"
    places = {"channel": "In a channel", "me": f"Just for {whose}, in messages with this app"}
    yield inputs.with_dispatch(inputs.choice(fields.PLACE, LABELS[fields.PLACE], places, filled.place))
    if filled.place == "channel":
        yield inputs.with_dispatch(inputs.channel(fields.CHANNEL, LABELS[fields.CHANNEL], filled.channel))
        if known.cannot_post:
            yield kit.section(f"⚠️ {known.cannot_post}")
        if known.may_join:
            yield kit.actions(kit.button("Join the channel", JOIN, style="primary"))
    for one in known.there:
        yield kit.context(f"⚠️ {one}")


def _what(filled: Filled, known: Known, statuses: Sequence[str]) -> Iterator[Block]:
    yield inputs.with_dispatch(inputs.choice(fields.KIND, LABELS[fields.KIND], fields.KINDS, filled.kind))
    if filled.kind == "filter":
        named = {one: words.sentence_case(one) for one in (*statuses, filled.status) if one != fields.ANY}
        offered = {fields.ANY: "Any", **named}
        yield inputs.with_dispatch(inputs.select(fields.STATUS, LABELS[fields.STATUS], offered, filled.status))
        hint = "A campaign’s name has to have all of them. Press Enter to see how many match."
        made = inputs.text(fields.WORDS, LABELS[fields.WORDS], most=100, optional=True, initial=filled.words, hint=hint)
        yield inputs.with_dispatch(made)
    if filled.kind == "these":
        # *Add to a digest* goes beyond what the form takes, and Slack refuses a field that has more than its most.
        place, most = "Type a part of a name", max(fields.MOST_PICKS, len(filled.picked))
        picks = inputs.searches(fields.PICKS, LABELS[fields.PICKS], filled.picked, most=most, placeholder=place)
        yield inputs.with_dispatch(picks)
    if known.matches:
        yield kit.context(known.matches)


def _when(filled: Filled, known: Known) -> Iterator[Block]:
    yield inputs.with_dispatch(inputs.select(fields.OFTEN, LABELS[fields.OFTEN], fields.OFTENS, filled.often))
    if filled.often == "weekly":
        yield inputs.with_dispatch(inputs.select(fields.DAY, LABELS[fields.DAY], fields.WEEK, filled.day))
    if filled.often == "days":
        yield inputs.with_dispatch(
            inputs.checks(fields.DAYS, LABELS[fields.DAYS], fields.WEEK, filled.days, optional=False)
        )
    yield inputs.with_dispatch(_cron(filled) if filled.often == "cron" else _times(filled))
    chosen = {filled.zone: time_zones.label(filled.zone)} if filled.zone else {}
    place = "Type a city, or EST or Pacific"
    yield inputs.with_dispatch(inputs.search(fields.ZONE, LABELS[fields.ZONE], chosen, placeholder=place))
    if known.wrong:
        yield kit.section(f"⚠️ {words.escape(known.wrong)}")
    else:
        yield kit.context(_listed(known.times))


def _times(filled: Filled) -> Block:
    some = ", ".join(words.plain_time(time(*at)) for at in ((9, 0), (16, 30)))
    hint = f"Separate them with commas: {some}. Press Enter to see when the next ones are."
    return inputs.text(fields.TIMES, LABELS[fields.TIMES], most=100, initial=filled.times, hint=hint)


def _cron(filled: Filled) -> Block:
    at = words.plain_time(time(9))
    hint = f"Five fields: 0 9 1 * * is {at} on the first of each month. Press Enter to see when the next ones are."
    return inputs.text(fields.CRON, LABELS[fields.CRON], most=100, initial=filled.cron, hint=hint)


def _more(filled: Filled) -> Iterator[Block]:
    yield inputs.with_dispatch(inputs.date(fields.STARTS, LABELS[fields.STARTS], filled.starts))
    yield inputs.with_dispatch(inputs.date(fields.ENDS, LABELS[fields.ENDS], filled.ends))
    yield inputs.choice(fields.LENGTH, LABELS[fields.LENGTH], fields.LENGTHS, filled.length)
    yield inputs.checks(fields.OPTIONS, LABELS[fields.OPTIONS], fields.EXTRAS, filled.options)
    hint = "Can do with it what you can, and takes it over if your account is closed."
    yield inputs.person(fields.BACKUP, LABELS[fields.BACKUP], filled.backup, hint=hint)


def _buttons(filled: Filled, *, new: bool) -> Block:
    more = () if filled.more else (kit.button("More options", MORE),)
    send = () if new else (kit.button("Send now", SEND),)  # a new digest can be sent once it is saved
    return kit.actions(kit.button("Preview", PREVIEW), *more, *send)


def _listed(times: Sequence[str]) -> str:
    """List the next times. When its last day comes before a fifth, these are all."""
    if not times:
        return "It will never go out."
    title = "The next five times:" if len(times) == _SHOWN else "Until its last day:"
    return "\n".join((f"*{title}*", *(words.escape(time) for time in times)))
