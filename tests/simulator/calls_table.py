"""Simulated tables of the rules for calls: standing still, a slow pace, and when a list is empty."""

import random
import statistics
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.campaigns.figures import left
from bot.insight.forecast import outlook
from bot.insight.pace import slow
from bot.insight.problems import Slow, StandingStill, Verdict
from bot.insight.series import History
from bot.insight.standing_still import standing_still
from tests.simulator.account import Account, account
from tests.simulator.plans import WEEKDAYS, Plan, healthy
from tests.simulator.runner import Key
from tests.simulator.size import Size
from tests.simulator.troubles import RunsEmpty, Stall

AN_HOUR = (1, 2, 5, 10, 30)
_DAY = 36  # a Tuesday
_SUMMER = 62  # the day on which clocks go forward


def table(size: Size) -> str:
    """Return the three tables."""
    return "\n".join([*_false_lines(size), "", *_noticed(size), "", *_ranges(size)])


def rule(history: History, now: datetime, zone: ZoneInfo) -> dict[Key, Verdict]:
    """Judge whether each campaign stands still, and whether it is slow."""
    found: dict[Key, Verdict] = {(id_, "still"): one for id_, one in standing_still(history, now, zone)[0].items()}
    for id_, series in history.items():
        found[id_, "slow"] = slow(series, now, zone)
    return found


def calling(an_hour: float, number: int = 0) -> Plan:
    """Return a campaign that calls so often an hour from nine to five, Monday to Friday."""
    shares = {"failed": 0.1}
    return Plan(number, shares, an_hour * 8 / 3, 3.0, 540, 1020, WEEKDAYS, (1.0,) * 24, 0.0, -1, 999)  # type: ignore[arg-type]


def _false_lines(size: Size) -> Iterator[str]:
    yield "| healthy campaigns | digests | stand still, a digest | slow, a digest |"
    yield "|---:|---:|---:|---:|"
    for campaigns, seeds in ((size.small, range(size.seeds)), (size.large, range(100, 101))):
        digests = size.digests if campaigns == size.small else max(size.digests // 2, 3)
        days = range(_SUMMER - digests, _SUMMER)
        said = [
            kind
            for seed in seeds
            for made in [account(campaigns, 9, seed)]
            for day in days
            for kind in _lines(made, day)
        ]
        total = len(seeds) * digests
        yield f"| {campaigns} | {total} | {said.count('still') / total:.3f} | {said.count('slow') / total:.3f} |"


def _lines(made: Account, day: int) -> Iterator[str]:
    """Yield what both readings before the digest of nine show: without two calm ones it is open."""
    before, now = (
        {key for key, one in rule(made.history(at), at, made.zone).items() if isinstance(one, StandingStill | Slow)}
        for at in (made.moment(day, 8, 45), made.moment(day, 9))
    )
    yield from (kind for _, kind in before & now)


def _noticed(size: Size) -> Iterator[str]:
    """Yield, for usual paces, how long stalls took; three of ten stop, or they are one line."""
    yield "| usual calls an hour | hours until a stall at 10:40 is noticed | the slowest | calls expected by then |"
    yield "|---:|---:|---:|---:|"
    for an_hour in AN_HOUR:
        stalls = [Stall(number, _DAY) for number in range(size.small * 3 // 10)]
        found = [
            one
            for seed in range(size.seeds)
            for one in _stalled(account([calling(an_hour)] * size.small, 6, seed, stalls))
        ]
        hours = sorted(hours for hours, _ in found) or [0.0]
        expected = statistics.median(one.expected for _, one in found) if found else 0.0
        yield f"| {an_hour} | {statistics.median(hours):.1f} | {hours[-1]:.1f} | {expected:.1f} |"


def _stalled(made: Account) -> Iterator[tuple[float, StandingStill]]:
    """Yield how many hours from nine to five it took until two readings in a row showed a stall."""
    stalled = made.moment(_DAY, 10, 40)
    shown: dict[str, int] = {}
    noticed = 0
    for quarter in range(4 * 24 * 3):
        if noticed == len(made.troubles):
            return
        now = stalled + timedelta(minutes=5 + 15 * quarter)
        local = now.astimezone(made.zone)
        if not 9 <= local.hour < 17:
            continue
        for id_, one in standing_still(made.history(now), now, made.zone)[0].items():
            shown[id_] = shown.get(id_, 0) + 1 if isinstance(one, StandingStill) else 0
            if shown[id_] == 2 and isinstance(one, StandingStill) and one.since <= stalled + timedelta(minutes=5):
                noticed += 1
                yield (now - stalled) / timedelta(hours=1) - 16 * (local.date() - stalled.date()).days, one


def _ranges(size: Size) -> Iterator[str]:
    """Yield how often the 80 % range holds the moment at which nobody is left, by how far away that is."""
    yield "| empty within | ranges | hold it | nothing said | median width, hours |"
    yield "|---:|---:|---:|---:|---:|"
    found = [one for seed in range(size.seeds) for one in _foretold(size.small, seed)]
    for least, most in ((0, 1), (1, 3), (3, 7)):
        near = [one for one in found if least <= one[0] < most]
        said = [(hit, width) for _, hit, width in near if width is not None]
        hits = sum(hit for hit, _ in said) / max(len(said), 1)
        wide = statistics.median([width for _, width in said] or [0.0])
        unsaid = (len(near) - len(said)) / max(len(near), 1)
        yield f"| {most} day{'s' * (most > 1)} | {len(said)} | {hits:.0%} | {unsaid:.0%} | {wide:.0f} |"


def _foretold(campaigns: int, seed: int) -> Iterator[tuple[float, bool, float | None]]:
    """Yield, each morning, in how many days a list is empty, whether the range holds that, and how wide it is."""
    dice = random.Random(seed)
    plans = [healthy(number, 49, random.Random(f"{seed}/{number}")) for number in range(campaigns)]
    lists = [RunsEmpty(number, 29, int(one.ended * dice.uniform(1, 12)) + 2) for number, one in enumerate(plans)]
    made = account(plans, 8, seed, lists)
    for number, one in enumerate(plans):
        if one.starts >= 0 or one.lasts < 49:
            continue
        (whole,) = made.history(made.moment(52), only=[number]).values()
        after = [point.at for point in whole.points if point.at > made.moment(29) and left(point.figures) == 0]
        for day in range(30, 48) if after else ():
            now = made.moment(day)
            if now < after[0]:
                yield _told(made, number, now, after[0])


def _told(made: Account, number: int, now: datetime, empty: datetime) -> tuple[float, bool, float | None]:
    (series,) = made.history(now, only=[number]).values()
    found, days = outlook(series, now, made.zone), (empty - now) / timedelta(days=1)
    if found.empty_from is None or found.empty_until is None:
        return days, False, None
    held = found.empty_from <= empty <= found.empty_until + timedelta(minutes=15)
    return days, held, (found.empty_until - found.empty_from) / timedelta(hours=1)
