"""What one replica knows of the requests of one careCycle key: its leases, and what counts over all replicas.

All times are seconds of this process's monotonic clock.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from bot.carecycle.rate_limit import PER_MINUTE, Asker
from bot.replicas import grants
from bot.replicas.grants import LENGTH, Report, Wish
from bot.store.request_budgets import WINDOW, Use

_ON_THE_WAY = 1.0  # seconds before its end in the database that a lease is not used any more: a request travels
_IDLE = 2.0  # seconds without a request after which what is left of a lease goes back
_SOON = LENGTH  # seconds between two leases that make the second one larger
_MOST_MORE = 8  # requests of a lease for which nobody waits yet
_KNOWN = 1.5  # seconds for which what is known of all replicas is new enough to refuse a request
_REFUSED = 1.0  # seconds until the database is asked again after it refused


@dataclass(slots=True, eq=False)
class Sent:
    """A request of this replica. `at`: the latest moment at which it can have arrived; None while it is under way."""

    at: float | None = None


@dataclass(slots=True)
class Held:
    """A lease of this replica; `left` requests may still be sent. `by_share`: the database does not know of it."""

    id: str
    asker: Asker
    ends: float
    left: int
    by_share: bool = False
    sent: list[Sent] = field(default_factory=list)  # what was not reported yet

    def reported(self, now: float) -> tuple[Report, list[Sent]]:
        """Return the report of this moment, and the requests that need no other one once it has arrived."""
        over = [one for one in self.sent if one.at is not None]
        ages = tuple(now - one.at for one in over if one.at is not None)
        return Report(self.id, ages, self.left + len(self.sent) - len(over)), over


@dataclass(slots=True)
class KeyBudget:
    """The requests of one key, as this replica knows them."""

    name: str  # the key's fingerprint
    use: Use = field(default_factory=Use)  # what counts over all replicas, when it was last heard
    heard: float = float("-inf")  # when that was
    stored: Use = field(default_factory=Use)  # the same, by the database's clock
    closed_until: float = float("-inf")
    is_told: bool = True  # whether all replicas know until when it is closed
    waiting: dict[Asker, list["asyncio.Future[None]"]] = field(default_factory=lambda: {one: [] for one in Asker})
    exchange: "asyncio.Task[None] | None" = None
    held: list[Held] = field(default_factory=list)
    used: float = float("-inf")  # when it was last used here
    # The last requests sent by leases: a minute has no more.
    _by_lease: deque[Sent] = field(default_factory=lambda: deque(maxlen=PER_MINUTE))
    _refused: dict[Asker, float] = field(default_factory=dict)
    _last: dict[Asker, tuple[float, int]] = field(default_factory=dict)  # when a lease came, and how large it was

    def take(self, asker: Asker, now: float) -> Sent | None:
        """Send one request by a lease, if there is one: people may use also what background work was given."""
        askers = (asker,) if asker is Asker.BACKGROUND else (Asker.PERSON, Asker.BACKGROUND)
        for wanted in askers:
            for one in self.held:
                if one.asker is wanted and one.left and now < one.ends:
                    return self._send(one, now)
        return None

    def take_of_share(self, asker: Asker, now: float) -> Sent:
        """Send one request without a lease, as `share_wait` allows."""
        own = next((one for one in self.held if one.by_share), None)
        if own is None:
            self.held.append(own := Held(uuid4().hex[:12], asker, now, 0, by_share=True))
        own.left += 1
        own.sent = [one for one in own.sent if one.at is None or one.at > now - WINDOW]
        return self._send(own, now)

    def _send(self, lease: Held, now: float) -> Sent:
        lease.left -= 1
        lease.sent.append(sent := Sent())
        if not lease.by_share:
            self._by_lease.append(sent)
        self.used = now
        return sent

    def wait(self, asker: Asker, now: float) -> float:
        """Return the seconds to wait by what is known; 0 when the database has to be asked."""
        until = max(self.closed_until, self._refused.get(asker, now))
        goes_back = any(one.left and now >= one.ends for one in self.held)
        is_known = now - self.heard < _KNOWN and not goes_back
        known = grants.wait(self.use, now, asker) if until > now or is_known else 0.0
        return max(until - now, known, 0.0)

    def share_wait(self, asker: Asker, now: float, replicas: int) -> float:
        """Return the seconds until the share of this replica has room, while the database does not answer."""
        wait = grants.share_wait(self.use, now, asker, replicas, self._sent_by_share(now), self._sent_by_lease(now))
        return max(self.closed_until - now, wait, 0.0)

    def share_room(self, asker: Asker, now: float, replicas: int) -> int:
        """Return how many requests may be sent while the database does not answer."""
        share = grants.share(self.use, now, asker, replicas, self._sent_by_lease(now))
        recent = sum(at > now - WINDOW for at in self._sent_by_share(now))
        return 0 if self.closed_until > now else max(share - recent, 0)

    def _sent_by_share(self, now: float) -> list[float]:
        return [now if one.at is None else one.at for held in self.held if held.by_share for one in held.sent]

    def _sent_by_lease(self, now: float) -> list[float]:
        return [now if one.at is None else one.at for one in self._by_lease]

    def room(self, asker: Asker, now: float) -> int:
        """Return how many requests may be sent, by what is known."""
        own = sum(one.left for one in self.held if asker is Asker.PERSON or one.asker is asker)
        return 0 if self.closed_until > now else own + grants.room(self.use, now, asker)

    def close(self, until: float, *, told: bool) -> None:
        """Let nothing be sent until then. `told`: all replicas know."""
        if until > self.closed_until:
            self.closed_until, self.is_told = until, told

    def all_waiting(self) -> "list[asyncio.Future[None]]":
        """Return who waits for an exchange with the database."""
        for asker, waiting in self.waiting.items():
            self.waiting[asker] = [one for one in waiting if not one.done()]
        return [one for waiting in self.waiting.values() for one in waiting]

    def is_idle(self, now: float) -> bool:
        """Return whether there is nothing to know of the key."""
        busy = self.held or self.exchange or self.closed_until > now or self.all_waiting()
        return not busy and all(end <= now for end in self.use.ends())

    def wishes(self, now: float) -> dict[Asker, Wish]:
        """Return what to ask for: more than is waited for, when the last lease was soon used up."""
        found = {}
        for asker, waiting in self.waiting.items():
            if count := sum(not one.done() for one in waiting):
                at, given = self._last.get(asker, (now - WINDOW, 0))
                more = min(2 * given, _MOST_MORE) if now - at < _SOON else 0
                found[asker] = Wish(uuid4().hex[:12], count, more)
        return found

    def granted(self, wishes: dict[Asker, Wish], use: Use, began: float, now: float) -> None:
        """Note what the database has granted to an exchange that `began` then."""
        given = {one.id: one.requests for one in use.leases}
        for asker, wish in wishes.items():
            if count := given.get(wish.lease, 0):
                self.held.append(Held(wish.lease, asker, began + LENGTH - _ON_THE_WAY, count))
                self._last[asker] = now, count
            if count < wish.waiting:
                self._refused[asker] = now + _REFUSED

    def learn(self, use: Use, at: float, now: float) -> None:
        """Note what counts over all replicas. `at`: the time by the database's clock, as all of its times."""
        self.stored, self.use, self.heard = use, use.moved(now - at), now
        self.close(self.use.closed_until, told=True)

    def give_back(self, now: float, *, all_of_it: bool = False) -> None:
        """Send nothing more by leases that have ended, or that nobody uses: the next report gives the rest back."""
        self.held = [one for one in self.held if one.by_share or now < one.ends + WINDOW]
        for one in self.held:
            if all_of_it or now >= one.ends or now - self.used >= _IDLE or self.closed_until > now:
                one.left = 0

    def reports(self, now: float) -> list[tuple[Held, Report, list[Sent]]]:
        """Return a report of each lease. `reported` is to be called with them once they have arrived."""
        self.held = [one for one in self.held if one.left or one.sent]
        return [(one, *one.reported(now)) for one in self.held]

    def reported(self, told: Sequence[tuple[Held, Report, list[Sent]]]) -> None:
        """Forget what the database knows now."""
        for one, _, over in told:
            one.sent = [sent for sent in one.sent if sent not in over]

    def has_to_report(self, now: float) -> bool:
        """Return whether others would gain from a report: of what goes back, or of how long ago requests were."""
        few = grants.room(self.use, now, Asker.PERSON) < PER_MINUTE // 2
        known = {one.id: one.requests for one in self.use.leases}
        return not self.is_told or any(
            (one.by_share and one.sent)
            or (few and any(sent.at is not None for sent in one.sent))
            or known.get(one.id, 0) > one.left + len(one.sent)
            or (now > one.ends and any(sent.at is None or sent.at > one.ends for sent in one.sent))  # a slow one
            for one in self.held
        )
