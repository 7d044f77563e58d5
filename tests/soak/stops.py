"""Starts and stops of the whole program at random moments: `python -m tests.soak.stops [--rounds N] [--seed S]`.

Half of them in the first two seconds of its life, half under load; on SQLite and, where there is one, on PostgreSQL.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.config import Settings
from bot.store.encryption import new_key
from playground.world import world
from tests.drivers.stopping_processes import LIMIT, Stopped, prepare, slow_carecycle, stop_at
from tests.plugins.postgres import NoServer, postgres

ROUNDS = 250  # on each database
_STARTING, _LOADED = 2.0, 1.5  # seconds; the moment of the stop, since the start or since it was ready
_ROW = "{:<12}{:>8}{:>8}{:>12}{:>8}{:>8}{:>8}{:>8}{:>10}"


async def soak(name: str, url: str | None, rounds: int, seed: int) -> bool:
    """Prints a row; whether each ended in time, well, and with nobody left without an answer."""
    began, drawn = time.monotonic(), random.Random(seed)
    with TemporaryDirectory() as folder:
        made: Any = {"data_dir": Path(folder) / "data", "database_url": url, "encryption_keys": new_key()}  # as read
        settings = Settings(_env_file=None, **made)
        await prepare(settings)
        stops: list[Stopped] = []
        async with world(carecycle=slow_carecycle()) as here:
            for number in range(rounds):
                ready = number % 2 == 1
                moment = drawn.uniform(0, _LOADED if ready else _STARTING)
                stops.append(await stop_at(here, settings, Path(folder), moment, ready=ready))
                if not stops[-1].is_well:
                    print(f"{name}, stop {number}, seed {seed}: {stops[-1]}", flush=True)  # noqa: T201 - what to look at
    took = sorted(one.took for one in stops)
    cells = (
        rounds,
        sum(one.asked for one in stops),
        sum(one.unanswered for one in stops),
        f"{statistics.median(took):.2f}",
        f"{took[rounds * 95 // 100]:.2f}",
        f"{took[-1]:.2f}",
        late := sum(one >= LIMIT for one in took),
        f"{time.monotonic() - began:.0f}",
    )
    statuses = dict(sorted(Counter(one.status for one in stops).items()))
    print(_ROW.format(name, *cells), statuses, flush=True)  # noqa: T201 - the table
    return all(one.is_well for one in stops) and not late


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 when a stop took too long, did not end well, or left somebody without an answer."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.stops")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="on each database")
    parser.add_argument("--seed", type=int, default=int(time.monotonic()))
    parser.add_argument("--sqlite", action="store_true", help="on SQLite alone")
    asked = parser.parse_args(arguments)
    heads = ("database", "stops", "asked", "unanswered", "median", "p95", "most", "late", "seconds")
    print(f"seed {asked.seed}\n" + _ROW.format(*heads), "statuses", flush=True)  # noqa: T201 - as above
    well = [asyncio.run(soak("SQLite", None, asked.rounds, asked.seed))]
    if asked.sqlite:
        return 0 if all(well) else 1
    try:
        with postgres() as server, server.new_database() as url:
            well.append(asyncio.run(soak("PostgreSQL", url, asked.rounds, asked.seed)))
    except NoServer as error:
        print(f"PostgreSQL: {error}")  # noqa: T201 - as above
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
