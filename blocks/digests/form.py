"""Build the form for a digest: a few fields with defaults, more on demand, and an outlook on its deliveries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal

from blocks import inputs, kit, notices, words
from blocks.digests.listed import is_paused, state
from blocks.kit import Block
from bot.digests.digest import Digest
from bot.errors import BotError

SAVE = "digest.save"
FIELD = "digest_field."  # every field's name begins with it
NAME, CHANNEL, KIND, STATUS, WORDS = (f"{FIELD}{one}" for one in ("name", "channel", "kind", "status", "words"))
PICKS, DAYS, TIMES, ZONE, CRON = (f"{FIELD}{one}" for one in ("picks", "days", "times", "zone", "cron"))
STARTS, ENDS, LENGTH, OPTIONS, BACKUP = (f"{FIELD}{one}" for one in ("starts", "ends", "length", "options", "backup"))
MORE, PREVIEW, SEND, SEND_SAVED = "digest.more", "digest.preview", "digest.send", "digest.send_saved"
NEW, EDIT, REPLACE = "New digest", "Edit digest", "Replace"
ANY = "any"  # the status option for all campaigns; Slack takes no empty value
SKIP, THREAD = "skip", "thread"
MOST_PICKS = 100  # for more campaigns, use a filter
LABELS = {
    NAME: "Name",
    CHANNEL: "Channel",
    KIND: "Campaigns",
    STATUS: "Status",
    WORDS: "Words in the name",
    PICKS: "Which campaigns",
    DAYS: "Days",
    TIMES: "Times",
    ZONE: "Time zone",
    CRON: "Cron, instead of days and times",
    STARTS: "First day",
    ENDS: "Last day",
    LENGTH: "How much",
    OPTIONS: "And",
    BACKUP: "Backup owner",
}
Kind = Literal["active", "filter", "these"]
_KINDS: dict[str, str] = {"active": "All active ones", "filter": "By status or words", "these": "These campaigns"}
_DAYS = {
    "1": "Monday",
    "2": "Tuesday",
    "3": "Wednesday",
    "4": "Thursday",
    "5": "Friday",
    "6": "Saturday",
    "7": "Sunday",
}
_LENGTHS = {"full": "All numbers, a table and a chart", "condensed": "Totals and what needs a look"}
_OPTIONS = {SKIP: "Skip it when nothing has changed", THREAD: "Details of each campaign in its thread"}
_CANNOT_POST = {
    "direct": "A digest goes to a channel, not to direct messages. Choose a channel.",
    "absent": "This app is not in that channel, so it cannot post there. Type /invite @careCycle there, then save.",
    "archived": "That channel is archived, so nobody can post in it anymore. Choose another.",
    "not_shown": "Managers of this workspace chose not to show campaigns in channels shared with another company.",
    "unsure": "Slack did not say whether this app is in that channel. Try again in a moment.",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as a person has filled it in, valid or not."""

    name: str
    channel: str | None
    zone: str
    kind: Kind = "active"
    status: str = ANY
    words: str = ""
    picked: Mapping[str, str] = field(default_factory=dict)  # campaigns' names by id
    days: tuple[str, ...] = ("1", "2", "3", "4", "5")
    times: str = "9:00 AM"
    more: bool = False  # all fields are shown
    cron: str = ""
    starts: str | None = None  # the first day, `2026-11-24`; None: none is set
    ends: str | None = None  # the last day, likewise
    length: str = "full"
    options: tuple[str, ...] = ()
    backup: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the form shows besides its fields: what would happen if it were saved."""

    times: tuple[str, ...] = ()  # the next times in words (plain text)
    wrong: str = ""  # what is wrong with the times (plain text)
    # How many campaigns match, and what a delivery costs (mrkdwn).
    matches: str = "Asking careCycle how many campaigns match …"
    cannot_post: str = ""  # why the app cannot post in the channel (mrkdwn)
    note: str = ""  # the result of the last button (mrkdwn)
    over: str = ""  # whose change is replaced by saving (mrkdwn)


def form(filled: Filled, known: Known, metadata: str, statuses: Sequence[str], *, new: bool) -> Block:
    """Build the form. What is filled in stays when it is shown again, because each field keeps its name."""
    rows = [*_what(filled, known, statuses), *_when(filled), *(_more(filled) if filled.more else ())]
    rows += [*_outlook(known), _buttons(filled, new=new)]
    submit = REPLACE if known.over else "Save"  # Slack shows this button whatever part of the form is visible
    return inputs.form(NEW if new else EDIT, SAVE, rows, submit=submit, metadata=metadata)


def saved(digest: Digest, times: Sequence[str], now: datetime, metadata: str) -> Block:
    """Build the modal shown after saving. `times` are the next times in words."""
    where = f"*{words.literal(digest.name, 100)}* is saved, for <#{words.literal(digest.channel_id, 64)}>."
    paused = (f"Nothing goes out yet: it is {state(digest, now)}.",) if is_paused(digest, now) else ()
    rows = [kit.section("\n".join((where, *paused))), kit.section(_listed("The next five times:", times))]
    rows += [kit.context("The channel is not notified."), kit.actions(_send(SEND_SAVED, digest.id))]
    return {**kit.modal("Saved", rows, close="Done"), "private_metadata": metadata}


def over(by: str, at: datetime, reader: str, now: datetime) -> str:
    """Say that `by` changed the digest after `reader` opened its form (mrkdwn). `by` is empty when it is not known."""
    whose = "it" if by in ("", reader) else "their change"
    return (
        f"⚠️ {_changed(by, reader, 'this digest')} {words.moment(at, now)}, after you opened this form. "
        f"Nothing you typed is lost; it is all still here. *{REPLACE}* saves it over {whose}. "
        "To see what was saved, press *Cancel*, then *Edit* in the list again."
    )


def sent_over(by: str | None, reader: str) -> str:
    """Say after *Send now* that `by` changed the digest after `reader` opened it (mrkdwn).

    `by` is None when it is not known.
    """
    return f" {_changed(by or '', reader, 'it')} after you opened this form, and that version goes out."


def cannot_post(why: str) -> str:
    """Say why the app cannot post in a channel, and what to do (plain text). Return "" when it can."""
    return _CANNOT_POST.get(why, "")


def matches(campaigns: int, left_out: int, requests: int) -> str:
    """Say how many campaigns match now, and what a delivery costs (mrkdwn)."""
    some = f"{words.amount(campaigns, 'campaign')} {'matches' if campaigns == 1 else 'match'} now"
    beyond = f", {words.number(left_out)} of them over a digest’s limit" if left_out else ""
    return f"{some if campaigns else 'No campaign matches now'}{beyond}  ·  {_cost(requests)}"


def unasked(error: BotError, now: datetime) -> str:
    """Say that the number is not known because careCycle cannot be asked; saving is still possible (mrkdwn)."""
    return f"⚠️ How many campaigns match is not known. {notices.reason(error, now)} You can still save it."


def slow() -> str:
    """Say that the number is not known yet because careCycle is slow (mrkdwn)."""
    return "⚠️ careCycle is slow, so how many campaigns match is not known yet. You can still save it."


def previewed(channel: str, *, direct: bool) -> str:
    """Say where the preview is (mrkdwn). `direct`: in direct messages instead of the channel."""
    if direct:
        return "👀 The preview could not be shown to you in the channel. It is in your direct messages with this app."
    return f"👀 The preview is in <#{words.literal(channel, 64)}>, behind this window. Only you see it."


def _changed(by: str, reader: str, what: str) -> str:
    if not by:
        return f"Somebody changed {what}"
    return (
        f"You changed {what} somewhere else, or saved it a moment ago,"
        if by == reader
        else f"<@{words.literal(by, 64)}> changed {what}"
    )


def _cost(requests: int) -> str:
    return f"{words.amount(requests, 'request')} to careCycle each time"


def _what(filled: Filled, known: Known, statuses: Sequence[str]) -> Iterator[Block]:
    yield inputs.text(NAME, LABELS[NAME], most=60, initial=filled.name)
    if known.over:
        yield kit.section(known.over)
    yield inputs.with_dispatch(inputs.channel(CHANNEL, LABELS[CHANNEL], filled.channel))
    if known.cannot_post:
        yield kit.section(f"⚠️ {known.cannot_post}")
    yield inputs.with_dispatch(inputs.choice(KIND, LABELS[KIND], _KINDS, filled.kind))
    if filled.kind == "filter":
        offered = {ANY: "Any", **{one: words.sentence_case(one) for one in (*statuses, filled.status) if one != ANY}}
        yield inputs.with_dispatch(inputs.select(STATUS, LABELS[STATUS], offered, filled.status))
        hint = "A campaign’s name has to have all of them. Press Enter to see how many match."
        made = inputs.text(WORDS, LABELS[WORDS], most=100, optional=True, initial=filled.words, hint=hint)
        yield inputs.with_dispatch(made)
    if filled.kind == "these":
        place = "Type a part of a name"
        yield inputs.with_dispatch(
            inputs.searches(PICKS, LABELS[PICKS], filled.picked, most=MOST_PICKS, placeholder=place)
        )


def _when(filled: Filled) -> Iterator[Block]:
    yield inputs.with_dispatch(inputs.checks(DAYS, LABELS[DAYS], _DAYS, filled.days))
    some = ", ".join(words.plain_time(time(*at)) for at in ((9, 0), (16, 30)))
    hint = f"Separate them with commas: {some}. Press Enter to see when the next ones are."
    yield inputs.with_dispatch(
        inputs.text(TIMES, LABELS[TIMES], most=100, optional=True, initial=filled.times, hint=hint)
    )
    chosen = {filled.zone: filled.zone} if filled.zone else {}
    yield inputs.with_dispatch(inputs.search(ZONE, LABELS[ZONE], chosen, placeholder="Type a city"))


def _more(filled: Filled) -> Iterator[Block]:
    at = words.plain_time(time(9))
    hint = f"Five fields: 0 9 1 * * is {at} on the first of each month. Press Enter to see when the next ones are."
    yield inputs.with_dispatch(inputs.text(CRON, LABELS[CRON], most=100, optional=True, initial=filled.cron, hint=hint))
    yield inputs.with_dispatch(inputs.date(STARTS, LABELS[STARTS], filled.starts))
    yield inputs.with_dispatch(inputs.date(ENDS, LABELS[ENDS], filled.ends))
    yield inputs.choice(LENGTH, LABELS[LENGTH], _LENGTHS, filled.length)
    yield inputs.checks(OPTIONS, LABELS[OPTIONS], _OPTIONS, filled.options)
    hint = "Can do with it what you can, and takes it over if your account is closed."
    yield inputs.person(BACKUP, LABELS[BACKUP], filled.backup, hint=hint)


def _outlook(known: Known) -> Iterator[Block]:
    yield kit.divider()
    if known.wrong:
        yield kit.section(f"⚠️ {words.escape(known.wrong)}")
    else:
        yield kit.section(_listed("The next five times:", known.times))
    if known.matches:
        yield kit.context(known.matches)
    if known.note:
        yield kit.section(known.note)


def _buttons(filled: Filled, *, new: bool) -> Block:
    more = () if filled.more else (kit.button("More options", MORE),)
    send = () if new else (_send(SEND),)  # a new digest can be sent once it is saved
    return kit.actions(kit.button("Preview", PREVIEW), *more, *send)


def _send(action_id: str, value: str | None = None) -> Block:
    sure = kit.confirm("Send it now?", "Everybody in its channel will see it, as it was last saved.", "Send")
    return kit.button("Send now", action_id, value=value, confirm=sure)


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join((f"*{title}*", *(words.escape(line) for line in lines))) if lines else "It will never go out."
