"""What people in Slack do with digests; the one way to them for listeners (`desk.digests`)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from blocks.card_options import CardOptions
from bot.carecycle.rate_limit import Asker
from bot.clock import Clock
from bot.delivery.compose import Composed, Composing
from bot.digests.digest import CampaignFilter, Delivery, Digest, Limits, Pause
from bot.errors import DigestGone
from bot.records import AuditEntry
from bot.store import deliveries, digests, pauses
from bot.store.database import Database
from bot.workspaces.workspace import Workspace

_DAY = timedelta(days=1)
_ONE_CLICK = timedelta(seconds=10)  # two clicks within it are one
HISTORY = 30  # deliveries


@dataclass(frozen=True, slots=True)
class Plan:
    """What a digest would hold now. `campaigns`: how many match; `left_out`: how many of them are beyond the limit.

    `requests`: to careCycle for a delivery, when no other digest of the workspace is due at the same time.
    """

    campaigns: int
    left_out: int
    requests: int


class Digests:
    """Every method raises StoreUnavailable; those that ask careCycle raise NotConnected and CareCycleError.

    `wake` makes the engine look at once.
    """

    def __init__(
        self, db: Database, clock: Clock, composing: Composing, limits: Limits, wake: Callable[[], None]
    ) -> None:
        self._db = db
        self._clock = clock
        self._composing = composing
        self._wake = wake
        self.limits = limits

    async def plan(self, workspace: Workspace, choice: CampaignFilter) -> Plan:
        """How many campaigns match now, and what a delivery costs. Raises RateLimited when there is no room to ask."""
        found = await workspace.digest_figures(choice, self.limits.campaigns, asker=Asker.BACKGROUND)
        if found.problem:
            raise found.problem
        return Plan(len(found.campaigns) + found.left_out, found.left_out, found.requests)

    async def preview(self, workspace: Workspace, digest: Digest, form: CardOptions) -> Composed:
        """The exact message as it would go out now, in both forms, without buttons that do something to it."""
        return await self._composing.preview(workspace, digest, form)

    async def save(self, digest: Digest, by: str, *, new: bool, seen: datetime | None = None) -> Digest:
        """Keep it and set when it is due next. `seen`: its `changed_at` when this person last looked, if they did.

        Owner and pause of one that is there stay as they are, but for a pause because it could not be sent. Raises
        TooManyDigests, DigestGone when it was deleted meanwhile, DigestChanged when somebody changed it meanwhile.
        """
        deed = self._deed(digest, by, "digest made" if new else "digest changed")
        kept = replace(digest, next_due=_next(digest, deed.at), created_at=digest.created_at or deed.at)
        if not await digests.save(self._db, kept, deed, new=new, most=self.limits.digests, seen=seen):
            raise DigestGone
        self._wake()
        return kept

    async def read(self, workspace: Workspace, digest_id: str) -> Digest:
        """One digest of this workspace. Raises DigestGone."""
        found = await digests.read(self._db, digest_id)
        if found is None or found.workspace_id != workspace.id:
            raise DigestGone
        return found

    async def of_channel(self, workspace: Workspace, channel_id: str) -> list[Digest]:
        """Those of a channel, by name."""
        return await digests.of_channel(self._db, workspace.id, channel_id)

    async def of_person(self, workspace: Workspace, user_id: str) -> list[Digest]:
        """Those somebody owns or stands in for, by name."""
        return await digests.of_person(self._db, workspace.id, user_id)

    async def of_workspace(self, workspace: Workspace) -> list[Digest]:
        """All of a workspace, by name."""
        return await digests.of_workspace(self._db, workspace.id)

    async def add_campaign(self, digest: Digest, campaign_id: str, by: str) -> Digest:
        """Put a campaign beside those it names; the digest as it is then. Raises DigestGone.

        Without it is one that takes campaigns by itself, or names as many as it may.
        """
        deed = self._deed(digest, by, "digest changed")
        kept = await digests.add_campaign(self._db, digest.id, campaign_id, self.limits.campaigns, deed)
        if kept is None:
            raise DigestGone
        return kept

    async def delete(self, digest: Digest, by: str) -> None:
        """Delete it with its history. Nothing when it is gone already."""
        await digests.delete_one(self._db, digest.id, self._deed(digest, by, "digest deleted"))

    async def pause(self, digest: Digest, by: str, *, for_a_day: bool) -> Digest:
        """Pause it for a day, or until somebody resumes it; the digest as it is then. Raises DigestGone.

        A day: 24 hours by the clock on the wall, and at least the day of its next delivery.
        """
        now = self._clock.now()
        until = _a_day_on(digest, now) if for_a_day else None
        pause = Pause(now, "person", until, by)
        await pauses.pause(self._db, digest.id, pause, self._deed(digest, by, "digest paused"))
        return await self._again(digest)

    async def resume(self, digest: Digest, by: str) -> Digest:
        """Go on with it; the digest as it is then. Raises DigestGone."""
        then = _next(digest, self._clock.now())
        await pauses.resume(self._db, digest.id, then, self._deed(digest, by, "digest resumed"))
        self._wake()
        return await self._again(digest)

    async def send_now(self, digest: Digest, by: str) -> None:
        """Send it at once, beside its timetable. A second click within ten seconds does nothing."""
        now = self._clock.now()
        run = Delivery(
            f"{digest.id}:now-{uuid.uuid4().hex[:12]}",
            digest.id,
            digest.workspace_id,
            "now",
            due=now,
            wanted_at=now,
            state="due",
            channel_id=digest.channel_id,
            asked_by=by,
            try_at=now,
        )
        if await deliveries.add(self._db, run, now - _ONE_CLICK):
            await digests.note(self._db, self._deed(digest, by, "digest sent now"))
        self._wake()

    async def send_again(self, digest: Digest, run: str, by: str) -> bool:
        """Try a delivery again that failed, was skipped or is unconfirmed; false when it is on its way or sent."""
        if not run.startswith(f"{digest.id}:"):
            raise DigestGone
        done = await deliveries.requeue(self._db, run, self._clock.now(), by)
        if done:
            await digests.note(self._db, self._deed(digest, by, "digest sent again"))
        self._wake()
        return done

    async def history(self, digest: Digest) -> list[Delivery]:
        """The last 30 deliveries, newest first."""
        return await deliveries.history(self._db, digest.id, HISTORY)

    async def _again(self, digest: Digest) -> Digest:
        found = await digests.read(self._db, digest.id)
        if found is None:
            raise DigestGone
        return found

    def _deed(self, digest: Digest, by: str, action: str) -> AuditEntry:
        details = {"digest": digest.id, "channel": digest.channel_id}
        return AuditEntry(self._clock.now(), digest.workspace_id, by, action, details)


def new_id() -> str:
    """Of a digest: short, and nobody guesses another's."""
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
