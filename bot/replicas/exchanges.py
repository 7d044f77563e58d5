"""Ask the database for leases of a careCycle key, and report what became of them."""

import time

from bot.carecycle.rate_limit import PER_MINUTE
from bot.clock import Clock
from bot.replicas import grants
from bot.replicas.key_budget import KeyBudget
from bot.store import request_budgets
from bot.store.database import Database
from bot.store.request_budgets import Use

_LATE = 0.5  # seconds by which the database's clock may be later than was counted on
_EARLY = 0.001  # seconds by which it may have been slower than the own clock since it was last seen


class Exchanges:
    """Exchanges with the database about keys. All raise StoreUnavailable."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._ahead: float | None = None  # seconds that the database's clock is ahead of the monotonic one, at least

    async def lately(self) -> tuple[dict[str, Use], float]:
        """Return what counts for each key that any replica uses, by fingerprint, and the time of the database."""
        found, at = await request_budgets.lately(self._db, at=self._at())
        self._note_time(at)
        return found, at

    async def exchange(self, own: KeyBudget, unknown: int) -> None:
        """Report what became of leases, and get new ones for all who wait.

        `unknown`: the number of replicas of which the database may not know what they have sent.
        """
        began = self._clock.monotonic()
        own.give_back(began)
        is_simple = not unknown and not own.has_to_report(began)
        if not (is_simple and await self._lease_at_once(own, began)):
            await self._lease_and_report(own, began, unknown)

    async def purge(self) -> None:
        """Delete the rows that say nothing any more."""
        await request_budgets.purge(self._db, at=self._at())

    async def _lease_at_once(self, own: KeyBudget, began: float) -> bool:
        """Get new leases in one round trip, if nobody has changed the row since it was read. Return whether it did.

        It counts with the earliest time that the database's clock may show, so that nothing stops counting too soon;
        the database checks that. Its clock may be later: so the lease is used as if it had been asked for earlier.
        """
        if self._ahead is None or not (wishes := own.wishes(began)):
            return False
        earliest = began + self._ahead - _EARLY
        use = grants.grant(own.stored.at(earliest), earliest, wishes)
        if not grants.is_enough(use, wishes):
            return False
        between = earliest, earliest + _LATE
        stored = await request_budgets.replace_if_unchanged(self._db, own.name, use, between=between, at=self._at())
        if stored:
            now = self._note_time(stored[1])
            own.granted(wishes, use, began - _LATE, now)
            own.learn(*stored, now)
        return stored is not None

    async def _lease_and_report(self, own: KeyBudget, began: float, unknown: int) -> None:
        """Do it in a transaction, for which other replicas wait."""
        wishes, told = own.wishes(began), own.reports(began)
        until = own.closed_until
        closed_for = 0.0 if own.is_told else max(until - began, 0.0)
        held_back = unknown * (PER_MINUTE // (unknown + 1))

        def change(use: Use, now: float) -> Use:
            settled = grants.settle(use, now, [report for _, report, _ in told])
            return grants.grant(settled, now, wishes, held_back)

        use, at = await request_budgets.exchange(self._db, own.name, change, at=self._at(), closed_for=closed_for)
        now = self._note_time(at)
        own.reported(told)
        own.granted(wishes, use, began, now)
        own.is_told = own.is_told or own.closed_until == until
        own.learn(use, at, now)

    def _note_time(self, at: float) -> float:
        """Note what the database's clock showed in an answer. Return this moment."""
        now = self._clock.monotonic()
        self._ahead = at - now
        return now

    def _at(self) -> float | None:
        """Return the time to count by where a test or the playground moves it; None: the database's own."""
        return None if self._clock.monotonic is time.monotonic else self._clock.now().timestamp()
