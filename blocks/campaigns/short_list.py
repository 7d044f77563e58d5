"""Build a short list of campaigns: a row for each, with a button that opens the whole card."""

import re
from collections.abc import Iterable, Iterator, Sequence

from blocks import kit, words
from blocks.campaigns.rows import age, row, spoken
from blocks.campaigns.sharing import shared, take_back
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.kit import Block, Message
from blocks.notices import stale
from blocks.short_reasons import short_reason
from bot.campaigns.campaign import Reading
from bot.campaigns.listing import entry_of
from bot.errors import BotError

SHARE, SHARE_IN_THREAD = "several.share", "several.thread"
_THREAD = re.compile(r"(?:^| )t:(\d+\.\d+)")
Found = Sequence[tuple[str, Reading | BotError]]  # ids, each with its campaign or why it could not be read


def card(
    found: Sequence[tuple[str, Reading | BotError]],
    *,
    left_out: int = 0,
    shared_by: str | None = None,
    thread: str | None = None,
    options: CardOptions = WHOLE,
) -> Message:
    """Build the list. A campaign that could not be read is shown with the reason.

    `left_out` is the number of ids beyond ten. `shared_by` is the Slack id of the person who made the list public.
    Until then it can be shared, in `thread` or else in the channel, and so can a card that is opened from it.
    """
    thread = None if shared_by else thread
    rows = tuple(_row(campaign_id, result, options, thread) for campaign_id, result in found)
    ends = tuple(filter(None, _ends(found, left_out, shared_by, options)))
    said = (_spoken(campaign_id, result, options) for campaign_id, result in found)
    text = "\n".join((words.amount(len(found), "campaign"), *said, "  ·  ".join(ends)))
    button = take_back(shared_by) if shared_by else _share(found, thread)
    return Message(
        words.shorten(text, kit.TEXT), (*rows, kit.actions(button), *((kit.context(*ends),) if ends else ()))
    )


def brief(reading: Reading, options: CardOptions) -> Sequence[Block]:
    """Build the row of one campaign for a link's preview, with its age."""
    entry = entry_of(reading)
    return (row(entry, options, note=_stale(reading) or age((entry,))),)


def asks_for(ids: Iterable[str], thread: str | None = None) -> str:
    """Return the value of a button that asks for campaigns. Their card can be shared in `thread`."""
    return " ".join((*ids, *((f"t:{thread}",) if thread else ())))


def thread_in(value: str) -> str | None:
    """Return the thread in a button's value, as `asks_for` or `CardState.value` wrote it, or None."""
    found = _THREAD.search(value)
    return found[1] if found else None


def share_button(ids: Iterable[str], thread: str | None = None) -> Block:
    """Build the button that shows these campaigns to everybody."""
    label, action_id = ("Share in thread", SHARE_IN_THREAD) if thread else ("Share to channel", SHARE)
    return kit.button(label, action_id, value=asks_for(ids, thread), style="primary")


def without_thread(value: str) -> str:
    """Return what a button's value asks for, without the thread that `asks_for` added."""
    return _THREAD.sub("", value).strip()


def _share(found: Found, thread: str | None) -> Block:
    return share_button((campaign_id for campaign_id, _ in found), thread)


def _row(campaign_id: str, result: Reading | BotError, options: CardOptions, thread: str | None) -> Block:
    if isinstance(result, BotError):
        return kit.section(f"`{campaign_id}`\n{short_reason(result)}")
    return row(entry_of(result), options, value=asks_for((campaign_id,), thread), note=_stale(result))


def _spoken(campaign_id: str, result: Reading | BotError, options: CardOptions) -> str:
    if isinstance(result, BotError):
        return f"{campaign_id} {short_reason(result)}"
    return ". ".join(filter(None, (spoken(entry_of(result), options), _stale(result))))


def _stale(reading: Reading) -> str:
    return stale(reading) if reading.problem else ""


def _ends(found: Found, left_out: int, shared_by: str | None, options: CardOptions) -> Iterator[str]:
    yield age([entry_of(result) for _, result in found if isinstance(result, Reading) and not result.problem])
    if left_out:
        yield f"only the first ten are shown; {words.amount(left_out, 'id')} left out"
    yield why_short(options)
    if shared_by:
        yield shared(shared_by)
