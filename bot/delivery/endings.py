"""End deliveries that do not go out, or put them off. Log what holds them up once, and once when it is over."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.delivery.retries import RetryPolicy
from bot.digests.digest import Delivery, Digest, Reason, State
from bot.store import deliveries
from bot.store.database import Database

_FORGOTTEN = timedelta(hours=6)  # after this long without another failure, a workspace does not count any more
_log = structlog.get_logger("digests")


class _Causes:
    """Remembers why digests wait, and in which workspaces."""

    def __init__(self) -> None:
        self._failing: dict[str, dict[str, datetime]] = {}  # by reason, when it last held up which workspace

    def note(self, delivery: Delivery, reason: str, now: datetime) -> None:
        """Note that a delivery has to wait. The first one for this reason is logged."""
        if not (failing := self._failing.setdefault(reason, {})):
            _log.warning("digests wait", reason=reason, workspace=delivery.workspace_id, run=delivery.id)
        failing[delivery.workspace_id] = now

    def went_well(self, workspace_id: str, now: datetime) -> None:
        """Note that nothing holds up this workspace. When it was the last one, that is logged."""
        for reason, failing in list(self._failing.items()):
            for other in [id_ for id_, at in failing.items() if id_ == workspace_id or now - at > _FORGOTTEN]:
                del failing[other]
            if not failing:
                del self._failing[reason]
                _log.info("digests go on", reason=reason)


class Endings:
    """Ends deliveries and puts them off. The methods that write raise StoreUnavailable."""

    def __init__(self, db: Database, clock: Clock, retry_policy: RetryPolicy) -> None:
        self._db = db
        self._clock = clock
        self._retry_policy = retry_policy
        self._causes = _Causes()

    async def end(self, delivery: Delivery, state: State, reason: str) -> bool:
        """End a delivery. Return whether it had not ended before."""
        done = await deliveries.end(self._db, delivery, state, reason, self._clock.now())
        if done:
            _log.info(f"digest {state}", workspace=delivery.workspace_id, run=delivery.id, reason=reason)
        return done

    async def skip(self, delivery: Delivery, digest: Digest, why: Reason) -> None:
        """Skip a delivery. One that was due when its digest was stopped has failed for the same reason."""
        pause = digest.pause if why == "paused" else None
        if pause and pause.why == "failed" and delivery.due <= pause.since:
            await self.end(delivery, "failed", pause.detail)
        else:
            await self.end(replace(delivery, asked_by=pause.by if pause else delivery.asked_by), "skipped", why)

    async def put_off(self, delivery: Delivery, reason: str, least: timedelta = timedelta()) -> None:
        """Try again later, after at least `least`. Fail when the grace time ends before that."""
        now = self._clock.now()
        self._causes.note(delivery, reason, now)
        when = self._retry_policy.next(delivery, least)
        if when is None:
            await self.end(delivery, "failed", reason)
        else:
            await deliveries.postpone(self._db, delivery, reason, when)

    def went_well(self, workspace_id: str) -> None:
        """Note that a digest of this workspace was sent."""
        self._causes.went_well(workspace_id, self._clock.now())
