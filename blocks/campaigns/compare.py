"""Build two campaigns side by side: first what differs, with a mark, then what is the same, in one line."""

from collections.abc import Callable, Iterator
from datetime import datetime

from blocks import kit, words
from blocks.campaigns.campaign import name, status
from blocks.campaigns.numbers import progress, success
from blocks.campaigns.transfers import sentence
from blocks.card_options import CardOptions, why_short
from blocks.kit import Block, Message
from blocks.notices import stale
from bot.campaigns import routing
from bot.campaigns.campaign import Campaign, CustomerStats, Reading, StatusCounts

_PAIRS = 4  # rows in one section, with two fields each (Slack: ten fields)


def card(left: Reading, right: Reading, *, options: CardOptions, shared_by: str | None = None) -> Message:
    """Build the comparison of two campaigns read at about the same time. It shows the earlier time."""
    first, second = left.campaign, right.campaign
    text = f"{name(first, 80)} compared with {name(second, 80)}"
    return Message(text, tuple(_blocks(left, right, options, shared_by)))


def usage(command: str) -> Message:
    """Explain how to compare, when anything but two campaigns was named."""
    text = f"To compare two campaigns: `{command} compare ID ID`, with their ids or links."
    return Message(text, (kit.section(text),), private=True)


def _blocks(left: Reading, right: Reading, options: CardOptions, shared_by: str | None) -> Iterator[Block]:
    for reading in (left, right):
        if reading.problem:
            yield kit.context(name(reading.campaign, 80), stale(reading))
    oldest = min(left.as_of, right.as_of)
    rows = [(label, show(left.campaign), show(right.campaign)) for label, show in _rows(options, oldest)]
    different = [row for row in rows if row[1] != row[2]]
    yield kit.fields(
        (name(left.campaign, 150), f"`{left.campaign.id}`"), (name(right.campaign, 150), f"`{right.campaign.id}`")
    )
    for start in range(0, len(different), _PAIRS):
        pairs = different[start : start + _PAIRS]
        yield kit.fields(*((f"≠ {label}", shown) for label, *sides in pairs for shown in sides))
    if not different:
        yield kit.section("Nothing that this app shows is different.")
    if same := [f"{label}: {shown}" for label, shown, other in rows if shown == other]:
        yield kit.context("*The same*", *same)
    shared = (f"shared by <@{shared_by}>",) if shared_by else ()
    yield kit.context(f"as of {words.moment(oldest, oldest)}", *shared, why_short(options))


def _rows(options: CardOptions, now: datetime) -> Iterator[tuple[str, Callable[[Campaign], str]]]:
    yield "Status", lambda one: status(one, emoji=False)
    yield "Customers", lambda one: words.number(_stats(one).total)
    yield "Calls today", lambda one: words.number(_stats(one).today_calls)
    yield "Calls in all", lambda one: words.number(_stats(one).total_calls)
    yield "Progress", lambda one: progress(_stats(one).total, _counts(one))
    yield "Success", lambda one: success(_counts(one))
    if not options.short and options.shows("transfers"):
        yield "Transfers", lambda one: words.shorten(sentence(routing.summary(one)), 600)
    if options.shows("features"):
        yield "On", _on
        yield "Calls at once", lambda one: words.number(one.max_concurrent_calls)
    yield "Attempts", lambda one: words.number(one.max_attempts)
    yield "Start", lambda one: words.day(one.start_date, now) if one.start_date else words.NO_DATA
    yield "End", lambda one: words.day(one.end_date, now) if one.end_date else words.NO_DATA


def _on(one: Campaign) -> str:
    return ", ".join(name for name, value in one.switches.items() if value) or words.NO_DATA


def _stats(one: Campaign) -> CustomerStats:
    return one.customer_stats or CustomerStats()


def _counts(one: Campaign) -> StatusCounts:
    return _stats(one).status_counts or StatusCounts()
