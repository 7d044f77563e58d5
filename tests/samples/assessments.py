"""Hand-made assessments: every kind of problem, several at once, an account, nothing wrong, and what is not judged."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.insight.assessment import Assessed, Assessment, OpenProblem, Outlook, TransferLook
from bot.insight.problems import (
    AllStandingStill,
    BrokenTransfers,
    Inconclusive,
    PastEnd,
    Problem,
    RunsEmpty,
    Slow,
    StandingStill,
    Unreached,
    UnusualEnds,
)
from tests.conftest import AEP

READ_AT: Final = datetime(2026, 11, 23, 14, 2, 11, tzinfo=UTC)  # 9:02 AM in New York, the zone of all these accounts
HOSTILE: Final = "<!channel> *free* <https://evil.example|_click_> :tada: +1 555 867 5309 \u202e`x`"
_HOUR: Final = timedelta(hours=1)
_KINDS: Final[dict[str, Callable[[datetime], Problem]]] = {
    "failed": lambda at: UnusualEnds("failed", at - 72 * _HOUR, 31, 90, 0.12, 412),
    "expired": lambda at: UnusualEnds("expired", at - 24 * _HOUR, 1_204, 2_010, 0.08, 9_000),
    "call-limit": lambda at: UnusualEnds("exceeded_max_calls", at - 168 * _HOUR, 9, 20, 0.15, 12),
    "standing-still": lambda at: StandingStill(at - 69 * _HOUR, 41.7),
    "standing-still-today": lambda at: StandingStill(at - timedelta(minutes=42), 9.2),
    "slow": lambda at: Slow(at - timedelta(minutes=62), 12, 58.4),
    "runs-empty": lambda at: RunsEmpty(at + 73.5 * _HOUR, at + 76 * _HOUR),
    "runs-empty-today": lambda at: RunsEmpty(at + 5 * _HOUR, at + 7 * _HOUR),
    "runs-empty-overnight": lambda at: RunsEmpty(at + 31 * _HOUR, at + 50 * _HOUR),
    "runs-empty-some-day": lambda at: RunsEmpty(at + 48 * _HOUR, at + 120 * _HOUR),
    "unreached": lambda at: Unreached(midnight(at) + timedelta(days=7), 60, 95),
    "unreached-nearly-all": lambda at: Unreached(at + 100 * _HOUR, 95, 95),
    "past-end": lambda at: PastEnd(midnight(at) - timedelta(days=3)),
    "transfers": lambda _: BrokenTransfers("transferConfig.directPhoneNumber", "missing", "There is no number to ring"),
    "no-destination": lambda _: BrokenTransfers(
        "transferConfig", "missing", "Transfers are on, but no destination is set up"
    ),
    "transfers-of-a-later-version": lambda _: BrokenTransfers("transferConfig.hologram", "dim", ""),
}


def midnight(at: datetime) -> datetime:
    """Return midnight UTC of that day, which careCycle means as a date."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def kinds(at: datetime = READ_AT) -> dict[str, Problem]:
    """Return one problem of every kind and wording, by its name in these samples."""
    return {name: make(at) for name, make in _KINDS.items()}


def campaign(number: int = 0) -> str:
    """Return the id of a made-up campaign. The first one is the sample that every test looks up."""
    return AEP if number == 0 else f"{number:08x}{AEP[8:]}"


def assessed(name: str, *problems: Problem, at: datetime = READ_AT, **fields: Any) -> Assessed:  # Any: of Assessed
    """Make an active campaign with 500 customers, 310 of whom wait, and these open problems."""
    opened = tuple(OpenProblem(one, at - 2 * _HOUR, at) for one in problems)
    usual: dict[str, Any] = {"status": "active", "customers": 500, "left": 310, "read_since": at - timedelta(days=30)}
    looked = TransferLook(at - _HOUR, "active", None)
    return Assessed(name, **usual | {"open": opened, "transfers": looked} | fields)


def account(*campaigns: Assessed, at: datetime = READ_AT, **fields: Any) -> Assessment:  # Any: of Assessment
    """Make an account of these campaigns."""
    return Assessment(at, {campaign(number): one for number, one in enumerate(campaigns)}, **fields)


