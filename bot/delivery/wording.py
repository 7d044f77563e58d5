"""Of what is to be told: to whom, and in which words."""

from dataclasses import dataclass

import structlog

from blocks.digests import history as digest_history
from blocks.kit import Message
from blocks.workspace import connect
from bot.delivery.ownership import Keeping
from bot.delivery.slack_port import MUCH_LATER, Later, Mail
from bot.digests.digest import Alert, BrokenKey, Digest
from bot.records import Connection
from bot.store import digests, pauses, profiles
from bot.store.database import Database
from bot.workspaces.registry import Workspaces
from bot.workspaces.workspace import Workspace

_log = structlog.get_logger("digests")


@dataclass(frozen=True, slots=True)
class Word:
    """What is told in a workspace, and to whom: to the next of these people when Slack does not take it for one."""

    workspace: Workspace
    people: tuple[str, ...]
    message: Message


class Wording:
    """Asks who is still here. Raises NotInstalled, StoreUnavailable, Later: then it stays to be told."""

    def __init__(self, db: Database, workspaces: Workspaces, mail: Mail, keeping: Keeping) -> None:
        self._db = db
        self._workspaces = workspaces
        self._mail = mail
        self._keeping = keeping

    async def of(self, alert: Alert | BrokenKey) -> Word | None:
        """None when what it is about is gone, and the alert with it."""
        return await (self._of_key(alert) if isinstance(alert, BrokenKey) else self._of_digest(alert))

    async def _of_digest(self, alert: Alert) -> Word | None:
        """To its owner, or else to the backup."""
        digest = await digests.read(self._db, alert.digest_id)
        if digest is None:
            return None
        workspace = await self._workspaces.of(digest.workspace_id, digest.enterprise_id)
        current = await self._keeping.owned(workspace, digest)
        people = tuple(filter(None, (current.owner_id, current.backup_id)))
        return Word(workspace, people, _message(workspace, current, alert))

    async def _of_key(self, alert: BrokenKey) -> Word | None:
        """To whoever connected; when they left to whoever looks after a digest that waits, or else to a manager."""
        workspace = await self._workspaces.of(alert.workspace_id, alert.enterprise_id)
        profile = await profiles.read(self._db, alert.workspace_id)  # as it is: what is remembered may be older
        if profile.connection is None:
            return None
        person = await self._concerned(workspace, profile.connection)
        return Word(workspace, (person,), connect.broken(profile.connection, person))

    async def _concerned(self, workspace: Workspace, connection: Connection) -> str:
        waiting = await pauses.waiting_for_key(self._db, workspace.id)
        for person in filter(None, (connection.connected_by, *waiting)):
            if await self._mail.is_here_now(workspace, person) != "no":
                return person
        if (heir := await self._mail.heir(workspace)) is not None:
            return heir
        _log.error("nobody could be told", workspace=workspace.id)  # or Slack did not say who there is
        raise Later(MUCH_LATER)


def _message(workspace: Workspace, digest: Digest, alert: Alert) -> Message:
    if alert.why == "key":
        fixed = workspace.connection is not None and workspace.connection.is_fixed
        return digest_history.waits_for_key(digest, fixed=fixed)
    return digest_history.failed_notice(digest, alert.why, run=alert.run or "")
