"""Record what stops digests, and notify people about that or about a broken API key: one message for one cause.

The alert is saved together with what it is about, and claimed right before it is sent. The replica that saved it sends
it at once. If that replica dies before the claim, another one sends it later.
"""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.delivery.dependencies import Dependencies
from bot.delivery.ownership import Ownership
from bot.delivery.recipients import AnyAlert, Notification, Recipients
from bot.delivery.retries import retry_on_outage
from bot.delivery.slack_port import MUCH_LATER, Later
from bot.delivery.unbroken import Unbroken
from bot.digests.digest import Delivery, Digest, OwnerAlert, StillBroken
from bot.errors import NotInstalled, StoreUnavailable
from bot.records import APP, AuditEntry
from bot.stopping import raise_if_cancelled
from bot.store import alerts, owner_alerts, stops, told_again

_LATER = 60.0  # seconds, at least, before a notification is tried again
_log = structlog.get_logger("digests")


class Notifications:
    """Records what stops a digest, and sends alerts to one person, once. Replicas may do so in parallel.

    The methods that record, and `tell`, raise StoreUnavailable.
    """

    def __init__(self, dependencies: Dependencies, ownership: Ownership, unbroken: Unbroken | None = None) -> None:
        self._db, self._clock, self._workspaces, self._slack = dependencies
        self._recipients = Recipients(dependencies, ownership)
        self._unbroken = unbroken or Unbroken()
        self._not_before: dict[str, datetime] = {}  # by workspace, when a further manager may be told of its key

    async def failed_for_good(self, delivery: Delivery, reason: str) -> None:
        """Fail a delivery for a reason that stays, and pause all digests it holds for. Notify their owners, once."""
        entry = AuditEntry(self._clock.now(), delivery.workspace_id, APP, "digest paused", {})
        if (count := await stops.stop(self._db, delivery, reason, entry)) is None:
            return
        _log.info("digest failed", workspace=delivery.workspace_id, run=delivery.id, reason=reason, paused=count)
        if count:
            await self._soon(delivery)

    async def unconfirmed(self, delivery: Delivery) -> None:
        """Record that a delivery may not have arrived, and notify the owner, with a button to send it again."""
        if await stops.unconfirmed(self._db, delivery, self._clock.now()):
            _log.info("digest unconfirmed", workspace=delivery.workspace_id, run=delivery.id, reason="unconfirmed")
            await self._soon(delivery)

    async def key_refused(self, digest: Digest) -> None:
        """Pause all digests of the workspace that are not paused, and notify their owners. Do nothing without any.

        bot/workspaces/key_status.py records the broken key itself, which has its own notification.
        """
        if await stops.stop_for_key(self._db, digest.workspace_id, self._clock.now()):
            await self._soon(digest)

    async def tell(self, about: Digest | Delivery | None = None) -> None:
        """Send what is due: about one digest, and what else stops digests of its workspace, or all there is.

        After StoreUnavailable, the rest stays due.
        """
        for alert in await self._due(about):
            try:
                await self._tell(alert)
            except StoreUnavailable:
                raise
            except NotInstalled:  # it may come back; until then there is nobody to notify, and nothing to repair
                await self._put_off(alert, self._later(MUCH_LATER))
            except Later as error:
                await self._put_off(alert, self._later(max(error.seconds, _LATER)))
            except Exception as error:  # any error: the other notifications must not wait
                raise_if_cancelled(error)
                _log.error("could not tell", alert=str(alert), error=type(error).__name__)
                await self._put_off(alert, self._later(_LATER))

    async def wait_for_broken_key(self, within: float) -> None:
        """Wait until a key breaks, but at most `within` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):  # asyncio.wait_for may swallow a cancellation at the same moment
                await self._workspaces.key_broke.wait()
        self._workspaces.key_broke.clear()

    async def settle(self, grace: float) -> None:
        """Wait up to `grace` seconds for notifications on their way: no other replica sends what was claimed."""
        await self._unbroken.settle(grace)

    async def drop(self) -> list[str]:
        """Cancel the notifications on their way, as a crash would, and return the names of what did not end."""
        return [] if await self._unbroken.drop() else ["telling people"]

    async def _due(self, about: Digest | Delivery | None) -> list[AnyAlert]:
        now = self._clock.now()
        digest_id = about.digest_id if isinstance(about, Delivery) else about.id if about else None
        workspace_id = about.workspace_id if about else None
        due = [*await alerts.due(self._db, now, digest_id), *await owner_alerts.due(self._db, now, workspace_id)]
        keys = [] if about else await told_again.due(self._db, now)
        return [*due, *(one for one in keys if self._not_before.get(one.workspace_id, now) <= now)]

    async def _soon(self, about: Digest | Delivery) -> None:
        with suppress(StoreUnavailable):  # then the scheduler finds it a little later
            await self.tell(about)

    async def _tell(self, alert: AnyAlert) -> None:
        if found := await self._recipients.notification(alert):
            await self._unbroken.run(self._once(found))

    async def _once(self, notification: Notification) -> None:
        """Claim the alert and send it. Nothing may come between the claim and the call to Slack."""
        if not await self._claim(notification.alert):
            return
        for person in notification.people:
            try:
                if await self._slack.tell_once(notification.workspace, person, notification.message):
                    return
            except Later as error:
                then = self._later(max(error.seconds, _LATER))
                await retry_on_outage(self._put_back, notification.alert, then)
                return
        _log.error("nobody could be told", alert=str(notification.alert))

    async def _claim(self, alert: AnyAlert) -> bool:
        if isinstance(alert, StillBroken):
            return await told_again.claim(self._db, alert, self._clock.now())
        return await (
            owner_alerts.claim(self._db, alert) if isinstance(alert, OwnerAlert) else alerts.claim(self._db, alert)
        )

    async def _put_back(self, alert: AnyAlert, then: datetime) -> None:
        if isinstance(alert, StillBroken):
            self._not_before[alert.workspace_id] = then
            await told_again.put_back(self._db, alert)
        elif isinstance(alert, OwnerAlert):
            await owner_alerts.put_back(self._db, alert, then)
        else:
            await alerts.put_back(self._db, alert, then)

    async def _put_off(self, alert: AnyAlert, then: datetime) -> None:
        if isinstance(alert, StillBroken):  # in memory: another replica may try it too, and one of them claims it
            self._not_before[alert.workspace_id] = then
        elif isinstance(alert, OwnerAlert):
            await owner_alerts.put_off(self._db, alert, then)
        else:
            await alerts.put_off(self._db, alert, then)

    def _later(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)
