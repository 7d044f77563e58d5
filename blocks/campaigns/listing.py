"""Build the list of campaigns: its pages and its rows."""

from collections.abc import Sequence

from blocks import kit, words
from blocks.campaigns.campaign import OPEN, UNNAMED
from blocks.kit import Block, Message
from bot.campaigns.listing import Entry, Listing

PAGE = "list.page"
PER_PAGE = 10


def page(listing: Listing, start: int, status: str | None) -> Message:
    """Build a page of the list: ten campaigns from `start` on, with *Back* and *More*.

    `listing` holds the campaigns of this `status`; None: of every status.
    """
    which = f"{words.sentence_case(status)} campaigns" if status else "Campaigns"
    entries = listing.entries[start : start + PER_PAGE]
    if not entries:
        text = _empty(listing, status)
        return Message(text, (kit.section(text),))
    of_all = f" of {words.number(len(listing.entries))}" if listing.whole else ""
    text = f"{which} {words.number(start + 1)} to {words.number(start + len(entries))}{of_all}"
    has_more = start + PER_PAGE < len(listing.entries) or not listing.whole
    ends = (kit.context("careCycle could not be asked: this is from the last few minutes"),) if listing.problem else ()
    return Message(
        text,
        (
            kit.section(f"*{text}*"),
            *(row(entry) for entry in entries),
            *_turn(start, status, has_more=has_more),
            *ends,
        ),
    )


def statuses(command: str, known: Sequence[str]) -> Message:
    """Explain what can follow `list`, when something else did."""
    text = f"After `{command} list` stands nothing, or one status: {', '.join(known)}."
    return Message(text, (kit.section(text),), private=True)


def read_page(value: str) -> tuple[int, str | None]:
    """Read the start and the status from the value of a button of `page`. Raise ValueError for anything else."""
    start, _, status = value.partition(" ")
    return max(int(start), 0), status or None


def row(entry: Entry) -> Block:
    """Build the row of one campaign, with the button that opens its card."""
    parts = (f"*{words.literal(entry.name, 100) or UNNAMED}*", _status(entry), f"`{entry.id[:8]}`")
    return kit.section("  ·  ".join(filter(None, parts)), button=kit.button("Open", OPEN, value=entry.id))


def _turn(start: int, status: str | None, *, has_more: bool) -> Sequence[Block]:
    buttons = []
    for label, to, wanted in (("Back", start - PER_PAGE, start > 0), ("More", start + PER_PAGE, has_more)):
        if wanted:
            buttons.append(kit.button(label, f"{PAGE}.{label.lower()}", value=f"{max(to, 0)} {status or ''}".strip()))
    return (kit.actions(*buttons),) if buttons else ()


def _empty(listing: Listing, status: str | None) -> str:
    if not status:
        return "There are no campaigns yet."
    kind = f"No {words.sentence_case(status).lower()} campaigns"
    if listing.problem:
        return f"{kind} are in memory, and careCycle could not be asked. Try again in a minute."
    if not listing.whole and listing.among:
        return f"{kind} among the {words.number(listing.among)} that were changed last. A part of a name finds others."
    return f"{kind}."


def _status(entry: Entry) -> str:
    return words.literal(words.sentence_case(entry.status), 40) if entry.status else ""
