"""Build the answer to whether a campaign is calling: what was checked, where transfers go, and one sentence."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from blocks import kit, words
from blocks.campaigns import outlook, times
from blocks.campaigns.campaign import CHECK, LINK, OPEN, UNNAMED, name, open_label, status, transfer_lines
from blocks.campaigns.card_state import CardState
from blocks.campaigns.check_answers import Watched, answers
from blocks.campaigns.sharing import shared, take_back
from blocks.campaigns.times import wording
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.kit import Block, Message
from blocks.notices import stale
from blocks.short_reasons import short_reason
from bot.campaigns.calling import calling
from bot.campaigns.campaign import CustomerStats, Reading
from bot.errors import BotError
from bot.insight.problems import StandingStill

REFRESH, SHARE, SHARE_IN_THREAD = "check.refresh", "check.share", "check.thread"
TITLE = "Is it calling?"  # of the modal
NOTHING_WATCHED = Watched()


def card(
    reading: Reading,
    watched: Watched = NOTHING_WATCHED,
    *,
    options: CardOptions = WHOLE,
    shared_by: str | None = None,
    thread: str | None = None,
) -> Message:
    """Build the check of one campaign. `shared_by` and `thread` are as in a campaign's card."""
    seen = CardState(reading.campaign.id, reading.as_of, shared_by, None if shared_by else thread)
    ends = (_age(reading), shared(shared_by) if shared_by else "", why_short(options))
    blocks = (*_checked(reading, watched, options), _buttons(seen, reading.link), kit.context(*ends))
    return Message(_spoken(reading, watched, options, ends), blocks)


def modal(reading: Reading, watched: Watched = NOTHING_WATCHED, options: CardOptions = WHOLE) -> Block:
    """Build the check of one campaign in a modal."""
    opens = kit.button(open_label(reading.link, reading.campaign.id), LINK, url=reading.link)
    ends = kit.context(_age(reading), why_short(options))
    return kit.modal(TITLE, [*_checked(reading, watched, options), kit.actions(opens), ends])


def several(found: Sequence[tuple[str, Reading | BotError]], watched: Watched = NOTHING_WATCHED, *, left_out: int = 0,
            shared_by: str | None = None, options: CardOptions = WHOLE) -> Message:  # fmt: skip
    """Build the last sentence of each check, with a button for the whole. `found` and `left_out` are as in lists."""
    rows = [_row(campaign_id, result, watched) for campaign_id, result in found]
    read = [result.as_of for _, result in found if isinstance(result, Reading) and not result.problem]
    ends = (
        f"as of {words.moment(min(read), min(read))}" if read else "",
        f"only the first ten are shown; {words.amount(left_out, 'campaign')} left out" if left_out else "",
        shared(shared_by) if shared_by else "",
        why_short(options),
    )
    small = (kit.context(*ends),) if any(ends) else ()
    taken_back = (kit.actions(take_back(shared_by)),) if shared_by else ()
    text = "\n".join((*(said for said, _ in rows), "  ·  ".join(filter(None, ends))))
    return Message(words.shorten(text, kit.TEXT), (*(block for _, block in rows), *taken_back, *small))


def usage(command: str) -> Message:
    """Explain how to check, when no campaign was named."""
    text = f"To see whether a campaign is calling, type its name, id or link: `{command} check AEP`."
    return Message(text, (kit.section(text),), private=True)


def verdict(reading: Reading, watched: Watched = NOTHING_WATCHED) -> str:
    """Say in one sentence whether the campaign is calling, and if not, why (mrkdwn).

    A campaign that stood still at the last reading is not called calling.
    """
    found = calling(reading.campaign, reading.as_of)
    if found.verdict != "calling":
        return found.says
    stats = reading.campaign.customer_stats or CustomerStats()
    calls = words.amount(stats.today_calls, "call")
    if watched.current and (since := _still_since(reading, watched)):
        said = wording(watched.current.assessment, reading.as_of)
        return f"It called today ({calls}), but not since {times.moment(since, said)}, {_looked(watched, reading)}."
    return f"It is calling: {calls} today."


