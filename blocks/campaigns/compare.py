"""Build two campaigns side by side: first what differs, then what is the same, in one line."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from blocks import kit, words
from blocks.campaigns.campaign import OPEN, name, status, transfer_warnings
from blocks.campaigns.held import held_id, held_moment
from blocks.campaigns.numbers import bad_ends, progress, success
from blocks.campaigns.sharing import shared, take_back
from blocks.campaigns.transfers import sentence
from blocks.card_options import CardOptions, why_short
from blocks.kit import Block, Message
from blocks.notices import stale
from bot.campaigns import routing
from bot.campaigns.campaign import Campaign, CustomerStats, Reading, StatusCounts
from bot.campaigns.progress import left as customers_left
from bot.errors import OldButton

REFRESH, SHARE, SHARE_IN_THREAD = "compare.refresh", "compare.share", "compare.thread"
OPEN_SECOND = "compare.open"  # in one row of buttons, Slack wants each to have its own id
_PAIRS = 4  # rows in one section, with two fields each (Slack: ten fields)
_BAR = re.compile("[█░]+ ")
_SHORT = 60  # characters of a value that is named among what is the same


@dataclass(frozen=True, slots=True)
class CompareState:
    """What the buttons of a comparison carry."""

    first: str  # ids of the campaigns
    second: str
    shared_by: str | None = None  # Slack id of the person who made it public
    thread: str | None = None  # where *Share* posts it; None: in the channel
    as_of: datetime | None = None  # when the older of the two was read

    def value(self) -> str:
        """Return the `value` of a button."""
        marked = {"by": self.shared_by, "t": self.thread, "at": self.as_of.isoformat() if self.as_of else None}
        return " ".join((self.first, self.second, *(f"{mark}:{one}" for mark, one in marked.items() if one)))

    @classmethod
    def read(cls, value: str) -> Self:
        """Read what `value` returned. Raise OldButton for anything else."""
        try:
            first, second, *more = value.split()
            marked = dict(part.split(":", 1) for part in more)
            at = held_moment(marked["at"]) if "at" in marked else None
            return cls(held_id(first), held_id(second), marked.get("by"), marked.get("t"), at)
        except ValueError as error:
            raise OldButton from error


class _Row(NamedTuple):
    label: str
    left: str
    right: str


def card(
    left: Reading, right: Reading, *, options: CardOptions, shared_by: str | None = None, thread: str | None = None
) -> Message:
    """Build the comparison of two campaigns read at about the same time. It shows the earlier time."""
    rows = [
        _Row(label, show(left.campaign), show(right.campaign))
        for label, show in _rows(options, min(left.as_of, right.as_of))
    ]
    different = [row for row in rows if row.left != row.right]
    ends = _ends(left, right, options, shared_by)
    state = CompareState(
        left.campaign.id, right.campaign.id, shared_by, None if shared_by else thread, min(left.as_of, right.as_of)
    )
    blocks = (
        *(kit.context(one) for one in _stale(left, right)),
        kit.fields(*((name(one.campaign, 150), f"`{one.campaign.id[:8]}`") for one in (left, right))),
        *_different(different),
        *(kit.section(said) for said in _warnings(left.campaign, right.campaign, options)),
        *((kit.context(same),) if (same := _same(rows)) else ()),
        _buttons(state, left.campaign, right.campaign),
        kit.context(*ends),
    )
    return Message(_text(left, right, different, same, ends, options), blocks)


def not_found(shown: Message, command: str) -> Message:
    """Return the message that a name was not found, with how to compare."""
    how = usage(command)
    return Message(f"{shown.text} {how.text}", (*shown.blocks, *how.blocks), private=True)


def usage(command: str) -> Message:
    """Explain how to compare, when anything but two campaigns was named."""
    text = f"To compare two campaigns, type their names, ids or links: `{command} compare AEP, Medicare Welcome`."
    return Message(text, (kit.section(text),), private=True)


def _text(
    left: Reading, right: Reading, different: Sequence[_Row], same: str, ends: Sequence[str], options: CardOptions
) -> str:
    """Say the comparison for notifications and screen readers (mrkdwn)."""
    said = [f"{name(left.campaign, 80)} compared with {name(right.campaign, 80)}", *_stale(left, right)]
    said += [f"{row.label}: {_plain(row.left)} versus {_plain(row.right)}" for row in different] or [_ALIKE]
    said += [*_warnings(left.campaign, right.campaign, options), _BAR.sub("", same), "  ·  ".join(ends)]
    return words.shorten("\n".join(filter(None, said)), kit.TEXT)


_ALIKE = "No differences in anything this app shows."


def _plain(shown: str) -> str:
    return _BAR.sub("", shown).removesuffix(".").replace(words.NO_DATA, "no data")


def _stale(left: Reading, right: Reading) -> list[str]:
    return [f"{name(one.campaign, 80)}: {stale(one)}" for one in (left, right) if one.problem]


def _different(different: Sequence[_Row]) -> Iterator[Block]:
    for start in range(0, len(different), _PAIRS):
        pairs = different[start : start + _PAIRS]
        yield kit.fields(*((row.label, shown) for row in pairs for shown in (row.left, row.right)))
    if not different:
        yield kit.section(_ALIKE)


def _warnings(left: Campaign, right: Campaign, options: CardOptions) -> Iterator[str]:
    """Yield what needs a look: of both campaigns at once, then of each (mrkdwn)."""
    of_left, of_right = list(_warned(left, options)), list(_warned(right, options))
    both = [line for line in of_left if line in of_right]
    for title, lines in (
        ("Both", both),
        (name(left, 80), [line for line in of_left if line not in both]),
        (name(right, 80), [line for line in of_right if line not in both]),
    ):
        if lines:
            yield "\n".join((f"*{title}*", *lines))


def _warned(one: Campaign, options: CardOptions) -> Iterator[str]:
    if not options.short:
        yield from transfer_warnings(one)
    if counted := bad_ends(_counts(one)):
        yield counted


def _same(rows: Sequence[_Row]) -> str:
    """Say in one line what is the same (mrkdwn). What neither has is left out; a long value is not repeated."""
    alike = [row for row in rows if row.left == row.right and row.left != words.NO_DATA]
    said = [f"{row.label}: {row.left}" if len(row.left) <= _SHORT else row.label for row in alike]
    return "  ·  ".join(("*The same*", *said)) if said else ""


def _ends(left: Reading, right: Reading, options: CardOptions, shared_by: str | None) -> tuple[str, ...]:
    who = shared(shared_by) if shared_by else ""
    oldest = min(left.as_of, right.as_of)
    ends = (f"as of {words.moment(oldest, oldest)}", who, why_short(options))
    return tuple(filter(None, ends))


def _buttons(state: CompareState, left: Campaign, right: Campaign) -> Block:
    label, action_id = ("Share in thread", SHARE_IN_THREAD) if state.thread else ("Share to channel", SHARE)
    last = (
        take_back(state.shared_by)
        if state.shared_by
        else kit.button(label, action_id, value=state.value(), style="primary")
    )
    opens = (
        kit.button(f"Open {_label(one, position)}", action, value=" ".join((one.id, *_in_thread(state))))
        for one, position, action in ((left, "the first", OPEN), (right, "the second", OPEN_SECOND))
    )
    return kit.actions(*opens, kit.button("Refresh", REFRESH, value=state.value()), last)


def _in_thread(state: CompareState) -> tuple[str, ...]:
    return (f"t:{state.thread}",) if state.thread else ()


def _label(one: Campaign, position: str) -> str:
    return words.clean(one.name or "", 30) or position


def _rows(options: CardOptions, now: datetime) -> Iterator[tuple[str, Callable[[Campaign], str]]]:
    yield "Status", lambda one: status(one, emoji=False)
    yield "Customers", lambda one: words.number(_stats(one).total)
    yield "Calls today", lambda one: words.number(_stats(one).today_calls)
    yield "Total calls", lambda one: words.number(_stats(one).total_calls)
    yield "Progress", lambda one: progress(_stats(one).total, _counts(one))
    yield "Success", lambda one: success(_counts(one))
    if options.shows("states"):
        yield "Left to call", lambda one: words.number(customers_left(_stats(one)))
    if not options.short and options.shows("transfers"):
        yield "Transfers", lambda one: words.shorten(sentence(routing.summary(one)), 600)
    if options.shows("features"):
        yield "On", _on
        yield "Calls at once", lambda one: words.number(one.max_concurrent_calls)
        yield "Attempts", lambda one: words.number(one.max_attempts)
    if options.shows("about"):
        yield "Start", lambda one: words.day(one.start_date, now) if one.start_date else words.NO_DATA
        yield "End", lambda one: words.day(one.end_date, now) if one.end_date else words.NO_DATA


def _on(one: Campaign) -> str:
    return ", ".join(name for name, value in one.switches.items() if value) or words.NO_DATA


def _stats(one: Campaign) -> CustomerStats:
    return one.customer_stats or CustomerStats()


def _counts(one: Campaign) -> StatusCounts:
    return _stats(one).status_counts or StatusCounts()