def every_kind(at: datetime = READ_AT) -> Assessment:
    """Make an account in which every campaign has another kind of problem."""
    made = enumerate(kinds(at).items())
    return account(*(assessed(f"With {name}", one, at=at, left=600 - number) for number, (name, one) in made), at=at)


def many(count: int = 35, at: datetime = READ_AT) -> Assessment:
    """Make an account with so many campaigns with problems: with one, two or three of them."""
    all_kinds = list(kinds(at).values())
    each = (all_kinds[number % 16 : number % 16 + 1 + number % 3] for number in range(count))
    return account(
        *(assessed(f"Campaign {number + 1}", *one, at=at, left=9 * number) for number, one in enumerate(each)), at=at
    )


def _several(at: datetime) -> Assessment:
    of = kinds(at)
    several = assessed(
        "AEP Outreach 2026", of["runs-empty"], of["failed"], of["transfers"], of["past-end"], of["standing-still"]
    )
    return account(several, assessed("Medicare Welcome"), assessed("Spring", of["past-end"], left=None), at=at)


def _standing_still(at: datetime) -> Assessment:
    of = kinds(at)
    still = AllStandingStill(at - 93 * _HOUR, (campaign(0), campaign(1)))
    return account(
        assessed("AEP Outreach 2026"), assessed("Medicare Welcome", of["failed"]), at=at, standing_still=still
    )


def _some_standing_still(at: datetime) -> Assessment:
    still, calling = _standing_still(at), assessed("Calls on", moved=at)
    return replace(still, campaigns={**still.campaigns, campaign(2): calling})


def _calm(at: datetime) -> Assessment:
    outlook = Outlook(34, 33, at + 73.5 * _HOUR, at + 76 * _HOUR)
    active = (assessed(f"Campaign {number}", outlook=outlook) for number in range(1, 10))
    return account(*active, assessed("Over", status="completed", left=0), at=at)


def _unjudged(at: datetime) -> Assessment:
    short = {kind: Inconclusive("short_history") for kind in ("standing_still", "slow", "runs_empty")}
    young = (assessed(f"Young {number}", unjudged=short) for number in range(3))
    weekend = assessed("First Monday", unjudged={"standing_still": Inconclusive("unseen_weekday")})
    gap = assessed("After a gap", unjudged={"unusual_ends": Inconclusive("gap"), "slow": Inconclusive("gap")})
    return account(*young, weekend, gap, at=at)


def _odd(at: datetime) -> Assessment:
    reset = assessed("Reset", unjudged={"unusual_ends": Inconclusive("reset")})
    bare = assessed("Bare", unjudged={"slow": Inconclusive("no_data")}, left=None)
    return account(reset, bare, assessed("Rare", unjudged={"unreached": Inconclusive("few_calls")}), at=at)


def _not_looked_at(at: datetime) -> Assessment:
    active = (assessed(f"Campaign {number}", transfers=None) for number in range(12))
    return account(*active, assessed("Looked at", kinds(at)["transfers"], left=4), at=at, not_looked_at=12)


def _hostile(at: datetime) -> Assessment:
    says = f"Nobody in group {HOSTILE} can take a call"
    broken = BrokenTransfers("transferConfig.routingConfig.groups[x].agents", "nobody", says)
    huge = assessed("W" * 4000, *kinds(at).values(), left=10**18, customers=10**18)
    return account(assessed(HOSTILE, broken), huge, assessed("", broken, status="brand_new", left=-3), at=at)


def assessments(at: datetime = READ_AT) -> dict[str, Assessment]:
    """Return every sample, read at that moment."""
    return {
        "every-kind": every_kind(at),
        "several-in-one": _several(at),
        "standing-still": _standing_still(at),
        "some-standing-still": _some_standing_still(at),
        "nothing-wrong": _calm(at),
        "no-campaigns": account(at=at),
        "unjudged": _unjudged(at),
        "odd": _odd(at),
        "not-looked-at": _not_looked_at(at),
        "hostile": _hostile(at),
        "many": many(at=at),
    }


ASSESSMENTS: Final = assessments()
