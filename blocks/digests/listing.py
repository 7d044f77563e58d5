"""Build the list of a channel's digests, or of all in the workspace, with the buttons that one person may use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from blocks import inputs, kit, words
from blocks.digests.buttons import EDIT, HISTORY
from blocks.digests.list_page import FIRST, PER_PAGE, WORDS, ListPage
from blocks.digests.listed import Listed, can_resume, is_paused, name, row, state
from blocks.digests.notice import notice
from blocks.digests.where import where
from blocks.kit import Block, Message
from bot.digests.digest import UNDO as UNDO_WITHIN
from bot.digests.digest import Digest

ACTION = "digests."  # the prefix of the list's action ids
PAUSE, HOLD, RESUME, SEND, DELETE = (f"{ACTION}{one}" for one in ("pause", "hold", "resume", "send", "delete"))
UNDO, BACK, MORE, ALL, HERE = (f"{ACTION}{one}" for one in ("undo", "back", "more", "all", "here"))
SEARCH = f"{ACTION}search"  # the field's block_id: its page does not matter
MAKE, HOLD_HERE, RESUME_HERE = "digest.make", "digest.hold", "digest.resume"
_UNDONE = 10  # deleted digests with *Undo*: Slack takes fifty blocks in a message
_CANNOT_POST = {
    "absent": "This app is not in this channel, so it cannot post here yet. Type `/invite @careCycle`.",
    "archived": "This channel is archived, so nobody can post in it anymore.",
    "not_shown": "Managers of this workspace chose not to show campaigns in channels shared with another company.",
}


@dataclass(frozen=True, slots=True)
class Note:
    """The result of a button, shown above the list."""

    text: str  # mrkdwn
    button: Block | None = None  # for what the person may want next


@dataclass(frozen=True, slots=True)
class Digests:
    """A list of digests as one person sees it."""

    shown: Sequence[Listed]  # those of its page
    count: int  # those of all its pages
    page: ListPage = FIRST
    note: Note | None = None
    deleted: Sequence[Digest] = ()  # that this person may bring back
    cannot_post: str = ""  # why the app cannot post here: a key of _CANNOT_POST; anything else is not explained
    may_make: bool = True  # this person may make digests
    may_see_all: bool = False  # this person may see all digests of the workspace
    direct: bool = False  # in direct messages: the digests that this person alone gets
    command: str = "/campaign"


def card(listing: Digests, now: datetime) -> Message:
    """Build a page of the list."""
    noted, said = _notes(listing)
    why = (f"⚠️ {_CANNOT_POST[listing.cannot_post]}",) if listing.cannot_post in _CANNOT_POST else ()
    title = _title(listing)
    everywhere = listing.page.everywhere
    says = (*said, title, *(row(one, now, where=everywhere) for one in listing.shown), *why)
    rows = (block for one in listing.shown for block in _row(one, listing.page, now))
    heading = f"*{title}*" if listing.shown else title
    searched = (_search(listing.page),) if everywhere and (listing.page.words or listing.count > PER_PAGE) else ()
    ends = tuple(_ends(listing))
    return Message(
        words.shorten("\n".join(says), kit.TEXT),
        (
            *noted,
            kit.section(heading),
            *searched,
            *rows,
            *map(kit.section, why),
            *((kit.actions(*ends),) if ends else ()),
        ),
    )


def paused(one: Listed, now: datetime, *, already: bool = False) -> Message:
    """Build the reply to *Pause*, with what this person may do next. `already`: it was so before."""
    digest = one.digest
    resume = (kit.button("Resume", RESUME_HERE, value=digest.id),) if _may_resume(one, now) else ()
    hold = _hold(digest, now, HOLD_HERE, digest.id) if one.may_manage else ()
    return notice(_is_paused(digest, now, already=already), one, now, *resume, *hold)


def paused_note(one: Listed, now: datetime, page: ListPage = FIRST, *, already: bool = False) -> Note:
    """Build the note above the list after *Pause*. `already` is as in `paused`."""
    digest = one.digest
    hold = next(_hold(digest, now, HOLD, page.value(digest.id)), None) if one.may_manage else None
    return Note(f"⏸ {_is_paused(digest, now, already=already)}", hold)


def resumed_note(digest: Digest, now: datetime) -> str:
    """Say what *Resume* did (mrkdwn)."""
    return f"▶️ {name(digest)} goes on: {state(digest, now)}."


def sent_note(digest: Digest, reader: str = "") -> str:
    """Say what *Send now* did (mrkdwn). `reader` is as in `where`."""
    return f"📨 {name(digest)} is on its way to {where(digest.channel_id, reader)}."


def restored_note(digest: Digest, now: datetime) -> str:
    """Say what *Undo* did (mrkdwn)."""
    return f"↩️ {name(digest)} is back: {state(digest, now)}."


def _is_paused(digest: Digest, now: datetime, *, already: bool) -> str:
    if not is_paused(digest, now):  # there is nothing to pause, or somebody has resumed it since
        return f"{name(digest)} is not paused: {state(digest, now)}."
    return f"{name(digest)} is {'already ' if already else ''}{state(digest, now)}."


def _may_resume(one: Listed, now: datetime) -> bool:
    return one.may_resume and can_resume(one.digest, now)


def _notes(listing: Digests) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return the blocks above the list, and the same as text: what a button did, and what can be brought back."""
    deleted = [_deleted(one, listing.page) for one in listing.deleted[:_UNDONE]]
    if (rest := len(listing.deleted) - _UNDONE) > 0:
        deleted.append(Note(f"🗑 and {words.number(rest)} more, which show here once some of these are back."))
    notes = [*((listing.note,) if listing.note else ()), *deleted]
    return tuple(kit.section(one.text, button=one.button) for one in notes), tuple(one.text for one in notes)


