"""Build *Add to a digest*: the form that offers digests for one campaign, and its results."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from blocks import inputs, kit, words
from blocks.campaigns.campaign import UNNAMED, small_status
from blocks.digests import timetable
from blocks.digests.listed import is_paused, state, which
from blocks.digests.reasons import why
from blocks.digests.where import where
from blocks.kit import Block, Json
from bot.digests.digest import CampaignFilter, Digest

TITLE = "Add to a digest"
ADD, PICK, MAKE = "digest.add", "digest_adding", "digest.make_of"
_OPTION = 75  # Slack: characters of an option, and of the description below it
AT_A_GLANCE = 10  # Slack: radio buttons in a group; for more there is a select, which cannot mention channels
_MOST = 100  # Slack: options of a select
_LINES = 15  # in a paragraph: even with the longest names, below Slack's 3,000 characters
_NAMED = 10  # digests in a line that only mentions them


@dataclass(frozen=True, slots=True)
class Offer:
    """A campaign, and the digests this person may change. Each list is ordered by name."""

    name: str  # of the campaign (outside text)
    free: Sequence[Digest] = ()  # can take the campaign
    having: Sequence[Digest] = ()  # list the campaign already
    full: Sequence[Digest] = ()  # list as many campaigns as a digest may
    most: int = 0  # campaigns that a digest may list
    filtered: Sequence[Digest] = ()  # choose their campaigns by a filter
    others: Sequence[Digest] = ()  # of this channel, that somebody else looks after
    status: str | None = None  # of the campaign
    rows: Mapping[str, str] = field(default_factory=dict)  # what lists say of the free ones, by id (mrkdwn)
    is_read: bool = True  # careCycle gave the name and the status


def modal(offer: Offer, metadata: str) -> Block:
    """Build the form. When no digest can take the campaign, build a modal that offers what can be done instead."""
    title = kit.section(f"Add *{words.literal(offer.name, 100) or UNNAMED}* to a digest.")
    if not offer.free:
        theirs = (*offer.having, *offer.full, *offer.filtered)
        none = kit.section("It cannot be added to any digest you own." if theirs else "You have no digest yet.")
        make = _make(offer, style="primary")
        return {**kit.modal(TITLE, [title, none, make, *_others(offer)]), "private_metadata": metadata}
    rows = [title, *_choice(offer), *_others(offer), _make(offer)]
    return inputs.form(TITLE, ADD, rows, submit="Add", metadata=metadata)


def added(digest: Digest, now: datetime) -> Block:
    """Build the modal shown after *Add*."""
    where = f"Added to *{words.literal(digest.name, 100)}*, for {_channel(digest)}."
    return kit.modal(TITLE, [kit.section(f"{where}\n{_next(digest, now)}")], close="Done")


def why_not(digest: Digest) -> str:
    """Say why nothing was added: the digest was changed while the form was open (plain text)."""
    if not digest.choice.ids:
        return "Somebody changed this digest, and it now picks its campaigns automatically. Choose another."
    held = words.amount(len(digest.choice.ids), "campaign")
    return f"This digest already has {held}, the most a digest can have. Choose another."


def _next(digest: Digest, now: datetime) -> str:
    if is_paused(digest, now):
        return f"Nothing goes out right now: it is {state(digest, now)}."
    if digest.next_due is None:
        return "Nothing goes out anymore: its last day has passed."
    local = digest.next_due.astimezone(ZoneInfo(digest.timetable.zone))
    return f"It is in the next one: {words.plain_moment(local, now)} {words.city(digest.timetable.zone)} time."


def _choice(offer: Offer) -> Iterator[Block]:
    """Yield the field to choose a digest: radio buttons, or a select for more than ten digests.

    Above it stands what is known of each, with numbers, because two digests may have the same name.
    """
    free = offer.free
    if len(free) <= AT_A_GLANCE:
        yield from _few(free, offer.rows)
        return
    shown = list(enumerate(free[:_MOST], 1))
    for start in range(0, len(shown), _LINES):
        lines = (
            f"{number}.  {_named(one)}  ·  {which(one.choice, {})}" for number, one in shown[start : start + _LINES]
        )
        yield kit.section("\n".join(lines))
    if beyond := free[_MOST:]:
        add = "to add it to one of these, press *Edit* in its channel’s list"
        yield kit.context(f"and {words.number(len(beyond))} more; {add}: {_listed(beyond)}")
    options = [_option(one, f"{number}. {one.name}", _plain(timetable.summary(one.timetable))) for number, one in shown]
    yield _field("static_select", options)


def _few(free: Sequence[Digest], rows: Mapping[str, str]) -> Iterator[Block]:
    """Yield what lists say of each, and radio buttons. Where that is not known, they show the channel and the times."""
    if any(one.id not in rows for one in free):
        yield _field("radio_buttons", [_option(one, one.name, _mrkdwn(one)) for one in free])
        return
    numbers = [f"{number}. " for number in range(1, len(free) + 1)] if len(free) > 1 else [""]
    for number, one in zip(numbers, free, strict=True):
        yield kit.section(f"{number}{rows[one.id]}")
    options = zip(numbers, free, strict=True)
    yield _field("radio_buttons", [_option(one, f"{number}{one.name}") for number, one in options])


def _field(kind: str, options: Sequence[Block]) -> Block:
    only: dict[str, Json] = {"initial_option": options[0]} if len(options) == 1 else {}
    element: Json = {"type": kind, "action_id": inputs.VALUE, "options": options, **only}
    return {"type": "input", "block_id": PICK, "label": {"type": "plain_text", "text": "Digest"}, "element": element}


def _option(digest: Digest, name: str, below: Mapping[str, Json] | None = None) -> Block:
    described: dict[str, Json] = {"description": below} if below else {}
    return {"text": _plain(words.clean(name)), **described, "value": digest.id}


def _mrkdwn(digest: Digest) -> Block:
    """Build the description of an option: the digest's channel and times."""
    text = f"{_channel(digest)}  ·  {words.literal(timetable.summary(digest.timetable))}"
    return {"type": "mrkdwn", "text": words.shorten(text, _OPTION), "verbatim": True}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": words.shorten(text, _OPTION), "emoji": False}


