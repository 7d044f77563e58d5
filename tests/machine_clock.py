"""The machine's clock, for what has no other: commands in processes of their own, and libraries; read nowhere else."""

import time
from datetime import UTC, datetime


def seconds() -> float:
    """Seconds since 1970."""
    return time.time()


def now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.fromtimestamp(seconds(), UTC)
