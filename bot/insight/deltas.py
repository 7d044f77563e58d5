"""What changed between two readings of an account, and what two such changes are together."""

from dataclasses import dataclass, field
from typing import Any

Flat = dict[str, Any]  # Any: JSON. A campaign's fields that are not None, by name


@dataclass(slots=True)
class Delta:
    """What changed from one reading to the next, by campaign id."""

    whole: dict[str, Flat] = field(default_factory=dict)  # new campaigns, or such that were gone in between
    added: dict[str, dict[str, int]] = field(default_factory=dict)  # differences of numbers
    put: dict[str, Flat] = field(default_factory=dict)  # other new values; None: the field is gone
    gone: set[str] = field(default_factory=set)


def note_changes(delta: Delta, id_: str, old: Flat, new: Flat) -> None:
    """Add how a campaign that was there before changed."""
    added: dict[str, int] = {}
    put: Flat = {}
    for name in old.keys() | new.keys():
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        if isinstance(was, int) and isinstance(now, int):
            added[name] = now - was
        else:
            put[name] = now
    if added:
        delta.added[id_] = added
    if put:
        delta.put[id_] = put


def apply(delta: Delta, flats: dict[str, Flat]) -> set[str]:
    """Change the fields of all campaigns. Return the ids of those that changed and are still there."""
    for id_ in delta.gone:
        del flats[id_]
    flats.update(delta.whole)
    for id_, added in delta.added.items():
        flat = flats[id_]
        for name, count in added.items():
            flat[name] += count
    for id_, put in delta.put.items():
        flats[id_] = {name: value for name, value in {**flats[id_], **put}.items() if value is not None}
    return delta.whole.keys() | delta.added.keys() | delta.put.keys()


def ids_after(ids: list[str], delta: Delta) -> list[str]:
    """Return the campaigns' ids, in order, after a change. `ids` are those before it, in order."""
    if not delta.whole and not delta.gone:
        return ids
    return sorted({*ids, *delta.whole} - delta.gone)


def merged(first: Delta, then: Delta) -> Delta:
    """Return what changed in two steps. `gone` may name campaigns that were not there before: they are left out later.

    Both may be used up by it.
    """
    for id_ in then.gone | then.whole.keys():
        for part in (first.whole, first.added, first.put):
            part.pop(id_, None)
    first.gone = (first.gone | then.gone) - then.whole.keys()
    for id_, added in then.added.items():
        for name, count in added.items():
            _add(first, id_, name, count)
    for id_, put in then.put.items():
        for name, value in put.items():
            _put(first, id_, name, value)
    first.whole.update(then.whole)
    return first


def _add(delta: Delta, id_: str, name: str, count: int) -> None:
    if id_ in delta.whole:
        delta.whole[id_][name] += count
    elif name in delta.put.get(id_, ()):
        delta.put[id_][name] += count
    else:
        mine = delta.added.setdefault(id_, {})
        mine[name] = mine.get(name, 0) + count


def _put(delta: Delta, id_: str, name: str, value: Any) -> None:  # Any: JSON
    if id_ not in delta.whole:
        delta.added.get(id_, {}).pop(name, None)
        delta.put.setdefault(id_, {})[name] = value
    elif value is None:
        delta.whole[id_].pop(name, None)
    else:
        delta.whole[id_][name] = value
