"""How often the scheduler looks, and how long it waits for others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds of real time, but for `lease`: how long one has for putting what it took into the queue.

    `dead`: a replica is, that was not heard of for so long. `silent`: an engine that did not look for so long.
    """

    tick: float = 1.0
    exist: float = 5.0
    beat: float = 5.0
    dead: float = 20.0
    lease: float = 30.0
    polling: float = 0.3
    silent: float = 30.0
