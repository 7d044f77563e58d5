"""What the last reading of a workspace's account showed, for every surface that says what needs a person."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cachetools import TTLCache

from bot.cached import StaleCache
from bot.clock import Clock
from bot.insight.assessment import Assessment, Current, OnIt, Quiet
from bot.insight.problems import identity
from bot.insight.quiet import LONGEST, is_worse
from bot.records import AuditEntry
from bot.store import assessments, on_it, quiet
from bot.store.database import Database
from bot.store.quiet import Place, QuietRow

__all__ = ["FRESH", "Assessments", "Current"]

FRESH = 30.0  # seconds until a reading by another replica is seen where replicas do not hear each other
_KEPT = 2 * 3600.0  # seconds; whatever shows one shows its age
_ASKING = 1.0  # seconds; a burst of cards asks once
_MOST = 200  # workspaces remembered: one of 500 campaigns takes half a megabyte

Address = tuple[str, str | None]  # the ids of a workspace and of its organization


class _Held(NamedTuple):
    """What is remembered of a workspace, also that there is nothing."""

    current: Current | None


class Assessments:
    """The last assessments of all workspaces.

    `fixed_key` returns the fingerprint of a workspace's key from the environment, or None.
    """

    def __init__(self, db: Database, clock: Clock, fixed_key: Callable[[str], str | None]) -> None:
        self._db = db
        self._clock = clock
        self._fixed_key = fixed_key
        self._held: StaleCache[str, _Held] = StaleCache(
            self._load, clock, db.breaker, seconds=FRESH, at_most=_KEPT, most=_MOST
        )
        self._asked: TTLCache[str, bool] = TTLCache(_MOST, _ASKING, timer=clock.monotonic)  # who was told to ask

    def known(self, workspace_id: str) -> Current | None:
        """Return what is in memory, maybe not the last one (`glance`). Send no query to the database."""
        return self.glance(workspace_id)[0]

    def glance(self, workspace_id: str) -> tuple[Current | None, bool]:
        """Return what is in memory, and whether to ask the database for a newer one: at most one caller is told so."""
        held, may_be_old = self._held.glance(workspace_id)
        if may_be_old and (may_be_old := workspace_id not in self._asked):
            self._asked[workspace_id] = True
        return held.current if held else None, may_be_old

    async def latest(self, workspace_id: str) -> Current | None:
        """Return the last assessment of the account that is connected; None when it was not read yet.

        While the database does not answer, it may be one of two hours ago. Raise StoreUnavailable.
        """
        return (await self._held.of(workspace_id)).current

    def put(self, workspace_id: str, current: Current) -> None:
        """Remember a new assessment."""
        self._held.put(workspace_id, _Held(current))

    async def save(self, workspace_id: str, assessment: Assessment) -> Current:
        """Store a new assessment, end what nobody takes care of or keeps quiet any more, and remember all.

        Nothing is remembered when another account is connected by now, or readings are switched off. Raise
        StoreUnavailable.
        """
        await assessments.save(self._db, workspace_id, assessment)
        troubled = {id_ for id_, one in assessment.campaigns.items() if one.open}
        if assessment.standing_still:
            troubled.add("")
        await on_it.mark_calm(self._db, workspace_id, assessment.account, troubled, assessment.at)
        await self._end_quiet(workspace_id, assessment)
        current = await self._with_people(workspace_id, assessment)
        if await assessments.is_of(self._db, workspace_id, assessment.account, self._fixed_key(workspace_id)):
            self.put(workspace_id, current)
        return current

    async def take(self, workspace_id: str, campaign_id: str, user_id: str) -> Current | None:
        """Note that this person takes care of a campaign, or of the whole account (an empty id), and return the result.

        Return None when the account was not read yet, or has no such campaign. Raise StoreUnavailable.
        """
        now = await self.latest(workspace_id)
        if now is None or (campaign_id and campaign_id not in now.assessment.campaigns):
            return None
        account = now.assessment.account
        await on_it.take(self._db, workspace_id, account, campaign_id, user_id, self._clock.now())
        return await self._again(workspace_id)

    async def give_back(self, workspace_id: str, campaign_id: str) -> Current | None:
        """Note that nobody takes care of it any more, and return the result, as `take` does. Raise StoreUnavailable."""
        if (now := await self.latest(workspace_id)) is None:
            return None
        await on_it.give_back(self._db, workspace_id, now.assessment.account, campaign_id)
        return await self._again(workspace_id)

    async def quieten(
        self, address: Address, places: Sequence[Place], until: datetime, by: str, note: str
    ) -> Current | None:
        """Keep digests from telling these kinds of problems of these campaigns, and return the result.

        At most LONGEST from now. `note` has phone numbers masked. What is not open now is left out. Return None when
        nothing was kept: none of it is open, the account was not read yet, or readings are off. Raise StoreUnavailable.
        """
        workspace_id, enterprise_id = address
        if (current := await self.latest(workspace_id)) is None:
            return None
        now, account = self._clock.now(), current.assessment.account
        till = min(until, now + LONGEST)
        rows = [
            QuietRow(id_, kind, till, by, now, note, one.left, tuple(map(identity, open_)))
            for id_, kind in dict.fromkeys(places)
            if (one := current.assessment.campaigns.get(id_))
            and (open_ := [problem for problem in one.problems if problem.kind == kind])
        ]
        details = {"campaigns": sorted({row.campaign_id for row in rows}), "until": till.isoformat()}
        entry = AuditEntry(now, workspace_id, by, "quieted problems", details)
        if not rows or not await quiet.save(self._db, workspace_id, account, rows, entry, enterprise_id):
            return None
        return await self._again(workspace_id)

    async def lift(self, address: Address, place: Place, by: str) -> Current | None:
        """Have digests tell it again, and return the result, as `quieten` does. Raise StoreUnavailable."""
        workspace_id, enterprise_id = address
        if (current := await self.latest(workspace_id)) is None:
            return None
        details = {"campaigns": [place[0]]}
        entry = AuditEntry(self._clock.now(), workspace_id, by, "lifted a quiet", details)
        await quiet.lift(self._db, workspace_id, current.assessment.account, place, entry, enterprise_id)
        return await self._again(workspace_id)

    def forget(self, workspace_id: str) -> None:
        """Drop what is remembered of a workspace."""
        self._held.forget(lambda key: key == workspace_id)

    def renew(self, workspace_id: str) -> None:
        """Read the assessment of a workspace again: another replica has a newer one."""
        self._held.renew(lambda key: key == workspace_id)

    def expire(self) -> None:
        """Read all again when they are asked for."""
        self._held.expire(lambda _: True)

    async def close(self) -> None:
        """Cancel the loads under way."""
        await self._held.close()

    async def _end_quiet(self, workspace_id: str, assessment: Assessment) -> None:
        """End what has no reason to be quiet any more."""
        if not (rows := await quiet.of(self._db, workspace_id, assessment.account)):
            return
        await quiet.note_reading(self._db, workspace_id, assessment.account, _troubled(assessment, rows), assessment.at)

    async def _again(self, workspace_id: str) -> Current | None:
        self.forget(workspace_id)
        return await self.latest(workspace_id)

    async def _load(self, workspace_id: str) -> _Held:
        found = await assessments.current(self._db, workspace_id, self._fixed_key(workspace_id))
        return _Held(None if found is None else await self._with_people(workspace_id, found))

    async def _with_people(self, workspace_id: str, assessment: Assessment) -> Current:
        rows = await on_it.of(self._db, workspace_id, assessment.account)
        quieted = await quiet.of(self._db, workspace_id, assessment.account)
        return Current(
            assessment,
            {id_: OnIt(row.user_id, row.at) for id_, row in rows.items()},
            {place: _quiet(row) for place, row in quieted.items()},
        )


def _troubled(assessment: Assessment, rows: Mapping[Place, QuietRow]) -> dict[Place, bool]:
    """Return which problems are open, and whether each is worse than when a person asked for quiet.

    While most campaigns stand still together that is one problem of the account, and of each of them it is open.
    """
    together = assessment.standing_still.campaigns if assessment.standing_still else ()
    still: dict[Place, bool] = {(id_, "standing_still"): False for id_ in together}
    return still | {
        (id_, problem.kind): is_worse(row.waiting, one.left) if (row := rows.get((id_, problem.kind))) else False
        for id_, one in assessment.campaigns.items()
        for problem in one.problems
    }


def _quiet(row: QuietRow) -> Quiet:
    return Quiet(row.until, row.user_id, row.at, row.note, row.waiting, row.problems)
