"""What follows for a digest and its people when a delivery fails for good, or its owner is gone. Said once."""

from collections.abc import Callable
from dataclasses import replace

import structlog

from blocks import digest_history
from blocks.kit import Message
from bot.clock import Clock
from bot.digests.mail import Mail
from bot.store import digests, pauses
from bot.store.database import Database
from bot.store.digest_records import Delivery, Digest, Pause
from bot.store.records import Deed
from bot.workspace import Workspace

_APP = "app"  # who did it, in the audit trail
_log = structlog.get_logger("digests")


class Keeping:
    """Pauses, tells and hands over."""

    def __init__(self, db: Database, clock: Clock, mail: Mail) -> None:
        self._db = db
        self._clock = clock
        self._mail = mail

    async def failed_for_good(self, workspace: Workspace, digest: Digest, reason: str) -> None:
        """Pauses this digest alone and tells who looks after it; whoever pauses it first tells."""
        now = self._clock.now()
        deed = Deed(now, digest.workspace_id, _APP, "digest paused", {"digest": digest.id, "reason": reason})
        if await pauses.pause(self._db, digest.id, Pause(now, "failed", detail=reason), deed):
            await self._tell(workspace, digest, reason, lambda one: digest_history.failed_notice(one, reason))

    async def unconfirmed(self, workspace: Workspace, digest: Digest, delivery: Delivery) -> None:
        """Tells who looks after it that nobody knows whether it came, with a button to send it again."""
        why = "unconfirmed"
        await self._tell(workspace, digest, why, lambda one: digest_history.failed_notice(one, why, run=delivery.id))

    async def key_refused(self, workspace: Workspace, digest: Digest) -> None:
        """All digests of the workspace wait, and one message says so, unless whoever connected was told already.

        A key that breaks is noted where that is noticed (bot/health.py), with a message, and they wait since then.
        """
        if await pauses.pause_for_key(self._db, digest.workspace_id, Pause(self._clock.now(), "key")):
            await self._tell(workspace, digest, "key", digest_history.waits_for_key)

    async def key_works(self, digest: Digest) -> None:
        """They go on, if they waited."""
        if digest.pause and digest.pause.why == "key" and await pauses.mend(self._db, digest.workspace_id):
            _log.info("digests go on: careCycle takes the key again", workspace=digest.workspace_id)

    async def owned(self, workspace: Workspace, digest: Digest) -> Digest:
        """The digest with an owner who is still here: else the backup, else a manager, takes it over and is told."""
        if await self._mail.is_here(workspace, digest, digest.owner_id) != "no":
            return digest
        heir = await self._heir(workspace, digest)
        if heir is None:
            _log.warning("nobody to look after a digest", workspace=digest.workspace_id, digest=digest.id)
            return digest
        details = {"digest": digest.id, "from": digest.owner_id, "to": heir}
        deed = Deed(self._clock.now(), digest.workspace_id, _APP, "digest handed over", details)
        if await digests.hand_over(self._db, digest.id, digest.owner_id, heir, deed):
            await self._mail.tell(digest, heir, digest_history.handed_over(digest))
        return replace(digest, owner_id=heir, backup_id=None)

    async def _heir(self, workspace: Workspace, digest: Digest) -> str | None:
        backup = digest.backup_id
        if backup and await self._mail.is_here(workspace, digest, backup) == "yes":
            return backup
        return await self._mail.heir(workspace, digest)

    async def _tell(self, workspace: Workspace, digest: Digest, why: str, message: Callable[[Digest], Message]) -> None:
        """The owner; when Slack does not take it for them, the backup."""
        current = await self.owned(workspace, digest)
        for person in filter(None, (current.owner_id, current.backup_id)):
            if await self._mail.tell(current, person, message(current)):
                return
        _log.error("nobody could be told of a digest", workspace=digest.workspace_id, digest=digest.id, reason=why)