def _deleted(digest: Digest, page: ListPage) -> Note:
    text = f"🗑 {name(digest)} is deleted."
    if digest.deleted_at:
        text += f" You can bring it back until {words.clock_time(digest.deleted_at + UNDO_WITHIN)}."
    return Note(text, kit.button("Undo", UNDO, value=page.value(digest.id)))


def _title(listing: Digests) -> str:
    """Say how many digests there are and which of them are shown, or that there is none (mrkdwn)."""
    page, shown = listing.page, len(listing.shown)
    named = f" with “{words.literal(page.words, WORDS)}”" if page.words else ""
    if not listing.shown:
        return _none(listing, named)
    of = "in this workspace" if page.everywhere else "for you alone" if listing.direct else "for this channel"
    title = f"{words.amount(listing.count, 'digest')}{named} {of}"
    if listing.count == shown:
        return title
    return f"{title}, {words.number(page.start + 1)} to {words.number(page.start + shown)}"


def _none(listing: Digests, named: str) -> str:
    if listing.page.everywhere:
        return f"No digest{named} in this workspace." if named else "This workspace has no digest yet."
    if listing.direct:
        return (
            f"A digest goes to a channel, or to you alone. Type `{listing.command} digest` in the channel that should "
            "get it, or press the button and choose."
        )
    return "This channel has no digest yet. A digest posts campaigns here at the times you choose, with what changed."


def _search(page: ListPage) -> Block:
    field = inputs.text(SEARCH, "Find a digest", placeholder="A word of its name", most=WORDS, initial=page.words)
    return inputs.with_dispatch({**field, "optional": True})


def _row(one: Listed, page: ListPage, now: datetime) -> Iterator[Block]:
    id_ = one.digest.id
    yield kit.section(row(one, now, where=page.everywhere))
    yield kit.actions(
        *_switch(one, page, now),
        *((kit.button("Edit", EDIT, value=id_ if page == FIRST else page.value(id_)),) if one.may_manage else ()),
        *((kit.button("Send now", SEND, value=page.value(id_)),) if one.may_manage else ()),
        kit.button("History", HISTORY, value=id_),
        *(
            (kit.button("Delete", DELETE, value=page.value(id_), style="danger", confirm=_DELETE),)
            if one.may_manage
            else ()
        ),
    )


def _switch(one: Listed, page: ListPage, now: datetime) -> Iterator[Block]:
    """Yield *Resume* or *Pause for a day*, or neither without a key, after the last day, or without the right."""
    digest = one.digest
    if can_resume(digest, now):
        if one.may_resume:
            yield kit.button("Resume", RESUME, value=page.value(digest.id))
    elif one.may_pause and digest.next_due and not is_paused(digest, now):
        yield kit.button("Pause for a day", PAUSE, value=page.value(digest.id))


def _hold(digest: Digest, now: datetime, action_id: str, value: str) -> Iterator[Block]:
    """Yield the button that turns a one-day pause into one without an end."""
    if can_resume(digest, now) and digest.pause and digest.pause.until:
        yield kit.button("Until I resume it", action_id, value=value)


def _ends(listing: Digests) -> Iterator[Block]:
    """Yield the buttons below the list: the other pages, a new digest, the other list."""
    page = listing.page
    if page.start:
        yield kit.button("◀ Back", BACK, value=replace(page, start=max(page.start - PER_PAGE, 0)).value())
    if page.start + len(listing.shown) < listing.count:
        yield kit.button("More ▶", MORE, value=replace(page, start=page.start + PER_PAGE).value())
    if listing.may_make:
        yield kit.button("Make a digest", MAKE, style=None if listing.shown else "primary")
    if listing.may_see_all and not page.everywhere:
        yield kit.button("All digests", ALL, value=ListPage(everywhere=True).value())
    if page.everywhere and not listing.direct:
        yield kit.button("This channel’s", HERE, value=FIRST.value())


_DELETE = kit.confirm("Delete this digest?", "For an hour you can bring it back. What it has posted stays.", "Delete")
