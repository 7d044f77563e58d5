"""What a digest stores of campaigns and compares: names, statuses and counts, and nothing about single customers."""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.campaigns import personal_numbers
from bot.campaigns.figures import Figures, TransferProblem, left
from bot.digests.report import Said

DELETED = "CampaignNotFound"  # of a campaign in `Snapshot.missing`: careCycle no longer has it
# What a snapshot keeps of a campaign. The version before fails on any other name.
_KEPT = ("name", "status", "customers", "calls", "today", "states", "ends", "findings")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a delivery showed."""

    as_of: datetime
    day: date  # of `as_of` in the digest's zone, for the version before: it compares "calls today" within a day
    campaigns: Mapping[str, Figures]  # by id, as they were at `as_of`
    missing: Mapping[str, str] = field(default_factory=dict)  # by id, the name of the error that prevented reading it
    names: Mapping[str, str] = field(default_factory=dict)  # of campaigns in `missing`, when known
    last: Mapping[str, Figures] = field(default_factory=dict)  # those in `missing` as they were read last, when known
    said: tuple[Said, ...] | None = None  # the problems that the channel knows of; None: a version before kept none
    left: Mapping[str, str] = field(default_factory=dict)  # by id, the status of which the channel was told at leaving

    @property
    def unread(self) -> tuple[str, ...]:
        """The ids of the campaigns of which nothing was learned. Those that were deleted are none."""
        return tuple(id_ for id_, error in self.missing.items() if error != DELETED)

    def name(self, campaign_id: str) -> str:
        """Return the name of a campaign it showed or missed. Return an empty string when it is unknown."""
        one = self.campaigns.get(campaign_id)
        return one.name if one else self.names.get(campaign_id, "")

    def was(self, campaign_id: str) -> Figures | None:
        """Return a campaign as it was at the delivery, or as it was read last before that."""
        return self.campaigns.get(campaign_id) or self.last.get(campaign_id)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a digest compares with: what it delivered, and when."""

    at: datetime
    snapshot: Snapshot


def _possible(count: int | None) -> int | None:
    """Return a count; None when careCycle does not say it, or says fewer than none."""
    return None if count is None or count < 0 else count


# The numbers of a campaign that digests compare. None: unknown. Calls today are none: each day they begin anew.
NUMBERS: dict[str, Callable[[Figures], int | None]] = {
    "calls": lambda one: _possible(one.calls),
    "completed": lambda one: _possible(one.states.get("completed")),
    "failed": lambda one: _possible(one.states.get("failed")),
    "left": left,
}


def pack(snapshot: Snapshot) -> bytes:
    """Return the snapshot as bytes for the ledger, with numbers of persons in campaign names masked.

    The version before reads it, too: it takes the sentences in `findings`, and `stalled`, and leaves out `problems`,
    `last`, `left` and `said`.
    """
    kept: dict[str, Any] = {  # Any: JSON
        "as_of": snapshot.as_of.isoformat(),
        "day": snapshot.day.isoformat(),
        "campaigns": {id_: _kept(figures) for id_, figures in snapshot.campaigns.items()},
        "missing": dict(snapshot.missing),
        "stalled": sorted({one.campaign_id for one in snapshot.said or () if one.problem[0] == "standing_still"}),
        "names": {id_: personal_numbers.masked(name) for id_, name in snapshot.names.items()},
        "problems": {
            id_: [[one.subject, one.kind] for one in figures.findings]
            for id_, figures in snapshot.campaigns.items()
            if figures.findings is not None
        },
    }
    if snapshot.last:
        kept["last"] = {id_: _kept(figures) for id_, figures in snapshot.last.items()}
    if snapshot.left:
        kept["left"] = dict(snapshot.left)
    if snapshot.said is not None:
        kept["said"] = [
            [one.campaign_id, one.problem, one.told.isoformat(), one.waiting, one.calm and one.calm.isoformat()]
            for one in snapshot.said
        ]
    return zlib.compress(json.dumps(kept, separators=(",", ":")).encode(), level=6)


def unpack(packed: bytes) -> Snapshot:
    """Return the snapshot that was packed, by this version or an earlier one."""
    kept = json.loads(zlib.decompress(packed))
    problems = kept.get("problems", {})  # versions before kept sentences alone, which cannot be compared
    campaigns = {id_: _figures(one, problems.get(id_)) for id_, one in kept["campaigns"].items()}
    as_of, day = datetime.fromisoformat(kept["as_of"]), date.fromisoformat(kept["day"])
    names = kept.get("names", {})  # older rows have none
    last = {id_: _figures(one, None) for id_, one in kept.get("last", {}).items()}
    left_with = kept.get("left", {})
    return Snapshot(as_of, day, campaigns, kept["missing"], names, last, _said(kept.get("said")), left_with)


def _said(rows: list[Any] | None) -> tuple[Said, ...] | None:  # Any: JSON
    if rows is None:
        return None
    return tuple(
        Said(id_, tuple(problem), datetime.fromisoformat(told), waiting, calm and datetime.fromisoformat(calm))
        for id_, problem, told, waiting, calm in rows
    )


def _kept(figures: Figures) -> dict[str, Any]:  # Any: JSON
    row: dict[str, Any] = {name: getattr(figures, name) for name in _KEPT}
    row["name"] = personal_numbers.masked(figures.name)  # as it is shown; filters use careCycle's own name
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
        findings=None
        if found is None
        else tuple(TransferProblem(subject, kind, one) for (subject, kind), one in found),
    )
