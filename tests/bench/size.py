"""How much a benchmark does: enough to measure, or just enough to see that it runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """The numbers to measure with."""

    rounds: int = 7  # of bursts in turn
    seconds: float = 1.0  # that a burst over HTTP takes
    calls: int = 400  # in a burst in process, and of each way in
    starts: int = 6
    askers: int = 1000  # at once
    workspaces: int = 10_000
    digests: int = 10_000  # due at once
    replicas: int = 3
    names: int = 5_000  # of campaigns in one account
    settling: float = 8.0  # seconds until each replica has found that there are digests
    people: int = 50  # who use the app for `minutes`
    minutes: float = 3.0
    demand: float = 130.0  # seconds of full demand on one key
    waiting: int = 10_000  # commands while careCycle is slow
    waiting_at_once: int = 1_500


TINY = Size(
    rounds=1,
    seconds=0.1,
    calls=2,
    starts=1,
    askers=20,
    workspaces=3,
    digests=20,
    replicas=1,
    names=50,
    settling=0.0,
    people=3,
    minutes=0.05,
    demand=1.0,
    waiting=20,
    waiting_at_once=10,
)
