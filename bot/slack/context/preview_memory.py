"""Remember where previews were shown lately, the outcome of each link, and where Slack refused Work Objects."""

from contextlib import suppress
from datetime import datetime
from typing import NamedTuple, get_args

from cachetools import TTLCache

from blocks.previews.why import AGAIN_AFTER, Decision, What
from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.replicas.asking import asked
from bot.replicas.once import Once
from bot.slack.reply.workspace_tags import Address
from bot.store import link_outcomes
from bot.store.claims import Deed, fingerprint
from bot.store.database import Database

_DAY = 24 * 60 * 60.0  # seconds


class Spot(NamedTuple):
    """A campaign in a channel. It has the workspace, because workspaces must not share what is remembered."""

    address: Address  # of the workspace
    channel: str
    campaign: str

    @property
    def preview(self) -> Deed:
        """The preview that may be shown there, once in half an hour."""
        return Deed("preview", self.address, (self.address[0], self.channel, self.campaign), AGAIN_AFTER)

    @property
    def key(self) -> str:
        """Its fingerprint."""
        return fingerprint(self.address[0], self.channel, self.campaign)


class Previews:
    """What is remembered of previews. With several replicas, all know what one has shown, and what became of a link.

    With SQLite it is in memory only: after a restart, a preview may come twice within half an hour.
    """

    def __init__(self, once: Once, db: Database, clock: Clock) -> None:
        self._once, self._db, self._clock = once, db, clock
        # With the message it is under: another event about the same message is not a second preview.
        self._shown: TTLCache[Spot, tuple[str, datetime]] = TTLCache(
            50_000, AGAIN_AFTER.total_seconds(), timer=clock.monotonic
        )
        self._last: TTLCache[Spot, Decision] = TTLCache(50_000, _DAY, timer=clock.monotonic)
        self._classic: TTLCache[str, bool] = TTLCache(20_000, _DAY, timer=clock.monotonic)

    async def claim(self, spot: Spot, message: str) -> datetime | None:
        """Claim a spot for a preview under `message`, and return None.

        When another message showed it in the last half hour, claim nothing and return when that was.
        """
        if known := self._shown.get(spot):
            return known[1] if known[0] != message else None
        now = self._clock.now()
        self._shown[spot] = (message, now)
        taken = await self._once.take(spot.preview, fingerprint(message))
        if taken.is_mine or taken.holder in (fingerprint(message), ""):
            return None
        self._shown.pop(spot, None)  # the other may fail, or its claim end
        return taken.since or now

    async def release(self, spot: Spot, message: str) -> None:
        """Give up a claim, because the preview was not shown after all."""
        if (known := self._shown.get(spot)) and known[0] == message:
            del self._shown[spot]
            await self._once.release(spot.preview, fingerprint(message))

    async def finish(self, spot: Spot, message: str) -> None:
        """Note that the claimed preview is shown."""
        await self._once.finish(spot.preview, fingerprint(message))

    async def remember(self, spot: Spot, decision: Decision) -> None:
        """Remember the outcome of a link, for the subcommand `why`."""
        self._last[spot] = decision
        if self._db.is_shared:
            with suppress(StoreUnavailable):
                await asked(
                    self._db, self._clock, link_outcomes.save, spot.key, spot.address, decision.at, _kept(decision)
                )

    async def last(self, spot: Spot) -> Decision | None:
        """Return the outcome of the last link within a day, whichever replica had it, or None."""
        known = (self._last.get(spot), await self._stored(spot))
        return max((one for one in known if one), key=lambda one: one.at, default=None)

    async def _stored(self, spot: Spot) -> Decision | None:
        if not self._db.is_shared:
            return None
        try:
            found = await asked(self._db, self._clock, link_outcomes.read, spot.key, self._clock.now())
        except StoreUnavailable:
            return None
        return _decision(*found) if found else None

    def refuse_work_objects(self, workspace: str) -> None:
        """Remember for a day that Slack refused a Work Object in a workspace, which then gets classic previews."""
        self._classic[workspace] = True

    def wants_classic(self, workspace: str) -> bool:
        """Return whether Work Objects were refused there in the last day."""
        return workspace in self._classic

    def forget(self, workspace: str) -> None:
        """Forget everything about a workspace that left."""
        for held in (self._shown, self._last):
            for spot in [spot for spot in list(held) if spot.address[0] == workspace]:
                held.pop(spot, None)
        self._classic.pop(workspace, None)


def _kept(decision: Decision) -> link_outcomes.Outcome:
    """Return what is stored of a decision: all that is said of a link in the past."""
    shown = decision.shown and decision.shown.isoformat()
    return {"what": decision.what, "word": decision.word, "then": decision.then, "shown": shown}


def _decision(at: datetime, outcome: link_outcomes.Outcome) -> Decision | None:
    """Return a stored decision. None: a newer version stored one that this one does not know."""
    if outcome["what"] not in get_args(What):
        return None
    shown = outcome["shown"] and datetime.fromisoformat(outcome["shown"])
    return Decision(outcome["what"], at, word=outcome["word"], then=outcome["then"], shown=shown)
