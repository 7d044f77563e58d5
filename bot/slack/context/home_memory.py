"""Remember what each person's App Home showed last, so that it is shown at once when it is opened again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cachetools import TTLCache

from blocks.digests.listed import Listed
from blocks.workspace.home_state import Readings
from bot.clock import Clock
from bot.records import Lookup, Role

_REMEMBERED = 3600.0  # seconds; whatever it is, the database's answer follows
_MOST = 5_000  # people


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was read for an App Home."""

    digests: Sequence[Listed]
    digest_count: int | None
    stopped: int  # of them
    lookups: Sequence[Lookup]
    names: Mapping[str, str]  # of those campaigns
    role: Role | None  # of the person, then: in another one they see other digests
    readings: Readings | None  # whether the account is read regularly


class HomeMemory:
    """What was read last for the App Homes of people, by workspace and key, and person."""

    def __init__(self, clock: Clock) -> None:
        self._known: TTLCache[tuple[tuple[str, str], str], Remembered] = TTLCache(
            _MOST, _REMEMBERED, timer=clock.monotonic
        )

    def known(self, account: tuple[str, str], user_id: str) -> Remembered | None:
        """Return what was read for this person. `account` is the workspace's id and a fingerprint of its key."""
        return self._known.get((account, user_id))

    def keep(self, account: tuple[str, str], user_id: str, found: Remembered) -> None:
        """Remember what was read for this person."""
        self._known[account, user_id] = found

    def forget(self, workspace_id: str) -> None:
        """Forget everybody of a workspace."""
        for key in [key for key in list(self._known) if key[0][0] == workspace_id]:
            self._known.pop(key, None)
