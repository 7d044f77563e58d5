"""What stops a digest, and telling who looks after it: noted together, claimed right before it is told, told once.

Whoever notes it tells it at once; what somebody noted and did not get to tell, because they died, anybody tells later.
"""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from blocks import digest_history
from blocks.kit import Message
from bot.clock import Clock
from bot.digests.keeping import Keeping
from bot.digests.mail import Later, Mail
from bot.digests.patience import patiently
from bot.errors import NotInstalled, StoreUnavailable
from bot.store import alerts, deliveries, digests, pauses
from bot.store.database import Database
from bot.store.digest_records import Alert, Delivery, Digest, Pause, State
from bot.store.records import Deed
from bot.workspaces import Workspaces

_APP = "app"  # who did it, in the audit trail
_LATER = 60.0  # seconds; at least, until it is tried again
_MUCH_LATER = 3600.0  # where the app is not in the workspace
_log = structlog.get_logger("digests")


class Telling:
    """In any process, also side by side."""

    def __init__(self, db: Database, clock: Clock, workspaces: Workspaces, mail: Mail, keeping: Keeping) -> None:
        self._db = db
        self._clock = clock
        self._workspaces = workspaces
        self._mail = mail
        self._keeping = keeping
        self._begun: set[asyncio.Task[None]] = set()

    async def failed_for_good(self, delivery: Delivery, reason: str) -> None:
        """It failed for a reason that stays: pauses this digest alone; whoever pauses it first tells."""
        await self._stop(delivery, "failed", reason)

    async def unconfirmed(self, delivery: Delivery) -> None:
        """Nobody knows whether it came: tells so, with a button to send it again."""
        await self._stop(delivery, "unconfirmed", "unconfirmed")

    async def key_refused(self, digest: Digest) -> None:
        """All digests of the workspace wait, and one message says so, unless whoever connected was told already.

        A key that breaks is noted where that is noticed (bot/health.py), with a message, and they wait since then.
        """
        if await pauses.pause_for_key(self._db, digest.workspace_id, Pause(self._clock.now(), "key"), tell=digest.id):
            await self._soon(digest.id)

    async def tell(self, digest_id: str | None = None) -> None:
        """What is to be told by now, of one digest or of all. Raises StoreUnavailable: then it stays to be told."""
        for alert in await alerts.untold(self._db, self._clock.now(), digest_id):
            try:
                await self._tell(alert)
            except StoreUnavailable:
                raise
            except NotInstalled:  # it may come back; until then there is nobody to tell, and nothing to repair
                await alerts.put_off(self._db, alert, self._later(_MUCH_LATER))
            except Exception as error:  # whatever it is: the others must not wait for it
                _log.error("could not tell of a digest", digest=alert.digest_id, error=type(error).__name__)
                await alerts.put_off(self._db, alert, self._later(_LATER))

    async def settle(self, grace: float) -> None:
        """Lets what has begun come to its end, for so many seconds: once claimed, nobody else would tell it."""
        if self._begun:
            await asyncio.wait(self._begun, timeout=grace)

    async def drop(self) -> None:
        """Lets go of it as a death would."""
        begun = self._begun.copy()
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)

    async def _stop(self, delivery: Delivery, state: State, reason: str) -> None:
        details = {"digest": delivery.digest_id, "reason": reason}
        deed = Deed(self._clock.now(), delivery.workspace_id, _APP, "digest paused", details)
        if await deliveries.end_and_tell(self._db, delivery, state, reason, deed):
            _log.info(f"digest {state}", workspace=delivery.workspace_id, run=delivery.id, reason=reason)
            await self._soon(delivery.digest_id)

    async def _soon(self, digest_id: str) -> None:
        with suppress(StoreUnavailable):  # then the engine finds it, a little later
            await self.tell(digest_id)

    async def _tell(self, alert: Alert) -> None:
        digest = await digests.read(self._db, alert.digest_id)
        if digest is None:
            return  # deleted, and the alert with it
        workspace = await self._workspaces.of(digest.workspace_id, digest.enterprise_id)
        current = await self._keeping.owned(workspace, digest)
        task = asyncio.create_task(self._once(alert, current, _message(current, alert)))
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        await asyncio.shield(task)  # a stop in the middle must not lose it

    async def _once(self, alert: Alert, digest: Digest, message: Message) -> None:
        """The owner; when Slack does not take it for them, the backup. Between the claim and Slack there is nothing."""
        if not await alerts.claim(self._db, alert):
            return
        for person in filter(None, (digest.owner_id, digest.backup_id)):
            try:
                if await self._mail.tell_once(digest, person, message):
                    return
            except Later as error:
                then = self._later(max(error.seconds, _LATER))
                await patiently(alerts.put_back, self._db, alert, then)
                return
        _log.error(
            "nobody could be told of a digest", workspace=digest.workspace_id, digest=digest.id, reason=alert.why
        )

    def _later(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)


def _message(digest: Digest, alert: Alert) -> Message:
    if alert.why == "key":
        return digest_history.waits_for_key(digest)
    return digest_history.failed_notice(digest, alert.why, run=alert.run or "")
