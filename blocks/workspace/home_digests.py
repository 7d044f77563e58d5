"""Build the digests on the App Home: a person's own, and for managers all of the workspace."""

from collections.abc import Iterator

from blocks import kit, words
from blocks.digests.buttons import EDIT, HISTORY
from blocks.digests.listed import Listed, can_resume, is_paused, row
from blocks.kit import Block
from blocks.workspace.home_state import Home

PAUSE, RESUME = "home.digest.pause", "home.digest.resume"


def digests(home: Home) -> Iterator[Block]:
    """Yield the digests. Yield nothing without any: the command's help mentions digests."""
    if not home.digests or not home.is_ours:
        return
    yield kit.header("Digests" if home.role == "manager" else "Your digests")
    for one in home.digests:
        yield kit.section(row(one, home.now, where=True))
        yield kit.actions(*_buttons(one, home))
    if more := home.more_digests:
        where = f"all are in `{home.command} digest all`" if home.role == "manager" else "each in its channel’s list"
        yield kit.context(f"and {words.number(more)} more, {where}")


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
