"""Simulated tables of the rule for unusual shares (`bot/insight/shares.py`)."""

import statistics
from collections.abc import Iterator

from bot.insight.shares import unusual_ends
from tests.simulator.account import account
from tests.simulator.plans import WEEKDAYS, Plan
from tests.simulator.runner import Ran, Rule, run
from tests.simulator.size import Size
from tests.simulator.troubles import ShareTimes

SHARES = (0.03, 0.06, 0.12, 0.2, 0.3)
ENDED = (10, 25, 60)
_BEGINS = 42  # a Monday
_SUMMER = 62  # the day on which clocks go forward: readings three hours apart are no longer at nine


def table(size: Size) -> str:
    """Return both tables."""
    return "\n".join([*_false_lines(size), "", *_noticed(size)])


def _false_lines(size: Size) -> Iterator[str]:
    yield "| healthy campaigns | digests | false lines a digest | falsely opened a day |"
    yield "|---:|---:|---:|---:|"
    for campaigns, seeds in ((size.small, range(size.seeds)), (size.large, range(100, 101))):
        digests = size.digests if campaigns == size.small else max(size.digests // 2, 3)
        ran = [_healthy(campaigns, seed, digests, size) for seed in seeds]
        total, lines = sum(one.digests for one in ran), sum(len(one.lines) for one in ran)
        opened = sum(len(one.opened) for one in ran)
        yield f"| {campaigns} | {total} | {lines / total:.3f} | {opened / total:.3f} |"


def _healthy(campaigns: int, seed: int, digests: int, size: Size) -> Ran:
    made = account(campaigns, 9, seed, every=size.each)
    return run(made, _rule, range(_SUMMER - digests, _SUMMER), each=size.each)


def _noticed(size: Size) -> Iterator[str]:
    """Yield, for shares and sizes, the median days from the first midnight until noticed, and how many ever were."""
    yield "| usual share | times | " + " | ".join(f"{ended} ended a day" for ended in ENDED) + " |"
    yield "|---:|---:|" + "---|" * len(ENDED)
    for times in (3, 2):
        for share in SHARES:
            cells = [_cell(share, times, ended, size) for ended in ENDED]
            yield f"| {share:.0%} | {times} | " + " | ".join(cells) + " |"


def _cell(share: float, times: int, ended: int, size: Size) -> str:
    shares = {"failed": share, "expired": 0.03, "exceeded_max_calls": 0.05}
    plan = Plan(0, shares, ended, 3.0, 540, 1080, WEEKDAYS, (1.0,) * 24, 0.01, -1, 999)  # type: ignore[arg-type]
    troubles = [ShareTimes(number, times, _BEGINS) for number in range(size.same)]
    made = account([plan] * size.small, 9, seed=5, troubles=troubles, every=size.each)
    ran = run(made, _rule, range(_BEGINS, _BEGINS + size.days), each=size.each)
    began = made.moment(_BEGINS, 0)
    found = [ran.noticed((plan.id, "failed")) for plan in made.plans[: size.same]]
    days = [(at - began).total_seconds() / 86400 if at else float("inf") for at in found]
    median, noticed = statistics.median_low(days), sum(at is not None for at in found) / len(found)
    return f"{median:.1f} days ({noticed:.0%})" if median < size.days else f"not noticed ({noticed:.0%})"


_rule: Rule = unusual_ends  # type: ignore[assignment]  # its keys are pairs, with a Literal
