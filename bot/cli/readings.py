"""The operators' command on readings: for each workspace the last one, the gaps, what they take, and why they fail."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.cli.admin import must_exist
from bot.config import Settings
from bot.store import reading_turns, readings
from bot.store.database import open_database


@dataclass(frozen=True, slots=True)
class Report:
    """The readings of one workspace, as the command prints them."""

    workspace: str
    on: bool  # False: a manager switched readings off
    last_reading: datetime | None
    gaps: int  # readings that failed
    bytes: int  # in the database
    failing_since: datetime | None
    why: str  # the last one failed; empty: it did not

    @property
    def line(self) -> str:
        """The report as a line of text."""
        if not self.on:
            return f"{self.workspace}  off"
        last = f"last {self.last_reading:%Y-%m-%d %H:%M}Z" if self.last_reading else "not read yet"
        failing = f"failing since {self.failing_since:%Y-%m-%d %H:%M}Z ({self.why})" if self.failing_since else ""
        gaps = f"{self.gaps} {'gap' if self.gaps == 1 else 'gaps'}"
        return "  ".join(filter(None, (self.workspace, "on", last, gaps, f"{self.bytes} bytes", failing)))

    @property
    def json(self) -> dict[str, object]:
        """The report as JSON; moments are in ISO 8601."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }


async def reports(settings: Settings) -> list[Report]:
    """Return a report for each workspace that is read, was read, or switched readings off.

    Raise SettingsError, StoreUnavailable.
    """
    must_exist(settings)
    async with open_database(settings, change=False) as db:
        if db.needs_migration:
            return []
        states, usage = await reading_turns.states(db), await readings.usage(db)
    size: Counter[str] = Counter()
    for one in usage:
        size[one.workspace_id] += one.size
    return [
        Report(one.workspace_id, one.on, one.read_at, one.gaps, size[one.workspace_id], one.failing_since, one.why)
        for one in states
    ]
