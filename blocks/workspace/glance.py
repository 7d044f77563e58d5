"""Say an account at a glance: active campaigns, who is waiting, and the calls of today beside the usual ones."""

from collections.abc import Iterator
from datetime import datetime

from blocks import kit, words
from blocks.campaigns import times
from blocks.campaigns.problems import rounded, wording
from blocks.kit import Block
from bot.insight.assessment import Assessment, Today


def glance(assessment: Assessment, now: datetime) -> Iterator[Block]:
    """Yield the account in one paragraph, with the age of its reading."""
    active = [one for one in assessment.campaigns.values() if one.status == "active"]
    waiting = [one.left for one in active if one.left is not None and one.left >= 0]
    stands = (
        f"*{words.amount(len(active), 'active campaign')}*" if active else "*No active campaign*",
        f"{words.number(sum(waiting))} waiting" if waiting else "",
        _calls(assessment.today) if assessment.today else "",
    )
    yield kit.section("  ·  ".join(filter(None, stands)))
    yield kit.context(f"as of {times.moment(assessment.at, wording(assessment, now))}")


def _calls(today: Today) -> str:
    """Say the calls of today. Empty before anybody is called: early in the day there is nothing to say."""
    made = f"{words.amount(today.calls, 'call')} today"
    if today.usual is None:
        return made if today.calls else ""
    usual = rounded(today.usual)
    if not usual:
        return f"{made}, usually none by now" if today.calls else ""
    return f"{made}, usually about {words.number(usual)} by now"
