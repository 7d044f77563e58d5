"""What keeps a digest going: it goes on when the key works, and always has somebody who looks after it."""

from dataclasses import replace

import structlog

from blocks.digests import history as digest_history
from bot.clock import Clock
from bot.delivery.slack_port import Mail
from bot.digests.digest import Digest
from bot.records import APP, AuditEntry
from bot.store import digests, pauses
from bot.store.database import Database
from bot.workspaces.workspace import Workspace

_log = structlog.get_logger("digests")


class Keeping:
    """Goes on and hands over."""

    def __init__(self, db: Database, clock: Clock, mail: Mail) -> None:
        self._db = db
        self._clock = clock
        self._mail = mail

    async def key_works(self, digest: Digest) -> None:
        """They go on, if they waited."""
        if digest.pause and digest.pause.why == "key" and await pauses.mend(self._db, digest.workspace_id):
            _log.info("digests go on: careCycle takes the key again", workspace=digest.workspace_id)

    async def owned(self, workspace: Workspace, digest: Digest) -> Digest:
        """The digest with an owner who is still here: else the backup, else a manager, takes it over and is told."""
        if await self._mail.is_here(workspace, digest.owner_id) != "no":
            return digest
        heir = await self._heir(workspace, digest)
        if heir is None:
            _log.warning("nobody to look after a digest", workspace=digest.workspace_id, digest=digest.id)
            return digest
        details = {"digest": digest.id, "from": digest.owner_id, "to": heir}
        deed = AuditEntry(self._clock.now(), digest.workspace_id, APP, "digest handed over", details)
        if await digests.hand_over(self._db, digest.id, digest.owner_id, heir, deed):
            await self._mail.tell(workspace, heir, digest_history.handed_over(digest))
        return replace(digest, owner_id=heir, backup_id=None)

    async def _heir(self, workspace: Workspace, digest: Digest) -> str | None:
        backup = digest.backup_id
        if backup and await self._mail.is_here(workspace, backup) == "yes":
            return backup
        return await self._mail.heir(workspace)
