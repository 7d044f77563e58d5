"""How often the scheduler of digests and that of readings look, and how long the first waits for other replicas."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Intervals and limits, in seconds of real time; only `hold` is measured by the app's clock."""

    tick: float = 1.0  # between two looks for what is due
    exist: float = 5.0  # between two looks for the first digest
    beat: float = 5.0  # between two heartbeats
    dead: float = 20.0  # without a heartbeat until a replica counts as dead
    hold: float = 60.0  # for a replica to post or change a late line; Slack answers within 10, or not
    polling: float = 0.5  # between two looks for what another replica wrote into the ledger
    silent: float = 30.0  # without a successful look until the scheduler counts as not answering
    read: float = 5.0  # between two looks for workspaces that are to be read
