"""Keep the readings of the accounts that were read lately in memory, at most so many bytes of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from cachetools import LRUCache

from bot.cached import SingleFlight
from bot.clock import Clock
from bot.insight.history import AccountHistory
from bot.insight.series import AccountReading

MOST_BYTES = 64_000_000  # in all; an account of 500 campaigns of which 100 call takes about half of it
POINT_BYTES = 650  # a point with its figures, measured (tests/readings/test_histories.py)
_THINNED = 24 * 3600.0  # seconds until it is loaded again, as thinned as it is in the database by then
_LEAST = 10_000  # bytes of an account that has hardly any points


@dataclass(slots=True)
class Held:
    """The readings of one account."""

    history: AccountHistory = field(default_factory=AccountHistory)
    last: AccountReading | None = None
    loaded: float = 0.0  # monotonic seconds

    @property
    def bytes(self) -> int:
        """How much memory it takes, about."""
        return _LEAST + self.history.points * POINT_BYTES

    def add(self, reading: AccountReading) -> None:
        """Add a newer reading."""
        self.history.add(reading)
        self.last = reading


Account = tuple[str, str]  # the workspace, and the careCycle account
Load = Callable[[str, str], Awaitable[Held]]


class Histories:
    """What was read of each account. What is not in memory is loaded; what is large is not kept there."""

    def __init__(self, load: Load, clock: Clock, most: int = MOST_BYTES) -> None:
        self._load = load
        self._clock = clock
        self._held: LRUCache[Account, Held] = LRUCache(most, getsizeof=lambda held: held.bytes)
        self._loading: SingleFlight[Account, Held] = SingleFlight()

    async def of(self, account: Account) -> Held:
        """Return the readings of an account, from memory or the database. Raise StoreUnavailable.

        Whoever asks while they are loaded waits for that: all digests of a workspace may be due at one moment.
        """
        held = self._held.get(account)
        if held is None or self._clock.monotonic() - held.loaded >= _THINNED:
            return await self._loading.join(account, partial(self._loaded, account))
        return held

    async def _loaded(self, account: Account) -> Held:
        held = await self._load(*account)
        held.loaded = self._clock.monotonic()
        if self._loading.is_wanted(account):  # else it was dropped while it was loaded
            self.keep(account, held)
        return held

    def keep(self, account: Account, held: Held) -> None:
        """Keep what was read of an account, also with more readings than before."""
        self._held.pop(account, None)
        if held.bytes <= self._held.maxsize:
            self._held[account] = held

    def drop(self, account: Account) -> None:
        """Drop an account: the database knows better."""
        self._loading.forget(lambda one: one == account)
        self._held.pop(account, None)

    def forget(self, workspace_id: str) -> None:
        """Drop all accounts of a workspace."""
        self._loading.forget(lambda one: one[0] == workspace_id)
        for account in [account for account in list(self._held) if account[0] == workspace_id]:
            self._held.pop(account, None)

    async def close(self) -> None:
        """Cancel what is being loaded."""
        await self._loading.close()