def _others(offer: Offer) -> Iterator[Block]:
    """Yield the digests that are not offered, and why, and those in which nothing goes out at the moment."""
    if offer.having:
        yield kit.context(f"Already in {_listed(offer.having)}")
    if offer.full:
        most = f"Full, with {words.amount(offer.most, 'campaign')}"
        yield kit.context(f"{most}: {_listed(offer.full)}. To make room, remove one with *Edit*.")
    yield from _each(offer.filtered, lambda one: _filtered(one.choice, offer))
    yield from _each(offer.others, _not_theirs)
    yield from _each([one for one in offer.free if one.pause and one.pause.why == "failed"], _stopped)


def _each(digests: Sequence[Digest], says: Callable[[Digest], str]) -> Iterator[Block]:
    """Yield a line for each of the first digests, and one that counts the rest."""
    for one in digests[:_NAMED]:
        yield kit.context(f"{_named(one)} {says(one)}")
    if beyond := digests[_NAMED:]:
        yield kit.context(f"and {words.number(len(beyond))} more like that")


def _filtered(choice: CampaignFilter, offer: Offer) -> str:
    """Say why a digest with a filter is not offered: it has the campaign already, or the campaign does not fit."""
    takes, name = _takes(choice), f"*{words.literal(offer.name, 60) or UNNAMED}*"
    if not offer.is_read:
        return f"picks {takes} automatically, so there is nothing to add."
    if not choice.has_words(offer.name):
        return f"takes only {takes}; {name} does not have that. With *Edit* you can pick campaigns one by one."
    if not choice.has_status(offer.status):
        now, wanted = small_status(offer.status), small_status(choice.status)
        return f"takes only {takes}; {name} is {now}. It is added automatically once it is {wanted}."
    return f"has it already: it picks {takes} automatically."


def _not_theirs(digest: Digest) -> str:
    owner = f"<@{words.literal(digest.owner_id, 64)}>"
    return f"belongs to {owner}. Ask them or a manager to add the campaign."


def _stopped(digest: Digest) -> str:
    reason = why(digest.pause.detail if digest.pause else "")
    fix = "Press *Edit* or *History* in its channel’s list of digests to fix that."
    return f"can take it, but nothing goes out there right now: {reason}. {fix}"


def _takes(choice: CampaignFilter) -> str:
    """Say which campaigns a filter takes: `active campaigns with “plan” in the name`."""
    return which(choice, {}).removeprefix("all " if choice.status else "")


def _make(offer: Offer, style: str | None = None) -> Block:
    """Build the button for a new digest.

    Its value is the campaign's name, so that the form it opens can show the name even if careCycle does not answer.
    """
    name = words.clean(offer.name, 60)
    return kit.actions(kit.button("New digest with this campaign", MAKE, value=name, style=style))


def _listed(digests: Sequence[Digest]) -> str:
    more = f" and {words.number(len(digests) - _NAMED)} more" if digests[_NAMED:] else ""
    return ", ".join(map(_named, digests[:_NAMED])) + more


def _named(digest: Digest) -> str:
    return f"*{words.literal(digest.name, 30)}* {_channel(digest)}"


def _channel(digest: Digest) -> str:
    return where(digest.channel_id)
