"""Deliver one digest: read its row in the ledger, compose the message, post it, and record the outcome.

The workers call these steps in order. If a replica dies halfway, another replica repeats them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import uuid4

import structlog

from blocks.card_options import CardOptions
from bot.delivery import newest_blocks
from bot.delivery.compose import Composed, Composer
from bot.delivery.dependencies import Dependencies
from bot.delivery.endings import Endings
from bot.delivery.notifications import Notifications
from bot.delivery.ownership import Ownership
from bot.delivery.retries import RepeatedChange, RetryPolicy, late_because_of, retry_on_outage, wait_for
from bot.delivery.slack_port import Later, Refused, Unclear
from bot.delivery.thread_details import ThreadDetails
from bot.digests.causes import OF_WORKSPACE
from bot.digests.digest import OVER, PAUSING_REASONS, Delivery, Digest, Reason
from bot.errors import (
    BotError,
    KeyRefused,
    NotConnected,
    NotInstalled,
    NotShownHere,
    RateLimited,
    StoreUnavailable,
)
from bot.store import deliveries, delivery_work, posting
from bot.store.delivery_work import Work
from bot.workspaces.workspace import Workspace

_ANEW = timedelta(seconds=5)  # before the message is composed again
_LOOK = timedelta(seconds=30)  # a sent message shows up in the channel's history within this time
_log = structlog.get_logger("digests")


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that posting needs."""

    delivery: Delivery
    digest: Digest
    workspace: Workspace
    composed: Composed | None = None  # None when an earlier try broke off while posting: look for its message
    plain_since: datetime | None = None  # when Slack last refused the newer blocks there


class _Waits(NamedTuple):
    """Why Slack makes a delivery wait, and for how long at least."""

    reason: Reason
    least: timedelta


