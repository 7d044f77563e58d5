"""Keep digests going: resume them when the API key works, and give them an owner who is still here."""

from dataclasses import replace

import structlog

from blocks.digests import history as digest_history
from bot.clock import Clock
from bot.delivery.naming import Naming
from bot.delivery.slack_port import SlackPort
from bot.digests.digest import Digest
from bot.records import APP, AuditEntry
from bot.store import digests, pauses
from bot.store.database import Database
from bot.workspaces.workspace import Workspace

_log = structlog.get_logger("digests")


class Ownership:
    """Resumes digests when the API key works, and hands them over when the owner has left.

    Its methods may raise NotInstalled and StoreUnavailable.
    """

    def __init__(self, db: Database, clock: Clock, slack: SlackPort) -> None:
        self._db = db
        self._clock = clock
        self._slack = slack
        self._naming = Naming(db, slack)

    async def resume_if_key_works(self, digest: Digest) -> None:
        """Resume the workspace's digests if this one waited for the API key. The caller knows that the key works."""
        if digest.pause and digest.pause.why == "key" and await pauses.resume_after_key(self._db, digest.workspace_id):
            _log.info("digests go on: careCycle takes the key again", workspace=digest.workspace_id)

    async def resume_if_installed(self, digest: Digest) -> None:
        """Resume the workspace's digests if this one waited for Slack to let the app in. Slack has just taken it."""
        waited = digest.pause is not None and digest.pause.detail == "not_installed"
        if waited and await pauses.resume_after_install(self._db, digest.workspace_id):
            _log.info("digests go on: Slack lets the app in again", workspace=digest.workspace_id)

    async def hand_over_if_owner_left(self, workspace: Workspace, digest: Digest) -> Digest:
        """Hand the digest to its backup owner, else to a manager, when the owner has left, and notify them.

        Return the digest: unchanged when the owner may still be here, or nobody can take it over. A digest for one
        person is nobody else's.
        """
        if digest.is_direct or await self._slack.is_here(workspace, digest.owner_id) != "no":
            return digest
        new_owner = await self._new_owner(workspace, digest)
        if new_owner is None:
            _log.warning("nobody to look after a digest", workspace=digest.workspace_id, digest=digest.id)
            return digest
        details = {"digest": digest.id, "from": digest.owner_id, "to": new_owner}
        entry = AuditEntry(self._clock.now(), digest.workspace_id, APP, "digest handed over", details)
        theirs = replace(digest, owner_id=new_owner, backup_id=None)
        (named,) = await self._naming.of(workspace, [theirs])
        if await digests.hand_over(self._db, digest.id, digest.owner_id, new_owner, entry):
            message = digest_history.handed_over(named, digest.owner_id, self._clock.now())
            await self._slack.tell(workspace, new_owner, message)
        return theirs

    async def _new_owner(self, workspace: Workspace, digest: Digest) -> str | None:
        backup = digest.backup_id
        if backup and await self._slack.is_here(workspace, backup) == "yes":
            return backup
        return await self._slack.find_manager(workspace)
