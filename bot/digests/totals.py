"""Add up a digest's numbers: only the changes of campaigns that both deliveries read, and no counter that fell."""

from collections.abc import Iterable, Mapping, Sequence

from bot.campaigns.figures import Figures, finished, left
from bot.digests.changes import is_new
from bot.digests.report import Moved, Row, Totals
from bot.digests.snapshot import NUMBERS, Snapshot

_COUNTERS = ("calls", "completed")  # these only count up; `failed` falls when a customer is called again
_GAINS = ("calls", "completed", "failed")  # a change below zero is none: nobody made fewer calls than no call
_MOST = 3


def rows(now: Snapshot, old: Snapshot | None) -> tuple[Row, ...]:
    """Return every campaign that was read, by name, with its changes since the last delivery."""
    made = (_row(id_, one, old) for id_, one in now.campaigns.items())
    return tuple(sorted(made, key=lambda row: (row.figures.name.casefold(), row.id)))


def totals(found: Sequence[Row], old: Snapshot | None) -> Totals:
    """Add up the rows. A number is None when no campaign has it."""
    both = [row for row in found if old and row.id in old.campaigns]
    lists = [moves for row in both if old and (moves := _on_list(row.figures, old.campaigns[row.id]))]
    return Totals(
        campaigns=len(both),
        calls=_sum(row.changes.get("calls") for row in both),
        completed=_sum(row.changes.get("completed") for row in both),
        failed=_sum(row.changes.get("failed") for row in both),
        left=_sum(NUMBERS["left"](row.figures) for row in found),
        added=_sum(added for added, _ in lists),
        again=_sum(again for _, again in lists),
        reset=tuple(row.id for row in both if old and was_reset(row.figures, old.campaigns[row.id])),
    )


def moved(found: Sequence[Row]) -> tuple[Moved, ...]:
    """Return the campaigns that called most since the last delivery, at most three."""
    calls = [Moved(row.id, row.figures.name, row.changes["calls"]) for row in found if row.changes.get("calls")]
    return tuple(sorted(calls, key=lambda one: (-one.calls, one.name.casefold(), one.id))[:_MOST])


def was_reset(now: Figures, was: Figures) -> bool:
    """Return whether a counter that only counts up has fallen."""
    return any((_change(number, now, was) or 0) < 0 for number in _COUNTERS)


def _on_list(now: Figures, was: Figures) -> tuple[int, int] | None:
    """Return the customers who came onto a list, below zero those who were taken off it, and those left once more.

    Who was finished and is taken off changes nothing. None where counts are unknown, or do not add up.
    """
    came, more, done = (_difference(count(now), count(was)) for count in (_customers, left, finished))
    if came is None or more is None or done is None or came != more + done:
        return None
    return came if came > 0 else min(0, max(came, more)), max(0, more - max(0, came))


def _customers(one: Figures) -> int | None:
    return one.customers


def _row(id_: str, now: Figures, old: Snapshot | None) -> Row:
    was = old.campaigns.get(id_) if old else None
    return Row(id_, now, _changes(now, was) if was else {}, old is not None and is_new(id_, old))


def _changes(now: Figures, was: Figures) -> Mapping[str, int]:
    known = {number: change for number in (*_GAINS, "left") if (change := _change(number, now, was)) is not None}
    if was_reset(now, was):
        return {number: change for number, change in known.items() if number not in _GAINS}
    return {number: change for number, change in known.items() if number not in _GAINS or change >= 0}


def _change(number: str, now: Figures, was: Figures) -> int | None:
    return _difference(NUMBERS[number](now), NUMBERS[number](was))


def _difference(after: int | None, before: int | None) -> int | None:
    return None if after is None or before is None else after - before


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
