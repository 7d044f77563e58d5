"""The machine's clock, for what has no other: processes of their own, and libraries. Tests read it here, nowhere else.

`TEST_DATE=2028-02-29T12:00Z` moves it for a whole run: in this process, and in those started with `environment()`.
PostgreSQL, SQLite and the browser keep the true one, so nothing may compare theirs with ours.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

AHEAD = "TEST_CLOCK_AHEAD"  # seconds; `moved/sitecustomize.py` reads it wherever Python starts
_MOVED = Path(__file__).with_name("moved")


def seconds() -> float:
    """Seconds since 1970."""
    return time.time()  # machine_clock: here


def now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.fromtimestamp(seconds(), UTC)


def environment(*folders: str) -> dict[str, str]:
    """For a process that gets nothing else of this one's: the day it lives on. `folders`: where it imports from."""
    if AHEAD not in os.environ:
        return {"PYTHONPATH": os.pathsep.join(folders)} if folders else {}
    return {AHEAD: os.environ[AHEAD], "PYTHONPATH": os.pathsep.join([str(_MOVED), *folders])}


def pytest_configure() -> None:
    """Moves the clock, if that is asked for; a worker of xdist was started on that day."""
    if (date := os.environ.get("TEST_DATE")) and AHEAD not in os.environ:
        import time_machine  # takes pytest along

        there = datetime.fromisoformat(date)
        there = there if there.tzinfo else there.replace(tzinfo=UTC)
        ahead = there.timestamp() - seconds()
        os.environ |= {AHEAD: str(ahead)}
        os.environ |= environment(*filter(None, [os.environ.get("PYTHONPATH")]))
        time_machine.travel(seconds() + ahead, tick=True).start().time_ns()  # runs from its first reading on


def pytest_report_header() -> str | None:
    """On which day, when it is not today."""
    return f"the clock: moved to {now():%A %Y-%m-%d %H:%M}Z" if AHEAD in os.environ else None
