"""A campaign's numbers as a digest keeps and compares them: small, plain, and nothing that must not be stored."""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.campaigns import phone_numbers

COUNTED = ("pending", "in_progress", "completed", "failed", "expired", "exceeded_max_calls", "cancelled", "skipped")
_AS_THEY_ARE = ("name", "status", "customers", "calls", "today")  # fields that are JSON already
_LEFT = ("pending", "in_progress")


@dataclass(frozen=True, slots=True)
class Figures:
    """One campaign at one moment. None is "no data", never 0. `states` holds what the API counted of COUNTED.

    `findings`: titles of what is wrong with its transfers; None where the routing was not read.
    """

    name: str
    status: str | None = None
    customers: int | None = None
    calls: int | None = None
    today: int | None = None
    states: Mapping[str, int] = field(default_factory=dict)
    ends: datetime | None = None
    findings: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a delivery showed: campaigns by id as they were at `as_of`, and why those in `missing` could not be read.

    `day` is the local day of `as_of` in the digest's zone: calls today of another day are not compared. `names`: of
    those in `missing`, as far as they were known.
    """

    as_of: datetime
    day: date
    campaigns: Mapping[str, Figures]
    missing: Mapping[str, str] = field(default_factory=dict)  # by id, the name of the error
    stalled: frozenset[str] = frozenset()  # ids of those it said stand still
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, campaign_id: str) -> str:
        """Of a campaign it showed or missed; empty where it is not known."""
        one = self.campaigns.get(campaign_id)
        return one.name if one else self.names.get(campaign_id, "")


def finished(one: Figures) -> int | None:
    """Customers who are neither pending nor in progress; None without data, or where it contradicts itself."""
    known = [count for state, count in one.states.items() if state not in _LEFT]
    done = sum(known)
    if not known or min(known) < 0 or one.customers is None or done > one.customers:
        return None
    return done


def left(one: Figures) -> int | None:
    """Customers still to be called: pending and in progress; None unless both are known."""
    known = [one.states.get(state) for state in _LEFT]
    return None if None in known else sum(count for count in known if count is not None)


# What a digest shows of a campaign.
NUMBERS: dict[str, Callable[[Figures], int | None]] = {
    "calls": lambda one: one.calls,
    "today": lambda one: one.today,
    "completed": lambda one: one.states.get("completed"),
    "failed": lambda one: one.states.get("failed"),
    "left": left,
}


def pack(snapshot: Snapshot) -> bytes:
    """For the ledger."""
    kept = {
        "as_of": snapshot.as_of.isoformat(),
        "day": snapshot.day.isoformat(),
        "campaigns": {id_: _kept(figures) for id_, figures in snapshot.campaigns.items()},
        "missing": dict(snapshot.missing),
        "stalled": sorted(snapshot.stalled),
        "names": {id_: phone_numbers.masked(name) for id_, name in snapshot.names.items()},
    }
    return zlib.compress(json.dumps(kept, separators=(",", ":")).encode(), level=6)


def unpack(packed: bytes) -> Snapshot:
    """The inverse."""
    kept = json.loads(zlib.decompress(packed))
    campaigns = {id_: _figures(one) for id_, one in kept["campaigns"].items()}
    as_of, day = datetime.fromisoformat(kept["as_of"]), date.fromisoformat(kept["day"])
    names = kept.get("names", {})  # earlier ones have none
    return Snapshot(as_of, day, campaigns, kept["missing"], frozenset(kept["stalled"]), names)


def _kept(figures: Figures) -> dict[str, Any]:  # Any: JSON
    row: dict[str, Any] = {name: getattr(figures, name) for name in _AS_THEY_ARE}
    row["name"] = phone_numbers.masked(figures.name)  # as it is shown; filters go by what careCycle says
    row["states"] = dict(figures.states)
    row["ends"] = figures.ends.isoformat() if figures.ends else None
    row["findings"] = None if figures.findings is None else list(figures.findings)
    return row


def _figures(row: dict[str, Any]) -> Figures:  # Any: as above
    ends, findings = row.pop("ends"), row.pop("findings")
    return Figures(
        **row,
        ends=datetime.fromisoformat(ends) if ends else None,
        findings=None if findings is None else tuple(findings),
    )