def _still_since(reading: Reading, watched: Watched) -> datetime | None:
    """Return since when the campaign stands still, by the last reading; None: it does not."""
    found, current = outlook.judged(reading, watched.current), watched.current
    if found is None or current is None:
        return None
    if (still := current.assessment.standing_still) and reading.campaign.id.lower() in still.campaigns:
        return still.since
    return next((one.since for one in found.problems if isinstance(one, StandingStill)), None)


def _checked(reading: Reading, watched: Watched, options: CardOptions) -> Iterator[Block]:
    campaign = reading.campaign
    if reading.problem:
        yield kit.context(stale(reading))
    yield kit.header(words.clean(campaign.name or "") or UNNAMED)
    yield kit.context(status(campaign))
    yield kit.section("\n".join(one.line for one in answers(campaign, watched, reading.as_of)))
    if not options.short and (troubles := list(outlook.warnings(reading, watched.current))):
        yield kit.section("\n".join((f"*Needs a person*  ·  {_looked(watched, reading)}", *troubles)))
    if not options.short and (lines := list(transfer_lines(campaign, options))):
        yield kit.section("\n".join(lines))
    yield kit.section(f"*{verdict(reading, watched)}*")


def _spoken(reading: Reading, watched: Watched, options: CardOptions, ends: Sequence[str]) -> str:
    """Say the check for notifications and screen readers (mrkdwn)."""
    campaign = reading.campaign
    troubles = () if options.short else tuple(outlook.warnings(reading, watched.current))
    said = (
        stale(reading) if reading.problem else "",
        f"{name(campaign)}  ·  {status(campaign, emoji=False)}",
        *(f"{one.question} {one.says}" for one in answers(campaign, watched, reading.as_of)),
        *((f"Needs a person, {_looked(watched, reading)}:", *troubles) if troubles else ()),
        *(() if options.short else transfer_lines(campaign, options)),
        verdict(reading, watched),
        "  ·  ".join(filter(None, ends)),
    )
    return words.shorten("\n".join(filter(None, said)), kit.TEXT)


def _looked(watched: Watched, reading: Reading) -> str:
    if watched.current is None:
        return ""
    assessment = watched.current.assessment
    return f"as of {times.moment(assessment.at, wording(assessment, reading.as_of))}"


def _age(reading: Reading) -> str:
    return f"as of {words.moment(reading.as_of, reading.as_of)}"


def _buttons(seen: CardState, link: str) -> Block:
    label, action_id = ("Share in thread", SHARE_IN_THREAD) if seen.thread else ("Share to channel", SHARE)
    in_thread = f" t:{seen.thread}" if seen.thread else ""
    return kit.actions(
        kit.button("Refresh", REFRESH, value=seen.value()),
        *(() if seen.shared_by else (kit.button(label, action_id, value=seen.value(), style="primary"),)),
        kit.button("Show card", OPEN, value=f"{seen.id}{in_thread}"),
        kit.button(open_label(link, seen.id), LINK, url=link),
        *((take_back(seen.shared_by),) if seen.shared_by else ()),
    )


def _row(campaign_id: str, result: Reading | BotError, watched: Watched) -> tuple[str, Block]:
    """Return one campaign's row as words, and as a block."""
    if isinstance(result, BotError):
        said = f"`{campaign_id}`\n{short_reason(result)}"
        return said, kit.section(said)
    named, says = name(result.campaign, 100), verdict(result, watched)
    old = stale(result) if result.problem else ""
    lines = "\n".join(filter(None, (f"*{named}*", old, says)))
    return "  ·  ".join(filter(None, (named, old, says))), kit.section(
        lines, button=kit.button("Check", CHECK, value=result.campaign.id)
    )
