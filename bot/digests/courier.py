"""One delivery, from the ledger's row to the channel: what is read, what is composed, and what became of it.

Called by the queue, step by step; may be called again for a run that died half-way, by another replica.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import structlog

from bot.clock import Clock
from bot.digests.composing import Composed, Composing
from bot.digests.details import Details
from bot.digests.keeping import Keeping
from bot.digests.mail import Later, Mail, Refused, Unclear
from bot.digests.reasons import STAYS
from bot.errors import (
    BotError,
    CareCycleError,
    KeyRefused,
    NotConnected,
    NotInstalled,
    NotShownHere,
    RateLimited,
    StoreUnavailable,
)
from bot.store import deliveries, digests
from bot.store.database import Database
from bot.store.digest_records import OVER, Delivery, Digest, State
from bot.workspace import Workspace
from bot.workspaces import Workspaces

_SOON, _LATEST = timedelta(seconds=20), timedelta(minutes=15)  # between two tries, growing with the lateness
_LOOK = timedelta(seconds=30)  # a message may show up in the channel's history so long after it was sent
_PLAIN_FOR = timedelta(days=7)  # Slack refused the newer blocks; then they are tried again
_log = structlog.get_logger("digests")


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that posting needs. `composed` is None when somebody died while posting: then it has to be looked for."""

    delivery: Delivery
    digest: Digest
    workspace: Workspace
    composed: Composed | None = None


