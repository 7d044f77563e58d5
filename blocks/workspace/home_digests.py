"""Build the digests on the App Home: a person's own, and for managers all of the workspace; a few on a page."""

from collections.abc import Iterator
from dataclasses import replace

from blocks import inputs, kit, words
from blocks.digests.buttons import EDIT, HISTORY
from blocks.digests.list_page import WORDS
from blocks.digests.listed import Listed, can_resume, is_paused, row
from blocks.digests.listing import MAKE
from blocks.kit import Block
from blocks.workspace.home_state import DIGESTS, Home

PAUSE, RESUME = "home.digest.pause", "home.digest.resume"
BACK, MORE = "home.digests.back", "home.digests.more"
SEARCH = "home.digests.search"  # the field's block_id


def digests(home: Home) -> Iterator[Block]:
    """Yield the digests, and *Make a digest* for who may. Yield nothing for a guest who has none."""
    may_make = home.is_full_member and home.connection is not None
    count = home.digest_count
    if count is None or not home.is_ours or not (count or home.page.words or may_make):
        return
    yield kit.header(title(home))
    if count > DIGESTS or home.page.words:
        yield _search(home)
    if said := _which(home, count):
        yield kit.context(said)
    for one in home.digests:
        yield kit.section(row(one, home.now, where=True))
        yield kit.actions(*_buttons(one, home))
    if ends := tuple(_ends(home, count, may_make=may_make)):
        yield kit.actions(*ends)


def stopped(home: Home) -> Iterator[Block]:
    """Yield how many digests a failure paused, for *What needs you*: they stand first among the digests."""
    if home.stopped:
        are, they = ("is", "it") if home.stopped == 1 else ("are", "they")
        text = f"⚠️ {words.amount(home.stopped, 'digest')} {are} paused, because {they} could not be sent"
        yield kit.section(f"{text}: first under *{title(home)}*.")


def title(home: Home) -> str:
    """Return the title over the digests."""
    return "Digests" if home.role == "manager" else "Your digests"


def _search(home: Home) -> Block:
    field = inputs.text(SEARCH, "Find a digest", placeholder="A word of its name", most=WORDS, initial=home.page.words)
    return inputs.with_dispatch({**field, "optional": True})


def _which(home: Home, count: int) -> str:
    """Say which of the digests are shown, or that there is none (mrkdwn). Empty where all are."""
    named = f" with “{words.literal(home.page.words, WORDS)}”" if home.page.words else ""
    if not home.digests:
        return f"No digest{named}." if named else "None yet. A digest posts campaigns at the times you choose."
    first, last = home.page.start + 1, home.page.start + len(home.digests)
    of = f"{words.amount(count, 'digest')}{named}"
    if count == len(home.digests):
        return of if named else ""
    return f"{words.number(first)} to {words.number(last)} of {of}"


def _ends(home: Home, count: int, *, may_make: bool) -> Iterator[Block]:
    """Yield the buttons below: the other pages, and a new digest."""
    page = home.page
    if page.start:
        yield kit.button("Back", BACK, value=replace(page, start=max(page.start - DIGESTS, 0)).value())
    if page.start + len(home.digests) < count:
        yield kit.button("More", MORE, value=replace(page, start=page.start + DIGESTS).value())
    if may_make:
        yield kit.button("Make a digest", MAKE)


def _buttons(one: Listed, home: Home) -> Iterator[Block]:
    """Yield the buttons that this person may use: anybody may see what became of a digest."""
    digest = one.digest
    if can_resume(digest, home.now):
        if one.may_resume:
            yield kit.button("Resume", RESUME, value=digest.id)
    elif one.may_pause and digest.next_due and not is_paused(digest, home.now):
        yield kit.button("Pause for a day", PAUSE, value=digest.id)
    if one.may_manage:
        yield kit.button("Edit", EDIT, value=digest.id)
    yield kit.button("History", HISTORY, value=digest.id)
