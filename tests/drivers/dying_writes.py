"""Write into a database in processes that die at each statement and each commit, one after the other.

`python -m tests.drivers.dying_writes` opens the database of its environment. Each process makes problems of a campaign
of its own quiet, and lifts one of them. The last process lives, and this program ends.
"""

import asyncio
import gc
import os
import signal
from itertools import count

from sqlalchemy import Engine, Pool, event

from bot.config import Settings
from bot.insight.problems import ProblemKind
from bot.store import quiet
from bot.store.database import Database, open_database
from tests.samples.store_rows import NOW, audit_entry

KINDS: tuple[ProblemKind, ...] = ("slow", "past_end")


def rows(campaign_id: str) -> list[quiet.QuietRow]:
    """Return what a process makes quiet."""
    return [quiet.QuietRow(campaign_id, kind, NOW, "U1", NOW, "", None, ((kind,),)) for kind in KINDS]


async def write(db: Database, campaign_id: str) -> None:
    """Make two problems quiet, then lift one of them."""
    entry = audit_entry("quieted problems", campaign=campaign_id)
    await quiet.save(db, "T1", "a1", rows(campaign_id), entry, None)
    lifted = audit_entry("lifted a quiet", campaign=campaign_id)
    await quiet.lift(db, "T1", "a1", (campaign_id, "slow"), lifted, None)


async def _die(settings: Settings, point: int) -> None:
    async with open_database(settings) as db:
        _set_up(point)
        await write(db, f"c{point}")


def _set_up(dies_at: int) -> None:
    """Count every statement, before and after it, and every commit, before and after it."""
    counted = count(1)

    def passes(*_: object) -> None:
        if next(counted) == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", passes)
    event.listen(Engine, "after_cursor_execute", passes)
    event.listen(Engine, "commit", passes)
    event.listen(Pool, "checkin", passes)


def main() -> None:
    """Fork a process for each point, until one lives."""
    settings = Settings(_env_file=None)
    gc.freeze()
    for point in count(1):
        if (pid := os.fork()) == 0:
            try:
                asyncio.run(_die(settings, point))
            finally:
                os._exit(0)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            print(point)  # noqa: T201 - this is how it answers
            return


if __name__ == "__main__":
    main()
