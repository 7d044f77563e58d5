"""Remember where previews were shown lately, the outcome of each link, and where Slack refused Work Objects."""

from datetime import datetime
from typing import NamedTuple

from cachetools import TTLCache

from blocks.previews.why import AGAIN_AFTER, Decision
from bot.clock import Clock

_DAY = 24 * 60 * 60.0  # seconds


class Spot(NamedTuple):
    """A campaign in a channel. It has the workspace, because workspaces must not share what is remembered."""

    workspace: str
    channel: str
    campaign: str


class Previews:
    """What is remembered of previews, in memory only: after a restart, one may come twice within half an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # With the message it is under: another event about the same message is not a second preview.
        self._shown: TTLCache[Spot, tuple[str, datetime]] = TTLCache(
            50_000, AGAIN_AFTER.total_seconds(), timer=clock.monotonic
        )
        self._last: TTLCache[Spot, Decision] = TTLCache(50_000, _DAY, timer=clock.monotonic)
        self._classic: TTLCache[str, bool] = TTLCache(20_000, _DAY, timer=clock.monotonic)

    def claim(self, spot: Spot, message: str) -> datetime | None:
        """Claim a spot for a preview under `message`, and return None.

        When another message showed it in the last half hour, claim nothing and return when that was.
        """
        known = self._shown.get(spot)
        if known is None:
            self._shown[spot] = (message, self._clock.now())
        return known[1] if known and known[0] != message else None

    def release(self, spot: Spot, message: str) -> None:
        """Give up a claim, because the preview was not shown after all."""
        if (known := self._shown.get(spot)) and known[0] == message:
            del self._shown[spot]

    def remember(self, spot: Spot, decision: Decision) -> None:
        """Remember the outcome of a link, for the subcommand `why`."""
        self._last[spot] = decision

    def last(self, spot: Spot) -> Decision | None:
        """Return the outcome of the last link within a day, or None."""
        return self._last.get(spot)

    def refuse_work_objects(self, workspace: str) -> None:
        """Remember for a day that Slack refused a Work Object in a workspace, which then gets classic previews."""
        self._classic[workspace] = True

    def wants_classic(self, workspace: str) -> bool:
        """Return whether Work Objects were refused there in the last day."""
        return workspace in self._classic

    def forget(self, workspace: str) -> None:
        """Forget everything about a workspace that left."""
        for held in (self._shown, self._last):
            for spot in [spot for spot in list(held) if spot.workspace == workspace]:
                held.pop(spot, None)
        self._classic.pop(workspace, None)
