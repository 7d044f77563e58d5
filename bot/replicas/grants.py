"""The rules by which all replicas share the requests of a careCycle key: pure functions of what counts at a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from bot.carecycle.rate_limit import FOR_PEOPLE, PER_MINUTE, Asker
from bot.store.request_budgets import WINDOW, Lease, Use

LENGTH = 5.0  # seconds that a lease lasts by the database's clock
_UNEVEN = 2  # requests of each replica in the first minute of an outage: a balancer does not share out exactly
ALLOWED: Mapping[Asker, int] = {Asker.PERSON: PER_MINUTE, Asker.BACKGROUND: PER_MINUTE - FOR_PEOPLE}


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a lease: how long ago requests arrived at careCycle, and how many may still arrive or be sent."""

    lease: str
    ages: tuple[float, ...]
    open: int


@dataclass(frozen=True, slots=True)
class Wish:
    """The requests for which a replica asks: those that wait, and more for those that will come soon."""

    lease: str  # the id that the lease is to have
    waiting: int
    more: int


def settle(use: Use, now: float, reports: Sequence[Report]) -> Use:
    """Return what counts after these reports, of which the replica may send one twice."""
    leases, sent = {one.id: one for one in use.leases}, list(use.sent)
    for one in reports:
        sent += [now - age for age in one.ages]
        if not one.open:
            leases.pop(one.lease, None)
        elif known := leases.get(one.lease):  # what is still under way may arrive now
            leases[one.lease] = Lease(one.lease, one.open, max(known.ends, now))
        else:
            leases[one.lease] = Lease(one.lease, one.open, now + LENGTH)
    return replace(use, sent=tuple(sent), leases=tuple(leases.values())).at(now)


def grant(use: Use, now: float, wishes: Mapping[Asker, Wish], held_back: int = 0) -> Use:
    """Return what counts after as much is granted as there is: to people first, and to background work what it may.

    `held_back` requests are left to replicas of which the database does not know what they have sent.
    """
    if use.closed_until > now:
        return use
    for asker in Asker:
        if wish := wishes.get(asker):
            free = max(room(use, now, asker) - held_back, 0)
            more = min(wish.more, max(free - wish.waiting, 0) // 4)  # few when little is left: others may need them
            if given := min(wish.waiting + more, free):
                use = replace(use, leases=(*use.leases, Lease(wish.lease, given, now + LENGTH)))
    return use


def is_enough(use: Use, wishes: Mapping[Asker, Wish]) -> bool:
    """Return whether as much was granted as is waited for."""
    given = {one.id: one.requests for one in use.leases}
    return all(given.get(wish.lease, 0) >= wish.waiting for wish in wishes.values())


def room(use: Use, now: float, asker: Asker) -> int:
    """Return how many requests are free for whoever asks."""
    return max(ALLOWED[asker] - sum(end > now for end in use.ends()), 0)


def wait(use: Use, now: float, asker: Asker) -> float:
    """Return the seconds until there is room for one request; 0 when there is."""
    ends = [end for end in use.ends() if end > now]
    over = len(ends) - ALLOWED[asker]
    return max(use.closed_until - now, ends[over] - now if over >= 0 else 0.0, 0.0)


def share(use: Use, now: float, asker: Asker, replicas: int, own: Sequence[float]) -> int:
    """Return how many requests each of so many replicas may send while none hears of the others.

    It is its part of what is free by what it last heard, since when others may have been given some of that. So it is
    also its part of a whole minute at most, in which its `own` requests of before count: the times when it sent them. A
    few stay unused while there are some, since nobody knows whether others have sent more than their part.
    """
    recent = _recent(own, now)
    its_part = ALLOWED[asker] // replicas - recent - (_UNEVEN if recent and replicas > 1 else 0)
    return max(min(room(use, now, asker) // replicas, its_part), 0)


def share_wait(
    use: Use, now: float, asker: Asker, replicas: int, own: Sequence[float], by_lease: Sequence[float]
) -> float:
    """Return the seconds until a replica's share has room for one more request; 0 when it has.

    `own`: when it has sent the requests of its share, by the clock of `now`; `by_lease`: those of before.
    """

    def has_room(at: float) -> bool:
        return _recent(own, at) < share(use, at, asker, replicas, by_lease)

    moments = sorted({now, *(one + WINDOW for one in (*own, *by_lease)), *use.ends()})
    first = next((at for at in moments if at >= now and has_room(at)), inf)
    return max(min(first - now, WINDOW), use.closed_until - now)


def _recent(sent: Sequence[float], now: float) -> int:
    return sum(one + WINDOW > now for one in sent)
