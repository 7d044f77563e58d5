"""Find what is another thing than at the last delivery of a digest: who left, came or has another status."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bot.campaigns.figures import Figures
from bot.digests.digest import CampaignFilter
from bot.digests.report import Change, ChangeKind
from bot.digests.snapshot import DELETED, Delivered, Snapshot

ENDED = ("completed", "cancelled", "archived")
_ORDER: tuple[ChangeKind, ...] = ("deleted", "status", "left", "unread", "over", "new")  # most important first
_LEFT_KEPT = 500  # as many as a digest has campaigns
_STATUSES = ("cancelled", "paused", "archived", "completed")


@dataclass(frozen=True, slots=True)
class Leavers:
    """Campaigns of the last delivery that do not fit the digest now, by id."""

    found: Mapping[str, Figures | None] = field(default_factory=dict)  # as they are now; None: careCycle has it no more
    owed: Mapping[str, str] = field(default_factory=dict)  # the class name of the error for which nothing is known


def to_look_up(now: Snapshot, before: Delivered | None) -> Sequence[str]:
    """Return the ids of the campaigns that were in the last delivery, or were owed then, and are not in this one."""
    if before is None:
        return ()
    old = before.snapshot
    return tuple(id_ for id_ in (*old.campaigns, *old.unread) if id_ not in now.campaigns and id_ not in now.missing)


class Leaver(NamedTuple):
    """A campaign that was in the delivery before and is not in this one."""

    id: str
    name: str  # empty when unknown
    status: str | None  # with which it left; None: it was deleted, or a version before did not keep that


def who_left(now: Snapshot, before: Delivered) -> tuple[Leaver, ...]:
    """Return what left between two deliveries, by name."""
    old = before.snapshot
    found = (Leaver(id_, old.name(id_), now.left.get(id_)) for id_ in to_look_up(now, before))
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def settle(
    now: Snapshot, before: Delivered | None, leavers: Leavers, choice: CampaignFilter
) -> tuple[Snapshot, Leavers]:
    """Return the snapshot and the leavers after they were looked up.

    What still fits was only left out of careCycle's list, and is added. What is owed is kept as missing: nobody leaves
    without a word.
    """
    there = {id_: one for id_, one in leavers.found.items() if one and fits(id_, one, choice)}
    missing, old = {**now.missing, **leavers.owed}, before.snapshot if before else now
    whole = replace(
        now,
        campaigns={**now.campaigns, **there},
        missing=missing,
        names={id_: name for id_ in missing if (name := old.name(id_))},
        last={id_: one for id_ in missing if (one := old.was(id_))},
    )
    gone = {id_: one for id_, one in leavers.found.items() if id_ not in there}
    return replace(whole, left=_left_with(whole, old, gone)), replace(leavers, found=gone)


def _left_with(now: Snapshot, old: Snapshot, gone: Mapping[str, Figures | None]) -> dict[str, str]:
    """Return the statuses with which campaigns left, those of the last _LEFT_KEPT, by id, without who is back."""
    before = {id_: status for id_, status in old.left.items() if id_ not in gone}
    left = {**before, **{id_: one.status for id_, one in gone.items() if one and one.status}}
    kept = [(id_, status) for id_, status in left.items() if id_ not in now.campaigns]
    return dict(kept[-_LEFT_KEPT:])


def fits(id_: str, one: Figures, choice: CampaignFilter) -> bool:
    """Return whether a campaign is one that a digest shows."""
    if choice.ids:
        return id_ in choice.ids
    return choice.has_status(one.status) and choice.has_words(one.name)


def changes(now: Snapshot, before: Delivered | None, leavers: Leavers) -> tuple[Change, ...]:
    """Return what changed, most important first. Of a first delivery, only what could not be read."""
    found = [*_unread(now, before, leavers)]
    if before:
        found += [*_left(before.snapshot, leavers), *_other_status(now, before.snapshot), *_new(now, before.snapshot)]
    return in_order(found)


def is_new(id_: str, old: Snapshot) -> bool:
    """Return whether a campaign was not in the last delivery. One that could not be read then is not new."""
    return id_ not in old.campaigns and old.missing.get(id_, DELETED) == DELETED


def in_order(found: Sequence[Change]) -> tuple[Change, ...]:
    """Put changes in order: the most important first, and alike ones by name."""
    return tuple(sorted(found, key=_importance))


def _importance(one: Change) -> tuple[object, ...]:
    status = _STATUSES.index(one.now) if one.kind == "status" and one.now in _STATUSES else len(_STATUSES)
    return _ORDER.index(one.kind), status, one.name.casefold(), one.id


def _left(old: Snapshot, leavers: Leavers) -> Iterator[Change]:
    for id_, one in leavers.found.items():
        last, name = old.was(id_), old.name(id_)
        was = last.status if last else None
        if one is None:
            yield Change(id_, name, "deleted", was, figures=last)
        else:
            kind: ChangeKind = "status" if one.status and one.status != was else "left"
            yield Change(id_, one.name or name, kind, was, one.status, one)


def _other_status(now: Snapshot, old: Snapshot) -> Iterator[Change]:
    for id_, one in now.campaigns.items():
        was = old.was(id_)
        if was and was.status and one.status and was.status != one.status:
            yield Change(id_, one.name, "status", was.status, one.status, one)


def _new(now: Snapshot, old: Snapshot) -> Iterator[Change]:
    for id_, one in now.campaigns.items():
        if is_new(id_, old):
            was = old.left.get(id_)
            is_back = was is not None and one.status is not None and one.status != was
            yield Change(id_, one.name, "status" if is_back else "new", was, one.status, one)


def _unread(now: Snapshot, before: Delivered | None, leavers: Leavers) -> Iterator[Change]:
    """Yield what could not be read, and what is gone of the campaigns that a digest names, each once."""
    old = before.snapshot if before else None
    for id_, error in now.missing.items():
        if id_ in leavers.owed or (old and old.missing.get(id_) == error):
            continue
        last, name = old.was(id_) if old else None, (old or now).name(id_)
        was = last.status if last else None
        if error == DELETED:
            yield Change(id_, name, "deleted", was, figures=last)
        else:
            yield Change(id_, name, "unread", was, figures=last, error=error)
