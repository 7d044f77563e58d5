"""What a delivery showed, packed: five hundred campaigns take about twenty kilobytes."""

import json
import zlib
from datetime import date, datetime
from typing import Any

from bot.campaigns import phone_numbers
from bot.digests.snapshot import Figures, Snapshot

_SHORT = ("name", "status", "customers", "calls", "today")


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
    row: dict[str, Any] = {name: getattr(figures, name) for name in _SHORT}
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
