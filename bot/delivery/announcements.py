"""Say what is said of a digest once: introduce it in its channel, and ask its owner on its last day if it goes on."""

from datetime import datetime, timedelta

import structlog

from blocks.digests import announcements as words
from blocks.kit import Message
from bot.delivery.dependencies import Dependencies
from bot.delivery.naming import Naming
from bot.delivery.ownership import Ownership
from bot.delivery.retries import retry_on_outage
from bot.delivery.slack_port import MUCH_LATER, Later
from bot.delivery.unbroken import Unbroken
from bot.digests.announcement import Announcement
from bot.errors import NotInstalled, StoreUnavailable
from bot.stopping import raise_if_cancelled
from bot.store import announcements, digests
from bot.workspaces.workspace import Workspace

_LATER = 60.0  # seconds, at least, before another try
_log = structlog.get_logger("digests")


class Announcements:
    """Says what is due, once. Replicas may do so in parallel. `command` is the slash command's name."""

    def __init__(self, dependencies: Dependencies, ownership: Ownership, unbroken: Unbroken, command: str) -> None:
        self._db, self._clock, self._workspaces, self._slack = dependencies
        self._ownership = ownership
        self._naming = Naming(self._db, self._slack)
        self._command = command
        self._unbroken = unbroken

    async def tell(self) -> None:
        """Say what is due. Raise StoreUnavailable; the rest then stays due."""
        await announcements.ask_about_ends(self._db, self._clock.now())
        for one in await announcements.due(self._db, self._clock.now()):
            try:
                await self._tell(one)
            except NotInstalled:  # it may come back
                await announcements.put_off(self._db, one, self._later(MUCH_LATER))
            except Later as error:
                await announcements.put_off(self._db, one, self._later(max(error.seconds, _LATER)))
            except StoreUnavailable:
                raise
            except Exception as error:  # any error: the others must not wait
                raise_if_cancelled(error)
                _log.error("could not announce", digest=one.digest_id, error=type(error).__name__)
                await announcements.put_off(self._db, one, self._later(_LATER))

    async def _tell(self, announcement: Announcement) -> None:
        if (digest := await digests.read(self._db, announcement.digest_id)) is None:
            return
        workspace, now = await self._workspaces.of(digest.workspace_id, digest.enterprise_id), self._clock.now()
        if announcement.kind == "introduction":
            places: tuple[str | None, ...] = (digest.channel_id,)
            (named,) = await self._naming.of(workspace, [digest])
            message = words.introduction(named, announcement.by or digest.owner_id, self._command, now)
        else:
            digest = await self._ownership.hand_over_if_owner_left(workspace, digest)
            (named,) = await self._naming.of(workspace, [digest])
            places, message = (digest.owner_id, digest.backup_id), words.asks_to_go_on(named, now)
        some = [place for place in places if place]
        await self._unbroken.run(self._once(workspace, announcement, some, message))

    async def _once(
        self, workspace: Workspace, announcement: Announcement, places: list[str], message: Message
    ) -> None:
        """Claim it and say it. Nothing may come between the claim and the call to Slack."""
        if not await announcements.claim(self._db, announcement):
            return
        for place in places:
            try:
                if await self._slack.tell_once(workspace, place, message):
                    return
            except Later as error:
                then = self._later(max(error.seconds, _LATER))
                await retry_on_outage(announcements.put_back, self._db, announcement, then)
                return
        _log.warning("a digest was not announced", digest=announcement.digest_id, kind=announcement.kind)

    def _later(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)
