"""Build a short list of campaigns: a paragraph for each, with a button that opens the whole card."""

import re
from collections.abc import Iterable, Sequence

from blocks import kit, words
from blocks.campaigns.campaign import OPEN, name, shared, status
from blocks.campaigns.numbers import progress
from blocks.kit import Block, Message
from blocks.notices import stale
from blocks.short_reasons import short_reason
from bot.campaigns.campaign import CustomerStats, Reading, StatusCounts
from bot.errors import BotError

SHARE_IN_THREAD = "several.thread"
_THREAD = re.compile(r"(?:^| )t:(\d+\.\d+)")


def card(
    found: Sequence[tuple[str, Reading | BotError]],
    *,
    left_out: int = 0,
    shared_by: str | None = None,
    thread: str | None = None,
) -> Message:
    """Build the list. A campaign that could not be read is shown with the reason.

    `left_out` is the number of ids beyond ten. `shared_by` is the Slack id of the person who made the list public.
    Until then it can be shared in `thread`, and so can a card that is opened from it.
    """
    paragraphs = tuple(_paragraph(campaign_id, result, thread) for campaign_id, result in found)
    more = f"Ten at once are the most: {words.amount(left_out, 'id')} left out."
    named = (name(result.campaign, 60) for _, result in found if isinstance(result, Reading))
    text = ": ".join(filter(None, (f"{len(found)} campaigns", ", ".join(named))))
    who = (shared(shared_by),) if shared_by else ()
    ends = ((kit.context(more),) if left_out else ()) + ((kit.context(*who),) if who else ())
    share = _share(found, thread) if thread and not shared_by else ()
    return Message(text, paragraphs + share + ends)


def asks_for(ids: Iterable[str], thread: str | None = None) -> str:
    """Return the value of a button that asks for campaigns. Their card can be shared in `thread`."""
    return " ".join((*ids, *((f"t:{thread}",) if thread else ())))


def thread_in(value: str) -> str | None:
    """Return the thread in a button's value, as `asks_for` or `CardState.value` wrote it, or None."""
    found = _THREAD.search(value)
    return found[1] if found else None


def _share(found: Sequence[tuple[str, object]], thread: str) -> tuple[Block]:
    value = asks_for((campaign_id for campaign_id, _ in found), thread)
    return (kit.actions(kit.button("Share in thread", SHARE_IN_THREAD, value=value, style="primary")),)


def _paragraph(campaign_id: str, result: Reading | BotError, thread: str | None) -> Block:
    if isinstance(result, BotError):
        return kit.section(f"`{campaign_id}`\n{short_reason(result)}")
    campaign, stats = result.campaign, result.campaign.customer_stats or CustomerStats()
    done = progress(stats.total, stats.status_counts or StatusCounts())
    lines = (
        f"*{name(campaign)}*  ·  {status(campaign)}",
        f"{words.amount(stats.total, 'customer')}  ·  {words.amount(stats.today_calls, 'call')} today  ·  "
        f"{words.number(stats.total_calls)} in all  ·  {done}",
        stale(result) if result.problem else f"as of {words.moment(result.as_of, result.as_of)}",
    )
    return kit.section("\n".join(lines), button=kit.button("Open", OPEN, value=asks_for((campaign.id,), thread)))
