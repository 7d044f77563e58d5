"""What people do with deliveries: send a digest now, to its channel or to themselves, send one again, or confirm it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from blocks.card_options import CardOptions
from bot.delivery import newest_blocks
from bot.delivery.compose import Composer
from bot.delivery.dependencies import Dependencies
from bot.delivery.slack_port import Later, Refused, Unclear
from bot.digests.again import may_send_again
from bot.digests.digest import OVER, Delivery, Digest
from bot.digests.errors import CannotSend, NewerArrived
from bot.errors import DigestGone, KeyRejected, NotConnected, NotPosted, NotShownHere, SlackLimited
from bot.records import AuditEntry
from bot.store import by_hand, deliveries, digests
from bot.workspaces.workspace import Workspace

_ONE_CLICK = timedelta(seconds=10)  # two clicks within it count as one
_UNCHECKED = ("restricted", "refused", "no_campaigns", "left")  # only a try could tell whether they are gone
HISTORY = 30  # deliveries


class Sending:
    """The operations on deliveries. Each may raise StoreUnavailable. `wake` makes the scheduler look at once."""

    def __init__(self, dependencies: Dependencies, composer: Composer, wake: Callable[[], None]) -> None:
        self._db, self._clock, self._workspaces, self._slack = dependencies
        self._composer = composer
        self._wake = wake

    async def send_now(self, digest: Digest, by: str) -> None:
        """Send the digest to its channel at once, outside its timetable. A second click soon after does nothing.

        Raise CannotSend, NotShownHere, NotConnected, KeyRejected or NotInstalled when it surely would not arrive, and
        DigestGone.
        """
        await self._need_way(digest)
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
        entry = self._audit_entry(digest, by, "digest sent now", run=run.id)
        await deliveries.add(self._db, run, now - _ONE_CLICK, entry)
        self._wake()

    async def send_to(self, workspace: Workspace, digest: Digest, person: str, options: CardOptions) -> None:
        """Post the message that would go out now to one person alone. The digest need not be saved.

        Nothing is kept of it, and no later delivery is compared with it. Raise NotConnected, a CareCycleError,
        NotInstalled, SlackLimited or NotPosted when Slack did not take it, or CannotSend when nobody knows.
        """
        composed = await self._composer.preview(workspace, digest, options)
        await workspace.need_key()
        try:
            send = partial(self._slack.post_to, workspace, person)
            plain_since = await digests.plain_since(self._db, workspace.id)
            await newest_blocks.post(self._db, self._clock, workspace.id, plain_since, composed, send)
        except Later as error:
            raise (SlackLimited(error.seconds) if error.limited else NotPosted("trouble")) from error
        except Refused as error:
            raise NotPosted("trouble") from error
        except Unclear as error:
            raise CannotSend("unconfirmed") from error

    async def send_again(self, digest: Digest, run: str, by: str) -> bool:
        """Retry a failed, skipped or unconfirmed delivery. Return False when it is on its way, sent or gone.

        Raise DigestGone when `run` is not a delivery of this digest, NewerArrived, and what `send_now` raises.
        """
        row, history = await self._row(digest, run)
        if row is None or row.state not in OVER or row.state == "sent":
            return False
        if not may_send_again(row, history):
            raise NewerArrived
        await self._need_way(digest)
        entry = self._audit_entry(digest, by, "digest sent again", run=run)
        done = await by_hand.requeue(self._db, run, entry.at, by, entry)
        self._wake()
        return done

    async def confirm(self, digest: Digest, run: str, by: str) -> bool:
        """Take an unconfirmed delivery for sent, because a person sees it in the channel.

        Return False when it is unconfirmed no longer. Raise DigestGone when `run` is not a delivery of this digest.
        """
        row, _ = await self._row(digest, run)
        entry = self._audit_entry(digest, by, "digest confirmed", run=run)
        return row is not None and await by_hand.confirm(self._db, row, entry)

    async def history(self, digest: Digest) -> list[Delivery]:
        """Return the last 30 deliveries, newest first."""
        return await deliveries.history(self._db, digest.id, HISTORY)

    async def _row(self, digest: Digest, run: str) -> tuple[Delivery | None, list[Delivery]]:
        if not run.startswith(f"{digest.id}:"):
            raise DigestGone
        history = await self.history(digest)
        return next((one for one in history if one.id == run), None), history

    async def _need_way(self, digest: Digest) -> None:
        """Raise when a delivery to its channel would fail, as far as the workspace, Slack and its pause say."""
        workspace = await self._workspaces.of(digest.workspace_id, digest.enterprise_id)
        if (connection := workspace.checked_connection) is None:
            raise NotConnected
        if connection.broken_at:
            raise KeyRejected(fixed=connection.is_fixed)
        last = digest.pause.detail if digest.pause and digest.pause.why == "failed" else ""
        now = await self._slack.why_not(workspace, digest)
        why = last if now is None or (not now and last in _UNCHECKED) else now
        if why == "not_shown":
            raise NotShownHere
        if why:
            raise CannotSend(why)

    def _audit_entry(self, digest: Digest, by: str, action: str, **more: object) -> AuditEntry:
        details = {"digest": digest.id, "channel": digest.channel_id, **more}
        return AuditEntry(self._clock.now(), digest.workspace_id, by, action, details)
