"""The current time, passed in wherever it is needed, so that tests never sleep and the playground can change it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The two ways to read the time."""

    now: Callable[[], datetime] = _utc_now  # for people; aware, in UTC
    monotonic: Callable[[], float] = time.monotonic  # seconds, for ages and limits
