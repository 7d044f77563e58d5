"""Write into a database in processes that die at each statement and each commit, one after the other.

`python -m tests.drivers.dying_writes WORK` opens the database of its environment and does a work of `dying_works.py` in
a process for each point. The last process lives, and this program ends.
"""

import asyncio
import gc
import os
import signal
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, Pool, event

from bot.config import Settings
from bot.store.database import open_database
from tests.drivers.dying_works import WORKS, Work


async def die_at_each_point(settings: Settings, work: str) -> int:
    """Do a work in a process for each point, until one lives, and return how many there were."""
    keys = ",".join(key.get_secret_value() for key in settings.encryption_keys)
    url = settings.database_url
    there = {"DATA_DIR": str(settings.data_dir), "ENCRYPTION_KEYS": keys}
    own = {**os.environ, **there, "DATABASE_URL": url.get_secret_value() if url else ""}
    program = await create_subprocess_exec(
        *(sys.executable, "-m", "tests.drivers.dying_writes", work), stdout=PIPE, env=own, cwd=Path(__file__).parents[2]
    )
    said, _ = await asyncio.wait_for(program.communicate(), 120)
    assert program.returncode == 0
    return int(said)


async def _die(settings: Settings, work: Work, point: int) -> None:
    async with open_database(settings) as db:
        await work.prepare(db, point)
        _set_up(point)
        await work.write(db, point)


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


def main(work: Work) -> None:
    """Fork a process for each point, until one lives."""
    settings = Settings(_env_file=None)
    gc.freeze()
    for point in count(1):
        if (pid := os.fork()) == 0:
            failed = 1
            try:
                asyncio.run(_die(settings, work, point))
                failed = 0
            finally:
                os._exit(failed)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            print(point)  # noqa: T201 - this is how it answers
            sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(WORKS[sys.argv[1]])
