"""What another process has used, as Linux counts it."""

import os
from pathlib import Path


def memory_of(pid: int) -> float:
    """Resident memory in MB now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def cpu_of(pid: int) -> float:
    """Milliseconds of processor time of all its threads that still run; to the nanosecond, unlike `/proc/PID/stat`."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text(encoding="ascii").split()[0]) for one in threads) / 1e6