class Deliverer:
    """The steps of a delivery.

    Each may be called again with the same arguments. When one raises StoreUnavailable, the run is tried again.
    """

    def __init__(
        self,
        dependencies: Dependencies,
        composer: Composer,
        ownership: Ownership,
        notifications: Notifications,
        grace: timedelta,
    ) -> None:
        self._db, self._clock, self._workspaces, self._slack = dependencies
        self._composer = composer
        self._ownership = ownership
        self._notifications = notifications
        self._details = ThreadDetails(self._slack)
        self._retry_policy = RetryPolicy(self._clock, grace)
        self._endings = Endings(self._db, self._clock, self._retry_policy)

    async def prepare(self, run: str, attempt: int) -> Prepared | None:
        """Compose the message of a run, unless an earlier try may have posted it. Return None when nothing is to do."""
        work = await delivery_work.read(self._db, run)
        if work is None or work.delivery.state in OVER or work.delivery.attempt != attempt:
            return None
        delivery, digest = work.delivery, work.digest
        workspace = await self._workspaces.of(digest.workspace_id, digest.enterprise_id)
        if delivery.state == "posting":
            return Prepared(delivery, digest, workspace)
        if why := self._why_not(work):
            await self._endings.skip(delivery, digest, why)
            return None
        try:
            return await self._composed(workspace, work)
        except StoreUnavailable:
            raise
        except BotError as error:
            await self._not_composed(digest, delivery, error)
            return None

    async def post(self, prepared: Prepared) -> str | None:
        """Post, or find what an earlier try posted, and return its `ts`. Return None when nothing is left to record."""
        delivery, composed = prepared.delivery, prepared.composed
        if composed is None:
            return await self._look(prepared)
        about = prepared.digest.compares_from
        mine = await posting.begin(self._db, delivery, composed.packed, composed.seen, about)
        if mine is None:  # another delivery came in between or is on its way, or the digest is about others by now
            await deliveries.postpone(self._db, delivery, delivery.reason, self._clock.now() + _ANEW)
        if not mine:
            return None  # put off just now, or another worker has this run
        begun = replace(prepared, delivery=replace(delivery, state="posting"))
        try:
            send = partial(self._slack.post, begun.digest, begun.delivery)
            place = begun.digest.workspace_id, begun.plain_since
            return await newest_blocks.post(self._db, self._clock, *place, composed, send)
        except Later as error:  # certainly not sent
            await retry_on_outage(self._endings.put_off, begun.delivery, *_waits(error))
        except StoreUnavailable:  # as certainly
            await retry_on_outage(self._endings.put_off, begun.delivery, "slack")
        except NotInstalled:
            await self._notifications.failed_for_good(begun.delivery, "not_installed")
        except Refused as error:
            await self._refused(begun, error.reason)
        except Unclear:
            return await self._look(begun)
        return None

    async def record_bug(self, run: str) -> None:
        """End a run that hit a bug of ours, so that people see it in the history. Raise StoreUnavailable."""
        found = await deliveries.read(self._db, run)
        if found is None or found[0].state in OVER:
            return
        delivery, _ = found
        if delivery.state == "posting":  # then nobody knows whether Slack took it
            await self._notifications.unconfirmed(delivery)
        else:
            await self._endings.end(delivery, "failed", "bug")

    async def record(self, prepared: Prepared, ts: str) -> None:
        """Record that the message was sent, then post details in its thread if the digest wants them, once.

        Repeat what our database does not answer. Raise StoreUnavailable when it does not answer for long.
        """
        delivery, digest, now = prepared.delivery, prepared.digest, self._clock.now()
        if not await retry_on_outage(RepeatedChange(partial(deliveries.sent, self._db, delivery, ts, now)).try_once):
            return
        self._endings.went_well(digest.workspace_id)
        await retry_on_outage(self._ownership.resume_if_installed, digest)
        late = round((now - delivery.due).total_seconds(), 1)
        _log.info("digest sent", workspace=digest.workspace_id, run=delivery.id, attempt=delivery.attempt, late=late)
        wanted = prepared.composed if digest.threaded else None
        if wanted and not await self._details.add(prepared.workspace, digest, ts, wanted.snapshot):
            await retry_on_outage(deliveries.note_no_details, self._db, delivery)

    def _why_not(self, work: Work) -> Reason | None:
        """Return why a delivery does not go out, or None. One that a person requested goes out despite a pause."""
        delivery, digest = work.delivery, work.digest
        if digest.deleted_at is not None:
            return "deleted"
        if self._retry_policy.are_over(delivery):
            return "too_late"
        if delivery.is_asked_for:
            return None
        if digest.pause and digest.pause.holds(delivery.due):
            return "paused"
        return "superseded" if work.is_superseded else None

    async def _composed(self, workspace: Workspace, work: Work) -> Prepared | None:
        delivery, digest = work.delivery, work.digest
        if digest.is_direct and await self._slack.is_here(workspace, digest.channel_id) == "no":
            await self._notifications.failed_for_good(replace(delivery, channel_id=digest.channel_id), "left")
            return None
        digest = await self._ownership.hand_over_if_owner_left(workspace, digest)
        try:
            options = await self._slack.card_options(workspace, digest)
        except Later as error:
            if self._retry_policy.next(delivery, (waits := _waits(error)).least):
                await self._endings.put_off(delivery, *waits)
                return None
            options = CardOptions(short="unsure")  # the last try: short is better than nothing
        composed = await self._composer.delivery(workspace, digest, delivery, work.past, options)
        await workspace.need_key()
        if not isinstance(composed.problem, KeyRefused):
            await self._ownership.resume_if_key_works(digest)
        if composed.none_left:
            await self._notifications.failed_for_good(delivery, "no_campaigns")
        elif composed.problem and self._retry_policy.next(delivery, wait_for(composed.problem)):
            await self._not_composed(digest, delivery, composed.problem)
        elif digest.skip_unchanged and not composed.changed and not delivery.is_asked_for:
            await self._endings.end(delivery, "skipped", "unchanged")
        else:
            begun = replace(delivery, token=str(uuid4()), channel_id=digest.channel_id)
            return Prepared(begun, digest, workspace, composed, work.plain_since)
        return None

    async def _not_composed(self, digest: Digest, delivery: Delivery, error: BotError) -> None:
        """Fail the delivery or put it off, because its message could not be composed, or lacks some campaigns."""
        if isinstance(error, NotShownHere):
            await self._notifications.failed_for_good(replace(delivery, channel_id=digest.channel_id), "not_shown")
        elif isinstance(error, NotInstalled):
            await self._notifications.failed_for_good(delivery, "not_installed")
        elif isinstance(error, (NotConnected, KeyRefused)):
            await self._notifications.key_refused(digest)  # first: a run that has ended is not repeated
            await self._endings.end(delivery, "failed", "key")
        elif isinstance(error, RateLimited):
            await self._endings.put_off(delivery, "limit", wait_for(error))
        else:
            await self._endings.put_off(delivery, late_because_of(error))

    async def _refused(self, prepared: Prepared, reason: str) -> None:
        if reason in PAUSING_REASONS or reason in OF_WORKSPACE:
            await self._notifications.failed_for_good(prepared.delivery, reason)
        else:
            await self._endings.end(prepared.delivery, "failed", "bug" if reason == "blocks" else reason)

    async def _look(self, prepared: Prepared) -> str | None:
        """Look in Slack for a message that may have been sent, and return its `ts`. Never post.

        When it is not found, look again 30 s later; when it is still not found, the run is due again.
        When the app cannot find out, the delivery is unconfirmed.
        """
        delivery = prepared.delivery
        try:
            if ts := await self._slack.find(prepared.digest, delivery, delivery.wanted_at):
                return ts
        except Later as error:
            if when := self._retry_policy.next(delivery, max(_waits(error).least, _LOOK)):
                await deliveries.look_later(self._db, delivery, when)
            else:
                await self._notifications.unconfirmed(delivery)
            return None
        except Unclear:
            await self._notifications.unconfirmed(delivery)
            return None
        now = self._clock.now()
        if delivery.reason == "unconfirmed":
            await deliveries.postpone(self._db, delivery, "slack", now)
        else:
            await deliveries.look_later(self._db, delivery, now + _LOOK)
        return None


def _waits(error: Later) -> _Waits:
    return _Waits("slack_limit" if error.limited else "slack", timedelta(seconds=error.seconds))
