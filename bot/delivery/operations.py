"""The operations of Slack users on digests. Listeners reach digests only through these (`services.digests`)."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from blocks.card_options import CardOptions
from blocks.digests.listed import Listed
from bot.carecycle.rate_limit import Asker
from bot.delivery.compose import Composed, Composer
from bot.delivery.dependencies import Dependencies
from bot.delivery.naming import Naming
from bot.delivery.sending import Sending
from bot.digests.digest import CampaignFilter, Digest, Limits, Pause
from bot.errors import DigestGone
from bot.store import deletions, digests, pauses, snapshots
from bot.store.snapshots import Shown
from bot.workspaces.workspace import Workspace

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a digest would hold now."""

    campaigns: int  # that match
    left_out: int  # of them, beyond the limit


class DigestOperations(Sending):
    """All that people can do with digests, and with their deliveries (`Sending`).

    Every method may raise StoreUnavailable. `plan` and `preview` ask careCycle, and may also raise NotConnected or a
    CareCycleError. `wake` makes the scheduler look at once.
    """

    def __init__(
        self, dependencies: Dependencies, composer: Composer, limits: Limits, wake: Callable[[], None]
    ) -> None:
        super().__init__(dependencies, composer, wake)
        self.limits = limits
        self._naming = Naming(self._db, self._slack)

    async def plan(self, workspace: Workspace, choice: CampaignFilter) -> Plan:
        """Count the campaigns that match now. Raise if not all could be read."""
        found = await workspace.digest_figures(choice, self.limits.campaigns, asker=Asker.BACKGROUND)
        if found.problem:
            raise found.problem
        return Plan(len(found.campaigns) + found.left_out, found.left_out)

    async def preview(self, workspace: Workspace, digest: Digest, options: CardOptions) -> Composed:
        """Compose the exact message that would go out now, in newer and classic blocks, without its buttons."""
        return await self._composer.preview(workspace, digest, options)

    async def save(self, digest: Digest, by: str, *, new: bool, seen: datetime | None = None) -> Digest:
        """Save the digest with its next due time, and return it.

        A digest that exists keeps its owner and its pause, except that a pause after a failed delivery ends.
        Raise TooManyDigests, DigestGone when it was deleted, or DigestChanged when it was changed since `seen`, the
        `changed_at` that the person last saw. Without `seen` this is not checked.
        """
        entry = self._audit_entry(digest, by, "digest made" if new else "digest changed")
        kept = replace(digest, next_due=_next(digest, entry.at), created_at=digest.created_at or entry.at)
        if not await digests.save(self._db, kept, entry, new=new, most=self.limits.digests, seen=seen):
            raise DigestGone
        self._wake()
        return kept

    async def read(self, workspace: Workspace, digest_id: str) -> Digest:
        """Return one digest of this workspace. Raise DigestGone."""
        found = await digests.read(self._db, digest_id) if digest_id.isprintable() else None  # a forged one may not be
        if found is None or found.workspace_id != workspace.id:
            raise DigestGone
        return found

    async def of_channel(self, workspace: Workspace, channel_id: str) -> list[Digest]:
        """Return the digests of a channel, sorted by name."""
        return await digests.of_channel(self._db, workspace.id, channel_id)

    async def of_person(self, workspace: Workspace, user_id: str) -> list[Digest]:
        """Return the digests a person owns or is the backup of, sorted by name."""
        return await digests.of_person(self._db, workspace.id, user_id)

    async def of_workspace(self, workspace: Workspace) -> list[Digest]:
        """Return all digests of a workspace, sorted by name."""
        return await digests.of_workspace(self._db, workspace.id)

    async def listed(self, workspace: Workspace, found: Sequence[Digest]) -> list[Listed]:
        """Return what lists and messages say of these digests, with one question to Slack and one to the database."""
        return await self._naming.of(workspace, found)

    async def shown(self, digest: Digest, run: str) -> Shown | None:
        """Return what a delivery showed, or the newest one when that one is not kept. None: none is kept."""
        return await snapshots.shown(self._db, digest.id, digest.channel_id, run if run.isprintable() else "")

    async def add_campaign(self, digest: Digest, campaign_id: str, by: str) -> Digest:
        """Add a campaign to those the digest names, and return the digest. Raise DigestGone.

        Return it unchanged when it uses a filter instead, or names as many campaigns as it may.
        """
        entry = self._audit_entry(digest, by, "digest changed")
        kept = await digests.add_campaign(self._db, digest.id, campaign_id, self.limits.campaigns, entry)
        if kept is None:
            raise DigestGone
        return kept

    async def delete(self, digest: Digest, by: str) -> Digest:
        """Delete the digest with its history, and return it: it can be restored for UNDO. Raise DigestGone."""
        entry = self._audit_entry(digest, by, "digest deleted")
        if not await deletions.delete(self._db, digest.id, entry):
            raise DigestGone
        return replace(digest, deleted_at=entry.at, next_due=None)

    async def read_deleted(self, workspace: Workspace, digest_id: str) -> Digest:
        """Return a deleted digest of this workspace that can be restored. Raise DigestGone."""
        found = await deletions.read(self._db, digest_id, self._clock.now()) if digest_id.isprintable() else None
        if found is None or found.workspace_id != workspace.id:
            raise DigestGone
        return found

    async def deleted(self, workspace: Workspace) -> list[Digest]:
        """Return the deleted digests of a workspace that can be restored, sorted by name."""
        return await deletions.of_workspace(self._db, workspace.id, self._clock.now())

    async def restore(self, workspace: Workspace, digest_id: str, by: str) -> Digest:
        """Undo that the digest was deleted, and return it. What was due meanwhile stays undelivered.

        Raise DigestGone when it is too late, or TooManyDigests when others have taken its place.
        """
        digest = await self.read_deleted(workspace, digest_id)
        entry = self._audit_entry(digest, by, "digest restored")
        if not await deletions.restore(self._db, digest_id, _next(digest, entry.at), entry, self.limits.digests):
            raise DigestGone
        self._wake()
        return await self._again(digest)

    async def go_on(self, digest: Digest, by: str) -> Digest:
        """Let the digest go on without a last day, and return it. Raise DigestGone, or DigestChanged."""
        now = await self._again(digest)
        if now.timetable.ends is None:
            return now
        endless = replace(now, timetable=replace(now.timetable, ends=None))
        return await self.save(endless, by, new=False, seen=now.changed_at)

    async def pause(self, digest: Digest, by: str, *, for_a_day: bool) -> Digest:
        """Pause the digest for a day, or until it is resumed, and return it. Raise DigestGone.

        A day is 24 hours of local wall time, but at least until the day of the next delivery is over. A digest that is
        already paused stays as it is, except that a pause with an end may become one without.
        """
        now = self._clock.now()
        until = _a_day_on(digest, now) if for_a_day else None
        pause = Pause(now, "person", until, by)
        await pauses.pause(self._db, digest.id, pause, self._audit_entry(digest, by, "digest paused"))
        return await self._again(digest)

    async def resume(self, digest: Digest, by: str) -> Digest:
        """Resume the digest and return it. Raise DigestGone."""
        then = _next(digest, self._clock.now())
        await pauses.resume(self._db, digest.id, then, self._audit_entry(digest, by, "digest resumed"))
        self._wake()
        return await self._again(digest)

    async def _again(self, digest: Digest) -> Digest:
        found = await digests.read(self._db, digest.id)
        if found is None:
            raise DigestGone
        return found


def new_id() -> str:
    """Make the id of a digest: short, and impossible to guess."""
    return uuid.uuid4().hex[:16]


def _next(digest: Digest, now: datetime) -> datetime | None:
    return next((slot.due for slot in digest.timetable.after(now)), None)


def _a_day_on(digest: Digest, now: datetime) -> datetime:
    zone = ZoneInfo(digest.timetable.zone)
    tomorrow = now.astimezone(zone) + _DAY
    if (due := _next(digest, now)) is None:
        return tomorrow
    day_after = due.astimezone(zone).date() + _DAY
    return max(tomorrow, datetime.combine(day_after, time(), zone))
