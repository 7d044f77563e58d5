"""One limit on the requests of a careCycle key for all replicas: PostgreSQL counts, and gives each replica leases.

While the database is away, each replica keeps to its share of what is left (docs/decisions/31-replicas.md).
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from pydantic import SecretStr

from bot.carecycle.api_key import fingerprint
from bot.carecycle.rate_limit import Arrived, Asker
from bot.clock import Clock
from bot.errors import RateLimited, StoreUnavailable
from bot.replicas.asking import soon, twice
from bot.replicas.exchanges import Exchanges
from bot.replicas.heartbeat import Heartbeat
from bot.replicas.key_budget import KeyBudget, Sent
from bot.replicas.listener import Listener
from bot.replicas.outages import Outages
from bot.stopping import DidNotEnd, cancel
from bot.store.database import Database
from bot.store.request_budgets import CLOSED, Use

_LOOK = 0.5  # seconds between two looks at what the others do: a key that must wait is seen by all within a second
_PURGE = 120  # looks between two deletions of old rows: a minute
_WITHIN = 1.0  # seconds for one try of an exchange with the database: a person waits for it
_NOTICED = 3.0  # seconds until all replicas have noticed that the database is away: a look and two tries
_CAUTIOUS = 5.0  # seconds after it is back until all replicas have said what they sent meanwhile
_OBEY = 0.5  # seconds for tasks to end
_SHARE = "share the limit of requests"  # as the log says it


class SharedBudget:
    """The requests of all keys, as this replica knows them. It is a `RequestBudget`."""

    def __init__(self, db: Database, clock: Clock, heartbeat: Heartbeat, listener: Listener | None = None) -> None:
        self._exchanges = Exchanges(db, clock)
        self._clock = clock
        self._heartbeat = heartbeat
        self._keys: dict[str, KeyBudget] = {}
        self._away_since: float | None = None  # since when the database does not answer
        self._cautious_until = float("-inf")
        self._to_try: set[str] = set()  # the keys whose exchange failed: the database is back when they succeed
        self._outages = Outages("replicas")
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        if listener:
            listener.on(CLOSED, self._hear_closed, of_others=True)

    @property
    def is_shared(self) -> bool:
        """Whether all replicas count together; False while the database is away, and this one keeps to its share."""
        return self._away_since is None

    async def take(self, key: SecretStr, asker: Asker) -> Arrived:
        """Count one request, as `RequestBudget.take`. It asks the database when no lease is left."""
        own = self._of(fingerprint(key))
        while True:
            now = self._clock.monotonic()
            if own.closed_until > now:
                raise RateLimited(own.closed_until - now)
            if sent := own.take(asker, now):
                return partial(self._arrived, sent)
            if self._away_since is not None:
                return partial(self._arrived, self._take_of_share(own, asker, now))
            if (wait := own.wait(asker, now)) > 0:
                raise RateLimited(wait)
            await self._ask(own, asker)

    def room(self, key: SecretStr, asker: Asker) -> int:
        """Return how many requests may be sent with the key now, by what is known of all replicas."""
        own, now = self._of(fingerprint(key)), self._clock.monotonic()
        return own.room(asker, now) if self._away_since is None else own.share_room(asker, now, self._heartbeat.count)

    def close(self, key: SecretStr, seconds: float) -> None:
        """Stop all requests with the key for `seconds`, in all replicas."""
        self._of(fingerprint(key)).close(self._clock.monotonic() + seconds, told=False)
        self._wake.set()

    def is_closed(self, key: SecretStr) -> bool:
        """Return whether the key must still wait because careCycle answered 429."""
        return self._of(fingerprint(key)).closed_until > self._clock.monotonic()

    def start(self) -> None:
        """Look at what the other replicas do, until `stop`."""
        self._task = asyncio.create_task(self._keep_looking(), name="sharing the limit of requests")

    async def stop(self) -> None:
        """Give back all leases. Raise DidNotEnd."""
        tasks = {one.exchange for one in self._keys.values() if one.exchange} | ({self._task} if self._task else set())
        if await cancel(tasks, _OBEY):
            raise DidNotEnd("sharing the limit of requests")
        now = self._clock.monotonic()
        for own in self._keys.values():
            own.give_back(now, all_of_it=True)
        with suppress(StoreUnavailable):
            if self._away_since is None:
                await self._report([own for own in self._keys.values() if own.has_to_report(now)])

    async def _look(self) -> None:
        """Learn what counts for all keys, and report what became of the own leases. Raise StoreUnavailable."""
        began = self._clock.monotonic()
        found, at = await soon(self._exchanges.lately(), _WITHIN)
        now = self._clock.monotonic()
        for name in found:
            self._of(name)
        for own in list(self._keys.values()):
            if own.heard <= began and not own.exchange:  # an exchange since then knows more
                own.learn(found.get(own.name, Use()), at, now)
            own.give_back(now)
        wanted = [one for one in self._keys.values() if one.name in self._to_try or one.has_to_report(now)]
        await self._report(wanted)
        self._forget(now)
        if self._away_since is not None:
            self._away_since, self._cautious_until = None, self._clock.monotonic() + _CAUTIOUS

    async def look(self) -> bool:
        """Look, and return whether the database answered. When it does not, keep to a share from now on."""
        if not await self._outages.run_and_log(_SHARE, partial(twice, self._look)):
            self._note_away()
            return False
        return True

    async def _keep_looking(self) -> None:
        looks = 0
        while True:
            self._wake.clear()
            if await self.look() and looks % _PURGE == 0:
                await self._outages.run_and_log(_SHARE, self._exchanges.purge)
            looks += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await self._wake.wait()

    def _take_of_share(self, own: KeyBudget, asker: Asker, now: float) -> Sent:
        """Send without the database. It waits until all have noticed: until then, others may get what is left."""
        count, since = self._heartbeat.count, self._away_since or now
        if count > 1 and now - since < _NOTICED:
            raise RateLimited(since + _NOTICED - now)
        if (wait := own.share_wait(asker, now, count)) > 0:
            raise RateLimited(wait)
        return own.take_of_share(asker, now)

    async def _ask(self, own: KeyBudget, asker: Asker) -> None:
        """Wait for an exchange with the database that has begun after this call. All who wait share it."""
        own.waiting[asker].append(answered := asyncio.get_running_loop().create_future())
        self._begin_exchange(own)
        try:
            await answered
        finally:
            answered.cancel()

    def _begin_exchange(self, own: KeyBudget) -> "asyncio.Task[None]":
        if own.exchange is None:
            own.exchange = asyncio.create_task(self._exchange_while_wanted(own))
        return own.exchange

    async def _exchange_while_wanted(self, own: KeyBudget) -> None:
        """Do one exchange with the database, and more while somebody waits for one."""
        try:
            wanted = True
            while wanted:
                asked = own.all_waiting()
                if await self._outages.run_and_log(_SHARE, partial(twice, partial(self._exchange, own))):
                    self._to_try.discard(own.name)
                else:
                    self._to_try.add(own.name)
                    self._note_away()
                for one in asked:
                    if not one.done():
                        one.set_result(None)
                await asyncio.sleep(0)  # they take what was granted
                wanted = bool(own.all_waiting())
        finally:
            own.exchange = None
            for one in own.all_waiting():
                one.set_exception(RateLimited(_LOOK))

    async def _exchange(self, own: KeyBudget) -> None:
        is_unsure = self._away_since is not None or self._clock.monotonic() < self._cautious_until
        await soon(self._exchanges.exchange(own, self._heartbeat.count - 1 if is_unsure else 0), _WITHIN)

    async def _report(self, some: Iterable[KeyBudget]) -> None:
        """Report what became of the leases of these keys. Raise StoreUnavailable."""
        for own in some:
            await asyncio.wait({self._begin_exchange(own)})
            if own.name in self._to_try:
                raise StoreUnavailable("a report did not arrive")

    def _arrived(self, sent: Sent) -> None:
        sent.at = self._clock.monotonic()

    def _note_away(self) -> None:
        if self._away_since is None:
            self._away_since = self._clock.monotonic()

    def _hear_closed(self, payload: str) -> None:
        name, _, seconds = payload.partition(" ")
        self._of(name).close(self._clock.monotonic() + float(seconds), told=True)

    def _of(self, name: str) -> KeyBudget:
        return self._keys.setdefault(name, KeyBudget(name))

    def _forget(self, now: float) -> None:
        """Forget the keys of which there is nothing to know."""
        for name in [name for name, own in self._keys.items() if own.is_idle(now)]:
            del self._keys[name]