class Courier:
    """Every method may be called again with the same arguments. Raises StoreUnavailable: then the run is tried anew."""

    def __init__(
        self, db: Database, clock: Clock, workspaces: Workspaces, mail: Mail, composing: Composing, grace: timedelta
    ) -> None:
        self._db = db
        self._clock = clock
        self._workspaces = workspaces
        self._mail = mail
        self._composing = composing
        self._keeping = Keeping(db, clock, mail)
        self._details = Details(mail)
        self._grace = grace

    async def prepare(self, run: str, attempt: int) -> Prepared | None:
        """Reads and composes. None when there is nothing to post: over, skipped, put off, as the ledger says then."""
        found = await deliveries.read(self._db, run)
        if found is None or found[0].state in OVER or found[0].attempt != attempt:
            return None
        delivery, digest = found
        workspace = await self._workspaces.of(digest.workspace_id, digest.enterprise_id)
        if delivery.state == "posting":
            return Prepared(delivery, digest, workspace)
        if delivery.kind == "scheduled" and _is_paused(digest, delivery):
            await self._end(delivery, "skipped", "paused")
            return None
        try:
            return await self._composed(workspace, digest, delivery)
        except StoreUnavailable:
            raise
        except BotError as error:
            await self._not_composed(workspace, digest, delivery, error)
            return None

    async def post(self, prepared: Prepared) -> str | None:
        """Takes the row to `posting` and sends; Slack's `ts`, or None when there is nothing to record any more."""
        delivery, composed = prepared.delivery, prepared.composed
        if composed is None:
            return await self._look(prepared)
        token = str(uuid4())
        if not await deliveries.begin_posting(
            self._db, delivery.id, delivery.attempt, token, composed.snapshot, composed.gained
        ):
            return None  # somebody else posts, or has posted, this run
        try:
            return await self._send(prepared.digest, delivery, composed)
        except Later as error:
            await self._put_off(delivery, "slack", timedelta(seconds=error.seconds))
        except NotInstalled:
            await self._end(delivery, "failed", "not_installed")
        except Refused as error:
            await self._refused(prepared, error.reason)
        except Unclear:
            return await self._look(prepared)
        return None

    async def record(self, prepared: Prepared, ts: str) -> None:
        """Notes that it was sent; then, once, the details in its thread."""
        delivery, digest, now = prepared.delivery, prepared.digest, self._clock.now()
        if not await deliveries.sent(self._db, delivery.id, ts, digest.channel_id, now):
            return
        late = round((now - delivery.due).total_seconds(), 1)
        _log.info("digest sent", workspace=digest.workspace_id, run=delivery.id, attempt=delivery.attempt, late=late)
        if digest.threaded and prepared.composed:
            await self._add_details(prepared.workspace, digest, ts, prepared.composed)

    async def _add_details(self, workspace: Workspace, digest: Digest, ts: str, composed: Composed) -> None:
        """In its thread. What goes wrong with them takes nothing back."""
        try:
            form = await self._mail.form(workspace, digest)
            await self._details.post(workspace, digest, ts, composed.snapshot, form)
        except BotError as error:
            _log.warning("a digest has no details", workspace=digest.workspace_id, error=type(error).__name__)

    async def _composed(self, workspace: Workspace, digest: Digest, delivery: Delivery) -> Prepared | None:
        digest = await self._keeping.owned(workspace, digest)
        form = await self._mail.form(workspace, digest)
        composed = await self._composing.delivery(workspace, digest, delivery, form)
        await self._keeping.key_works(digest)
        if composed.none_left:
            await self._stays(workspace, digest, delivery, "no_campaigns")
        elif composed.problem and self._may_wait(delivery):
            await self._not_composed(workspace, digest, delivery, composed.problem)
        elif digest.skip_unchanged and not composed.changed and delivery.kind == "scheduled":
            await self._end(delivery, "skipped", "unchanged")
        else:
            return Prepared(delivery, digest, workspace, composed)
        return None

    async def _not_composed(self, workspace: Workspace, digest: Digest, delivery: Delivery, error: BotError) -> None:
        """Nothing could be read, or not all of it."""
        if isinstance(error, NotShownHere):
            await self._stays(workspace, digest, delivery, "not_shown")
        elif isinstance(error, NotInstalled):
            await self._end(delivery, "failed", "not_installed")
        elif isinstance(error, (NotConnected, KeyRefused)):
            await self._keeping.key_refused(digest)
            await self._end(delivery, "failed", "key")
        elif isinstance(error, RateLimited):
            await self._put_off(delivery, "limit", timedelta(seconds=error.retry_after + 1))
        else:
            await self._put_off(delivery, "carecycle" if isinstance(error, CareCycleError) else "bug")

    async def _send(self, digest: Digest, delivery: Delivery, composed: Composed) -> str:
        """In the newer blocks, or the classic ones where Slack refuses those; that is remembered."""
        now = self._clock.now()
        if await digests.is_plain(self._db, digest.workspace_id, now - _PLAIN_FOR):
            return await self._mail.post(digest, delivery, composed.plain)
        try:
            return await self._mail.post(digest, delivery, composed.message)
        except Refused as error:
            if error.reason != "blocks":
                raise
        await digests.note_plain(self._db, digest.workspace_id, now)
        _log.warning("Slack refuses the newer blocks", workspace=digest.workspace_id)
        return await self._mail.post(digest, delivery, composed.plain)

    async def _refused(self, prepared: Prepared, reason: str) -> None:
        if reason in STAYS:
            await self._stays(prepared.workspace, prepared.digest, prepared.delivery, reason)
        else:
            await self._end(prepared.delivery, "failed", "bug" if reason == "blocks" else reason)

    async def _look(self, prepared: Prepared) -> str | None:
        """Whether Slack has the message that somebody was posting: its `ts`. Never posts.

        Where the app may look and does not find it, it looks once more a little later, and then it goes out anew.
        """
        delivery = prepared.delivery
        try:
            if ts := await self._mail.find(prepared.digest, delivery, delivery.wanted_at):
                return ts
        except Unclear:
            if await self._end(delivery, "unconfirmed", "unconfirmed"):
                await self._keeping.unconfirmed(prepared.workspace, prepared.digest, delivery)
            return None
        now = self._clock.now()
        if delivery.reason == "unconfirmed":
            await deliveries.postpone(self._db, delivery.id, "slack", now, delivery.attempt)
        else:
            await deliveries.look_later(self._db, delivery.id, now + _LOOK, delivery.attempt)
        return None

    async def _stays(self, workspace: Workspace, digest: Digest, delivery: Delivery, reason: str) -> None:
        """It failed for a reason that stays."""
        if await self._end(delivery, "failed", reason):
            await self._keeping.failed_for_good(workspace, digest, reason)

    async def _put_off(self, delivery: Delivery, reason: str, least: timedelta = timedelta()) -> None:
        """To be tried later, inside the grace time; else it failed."""
        now = self._clock.now()
        wait = max(least, _SOON, min((now - delivery.wanted_at) / 2, _LATEST))
        if now + wait > delivery.wanted_at + self._grace:
            await self._end(delivery, "failed", reason)
        elif await deliveries.postpone(self._db, delivery.id, reason, now + wait, delivery.attempt):
            _log.info("digest put off", run=delivery.id, reason=reason, seconds=round(wait.total_seconds()))

    def _may_wait(self, delivery: Delivery) -> bool:
        return self._clock.now() + _SOON <= delivery.wanted_at + self._grace

    async def _end(self, delivery: Delivery, state: State, reason: str) -> bool:
        done = await deliveries.end(self._db, delivery.id, state, reason, self._clock.now())
        if done:
            _log.info(f"digest {state}", workspace=delivery.workspace_id, run=delivery.id, reason=reason)
        return done


def _is_paused(digest: Digest, delivery: Delivery) -> bool:
    """Since it was put into the queue; while the key is refused it is tried all the same."""
    pause = digest.pause
    return pause is not None and pause.why != "key" and (pause.until is None or pause.until > delivery.due)
