"""`campaign-bot serve` that counts what it has under way when it gets SIGUSR1: `python -m tests.soak.hanging.counting`.

It writes the number of its tasks into the file `COUNTS`. `FILES` limits how many files it may have open. `CONSTANTS`
(JSON, by dotted name) replaces constants of the program, for limits that a short test can wait for.
"""

import asyncio
import importlib
import json
import os
import resource
import signal
import sys
from pathlib import Path
from types import FrameType

from bot.cli.main import main


def _count(_: int, __: FrameType | None) -> None:
    """The handler runs between two steps of the event loop, in its thread."""
    tasks = asyncio.all_tasks()
    (draft := Path(os.environ["COUNTS"] + ".new")).write_text(str(len(tasks)), encoding="ascii")
    draft.replace(os.environ["COUNTS"])


def _replace_constants() -> None:
    for name, value in json.loads(os.environ.get("CONSTANTS", "{}")).items():
        module, _, constant = name.rpartition(".")
        found = importlib.import_module(module)
        if not isinstance(getattr(found, constant), type(value)):
            raise TypeError(name)
        setattr(found, constant, value)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _count)
    if files := int(os.environ.get("FILES", "0")):
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    _replace_constants()
    sys.argv = ["campaign-bot", "serve"]
    main()
