"""What a digest stores of campaigns and compares: names, statuses and counts, and nothing about single customers."""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from bot.campaigns import phone_numbers

COUNTED = ("pending", "in_progress", "completed", "failed", "expired", "exceeded_max_calls", "cancelled", "skipped")
_LEFT = ("pending", "in_progress")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a campaign's transfers."""

    subject: str  # the field of the API that decides it, with a group's id or name in place of its index
    kind: str  # one of `routing.Kind`
    says: str = field(default="", compare=False)  # in words: they may be reworded, and it stays the same problem


@dataclass(frozen=True, slots=True)
class Figures:
    """One campaign at one moment. None is "no data", never 0."""

    name: str
    status: str | None = None
    customers: int | None = None
    calls: int | None = None
    today: int | None = None  # calls today
    states: Mapping[str, int] = field(default_factory=dict)  # customers by state: those of COUNTED that the API sent
    ends: datetime | None = None
    findings: tuple[Problem, ...] | None = None  # what is wrong with its transfers; None: they were not looked at


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a delivery showed."""

    as_of: datetime
    day: date  # of `as_of` in the digest's zone: "calls today" of two days are not compared
    campaigns: Mapping[str, Figures]  # by id, as they were at `as_of`
    missing: Mapping[str, str] = field(default_factory=dict)  # by id, the name of the error that prevented reading it
    stalled: frozenset[str] = frozenset()  # ids of the campaigns shown as standing still
    names: Mapping[str, str] = field(default_factory=dict)  # of campaigns in `missing`, when known

    def name(self, campaign_id: str) -> str:
        """Return the name of a campaign it showed or missed. Return an empty string when it is unknown."""
        one = self.campaigns.get(campaign_id)
        return one.name if one else self.names.get(campaign_id, "")


def finished(one: Figures) -> int | None:
    """Count customers neither pending nor in progress. Return None without data, or when the data is contradictory."""
    known = [count for state, count in one.states.items() if state not in _LEFT]
    done = sum(known)
    if not known or min(known) < 0 or one.customers is None or done > one.customers:
        return None
    return done


def left(one: Figures) -> int | None:
    """Count customers still to be called: pending and in progress. Return None unless both are known."""
    known = [one.states.get(state) for state in _LEFT]
    return None if None in known else sum(count for count in known if count is not None)


# The numbers that a digest shows of a campaign. None: unknown.
NUMBERS: dict[str, Callable[[Figures], int | None]] = {
    "calls": lambda one: one.calls,
    "today": lambda one: one.today,
    "completed": lambda one: one.states.get("completed"),
    "failed": lambda one: one.states.get("failed"),
    "left": left,
}


def pack(snapshot: Snapshot) -> bytes:
    """Return the snapshot as bytes for the ledger, with phone numbers in campaign names masked.

    The version before reads it, too: it takes the sentences in `findings` and leaves `problems` out.
    """
    kept = {
        "as_of": snapshot.as_of.isoformat(),
        "day": snapshot.day.isoformat(),
        "campaigns": {id_: _kept(figures) for id_, figures in snapshot.campaigns.items()},
        "missing": dict(snapshot.missing),
        "stalled": sorted(snapshot.stalled),
        "names": {id_: phone_numbers.masked(name) for id_, name in snapshot.names.items()},
        "problems": {
            id_: [[one.subject, one.kind] for one in figures.findings]
            for id_, figures in snapshot.campaigns.items()
            if figures.findings is not None
        },
    }
    return zlib.compress(json.dumps(kept, separators=(",", ":")).encode(), level=6)


def unpack(packed: bytes) -> Snapshot:
    """Return the snapshot that was packed, by this version or an earlier one."""
    kept = json.loads(zlib.decompress(packed))
    problems = kept.get("problems", {})  # versions before kept sentences alone, which cannot be compared
    campaigns = {id_: _figures(one, problems.get(id_)) for id_, one in kept["campaigns"].items()}
    as_of, day = datetime.fromisoformat(kept["as_of"]), date.fromisoformat(kept["day"])
    names = kept.get("names", {})  # older rows have none
    return Snapshot(as_of, day, campaigns, kept["missing"], frozenset(kept["stalled"]), names)


def _kept(figures: Figures) -> dict[str, Any]:  # Any: JSON
    row: dict[str, Any] = {one.name: getattr(figures, one.name) for one in fields(Figures)}
    row["name"] = phone_numbers.masked(figures.name)  # as it is shown; filters use careCycle's own name
    row["states"] = dict(figures.states)
    row["ends"] = figures.ends.isoformat() if figures.ends else None
    row["findings"] = None if figures.findings is None else [one.says for one in figures.findings]
    return row


def _figures(row: dict[str, Any], problems: list[list[str]] | None) -> Figures:  # Any: as above
    """Read a campaign's figures. `problems` are the subject and the kind of each of its findings; None: not kept."""
    ends, says = row.pop("ends"), row.pop("findings")
    found = None if says is None or problems is None else zip(problems, says, strict=True)
    return Figures(
        **row,
        ends=datetime.fromisoformat(ends) if ends else None,
        findings=None if found is None else tuple(Problem(subject, kind, one) for (subject, kind), one in found),
    )
