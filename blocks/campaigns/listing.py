"""Build the pages of the list of campaigns, with its filters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from blocks import kit, words
from blocks.campaigns.rows import age, not_looked_at, row, spoken
from blocks.campaigns.sharing import shared, take_back
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.kit import Block, Message
from bot.campaigns.listing import STATUSES, Entry, Listing, Order
from bot.errors import OldButton

PAGE, SHARE = "list.page", "list.share"
PROBLEMS = "problems"  # a filter like a status, which is none
FILTERS = {"active": "Active", PROBLEMS: "With problems", "all": "All"}
PER_PAGE = 10
_ORDERS: dict[Order, str] = {
    "active": "active first, then most recently changed",
    "changed": "most recently changed first",
    "given": "in careCycle’s order",
}


@dataclass(frozen=True, slots=True)
class PageState:
    """What the buttons of a list carry."""

    start: int = 0  # the page's first campaign, counted from 0
    which: str | None = None  # a status, or PROBLEMS; None: all campaigns
    shared_by: str | None = None  # Slack id of the person who made the list public

    def value(self) -> str:
        """Return the `value` of a button."""
        who = f"by:{self.shared_by}" if self.shared_by else None
        return " ".join(filter(None, (str(self.start), self.which, who)))

    @classmethod
    def read(cls, value: str) -> Self:
        """Read what `value` returned, also in the version before. Raise OldButton for anything else."""
        try:
            start, *more = value.split()
            who = [part.removeprefix("by:") for part in more if part.startswith("by:")]
            (which,) = [part for part in more if not part.startswith("by:")] or (None,)
            if which not in (*STATUSES, PROBLEMS, None):
                raise OldButton
            return cls(max(int(start), 0), which, who[0] if who else None)
        except ValueError as error:
            raise OldButton from error


def page(
    listing: Listing,
    state: PageState,
    *,
    order: Order = "given",
    options: CardOptions = WHOLE,
) -> Message:
    """Build a page of the list: ten campaigns, with *Back* and *More* and the filters.

    `listing` holds the campaigns that the filter leaves, in this `order`. PROBLEMS has pages of its own
    (blocks/campaigns/problem_list.py).
    """
    entries = listing.entries[state.start : state.start + PER_PAGE]
    unseen = _unseen(entries, options)
    which = _which(state.which)
    if not entries:
        return _nothing(_empty(listing, state.which), listing, state)
    of_all = f" of {words.number(len(listing.entries))}" if listing.whole else ""
    title = f"{which} {words.number(state.start + 1)} to {words.number(state.start + len(entries))}{of_all}"
    ends = tuple(filter(None, (age(entries), _trouble(listing), why_short(options), _who(state))))
    says = filter(None, (f"{title}, {_ORDERS[order]}", unseen))
    text = "\n".join((*says, *(spoken(entry, options) for entry in entries), "  ·  ".join(ends)))
    has_more = state.start + PER_PAGE < len(listing.entries) or not listing.whole
    return Message(
        words.shorten(text, kit.TEXT),
        (
            kit.section(f"*{title}*  ·  {_ORDERS[order]}"),
            filters(state),
            *((kit.context(unseen),) if unseen else ()),
            *(row(entry, options, state=state.which is None) for entry in entries),
            *turn(state, has_more=has_more),
            *((kit.context(*ends),) if ends else ()),
        ),
    )


def _nothing(says: str, listing: Listing, state: PageState) -> Message:
    """Build the page without campaigns: it says so, and the filters lead to others, if there are any."""
    others = (filters(state),) if listing.among or state.which else ()
    ends = tuple(filter(None, (_who(state),)))
    return Message("  ·  ".join((says, *ends)), (kit.section(says), *others, *((kit.context(*ends),) if ends else ())))


def _unseen(entries: Sequence[Entry], options: CardOptions) -> str:
    unseen = not_looked_at(entries, options)
    return f"{unseen[:1].upper()}{unseen[1:]}"


def _which(which: str | None) -> str:
    return f"{words.sentence_case(which)} campaigns" if which else "Campaigns"


def _who(state: PageState) -> str:
    return shared(state.shared_by) if state.shared_by else ""


def _trouble(listing: Listing) -> str:
    return "careCycle could not be checked just now; this is from the last few minutes" if listing.problem else ""


def filters(state: PageState) -> Block:
    """Build the row of filters."""
    return kit.actions(*_filter_buttons(state))


def _filter_buttons(state: PageState) -> Iterator[Block]:
    for name, label in FILTERS.items():
        which = None if name == "all" else name
        style = "primary" if which == state.which else None
        value = PageState(0, which, state.shared_by).value()
        yield kit.button(label, f"{PAGE}.{name}", value=value, style=style)


def turn(state: PageState, *, has_more: bool) -> Sequence[Block]:
    """Build *Back* and *More*, and *Share to channel* or *Take back*."""
    buttons = []
    for label, to, wanted in (
        ("Back", state.start - PER_PAGE, state.start > 0),
        ("More", state.start + PER_PAGE, has_more),
    ):
        if wanted:
            value = replace(state, start=max(to, 0)).value()
            buttons.append(kit.button(label, f"{PAGE}.{label.lower()}", value=value))
    last = take_back(state.shared_by) if state.shared_by else kit.button("Share to channel", SHARE, value=state.value())
    return (kit.actions(*buttons, last),)


def _empty(listing: Listing, which: str | None) -> str:
    if not which:
        return "There are no campaigns yet."
    kind = f"No {_which(which)[:1].lower()}{_which(which)[1:]}"
    if listing.problem:
        return f"{kind} were found, but careCycle could not be checked just now. Try again in a minute."
    if not listing.whole and listing.among:
        latest = f"the {words.number(listing.among)} most recently changed"
        return f"{kind} among {latest}. To find others, search for part of the name."
    return f"{kind}."
