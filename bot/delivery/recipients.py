"""Choose who gets a notification, and what it says."""

from dataclasses import dataclass

import structlog

from blocks.digests import history as digest_history
from blocks.digests import stopped
from blocks.kit import Message
from blocks.workspace import connect
from bot.delivery.dependencies import Dependencies
from bot.delivery.naming import Naming
from bot.delivery.ownership import Ownership
from bot.delivery.slack_port import MUCH_LATER, Later
from bot.digests.digest import Alert, BrokenKey, Digest, OwnerAlert, StillBroken
from bot.records import Connection
from bot.store import digests, owner_alerts, pauses, profiles
from bot.workspaces.workspace import Workspace

AnyAlert = Alert | BrokenKey | OwnerAlert | StillBroken
_log = structlog.get_logger("digests")


@dataclass(frozen=True, slots=True)
class Notification:
    """A message for the first of these people to whom Slack can deliver it."""

    workspace: Workspace
    people: tuple[str, ...]
    message: Message
    alert: AnyAlert  # what is claimed before it is sent


class Recipients:
    """Chooses the recipient and the text of a notification. May raise NotInstalled, StoreUnavailable and Later."""

    def __init__(self, dependencies: Dependencies, ownership: Ownership) -> None:
        self._db, self._clock, self._workspaces, self._slack = dependencies
        self._ownership = ownership
        self._naming = Naming(self._db, self._slack)

    async def notification(self, alert: AnyAlert) -> Notification | None:
        """Return the notification. Return None when there is nobody to tell by now: the alert is gone, or another's."""
        if isinstance(alert, OwnerAlert):
            return await self._of_cause(alert)
        if isinstance(alert, BrokenKey):
            return await self._of_key(alert)
        return await (self._again(alert) if isinstance(alert, StillBroken) else self._of_digest(alert))

    async def _of_digest(self, alert: Alert) -> Notification | None:
        """Choose the owner, then the backup owner. Hand the digest over first when the owner has left."""
        digest = await digests.read(self._db, alert.digest_id)
        if digest is None:
            return None
        workspace = await self._workspaces.of(digest.workspace_id, digest.enterprise_id)
        current = await self._ownership.hand_over_if_owner_left(workspace, digest)
        named, now = await self._naming.of(workspace, [current]), self._clock.now()
        message = (
            digest_history.failed_notice(named[0], alert.why, now, run=alert.run)
            if alert.run is not None
            else stopped.notice(named, alert.why, now, fixed=_is_fixed(workspace))  # of the version before
        )
        return Notification(workspace, _of([current]), message, alert)

    async def _of_cause(self, alert: OwnerAlert) -> Notification | None:
        """Choose the owner, then backup owners. Somebody else's digests by now become an alert for that person."""
        async with self._db.reading() as connection:
            still = await owner_alerts.stopped_in(connection, self._db.tables, alert.cause, alert.digests)
        found = [one for id_ in alert.digests if id_ in still and (one := await digests.read(self._db, id_))]
        workspace = await self._workspaces.of(alert.workspace_id, alert.enterprise_id)
        current = [await self._ownership.hand_over_if_owner_left(workspace, one) for one in found]
        if not current or {one.owner_id for one in current} != {alert.owner_id}:
            await owner_alerts.drop(self._db, alert, self._clock.now())
            return None
        current.sort(key=lambda one: one.name)
        named, fixed = await self._naming.of(workspace, current), _is_fixed(workspace)
        message = stopped.notice(named, alert.cause.reason, self._clock.now(), fixed=fixed)
        return Notification(workspace, _of(current), message, owner_alerts.about(alert, still))

    async def _of_key(self, alert: BrokenKey) -> Notification | None:
        """Choose the person who connected; if they left, an owner of a waiting digest, its backup, or a manager."""
        workspace = await self._workspaces.of(alert.workspace_id, alert.enterprise_id)
        profile = await profiles.read(self._db, alert.workspace_id)  # a cached one may be outdated
        if profile.connection is None:
            return None
        person = await self._concerned(workspace, profile.connection)
        return Notification(workspace, (person,), connect.broken(profile.connection, person), alert)

    async def _again(self, key: StillBroken) -> Notification | None:
        """Choose a manager who was not told when the key broke. Tell nobody when there is no other."""
        workspace = await self._workspaces.of(key.workspace_id, key.enterprise_id)
        profile = await profiles.read(self._db, key.workspace_id)
        if profile.connection is None or profile.connection.broken_at != key.since:
            return None
        told = {profile.connection.connected_by or "", await self._concerned(workspace, profile.connection)}
        manager = await self._slack.find_manager(workspace, but=told)
        message = connect.still_broken(profile.connection, self._clock.now())
        return Notification(workspace, (manager,) if manager else (), message, key)

    async def _concerned(self, workspace: Workspace, connection: Connection) -> str:
        waiting = await pauses.waiting_for_key(self._db, workspace.id)
        for person in filter(None, (connection.connected_by, *waiting)):
            if await self._slack.is_here_now(workspace, person) != "no":
                return person
        if (manager := await self._slack.find_manager(workspace)) is not None:
            return manager
        _log.error("nobody could be told", workspace=workspace.id)  # or Slack did not say who is in the workspace
        raise Later(MUCH_LATER)


def _of(found: list[Digest]) -> tuple[str, ...]:
    """Return the owner of these digests, then their backup owners, each person once."""
    return tuple(dict.fromkeys(filter(None, (found[0].owner_id, *(one.backup_id for one in found)))))


def _is_fixed(workspace: Workspace) -> bool:
    return workspace.connection is not None and workspace.connection.is_fixed
