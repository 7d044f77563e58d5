"""Build the window with problems that digests do not tell again: what is known, and what is quiet until when.

A digest's line of known problems, `/campaign problems`, a card and App Home lead to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from blocks import kit, words
from blocks.campaigns import times
from blocks.campaigns.campaign import CHECK, UNNAMED
from blocks.campaigns.problems import Wording, account_wide, ordered, sentence, wording
from blocks.campaigns.quiet_buttons import LIFT, ON_IT, OPEN, QUIETED, of_campaign, place, taking
from blocks.card_options import WHOLE, CardOptions, why_short
from blocks.kit import Block
from bot.insight.assessment import Assessed, Current, Quiet
from bot.insight.problems import Problem
from bot.insight.quiet import quiet_of

TITLE = "Open problems"
NOTE = 150  # characters
_NAME = 100  # characters
_MOST = 40  # campaigns in a window, with two blocks each (Slack: a hundred)
_NOTHING, _NOTHING_QUIET = "None of these problems is open anymore.", "Nothing is quiet anymore."

Found = tuple[str, Assessed]  # a campaign's id, and the campaign


@dataclass(frozen=True, slots=True)
class Window:
    """For whom the window is drawn, and what it knows."""

    current: Current
    found: Sequence[Found]  # the campaigns it is about that have open problems
    about: str  # the value that opened it
    now: datetime
    reader: str  # Slack id
    may_set: bool = False  # the reader is a full member
    options: CardOptions = WHOLE
    command: str = "/campaign"


def window(seen: Window, metadata: str) -> Block:
    """Build the window: each campaign with its problems, those that are quiet last and marked."""
    said = wording(seen.current.assessment, seen.now, waiting=False)
    found = [one for one in seen.found if ordered(one[1], seen.options)]
    rows = [block for one in found[:_MOST] for block in _row(one, seen, said)]
    everywhere = account_wide(seen.current.assessment, said)
    blocks = [
        *((kit.section(f"🔴 *{everywhere}*"),) if everywhere else ()),
        *(rows or (kit.section(_NOTHING_QUIET if seen.about == QUIETED else _NOTHING),)),
        *((kit.context(_more(len(found) - _MOST, seen.command)),) if found[_MOST:] else ()),
        *(
            (kit.actions(kit.button("Quiet until …", OPEN, value=seen.about)),)
            if len(found) > 1 and seen.may_set
            else ()
        ),
        kit.context(f"as of {times.moment(seen.current.assessment.at, said)}", why_short(seen.options)),
    ]
    return {**kit.modal(TITLE, blocks), "private_metadata": metadata}


def until(quiet: Quiet, zone: str, now: datetime, *, note: bool = True) -> str:
    """Say until when a problem is quiet, who wanted that, and why (mrkdwn).

    `note` says whether the note is shown: never in channels shared with another company.
    """
    why = f": {words.literal(quiet.note, NOTE)}" if note and quiet.note else ""
    return f"quiet until {words.weekday(quiet.until.astimezone(ZoneInfo(zone)), now)}, by <@{quiet.by}>{why}"


def in_order(
    campaign_id: str, one: Assessed, current: Current, now: datetime, options: CardOptions = WHOLE
) -> list[tuple[Problem, Quiet | None]]:
    """Return the open problems of a campaign that may be shown, most urgent first, those that are quiet last."""
    found = [(problem, quiet_of(current, campaign_id, problem, now)) for problem in ordered(one, options)]
    return sorted(found, key=lambda pair: pair[1] is not None)


def is_all_quiet(
    campaign_id: str, one: Assessed, current: Current, now: datetime, options: CardOptions = WHOLE
) -> bool:
    """Return whether all open problems of a campaign that may be shown are quiet. False when there is none."""
    problems = ordered(one, options)
    return bool(problems) and all(quiet_of(current, campaign_id, problem, now) for problem in problems)


def lines(
    campaign_id: str, one: Assessed, current: Current, said: Wording, options: CardOptions = WHOLE
) -> Iterator[str]:
    """Yield each open problem of a campaign (mrkdwn), and behind those that are quiet until when."""
    for problem, quiet in in_order(campaign_id, one, current, said.now, options):
        marked = f"  ·  🔕 {until(quiet, current.assessment.zone, said.now, note=not options.short)}" if quiet else ""
        yield f"{sentence(problem, one, said)}{marked}"


def name(campaign_id: str, one: Assessed, limit: int = _NAME) -> str:
    """Return the name (mrkdwn); without one, the beginning of the id tells it from others."""
    return words.literal(one.name, limit) or f"{UNNAMED} `{campaign_id[:8]}`"


def has_quiet(campaign_id: str, one: Assessed, current: Current, now: datetime) -> bool:
    """Return whether any open problem of a campaign is quiet."""
    return any(quiet_of(current, campaign_id, problem, now) for problem in one.problems)


def _more(count: int, command: str) -> str:
    return f"and {words.amount(count, 'more campaign')}; all are in `{command} problems`"


def _row(found: Found, seen: Window, said: Wording) -> Iterator[Block]:
    campaign_id, one = found
    waiting = f"  ·  {words.number(one.left)} waiting" if one.left is not None and one.left >= 0 else ""
    on_it = seen.current.on_it.get(campaign_id)
    text = (
        f"*{name(campaign_id, one)}*{waiting}",
        *(f"•  {line}" for line in lines(campaign_id, one, seen.current, said, seen.options)),
        f"👤 <@{on_it.by}> has been on it since {times.moment(on_it.at, said)}" if on_it else "",
    )
    yield kit.section("\n".join(filter(None, text)))
    yield kit.actions(kit.button("Check", CHECK, value=campaign_id), *_set(found, seen))


def _set(found: Found, seen: Window) -> Iterator[Block]:
    """Yield the buttons for full members. *End quiet* ends all that is quiet of the campaign."""
    campaign_id, one = found
    if not seen.may_set:
        return
    on_it = seen.current.on_it.get(campaign_id)
    if on_it is None or on_it.by == seen.reader:
        yield kit.button("No longer on it" if on_it else "I’m on it", ON_IT, value=taking(campaign_id, on_it))
    problems = in_order(campaign_id, one, seen.current, seen.now, seen.options)
    if any(quiet is None for _, quiet in problems):
        yield kit.button("Quiet until …", OPEN, value=of_campaign(campaign_id))
    if kinds := dict.fromkeys(problem.kind for problem, quiet in problems if quiet):
        yield kit.button("End quiet", LIFT, value=place(campaign_id, *kinds))
