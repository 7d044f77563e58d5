"""Build the buttons of a digest's message, and name them for the listeners."""

from blocks import kit, words
from blocks.campaigns.quiet_buttons import OPEN, SHOW
from blocks.digests.edition import Edition
from blocks.kit import Block

# Buttons of messages of earlier versions, which stay in their channels; *Edit* and *History* are elsewhere, too. Their
# value is the digest's id.
PAUSE, EDIT, HISTORY, LINK = "digest.pause", "digest.edit", "digest.history", "digest.link"
# A menu of the digest: its option's value is one of MENU_ITEMS and the digest's id, such as `pause d1`.
MENU = "digest.menu"
MENU_ITEMS = {"pause": "Pause", "edit": "Edit", "history": "History", "now": "Send now"}
CAMPAIGNS = "digest.campaigns"  # opens a window with all campaigns; its value is the digest's id and the run


def at_the_end(edition: Edition) -> Block:
    """Build the last row: all campaigns in a window, and the menu."""
    digest, count = edition.digest.id, len(edition.report.rows)
    label = f"All {words.number(count)} campaigns" if count > 1 else "The campaign’s numbers"
    shows = (kit.button(label, CAMPAIGNS, value=f"{digest} {edition.run}"),) if count else ()
    menu = kit.overflow(MENU, {f"{item} {digest}": label for item, label in MENU_ITEMS.items()})
    return kit.actions(*shows, menu)


def of_problems(edition: Edition) -> Block:
    """Build the buttons under what is known."""
    return kit.actions(
        kit.button("Show", SHOW, value=edition.run), kit.button("Quiet until …", OPEN, value=edition.run)
    )
