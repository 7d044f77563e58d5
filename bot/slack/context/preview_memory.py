"""What this program remembers of previews: where one was shown lately, what came of links, and whom Slack refused."""

from datetime import datetime
from typing import NamedTuple

from cachetools import TTLCache

from blocks.previews.why import AGAIN_AFTER, Decision
from bot.clock import Clock

_DAY = 24 * 60 * 60.0  # seconds


class Spot(NamedTuple):
    """A campaign in a channel: what is remembered of one is of no other workspace's business."""

    workspace: str
    channel: str
    campaign: str


class Previews:
    """In memory only: after a restart a preview may come twice within half an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # With the message under which it stands: told of the same message again, it is no second preview.
        self._shown: TTLCache[Spot, tuple[str, datetime]] = TTLCache(
            50_000, AGAIN_AFTER.total_seconds(), timer=clock.monotonic
        )
        self._last: TTLCache[Spot, Decision] = TTLCache(50_000, _DAY, timer=clock.monotonic)
        self._classic: TTLCache[str, bool] = TTLCache(20_000, _DAY, timer=clock.monotonic)

    def claim(self, spot: Spot, message: str) -> datetime | None:
        """When it was shown under another message in the last half hour; None, and it counts from now on."""
        known = self._shown.get(spot)
        if known is None:
            self._shown[spot] = (message, self._clock.now())
        return known[1] if known and known[0] != message else None

    def release(self, spot: Spot, message: str) -> None:
        """It was not shown after all."""
        if (known := self._shown.get(spot)) and known[0] == message:
            del self._shown[spot]

    def remember(self, spot: Spot, decision: Decision) -> None:
        """For whoever asks why."""
        self._last[spot] = decision

    def last(self, spot: Spot) -> Decision | None:
        """What came of the last link, within a day."""
        return self._last.get(spot)

    def refuse_work_objects(self, workspace: str) -> None:
        """Slack did not take a Work Object there: for a day it gets the classic form at once."""
        self._classic[workspace] = True

    def wants_classic(self, workspace: str) -> bool:
        """Whether Work Objects were refused there in the last day."""
        return workspace in self._classic

    def forget(self, workspace: str) -> None:
        """A workspace left: nothing of it stays."""
        for held in (self._shown, self._last):
            for spot in [spot for spot in list(held) if spot.workspace == workspace]:
                held.pop(spot, None)
        self._classic.pop(workspace, None)
