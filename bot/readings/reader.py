"""Read an account, keep the reading, and judge it: the one way to what needs a person."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import structlog
from cachetools import TTLCache

from bot.cached import SingleFlight
from bot.carecycle.rate_limit import Asker
from bot.clock import Clock
from bot.errors import BotError, CareCycleError, KeyRefused, Slow, StoreUnavailable
from bot.insight.assessment import Assessment, Current, TransferLook
from bot.insight.history import Past
from bot.insight.judge import judge
from bot.insight.series import AccountReading, Series
from bot.logs import places
from bot.readings import account_list, keeping, seeds, transfer_looks
from bot.readings.histories import Account, Held, Histories
from bot.store import accounts, assessments, reading_turns, readings
from bot.store.accounts import Key
from bot.store.database import Database
from bot.store.room import Room
from bot.workspaces.accounts import key_of
from bot.workspaces.assessments import Assessments
from bot.workspaces.workspace import Workspace

_LATE = timedelta(minutes=5)  # that a regular reading may take to be there
_MOMENT = 10.0  # seconds in which digests of a workspace that are due at once ask for its account one time
_MOST = 1_000  # accounts remembered for that
_PATIENCE = 3.0  # seconds for a reading that a person waits for
_log = structlog.get_logger("readings")
_TRIES = 3  # to keep a reading while another replica keeps one of the same account


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of an account, before it is kept."""

    reading: AccountReading
    whole: bool
    looks: Mapping[str, TransferLook]


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest assessment that could be had for a person who asks."""

    current: Current
    trouble: BotError | None = None  # why there is no newer one


class Readings:
    """The readings of all accounts. One of a workspace at a time; who asks meanwhile shares it."""

    def __init__(self, db: Database, clock: Clock, assessed: Assessments, every: timedelta) -> None:
        self._every = every  # 0: only when somebody asks
        self._db = db
        self._clock = clock
        self._assessed = assessed
        self._histories = Histories(partial(keeping.load, db, clock), clock)
        self._room = Room(db, clock)
        # By workspace and key, also that there is none.
        self._accounts: TTLCache[tuple[str, Key], str | None] = TTLCache(_MOST, _MOMENT, timer=clock.monotonic)
        self._flights: SingleFlight[tuple[str, str], Current] = SingleFlight()  # by workspace and key

    async def read(self, workspace: Workspace, asker: Asker = Asker.PERSON) -> Current:
        """Read the account now, or share a reading of the last minute, and return what it shows.

        Nothing is kept where managers switched readings off. Raise NotConnected, a CareCycleError when the list could
        not be read as a whole, or StoreUnavailable.
        """
        return await self._flights.join(workspace.account, partial(self._read, workspace, asker))

    def are_regular(self, workspace: Workspace) -> bool:
        """Return whether the workspace is read regularly: operators and managers can switch that off."""
        return bool(self._every) and workspace.preferences.readings

    async def newest(self, workspace: Workspace) -> Newest:
        """Return the last assessment when it is as new as regular readings are, else that of a reading made now.

        When careCycle does not give one in time, return the last one with the trouble. Raise as `read` when there is
        none, and always when careCycle refuses the key.
        """
        last = await self._last(workspace)
        if last and self._clock.now() - last.assessment.at <= self._every + _LATE:
            return Newest(last)
        try:
            async with asyncio.timeout(_PATIENCE):
                return Newest(await self.read(workspace))
        except KeyRefused:
            raise
        except TimeoutError:
            trouble: BotError = Slow()
        except (CareCycleError, StoreUnavailable) as error:
            trouble = error
        if last is None:
            raise trouble
        return Newest(last, trouble)

    async def _last(self, workspace: Workspace) -> Current | None:
        try:
            return await self._assessed.latest(workspace.id)
        except StoreUnavailable:
            return None

    async def series(self, workspace: Workspace, campaign_id: str) -> Series | None:
        """Return what was read of one campaign; None: nothing. Raise StoreUnavailable."""
        if (account := await keeping.account(self._db, workspace)) is None:
            return None
        return (await self._histories.of((workspace.id, account))).history.series_of(campaign_id)

    async def past(self, workspace: Workspace, ids: Iterable[str]) -> Past | None:
        """Return what was read of some campaigns; None: nothing is kept of the account. Raise StoreUnavailable."""
        if (account := await self._account(workspace)) is None:
            return None
        return (await self._histories.of((workspace.id, account))).history.past(ids)

    async def _account(self, workspace: Workspace) -> str | None:
        """Return the account that was read with the workspace's key, asked once for all digests of a moment."""
        if workspace.connection is None or not workspace.preferences.readings:
            return None
        place = (workspace.id, key_of(workspace.id, workspace.connection))
        if place in self._accounts:
            return self._accounts[place]
        self._accounts[place] = found = await keeping.account(self._db, workspace)
        return found

    def forget(self, workspace_id: str) -> None:
        """Drop what is in memory of a workspace. Nobody joins a reading of it that is under way."""
        self._flights.forget(lambda account: account[0] == workspace_id)
        self._histories.forget(workspace_id)
        self._forget_account(workspace_id)
        self._assessed.forget(workspace_id)

    def _forget_account(self, workspace_id: str) -> None:
        for place in [one for one in self._accounts if one[0] == workspace_id]:
            del self._accounts[place]

    async def close(self) -> None:
        """Cancel the readings under way."""
        await self._flights.close()
        await self._histories.close()

    async def _read(self, workspace: Workspace, asker: Asker) -> Current:
        account = await keeping.account(self._db, workspace)
        held, before = await self._known((workspace.id, account)) if account else (Held(), None)
        is_new = account is None and not await accounts.is_there(self._db, workspace.id)
        found = await self._from_carecycle(workspace, asker, held.last, before)
        if before and held.last and found.reading.at <= held.last.at:  # the list of the reading before is still fresh
            return await self._assessed.latest(workspace.id) or Current(before)
        for _ in range(_TRIES):
            if current := await self._kept(workspace, found, is_new=is_new):
                return current
        return Current(await self._judged(workspace, found, Held(), None))  # they are switched off, for example

    async def _known(self, place: Account) -> tuple[Held, Assessment | None]:
        """Return what was read of an account, and what its last reading showed."""
        before = await assessments.read(self._db, *place)
        held = await self._histories.of(place)
        if before and held.last and held.last.at < before.at:  # another replica has read it since
            self._histories.drop(place)
            held = await self._histories.of(place)
        return held, before

    async def _from_carecycle(
        self, workspace: Workspace, asker: Asker, last: AccountReading | None, before: Assessment | None
    ) -> _Read:
        now = self._clock.now()
        whole_at = await reading_turns.whole_at(self._db, workspace.id) if account_list.is_large(last) else None
        active = whole_at is not None and now - whole_at < account_list.WHOLE_EVERY
        listed = await account_list.read(workspace, asker, only_active=active)
        whole = account_list.is_whole(listed, only_active=active)
        reading = await asyncio.to_thread(account_list.reading, listed, last, whole=whole)
        looked = {id_: one.transfers for id_, one in before.campaigns.items() if one.transfers} if before else {}
        looks = await transfer_looks.look(workspace, transfer_looks.due(reading, looked, now), now)
        shown = transfer_looks.shown_by_list(reading)
        known = last.campaigns if last else {}
        reading = await asyncio.to_thread(transfer_looks.with_findings, reading, looks, known)
        return _Read(reading, whole, {**shown, **{id_: one.look for id_, one in looks.items()}})

    async def _kept(self, workspace: Workspace, found: _Read, *, is_new: bool) -> Current | None:
        """Keep a reading and what it shows. Return None when another one was kept meanwhile, or it may not be.

        `is_new`: nothing is stored of the workspace yet.
        """
        account = await keeping.account_of(workspace, found.reading, is_new=is_new)
        if account is None:
            return None
        place = (workspace.id, account)
        async with self._room.for_a_reading():
            held = await self._begun(place, found.reading)
            if not await readings.append(self._db, workspace.id, account, found.reading, held.last):
                self._histories.drop(place)
                return None
        await reading_turns.note_read(self._db, workspace.id, found.reading.at, whole=found.whole)
        before = await assessments.read(self._db, workspace.id, account)
        assessment = replace(await self._judged(workspace, found, held, before), account=account)
        self._histories.keep(place, held)
        self._forget_account(workspace.id)
        return await self._assessed.save(workspace.id, assessment)

    async def _begun(self, place: Account, reading: AccountReading) -> Held:
        """Return what is kept of an account; before its first reading, that is what its digests showed."""
        held = await self._histories.of(place)
        if held.last is not None:
            return held
        zone = await keeping.zone(self._db, place[0])
        if await seeds.seed(self._db, *place, reading, zone):
            self._histories.drop(place)
        return await self._histories.of(place)

    async def _judged(self, workspace: Workspace, found: _Read, held: Held, before: Assessment | None) -> Assessment:
        """Add the reading to `held` and judge it, in a thread: with thousands of campaigns it takes a while."""
        zone = await keeping.zone(self._db, workspace.id)

        def note(id_: str, error: Exception) -> None:
            _log.error("bug", workspace=workspace.id, campaign=id_, error=type(error).__name__, at=places(error))

        def judged() -> Assessment:
            held.add(found.reading)
            return judge(held.history.series(), before, found.reading.at, zone, found.looks, note)

        return await asyncio.to_thread(judged)
