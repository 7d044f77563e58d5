"""Run the real program in processes that die at a chosen moment.

`python -m tests.drivers.dying_process` reads a line of JSON for each process to start, and prints its process id. The
process is forked from here and runs what `campaign-bot serve` runs, at a quicker pace. A file that all of them share
says where one dies.
"""

import asyncio
import fcntl
import gc
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Pool, event

from bot import logs
from bot.cli.serve import serve
from bot.config import Settings
from bot.delivery.pace import Pace

PACE = Pace(tick=0.05, exist=0.1, beat=0.15, dead=3.0, hold=2.0, polling=0.05)
_WRITES = re.compile(r"\s*(?:WITH .*?)?(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.DOTALL)
_WORDS = ("due", "posting", "sent", "post", "posted")


class Trap:
    """Kill this process before or after a certain commit that writes about one run.

    The file, which all processes share, holds `token` (which run), `at` (the number of the commit, counted over all
    processes), `how` (`before`, or anything else for after), `labels` (of the commits so far) and `died` (where).
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def set_up(self) -> None:
        """Listen to every connection of this process."""
        event.listen(Engine, "before_cursor_execute", self._executes)
        event.listen(Engine, "after_cursor_execute", self._executed)
        event.listen(Engine, "commit", self._commits)
        event.listen(Pool, "checkin", self._committed)

    def _executes(self, connection: Connection, _: Any, statement: str, parameters: Any, *__: Any) -> None:
        """Count a statement in AUTOCOMMIT before it runs: no event reports its commit."""  # Any: the driver's own
        found = _WRITES.match(statement) if _is_alone(connection) else None
        if found and (told := self._told()) and told["token"] in repr(parameters):
            self._passes(_label(found[1], repr(parameters)), connection.info)

    def _executed(
        self, connection: Connection, cursor: Any, statement: str, parameters: Any, _: Any, __: bool
    ) -> None:  # Any: the driver's own
        found = None if _is_alone(connection) else _WRITES.match(statement)
        if found and (cursor.rowcount or "RETURNING" in statement):
            told = repr(parameters)
            connection.info.setdefault("wrote", []).append((_label(found[1], told), told))

    def _commits(self, connection: Connection) -> None:
        wrote = connection.info.pop("wrote", [])
        if wrote and (told := self._told()):
            about = [label for label, parameters in wrote if told["token"] in parameters]
            if about:
                self._passes(", ".join(about), connection.info)

    def _passes(self, label: str, info: dict[str, Any]) -> None:  # Any: SQLAlchemy's own
        with self._file.open("r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            told = json.load(file)
            told["labels"].append(label)
            dies = len(told["labels"]) == told["at"]
            if dies:
                told["died"] = f"{told['how']} {label}"
            file.seek(0)
            file.truncate()
            json.dump(told, file)
        if dies and told["how"] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        elif dies:
            info["dies"] = True

    def _committed(self, _: Any, record: Any) -> None:  # Any: the pool's own
        if record is not None and record.info.pop("dies", False):
            os.kill(os.getpid(), signal.SIGKILL)

    def _told(self) -> Any:  # Any: JSON
        if not self._file.exists():
            return None
        with self._file.open(encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            return json.load(file)


def _is_alone(connection: Connection) -> bool:
    return connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"


def _label(table: str, parameters: str) -> str:
    return " ".join([table, *(word for word in _WORDS if f"'{word}'" in parameters)])


def _run(order: dict[str, Any]) -> None:  # Any: JSON
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    os.environ.clear()
    os.environ.update(order["env"])
    Trap(Path(order["trap"])).set_up()
    settings = Settings.for_serving()
    logs.set_up(settings.log_level, settings.log_format)
    asyncio.run(serve(settings, PACE))


def main() -> None:
    """Start processes until the input ends, then kill them all."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    gc.freeze()  # else each process copies all that, looking through it
    started = []
    for line in sys.stdin:
        if pid := os.fork():
            started.append(pid)
            print(pid, flush=True)  # noqa: T201 - this is how it answers
        else:
            try:
                _run(json.loads(line))
            finally:
                os._exit(1)
    for pid in started:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
