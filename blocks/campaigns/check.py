"""Build the answer to whether a campaign is calling: what was checked, where transfers go, and one sentence."""

from collections.abc import Iterator, Sequence

from blocks import kit, words
from blocks.campaigns import times
from blocks.campaigns.campaign import CHECK, LINK, OPEN, UNNAMED, name, open_label, status, transfer_lines
from blocks.campaigns.card_state import CardState
from blocks.campaigns.check_answers import Watched, answers
from blocks.campaigns.problems import account_wide, ordered, sentence, wording
from blocks.campaigns.sharing import shared, take_back
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.kit import Block, Message
from blocks.notices import stale
from blocks.short_reasons import short_reason
from bot.campaigns.calling import calling
from bot.campaigns.campaign import CustomerStats, Reading
from bot.errors import BotError
from bot.insight.problems import BrokenTransfers

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


def several(found: Sequence[tuple[str, Reading | BotError]], *, left_out: int = 0, shared_by: str | None = None,
            options: CardOptions = WHOLE) -> Message:  # fmt: skip
    """Build the last sentence of each check, with a button for the whole. `found` and `left_out` are as in lists."""
    rows = [_row(campaign_id, result) for campaign_id, result in found]
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


def verdict(reading: Reading) -> str:
    """Say in one sentence whether the campaign is calling, and if not, why."""
    found = calling(reading.campaign, reading.as_of)
    if found.verdict != "calling":
        return found.says
    stats = reading.campaign.customer_stats or CustomerStats()
    return f"It is calling: {words.amount(stats.today_calls, 'call')} today."


def _checked(reading: Reading, watched: Watched, options: CardOptions) -> Iterator[Block]:
    campaign = reading.campaign
    if reading.problem:
        yield kit.context(stale(reading))
    yield kit.header(words.clean(campaign.name or "") or UNNAMED)
    yield kit.context(status(campaign))
    yield kit.section("\n".join(one.line for one in answers(campaign, watched, reading.as_of)))
    if troubles := _needs_a_person(reading, watched):
        yield kit.section("\n".join((f"*Needs a person*  ·  {_looked(watched, reading)}", *troubles)))
    if not options.short and (lines := list(transfer_lines(campaign, options))):
        yield kit.section("\n".join(lines))
    yield kit.section(f"*{verdict(reading)}*")


def _spoken(reading: Reading, watched: Watched, options: CardOptions, ends: Sequence[str]) -> str:
    """Say the check for notifications and screen readers (mrkdwn)."""
    campaign, troubles = reading.campaign, _needs_a_person(reading, watched)
    said = (
        stale(reading) if reading.problem else "",
        f"{name(campaign)}  ·  {status(campaign, emoji=False)}",
        *(f"{one.question} {one.says}" for one in answers(campaign, watched, reading.as_of)),
        *((f"Needs a person, {_looked(watched, reading)}:", *troubles) if troubles else ()),
        *(() if options.short else transfer_lines(campaign, options)),
        verdict(reading),
        "  ·  ".join(filter(None, ends)),
    )
    return words.shorten("\n".join(filter(None, said)), kit.TEXT)


def _needs_a_person(reading: Reading, watched: Watched) -> list[str]:
    """Say the open problems of the campaign, without those of transfers, which its own record says better (mrkdwn)."""
    found = watched.found(reading.campaign.id)
    if watched.current is None or found is None:
        return []
    assessment = watched.current.assessment
    said = wording(assessment, reading.as_of)
    open_ = [sentence(one, found, said) for one in ordered(found) if not isinstance(one, BrokenTransfers)]
    still = assessment.standing_still
    if still and reading.campaign.id.lower() in still.campaigns:
        open_ = [account_wide(assessment, said), *open_]
    return [f"{one[:1].upper()}{one[1:]}" for one in open_]


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


def _row(campaign_id: str, result: Reading | BotError) -> tuple[str, Block]:
    """Return one campaign's row as words, and as a block."""
    if isinstance(result, BotError):
        said = f"`{campaign_id}`\n{short_reason(result)}"
        return said, kit.section(said)
    named, says = name(result.campaign, 100), verdict(result)
    old = stale(result) if result.problem else ""
    lines = "\n".join(filter(None, (f"*{named}*", old, says)))
    return "  ·  ".join(filter(None, (named, old, says))), kit.section(
        lines, button=kit.button("Check", CHECK, value=result.campaign.id)
    )
