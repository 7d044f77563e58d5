"""Pack the readings of an account: of each only what had changed since the one before, and nothing about customers.

A packed reading names the campaigns that are new, changed or gone. Numbers are kept as differences, everything else as
it is, under the names of the fields: later versions may add fields, and versions before leave them out. A changed
campaign is named by its place among the ids of the reading before, in order, so that no id is stored twice.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from bot.campaigns import personal_numbers
from bot.campaigns.figures import Figures, TransferProblem
from bot.insight.deltas import Delta, Flat, apply, ids_after, merged, note_changes
from bot.insight.series import AccountReading

_STATE = "states."  # in front of the name of a customer state
_NUMBERS = ("customers", "calls", "today")
_TEXTS = ("name", "status")
_MOMENTS = ("ends", "starts", "updated")
_column_text = json.JSONEncoder(separators=(",", ":")).encode
_LEVEL = 6  # of zlib: 9 saves one byte in a thousand


class Packed(NamedTuple):
    """A reading as it is stored."""

    at: datetime
    packed: bytes
    coarse: bool = False


class Unreadable(ValueError):
    """A packed reading does not follow on the one before it."""


def pack(reading: AccountReading, before: AccountReading | None) -> bytes:
    """Return what changed since `before`, or all of it when there is none. Numbers of persons in names are masked."""
    delta, known = Delta(), before.campaigns if before else {}
    delta.gone = known.keys() - reading.campaigns.keys()
    for id_, figures in reading.campaigns.items():
        old = known.get(id_)
        if old is None:
            delta.whole[id_] = _flat(figures)
        elif old is not figures and not _same(old, figures):
            note_changes(delta, id_, _flat(old), _flat(figures))
    return _encoded(delta, sorted(known))


def pack_all(readings: Iterable[AccountReading]) -> Iterator[Packed]:
    """Pack readings one after the other, the first one whole."""
    before = None
    for reading in readings:
        yield Packed(reading.at, pack(reading, before), reading.coarse)
        before = reading


def unpack(rows: Iterable[Packed]) -> Iterator[AccountReading]:
    """Restore readings that were packed one after the other, the first one whole. Raise Unreadable."""
    flats: dict[str, Flat] = {}
    campaigns: dict[str, Figures] = {}
    ids: list[str] = []
    for row in rows:
        delta = _decoded(row.packed, ids)
        for id_ in apply(delta, flats):
            campaigns[id_] = _figures(flats[id_])
        for id_ in delta.gone:
            del campaigns[id_]
        if delta.whole or delta.gone:
            ids = sorted(flats)
        yield AccountReading(row.at, dict(campaigns), row.coarse)


def merge(rows: Iterable[Packed], kept: Iterable[datetime]) -> Iterator[tuple[Packed, bool]]:
    """Return the rows of the moments to be kept, each with whether it was changed; raise Unreadable.

    What was packed at a moment that is not kept becomes a part of the next one that is: every kept moment restores to
    what it was. The newest row must be kept.
    """
    wanted = frozenset(kept)
    ids: list[str] = []  # of the last kept reading
    now: list[str] = []  # of the last reading
    waiting: Delta | None = None
    for row in rows:
        delta = _decoded(row.packed, now)
        now = ids_after(now, delta)
        whole = delta if waiting is None else merged(waiting, delta)
        if row.at not in wanted:
            waiting = whole
            continue
        changed = waiting is not None
        yield (row._replace(packed=_encoded(whole, ids)) if changed else row), changed
        ids, waiting = now, None


def _same(one: Figures, other: Figures) -> bool:
    """Return whether all is the same, also the words of findings, which do not count when figures are compared."""
    return one == other and [found.says for found in one.findings or ()] == [
        found.says for found in other.findings or ()
    ]


def _encoded(delta: Delta, ids: Sequence[str]) -> bytes:
    """Return the bytes of a delta against the reading that had these campaigns."""
    places = {id_: place for place, id_ in enumerate(ids)}
    kept: dict[str, Any] = {"before": len(ids)}  # Any: JSON
    if gone := sorted(places[id_] for id_ in delta.gone if id_ in places):
        kept["gone"] = _gaps(gone)
    if delta.whole:
        new = sorted(delta.whole)
        kept["new"] = {"id": new, **_columns([delta.whole[id_] for id_ in new], None)}
    if grown := sorted(id_ for id_, added in delta.added.items() if any(added.values())):
        columns = _columns([delta.added[id_] for id_ in grown], 0)
        kept["added"] = {"at": _gaps([places[id_] for id_ in grown]), **columns}
    if delta.put:
        named: dict[str, dict[int, Any]] = {}  # Any: JSON
        for id_ in sorted(delta.put):
            for name, value in delta.put[id_].items():
                named.setdefault(name, {})[places[id_]] = value
        kept["put"] = {name: [_gaps(list(found)), list(found.values())] for name, found in sorted(named.items())}
    return zlib.compress(_text(kept).encode(), _LEVEL)


def _text(kept: Mapping[str, Any]) -> str:  # Any: JSON
    """Return JSON, made column by column: other threads wait while one is made, and one of thousands takes long."""
    write = {name: _text if isinstance(value, dict) else _column_text for name, value in kept.items()}
    return f"{{{','.join(f'{json.dumps(name)}:{write[name](value)}' for name, value in kept.items())}}}"


def _columns(rows: Sequence[Mapping[str, Any]], missing: object) -> dict[str, list[Any]]:  # Any: JSON
    names = dict.fromkeys(name for row in rows for name, value in row.items() if value != missing)
    return {name: [row.get(name, missing) for row in rows] for name in sorted(names)}


def _decoded(packed: bytes, ids: Sequence[str]) -> Delta:
    """Read a delta against the reading that had these campaigns. Raise Unreadable."""
    try:
        kept = json.loads(zlib.decompress(packed))
    except (ValueError, zlib.error) as error:
        raise Unreadable("no packed reading") from error
    if not isinstance(kept, dict) or kept.get("before") != len(ids):
        raise Unreadable("not packed against the reading before it")
    delta = Delta(gone={ids[place] for place in accumulate(kept.get("gone", ()))})
    new = kept.get("new", {})
    for place, id_ in enumerate(new.pop("id", ())):
        delta.whole[id_] = {name: column[place] for name, column in new.items() if column[place] is not None}
    added = kept.get("added", {})
    for row, place in enumerate(accumulate(added.pop("at", ()))):
        delta.added[ids[place]] = {name: column[row] for name, column in added.items() if column[row]}
    for name, (gaps, values) in kept.get("put", {}).items():
        for place, value in zip(accumulate(gaps), values, strict=True):
            delta.put.setdefault(ids[place], {})[name] = value
    return delta


def _gaps(places: Sequence[int]) -> list[int]:
    """Return the first place, and then how much further each is: small numbers, which pack well."""
    return [place - before for before, place in zip([0, *places], places, strict=False)]


def _flat(figures: Figures) -> Flat:
    flat: Flat = {f"{_STATE}{state}": count for state, count in figures.states.items()}
    flat |= {name: value for name in (*_TEXTS, *_NUMBERS) if (value := getattr(figures, name)) is not None}
    flat |= {name: value.isoformat() for name in _MOMENTS if (value := getattr(figures, name)) is not None}
    flat["name"] = personal_numbers.masked(figures.name)
    if figures.findings is not None:
        flat["findings"] = [[one.subject, one.kind, one.says] for one in figures.findings]
    return flat


def _figures(flat: Flat) -> Figures:
    findings = flat.get("findings")
    moments: dict[str, Any] = {name: _moment(flat[name]) for name in _MOMENTS if name in flat}
    return Figures(
        **{name: flat[name] for name in (*_TEXTS, *_NUMBERS) if name in flat},
        **moments,
        states={_state(name): count for name, count in flat.items() if name.startswith(_STATE)},
        findings=None if findings is None else tuple(TransferProblem(*one) for one in findings),
    )


@lru_cache(maxsize=10_000)  # the same object for all readings: a history of a year would hold hundred thousands
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@lru_cache(maxsize=100)  # as above
def _state(name: str) -> str:
    return name.removeprefix(_STATE)
