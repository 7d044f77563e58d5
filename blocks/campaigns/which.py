"""Ask which campaign was meant: what fits a name, or nearly fits it, with a button for each."""

from collections.abc import Callable, Iterator, Sequence

from blocks import kit, words
from blocks.campaigns.campaign import UNNAMED
from blocks.campaigns.rows import row, spoken
from blocks.card_options import CardOptions
from blocks.kit import Block, Message
from blocks.not_understood import RUN
from bot.campaigns.listing import Entry, Listing
from bot.campaigns.matching import place_of

MOST = 10
_SHORT = CardOptions(short="shared")
_VALUE = 2000  # Slack: characters of a button's value
_PLACES = {"name": "", "id": "in its id", "status": "its status", "description": "in its description"}


def card(typed: str, listing: Listing, *, chosen: Callable[[str], str] | None = None, others: str = "") -> Message:
    """Build the question which campaign `typed` means.

    `chosen` gives the command to run for a campaign's id; None: the campaign is opened beside this message. `others` is
    the command without `typed`, if it names more campaigns.
    """
    entries = (listing.entries or listing.near)[:MOST]
    shown = f"“{words.literal(typed, 80)}”"
    text = _question(shown, listing, len(listing.entries))
    rows = tuple(_row(entry, listing.words if listing.entries else (), chosen) for entry in entries)
    fits = 0 < len(others) <= _VALUE and not entries
    rest = (kit.actions(kit.button("Show the others", RUN, value=others)),) if fits else ()
    return _message(text, entries, *rows, *rest, *_ends(listing))


def reads_only(entries: Sequence[Entry]) -> Message:
    """Say that the app cannot change a campaign, when somebody asked it to. `entries` are what they may have meant."""
    text = "This app only shows campaigns. To pause, start or change one, open it in careCycle."
    shown = entries[:MOST]
    return _message(text, shown, *(_row(entry, (), None) for entry in shown))


def second(first: str, listing: Listing, chosen: Callable[[str], str]) -> Message:
    """Build the question which campaign to compare the one called `first` with.

    `chosen` gives the command for a campaign's id.
    """
    entries = listing.entries[:MOST]
    named = words.literal(first, 80) or UNNAMED
    text = f"Compare {named} with which campaign?"
    if not entries:
        text = f"{named} is the only campaign in this account, so there is nothing to compare it with."
    rows = tuple(_row(entry, (), chosen) for entry in entries)
    return _message(text, entries, *rows)


def why_listed(entry: Entry, found: Sequence[str]) -> str:
    """Say where the words are, if they are not in the campaign's name."""
    return _PLACES[place_of(entry, found) or "name"]


def looked_at(listing: Listing) -> str:
    """Say how much of the account's list was looked at, or nothing when it was all of it."""
    if listing.whole or not listing.among:
        return ""
    of_all = f" of {words.number(listing.total)}" if listing.total and listing.total > listing.among else ""
    return f"{words.number(listing.among)}{of_all} campaigns were checked."


def only_one_known(listing: Listing) -> Block:
    """Say that the campaign was found by the beginning of its id, among only a part of the account's campaigns."""
    return kit.context(f"No other id found so far begins like that. {looked_at(listing)}")


def _question(shown: str, listing: Listing, count: int) -> str:
    if count:
        one = f"Is this the campaign you mean by {shown}? There may be others."
        return f"Which campaign do you mean by {shown}?" if count > 1 else one
    if listing.near:
        return (
            f"No campaign is called {shown}. Did you mean {'this one' if len(listing.near) == 1 else 'one of these'}?"
        )
    return f"No campaign with {shown} in its name was found."


def _row(entry: Entry, found: Sequence[str], chosen: Callable[[str], str] | None) -> Block:
    """Build a row as lists have it, without what only the company itself may see, but with the beginning of the id."""
    note = "  ·  ".join(filter(None, (why_listed(entry, found) if found else "", f"`{entry.id[:8]}`")))
    made = row(entry, _SHORT, note=note)
    value = chosen(entry.id) if chosen else ""
    return {**made, "accessory": kit.button("Choose", RUN, value=value)} if 0 < len(value) <= _VALUE else made


def _message(text: str, entries: Sequence[Entry], *blocks: Block) -> Message:
    said = "\n".join((text, *(spoken(entry, _SHORT) for entry in entries)))
    return Message(words.shorten(said, kit.TEXT), (kit.section(text), *blocks), private=True)


def _ends(listing: Listing) -> Iterator[Block]:
    more = len(listing.entries) - MOST
    left = f"{words.number(more)} more fit: type more of the name." if more > 0 else ""
    old = "careCycle could not be checked just now; these are from the last few minutes." if listing.problem else ""
    if said := [one for one in (left, looked_at(listing), old) if one]:
        yield kit.context(*said)
