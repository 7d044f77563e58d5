"""The machine's clock, for child processes and libraries that cannot be given another. Tests read it only through here.

`TEST_DATE=2028-02-29T12:00Z` moves it for a whole run: in this process, and in those started with `environment()`.
PostgreSQL, SQLite and the browser keep the real time, so tests must not compare their times with ours.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

AHEAD = "TEST_CLOCK_AHEAD"  # seconds; `moved/sitecustomize.py` reads it wherever Python starts
_MOVED = Path(__file__).with_name("moved")


def seconds() -> float:
    """Return the seconds since 1970."""
    return time.time()  # machine_clock: here


def now() -> datetime:
    """Return the current time as an aware datetime in UTC."""
    return datetime.fromtimestamp(seconds(), UTC)


def environment(*folders: str) -> dict[str, str]:
    """Return the variables that give a child process the day of this run. `folders` are added to its PYTHONPATH."""
    if AHEAD not in os.environ:
        return {"PYTHONPATH": os.pathsep.join(folders)} if folders else {}
    return {AHEAD: os.environ[AHEAD], "PYTHONPATH": os.pathsep.join([str(_MOVED), *folders])}


def pytest_configure() -> None:
    """Move the clock when TEST_DATE is set. In a worker of xdist it is moved already."""
    if (date := os.environ.get("TEST_DATE")) and AHEAD not in os.environ:
        import time_machine  # takes pytest along

        there = datetime.fromisoformat(date)
        there = there if there.tzinfo else there.replace(tzinfo=UTC)
        ahead = there.timestamp() - seconds()
        os.environ |= {AHEAD: str(ahead)}
        os.environ |= environment(*filter(None, [os.environ.get("PYTHONPATH")]))
        time_machine.travel(seconds() + ahead, tick=True).start().time_ns()  # runs from its first reading on


def pytest_report_header() -> str | None:
    """Return the moved time for the report; None when the clock is not moved."""
    return f"the clock: moved to {now():%A %Y-%m-%d %H:%M}Z" if AHEAD in os.environ else None
