"""Record what stops a digest, and notify one person about that or about a broken API key, once.

The alert is saved together with what it is about, and claimed right before it is sent. The replica that saved it sends
it at once. If that replica dies before the claim, another one sends it later.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from blocks.digests import history as digest_history
from blocks.kit import Message
from blocks.workspace import connect
from bot.clock import Clock
from bot.delivery.ownership import Ownership
from bot.delivery.retries import retry_on_outage
from bot.delivery.slack_port import MUCH_LATER, Later, SlackPort
from bot.digests.digest import Alert, BrokenKey, Delivery, Digest, Pause, State
from bot.errors import NotInstalled, StoreUnavailable
from bot.records import APP, AuditEntry, Connection
from bot.stopping import cancel, raise_if_cancelled
from bot.store import alerts, deliveries, digests, pauses, profiles
from bot.store.database import Database
from bot.workspaces.registry import Workspaces
from bot.workspaces.workspace import Workspace

_LATER = 60.0  # seconds, at least, before a notification is tried again
_OBEY = 2.0  # seconds for canceled notifications to end
_log = structlog.get_logger("digests")


@dataclass(frozen=True, slots=True)
class Notification:
    """A message for the first of these people to whom Slack can deliver it."""

    workspace: Workspace
    people: tuple[str, ...]
    message: Message


class _Recipients:
    """Chooses the recipient and the text of a notification. May raise NotInstalled, StoreUnavailable and Later."""

    def __init__(self, db: Database, workspaces: Workspaces, slack: SlackPort, ownership: Ownership) -> None:
        self._db = db
        self._workspaces = workspaces
        self._slack = slack
        self._ownership = ownership

    async def notification(self, alert: Alert | BrokenKey) -> Notification | None:
        """Return the notification. Return None when the digest or key is gone, and the alert with it."""
        return await (self._of_key(alert) if isinstance(alert, BrokenKey) else self._of_digest(alert))

    async def _of_digest(self, alert: Alert) -> Notification | None:
        """Choose the owner, then the backup owner. Hand the digest over first when the owner has left."""
        digest = await digests.read(self._db, alert.digest_id)
        if digest is None:
            return None
        workspace = await self._workspaces.of(digest.workspace_id, digest.enterprise_id)
        current = await self._ownership.hand_over_if_owner_left(workspace, digest)
        people = tuple(filter(None, (current.owner_id, current.backup_id)))
        return Notification(workspace, people, _message(workspace, current, alert))

    async def _of_key(self, alert: BrokenKey) -> Notification | None:
        """Choose the person who connected; if they left, an owner of a waiting digest, its backup, or a manager."""
        workspace = await self._workspaces.of(alert.workspace_id, alert.enterprise_id)
        profile = await profiles.read(self._db, alert.workspace_id)  # a cached one may be outdated
        if profile.connection is None:
            return None
        person = await self._concerned(workspace, profile.connection)
        return Notification(workspace, (person,), connect.broken(profile.connection, person))

    async def _concerned(self, workspace: Workspace, connection: Connection) -> str:
        waiting = await pauses.waiting_for_key(self._db, workspace.id)
        for person in filter(None, (connection.connected_by, *waiting)):
            if await self._slack.is_here_now(workspace, person) != "no":
                return person
        if (manager := await self._slack.find_manager(workspace)) is not None:
            return manager
        _log.error("nobody could be told", workspace=workspace.id)  # or Slack did not say who is in the workspace
        raise Later(MUCH_LATER)


def _message(workspace: Workspace, digest: Digest, alert: Alert) -> Message:
    if alert.why == "key":
        fixed = workspace.connection is not None and workspace.connection.is_fixed
        return digest_history.waits_for_key(digest, fixed=fixed)
    return digest_history.failed_notice(digest, alert.why, run=alert.run or "")


class Notifications:
    """Records what stops a digest, and sends alerts to one person, once. Replicas may do so in parallel.

    The methods that record, and `tell`, raise StoreUnavailable.
    """

    def __init__(
        self, db: Database, clock: Clock, workspaces: Workspaces, slack: SlackPort, ownership: Ownership
    ) -> None:
        self._db = db
        self._clock = clock
        self._workspaces = workspaces
        self._slack = slack
        self._recipients = _Recipients(db, workspaces, slack, ownership)
        self._begun: set[asyncio.Task[None]] = set()

    async def failed_for_good(self, delivery: Delivery, reason: str) -> None:
        """Fail a delivery for a reason that stays, and pause its digest. The first to pause it notifies the owner."""
        await self._stop(delivery, "failed", reason)

    async def unconfirmed(self, delivery: Delivery) -> None:
        """Record that a delivery may not have arrived, and notify the owner, with a button to send it again."""
        await self._stop(delivery, "unconfirmed", "unconfirmed")

    async def key_refused(self, digest: Digest) -> None:
        """Pause all digests of the workspace that are not paused, and notify one owner. Do nothing when there are none.

        bot/workspaces/key_status.py records the broken key itself, which has its own notification.
        """
        if await pauses.pause_for_key(self._db, digest.workspace_id, Pause(self._clock.now(), "key"), tell=digest.id):
            await self._soon(digest.id)

    async def tell(self, digest_id: str | None = None) -> None:
        """Send the notifications that are due, of one digest or all. After StoreUnavailable, the rest stays due."""
        for alert in await alerts.due(self._db, self._clock.now(), digest_id):
            try:
                await self._tell(alert)
            except StoreUnavailable:
                raise
            except NotInstalled:  # it may come back; until then there is nobody to notify, and nothing to repair
                await alerts.put_off(self._db, alert, self._later(MUCH_LATER))
            except Later as error:
                await alerts.put_off(self._db, alert, self._later(max(error.seconds, _LATER)))
            except Exception as error:  # any error: the other notifications must not wait
                raise_if_cancelled(error)
                _log.error("could not tell", alert=str(alert), error=type(error).__name__)
                await alerts.put_off(self._db, alert, self._later(_LATER))

    async def wait_for_broken_key(self, within: float) -> None:
        """Wait until a key breaks, but at most `within` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):  # asyncio.wait_for may swallow a cancellation at the same moment
                await self._workspaces.key_broke.wait()
        self._workspaces.key_broke.clear()

    async def settle(self, grace: float) -> None:
        """Wait up to `grace` seconds for notifications on their way: no other replica sends what was claimed."""
        if self._begun:
            await asyncio.wait(self._begun, timeout=grace)

    async def drop(self) -> list[str]:
        """Cancel the notifications on their way, as a crash would, and return the names of what did not end."""
        return ["telling people"] if await cancel(self._begun, _OBEY) else []

    async def _stop(self, delivery: Delivery, state: State, reason: str) -> None:
        details = {"digest": delivery.digest_id, "reason": reason}
        entry = AuditEntry(self._clock.now(), delivery.workspace_id, APP, "digest paused", details)
        if await deliveries.end_and_alert(self._db, delivery, state, reason, entry):
            _log.info(f"digest {state}", workspace=delivery.workspace_id, run=delivery.id, reason=reason)
            await self._soon(delivery.digest_id)

    async def _soon(self, digest_id: str) -> None:
        with suppress(StoreUnavailable):  # then the scheduler finds it a little later
            await self.tell(digest_id)

    async def _tell(self, alert: Alert | BrokenKey) -> None:
        if found := await self._recipients.notification(alert):
            task = asyncio.create_task(self._once(alert, found))
            self._begun.add(task)
            task.add_done_callback(self._begun.discard)
            await asyncio.shield(task)  # a cancellation in the middle must not lose it

    async def _once(self, alert: Alert | BrokenKey, notification: Notification) -> None:
        """Claim the alert and send it. Nothing may come between the claim and the call to Slack."""
        if not await alerts.claim(self._db, alert):
            return
        for person in notification.people:
            try:
                if await self._slack.tell_once(notification.workspace, person, notification.message):
                    return
            except Later as error:
                then = self._later(max(error.seconds, _LATER))
                await retry_on_outage(alerts.put_back, self._db, alert, then)
                return
        _log.error("nobody could be told", alert=str(alert))

    def _later(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)
