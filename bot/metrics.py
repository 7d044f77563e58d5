"""Write `/metrics` for Prometheus: the numbers an operator needs alerts for, without anything that names a customer.

The counts are read from the database for each scrape, not kept in memory, so every replica reports the same ones. Only
`scheduler_running` is about the replica itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.delivery.scheduler import Scheduler
from bot.errors import StoreUnavailable
from bot.readings.schedule import ReadingSchedule
from bot.store import delivery_reports, installations, left_out
from bot.store.database import Database

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_ANSWERS = "Whether the database answers"
_COUNTED = (
    ("installations", "Slack workspaces and organizations that added the app"),
    ("connections", "Workspaces with a careCycle key"),
    ("broken_keys", "Keys that careCycle refuses"),
)
_READINGS = (
    ("oldest_reading_seconds", "Age of the oldest last reading of a workspace in use"),
    ("readings_failing", "Workspaces whose last reading failed"),
)
_LEFT_OUT = "Workspaces for which Slack left out events in the last 24 hours, because there were too many"
_LATELY = timedelta(days=1)
_OVERDUE = timedelta(minutes=2)  # a delivery due for longer than this should have begun


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics, in Prometheus' text format."""

    db: Database
    clock: Clock
    scheduler: Scheduler
    readings: ReadingSchedule

    async def text(self) -> str:
        """Return all metrics. When the database does not answer, return only that and whether the scheduler runs."""
        from prometheus_client import CollectorRegistry, generate_latest  # here, to save memory until the first scrape

        registry, now = CollectorRegistry(), self.clock.now()
        _set(
            registry, "scheduler_running", "Whether this replica looks for what is due", await self.scheduler.answers()
        )
        try:
            counted = await installations.count(self.db)
            tally = await delivery_reports.by_state(self.db, now - _LATELY)
            overdue = await delivery_reports.overdue(self.db, now - _OVERDUE)
            health = await self.readings.health()
            without = await left_out.count(self.db, now - _LATELY)
        except StoreUnavailable:
            _set(registry, "database_answers", _ANSWERS, value=False)
        else:
            _set(registry, "database_answers", _ANSWERS, value=True)
            for (name, says), value in zip(_COUNTED, counted, strict=True):
                _set(registry, name, says, value)
            _set(registry, "deliveries_overdue", "Deliveries that should have begun two minutes ago", overdue)
            _set_deliveries(registry, tally)
            _set(registry, "workspaces_with_events_left_out", _LEFT_OUT, without)
            for (name, says), number in zip(_READINGS, health or (), strict=False):  # no health: nothing is read
                _set(registry, name, says, number)
        return generate_latest(registry).decode()


def _set(registry: "CollectorRegistry", name: str, says: str, value: float) -> None:
    from prometheus_client import Gauge

    Gauge(f"campaign_bot_{name}", says, registry=registry).set(value)


def _set_deliveries(registry: "CollectorRegistry", tally: Mapping[tuple[str, str], int]) -> None:
    from prometheus_client import Gauge

    says = "Deliveries of digests that were due in the last 24 hours"
    gauge = Gauge("campaign_bot_deliveries", says, ["state", "reason"], registry=registry)
    for (state, reason), count in tally.items():
        gauge.labels(state, reason).set(count)
