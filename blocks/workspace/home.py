"""Build the App Home, a control room: trouble first, the account at a glance, what needs the person, their digests."""

from collections.abc import Iterator
from itertools import chain

from blocks import inputs, kit
from blocks.digests.list_page import FIRST
from blocks.kit import Block
from blocks.workspace import connection
from blocks.workspace.glance import glance
from blocks.workspace.home_digests import digests, stopped
from blocks.workspace.home_state import Home
from blocks.workspace.left_out import left_out
from blocks.workspace.lookups import lookups
from blocks.workspace.needs import needs, quieted
from blocks.workspace.not_read import not_read

SEARCH = "home.search"  # of the field, and of what it reports

__all__ = ["SEARCH", "Home", "view"]


def view(home: Home) -> Block:
    """Build the whole App Home, for `views.publish`."""
    noticed = (*home.notice.blocks, kit.divider()) if home.notice else ()
    parts = [part for made in _parts(home) if (part := list(made))]
    between = [block for part in parts for block in (*part, kit.divider())]
    turned = {} if home.page == FIRST else {"private_metadata": home.page.value()}  # a button keeps the page
    return {**kit.home([*noticed, *between, *_help(home)]), **turned}


def _help(home: Home) -> Iterator[Block]:
    """Yield the whole help until the person has looked something up or has a digest, then where it is."""
    if home.is_used:
        yield kit.context(f"`{home.command} help` shows everything that can be typed.")
    else:
        yield from home.help.blocks


def _parts(home: Home) -> Iterator[Iterator[Block]]:
    trouble = connection.what_is_wrong(home)
    if trouble:
        yield connection.trouble(home, trouble)
    yield _account(home, searchable=not trouble)
    if current := home.judged:
        yield chain(needs(home, current), stopped(home))
        yield quieted(home, current)
    yield not_read(home)
    yield left_out(home)
    yield digests(home)
    yield lookups(home)
    if not trouble:
        yield connection.fine(home)


def _account(home: Home, *, searchable: bool) -> Iterator[Block]:
    """Yield the account at a glance, and the field to search it, unless nobody can look up anything."""
    if current := home.judged:
        yield from glance(current.assessment, home.now)
    if searchable and home.is_ours and home.connection:
        field = inputs.text(SEARCH, "Find a campaign", placeholder="A part of its name, its id, or a link", most=300)
        yield inputs.with_dispatch(field)
    elif home.connection and home.role is None and not home.asking:
        yield kit.context("Slack does not tell this app who you are. Open this page again in a minute to see more.")
