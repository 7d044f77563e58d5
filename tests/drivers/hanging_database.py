"""Make a database of either kind hang, and let it answer again."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from bot.store import sqlite_driver
from tests.drivers.fault_proxy import postgres_proxy

_EVER = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Hanging:
    """The settings of a database, and how to make it hang and answer again."""

    options: dict[str, Any]  # Any: as `database_options`
    begin: Callable[[], None]
    end: Callable[[], None]


@contextmanager
def hanging_database(options: dict[str, Any]) -> Iterator[Hanging]:  # Any: as above
    """Yield the database of these `database_options`. PostgreSQL hangs behind a proxy, SQLite in its threads."""
    if options["database_url"]:
        with postgres_proxy(options["database_url"]) as (url, proxy):
            yield Hanging(options | {"database_url": url}, proxy.freeze, proxy.thaw)
            proxy.thaw()
        return
    answers, run = threading.Event(), sqlite_driver._run
    answers.set()

    def later(*args: Any) -> None:  # Any: as `_run`
        answers.wait(_EVER)
        run(*args)

    with patch.object(sqlite_driver, "_run", later):
        yield Hanging(options, answers.clear, answers.set)
        answers.set()
