"""Compare a digest's figures with its last delivery, and list what needs a look. Pure functions of the snapshots.

A number is compared only when both snapshots have it. A campaign that was not read the last time is neither new nor
compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.campaigns.figures import Figures, TransferProblem
from bot.digests.attention import KINDS, Count, Row, reasons, urgency
from bot.digests.snapshot import NUMBERS, Delivered, Snapshot

__all__ = ["Absent", "Comparison", "Delivered", "Total", "calls_gained", "compare"]


@dataclass(frozen=True, slots=True)
class Absent:
    """A campaign without figures: it is gone, or could not be read."""

    id: str
    name: str  # empty when unknown
    error: str = ""  # the name of the error that kept it from being read; empty when the campaign is gone


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of one number over all campaigns."""

    now: int | None  # over those that have the number; None when none has it
    delta: int | None  # the change, over those that had it the last time, too; None when none had


@dataclass(frozen=True, slots=True)
class Comparison:
    """A digest's figures compared with its last delivery."""

    rows: tuple[Row, ...]  # those that need a look first, then active ones, then by name
    totals: Mapping[str, Total]  # by the names of NUMBERS
    both: int  # how many campaigns were read both times
    new: tuple[Row, ...]
    gone: tuple[Absent, ...]
    missing: tuple[Absent, ...]  # could not be read
    attention: tuple[str, ...]  # ids of rows and of `missing` that need a look, most urgent first
    # Whether a number, a status, the list of campaigns or the missing ones changed, or a routing problem is new. True
    # for the first delivery.
    changed: bool


def compare(
    now: Snapshot,
    before: Delivered | None,
    *,
    whole: bool = True,
    with_routing: bool = True,
    with_problems: Mapping[str, bool] = MappingProxyType({}),
) -> Comparison:
    """Compare `now` with the last delivery. When not `whole`, no campaign counts as gone: it may just be unread.

    `with_problems` says of each assessed campaign, by id, whether the last assessment has problems of it.
    """
    old = before.snapshot if before else None
    rows = _in_order(
        _row(id_, found, now, old, with_routing, with_problems.get(id_)) for id_, found in now.campaigns.items()
    )
    missing = tuple(Absent(id_, _name(id_, old), error) for id_, error in sorted(now.missing.items()))
    gone = _gone(now, old) if whole and old else ()
    both = [row for row in rows if old and row.id in old.campaigns]
    new = tuple(row for row in rows if row.new)
    return Comparison(
        rows=rows,
        totals={number: _total(number, rows) for number in NUMBERS},
        both=len(both),
        new=new,
        gone=gone,
        missing=missing,
        attention=_attention(rows, missing),
        changed=old is None or bool(new or gone) or now.missing != old.missing or any(map(_has_changed, both)),
    )


def calls_gained(now: Snapshot, before: Snapshot | None) -> int | None:
    """Sum up the new calls of all campaigns whose calls both snapshots know. Return None when there is none."""
    if before is None:
        return None
    pairs = ((one.calls, before.campaigns[id_].calls) for id_, one in now.campaigns.items() if id_ in before.campaigns)
    known = [calls - was for calls, was in pairs if calls is not None and was is not None]
    return sum(known) if known else None


def _row(
    id_: str, found: Figures, now: Snapshot, old: Snapshot | None, with_routing: bool, has_problems: bool | None
) -> Row:
    one = found if with_routing else replace(found, findings=None)
    was = old.campaigns.get(id_) if old else None
    row = Row(
        id_,
        one,
        _counts(one, was, same_day=old is not None and old.day == now.day),
        was=was.status if was and was.status != one.status else None,
        new=old is not None and was is None and id_ not in old.missing,
        new_findings=_new_findings(one, was),
    )
    why = reasons(row, now, old, has_problems=has_problems)
    return replace(row, reasons=why) if why else row


def _counts(one: Figures, was: Figures | None, *, same_day: bool) -> dict[str, Count]:
    return {
        number: Count(read(one), read(was) if was and (same_day or number != "today") else None)
        for number, read in NUMBERS.items()
    }


def _new_findings(one: Figures, was: Figures | None) -> tuple[TransferProblem, ...]:
    """Return the problems that were not there the last time, or none when they were not looked at then.

    A problem is known by its field and kind. Versions before kept sentences alone: compared with these none is new.
    """
    if was is None or was.findings is None:
        return ()
    return tuple(problem for problem in one.findings or () if problem not in was.findings)


def _in_order(rows: Iterable[Row]) -> tuple[Row, ...]:
    def key(row: Row) -> tuple[object, ...]:
        calm = (len(KINDS), False, 0)
        one = row.figures
        return (*(urgency(row) if row.reasons else calm), one.status != "active", one.name.casefold(), row.id)

    return tuple(sorted(rows, key=key))


def _attention(rows: tuple[Row, ...], missing: tuple[Absent, ...]) -> tuple[str, ...]:
    urgent = [((*urgency(row), place), row.id) for place, row in enumerate(rows) if row.reasons]
    urgent += [((KINDS.index("missing"), False, 0, place), one.id) for place, one in enumerate(missing)]
    return tuple(id_ for _, id_ in sorted(urgent))


def _total(number: str, rows: tuple[Row, ...]) -> Total:
    def added(values: Iterator[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    counts = [row.counts[number] for row in rows]
    return Total(added(count.now for count in counts), added(count.delta for count in counts))


def _has_changed(row: Row) -> bool:
    compared = [row.counts[number] for number in NUMBERS if number != "today"]
    return (
        bool(row.was)
        or any(count.now != count.was for count in compared)
        or bool(row.counts["today"].delta or row.new_findings)
    )


def _gone(now: Snapshot, old: Snapshot) -> tuple[Absent, ...]:
    ids = (old.campaigns.keys() | old.missing.keys()) - now.campaigns.keys() - now.missing.keys()
    return tuple(sorted((Absent(id_, _name(id_, old)) for id_ in ids), key=lambda one: (one.name.casefold(), one.id)))


def _name(id_: str, old: Snapshot | None) -> str:
    return old.name(id_) if old else ""
