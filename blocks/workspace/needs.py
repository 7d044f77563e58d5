"""Build the part of the App Home that says what needs a person, as the account's last reading showed it."""

from collections.abc import Iterator
from datetime import datetime

from blocks import kit, words
from blocks.campaigns import times
from blocks.campaigns.campaign import CHECK, UNNAMED
from blocks.campaigns.problems import Wording, account_wide, sentences, wording
from blocks.campaigns.unjudged import of_active, unjudged
from blocks.kit import Block
from bot.insight.assessment import Assessed, Current

_SHOWN = 5  # campaigns
_SAID = 3  # problems of one campaign
_NAME = 100  # characters


def needs(current: Current, now: datetime, command: str) -> Iterator[Block]:
    """Yield the account's trouble and its first campaigns that need a person, most customers waiting first."""
    assessment, said = current.assessment, wording(current.assessment, now, waiting=False)
    found = assessment.needing_a_person()
    yield kit.header("What needs a person")
    if everywhere := account_wide(assessment, said):
        yield kit.section(f"🔴 *{everywhere}*{_who(current, '', said)}")
    for campaign_id, one in found[:_SHOWN]:
        yield kit.section(_row(campaign_id, one, current, said), button=kit.button("Check", CHECK, value=campaign_id))
    if not found and not everywhere:
        nothing = "Nothing was found" if unjudged(assessment) else "Nothing"
        yield kit.section(f"{nothing}{of_active(assessment)}.")
    yield kit.context(*_ends(len(found), assessment.not_looked_at, times.moment(assessment.at, said), command))


def _row(campaign_id: str, one: Assessed, current: Current, said: Wording) -> str:
    name = words.literal(one.name, _NAME) or f"{UNNAMED} `{campaign_id[:8]}`"
    waiting = f"  ·  {words.number(one.left)} waiting" if one.left is not None and one.left >= 0 else ""
    problems = sentences(one, said)
    more = (f"and {words.number(len(problems) - _SAID)} more",) if len(problems) > _SAID else ()
    lines = "".join(f"\n•  {line}" for line in (*problems[:_SAID], *more))
    return f"*{name}*{waiting}{lines}{_who(current, campaign_id, said)}"


def _who(current: Current, campaign_id: str, said: Wording) -> str:
    """Say who takes care of it (mrkdwn). Empty when nobody does."""
    on_it = current.on_it.get(campaign_id)
    return f"\n👤 <@{words.literal(on_it.by, 64)}> has been on it since {times.moment(on_it.at, said)}" if on_it else ""


def _ends(found: int, not_looked_at: int, read: str, command: str) -> Iterator[str]:
    yield f"as of {read}"
    if found > _SHOWN:
        yield f"{words.number(found - _SHOWN)} more in `{command} problems`"
    if not_looked_at:
        yield f"transfers of {words.amount(not_looked_at, 'campaign')} not looked at yet"
