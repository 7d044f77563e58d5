"""Write `/metrics` for Prometheus: the numbers an operator needs alerts for, without anything that names a customer.

The counts are read from the database for each scrape, not kept in memory, so every replica reports the same ones.
`scheduler_running` and the three about replicas tell what the replica itself knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.delivery.scheduler import Scheduler
from bot.errors import StoreUnavailable
from bot.readings.schedule import ReadingSchedule
from bot.replicas.shared_budget import SharedBudget
from bot.replicas.together import Replicas
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
_ALIVE = "Replicas that were alive when the database last answered, with this one"
_HEARD = "Whether this replica hears at once what others change"
_TOGETHER = (
    "Whether this replica shares the limit of requests of a careCycle key with the others; 0: it keeps to its part"
)
_LATELY = timedelta(days=1)
_OVERDUE = timedelta(minutes=2)  # a delivery due for longer than this should have begun


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics, in Prometheus' text format."""

    db: Database
    clock: Clock
    scheduler: Scheduler
    readings: ReadingSchedule
    replicas: Replicas

    async def text(self) -> str:
        """Return all metrics. When the database does not answer, return what the replica itself knows."""
        from prometheus_client import CollectorRegistry, generate_latest  # here, to save memory until the first scrape

        registry, now = CollectorRegistry(), self.clock.now()
        _set(
            registry, "scheduler_running", "Whether this replica looks for what is due", await self.scheduler.answers()
        )
        self._set_replicas(registry)
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

    def _set_replicas(self, registry: "CollectorRegistry") -> None:
        """Set what this replica knows of the others. With SQLite there are none."""
        if isinstance(budget := self.replicas.budget, SharedBudget):
            _set(registry, "replicas_alive", _ALIVE, self.replicas.heartbeat.count)
            _set(registry, "changes_heard", _HEARD, not self.replicas.listener.why_not)
            _set(registry, "request_limit_shared", _TOGETHER, budget.is_shared)


def _set(registry: "CollectorRegistry", name: str, says: str, value: float) -> None:
    from prometheus_client import Gauge

    Gauge(f"campaign_bot_{name}", says, registry=registry).set(value)


def _set_deliveries(registry: "CollectorRegistry", tally: Mapping[tuple[str, str], int]) -> None:
    from prometheus_client import Gauge

    says = "Deliveries of digests that were due in the last 24 hours"
    gauge = Gauge("campaign_bot_deliveries", says, ["state", "reason"], registry=registry)
    for (state, reason), count in tally.items():
        gauge.labels(state, reason).set(count)
