"""Say in a channel which of its digests are late: one line for a cause, which goes when they have come.

Every step may be done by any replica, and done again when one died: a line is claimed by its row before it is posted,
and to change or to delete it twice does no harm.
"""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import structlog

from blocks.digests import late
from blocks.kit import Message
from bot.clock import Clock
from bot.delivery.retries import retry_on_outage
from bot.delivery.slack_port import MUCH_LATER, Later, LinePort, Refused, Unclear
from bot.delivery.unbroken import Unbroken
from bot.digests.late import LateDigest, LateLine, cause_of
from bot.errors import NotInstalled, StoreUnavailable
from bot.store import late_lines
from bot.store.database import Database

_LEAST = 30.0  # seconds, at least, before Slack is asked again
_AT_ONCE = 8  # lines that are posted or changed at the same time
_STAY = ("posted", "unclear", "refused")  # states in which a line only changes with its digests
Place = tuple[str, str, str]
_log = structlog.get_logger("digests")


class LateLines:
    """Posts and changes late lines. `grace` is how long a delivery is tried, `hold` how long a replica has a line."""

    def __init__(
        self, db: Database, clock: Clock, slack: LinePort, grace: timedelta, unbroken: Unbroken, hold: timedelta
    ) -> None:
        self._hold = hold
        self._db = db
        self._clock = clock
        self._slack = slack
        self._grace = grace
        self._unbroken = unbroken
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._settled: dict[Place, Hashable] = {}  # lines about which nothing is to do, as long as all is as it was

    async def look(self) -> None:
        """Bring every line up to date with what its digests do, and begin those that are missing.

        Raise StoreUnavailable.
        """
        now, kept = self._clock.now(), await late_lines.lines(self._db)
        new = _grouped(await late_lines.late(self._db, now, {id_ for line in kept for id_ in line.digests}))
        states = await late_lines.states(self._db, {id_ for line in kept for id_ in line.digests})
        seen = {line.place: (line, *(states.get(id_) for id_ in line.digests)) for line in kept}
        self._settled = {place: as_it_is for place, as_it_is in self._settled.items() if seen.get(place) == as_it_is}
        more = {line.place: new.pop(line.place, []) for line in kept}
        moved = [line for line in kept if line.try_at <= now and (more[line.place] or line.place not in self._settled)]
        told = await late_lines.told_of(self._db, {id_ for line in moved for id_ in line.digests})
        work = [self._begin(place, some, now) for place, some in new.items()]
        work += [self._bring_up_to_date(line, told, more[line.place], seen[line.place]) for line in moved]
        for error in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(error, BaseException):
                raise error

    async def _begin(self, place: Place, some: Sequence[LateDigest], now: datetime) -> None:
        """Claim a new line, and post it."""
        line = LateLine(
            *place,
            at=min(one.delivery.due for one in some),
            digests=tuple(one.digest.id for one in some),
            state="posting",
            try_at=now + self._hold,
            token=str(uuid4()),
            enterprise_id=some[0].digest.enterprise_id,
        )
        async with self._slots:
            await self._unbroken.run(self._claim_and_post(line, some))

    async def _claim_and_post(self, line: LateLine, some: Sequence[LateDigest]) -> None:
        """Nothing may come between the claim and the call to Slack."""
        message = late.line(some, self._grace, self._clock.now())
        if await late_lines.add(self._db, line):
            await self._post(line, message)

    async def _bring_up_to_date(
        self, line: LateLine, known: Mapping[str, LateDigest], more: Sequence[LateDigest], as_it_is: Hashable
    ) -> None:
        """Post, change or delete a line, if that is to be done and nobody else does it."""
        now, here = self._clock.now(), [known[id_] for id_ in line.digests if id_ in known]
        told = [*(one for one in here if one.digest.channel_id == line.channel_id), *more]
        message = late.line(told, self._grace, now) if any(one.is_waiting or one.is_lost for one in told) else None
        is_over = not any(one.is_waiting for one in told)
        if not is_over and line.state in _STAY and message and line.said == _fingerprint(message):
            self._settled[line.place] = as_it_is
            return
        # One that may have been posted keeps its token: by that it is found, whoever else dies while they look.
        token = line.token if line.state == "posting" else str(uuid4())
        mine = replace(line, token=token, digests=tuple(one.digest.id for one in told))
        async with self._slots:
            if await late_lines.take(self._db, line, str(mine.token), now + self._hold, now):
                await self._unbroken.run(self._do(line, mine, message, is_over=is_over))

    async def _do(self, was: LateLine, line: LateLine, message: Message | None, *, is_over: bool) -> None:
        """Do what is to be done about a line that was taken over. Raise StoreUnavailable."""
        if was.state == "posting":  # whoever began to post it died, or has no answer from Slack
            await self._find(line)
        elif was.state == "posted":
            await self._change(line, message, is_over=is_over)
        elif is_over or message is None:
            await late_lines.drop(self._db, line)
        elif was.state == "waiting":
            if await late_lines.keep(self._db, line, state="posting", digests=list(line.digests)):
                await self._post(line, message)
        else:
            await late_lines.keep(self._db, line, token=None, said=_fingerprint(message), try_at=self._clock.now())

    async def _post(self, line: LateLine, message: Message) -> None:
        said = _fingerprint(message)
        try:
            channel, ts = await self._slack.post(line, message)
        except Unclear as error:  # it is looked for when the line's time is over
            _log.warning("nobody knows whether a late line was posted", workspace=line.workspace_id, error=str(error))
        except Refused as error:
            _log.warning("a late line was not taken", workspace=line.workspace_id, error=str(error))
            await self._keep(line, state="refused", token=None, said=said, try_at=self._clock.now())
        except (Later, NotInstalled, StoreUnavailable) as error:  # certainly not posted
            await self._keep(line, state="waiting", token=None, try_at=self._later(error))
        else:
            kept = {"posted_in": channel, "ts": ts, "said": said}
            await self._keep(line, state="posted", token=None, try_at=self._clock.now(), **kept)

    async def _find(self, line: LateLine) -> None:
        """Look for a line that may have been posted. Only where the app may look, it can be posted once more."""
        now = self._clock.now()
        try:
            ts = await self._slack.find(line)
        except Later as error:  # it keeps its token: by that it is found then
            await self._keep(line, try_at=self._later(error))
            return
        except Unclear:
            await self._keep(line, state="unclear", token=None, try_at=now)
            return
        if ts is None:
            await self._keep(line, state="waiting", token=None, try_at=now)
        else:
            await self._keep(line, state="posted", token=None, try_at=now, posted_in=line.channel_id, ts=ts)

    async def _change(self, line: LateLine, message: Message | None, *, is_over: bool) -> None:
        """Delete the line when all its digests have come, else say what became of them. What is over is forgotten."""
        try:
            await (self._slack.delete(line) if message is None else self._slack.change(line, message))
        except (Later, Unclear, NotInstalled, StoreUnavailable) as error:  # done once more, it does no harm
            await self._keep(line, token=None, try_at=self._later(error))
            return
        except Refused as error:
            _log.warning("a late line could not be changed", workspace=line.workspace_id, error=str(error))
            is_over = True
        if is_over or message is None:
            await retry_on_outage(late_lines.drop, self._db, line)
        else:
            digests, said = list(line.digests), _fingerprint(message)
            await self._keep(line, token=None, try_at=self._clock.now(), digests=digests, said=said)

    async def _keep(self, line: LateLine, **values: object) -> None:
        async def keep() -> bool:
            return await late_lines.keep(self._db, line, **values)

        await retry_on_outage(keep)

    def _later(self, error: Exception) -> datetime:
        seconds = MUCH_LATER if isinstance(error, NotInstalled) else getattr(error, "seconds", 0.0)
        return self._clock.now() + timedelta(seconds=max(seconds, _LEAST))


def _grouped(found: Sequence[LateDigest]) -> dict[Place, list[LateDigest]]:
    """Return late digests by the place of their line."""
    grouped: dict[Place, list[LateDigest]] = {}
    for one in found:
        place = one.digest.workspace_id, one.digest.channel_id, cause_of(one.delivery)
        grouped.setdefault(place, []).append(one)
    return grouped


def _fingerprint(message: Message) -> str:
    return sha256(message.text.encode()).hexdigest()[:16]
