"""Several replicas as one, with figures: `python -m tests.soak.replicas [--scenario NAME] [--runs N] [--sqlite]`.

Each run begins with an empty database. For each figure there is the least, the middle and the most of all runs.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from bot.config import Settings
from bot.store.encryption import new_key
from tests.bench.report import Result
from tests.plugins.postgres import NoServer, Server, postgres
from tests.soak.replicas import budget, change, memories, once, restart, together

# A scenario is given the settings of an empty database, a folder, and whether it is only to be seen that it runs. With
# SQLite there is one process (`tests/drivers/replicas.py`).
Scenario: TypeAlias = Callable[[Settings, Path, bool], Coroutine[Any, Any, list[Result]]]  # Any: of every coroutine
SCENARIOS: Mapping[str, Scenario] = {
    "budget": budget.run,
    "change": change.run,
    "memories": memories.run,
    "once": once.run,
    "restart": restart.run,
    "together": together.run,
}
RUNS = 10
_ROW = "{:<5}{:<62}{:>6}{:>10}{:>10}{:>10}   {}"
_HEADS = ("", "figure", "runs", "least", "middle", "most", "to reach")


def _once(scenario: Scenario, url: str | None, *, tiny: bool) -> list[Result]:
    with TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data", database_url=url, encryption_keys=new_key())
        return asyncio.run(scenario(settings, Path(folder), tiny))


def _runs(scenario: Scenario, server: Server | None, runs: int, *, tiny: bool) -> Iterable[list[Result]]:
    for _ in range(runs):
        if server is None:
            yield _once(scenario, None, tiny=tiny)
            continue
        with server.new_database() as url:
            yield _once(scenario, url, tiny=tiny)


def table(found: Sequence[Sequence[Result]]) -> list[tuple[str, bool]]:
    """Return a line for each figure, from what each run found, and whether every run reached it."""
    rows: dict[str, list[Result]] = {}
    for one in (one for results in found for one in results):
        rows.setdefault(one.name, []).append(one)
    return [_line(name, several) for name, several in rows.items()]


def _line(name: str, found: list[Result]) -> tuple[str, bool]:
    values, bound = [one.value for one in found], found[0].bound
    missed = sum(not one.reached for one in found)
    mark = "" if not bound else f"{missed}x" if missed else "ok"
    shown = (f"{one:.2f}" for one in (min(values), median(values), max(values)))
    return _ROW.format(mark, name, len(values), *shown, bound).rstrip(), not missed


def _all(names: Sequence[str], server: Server | None, runs: int, *, tiny: bool) -> bool:
    well = []
    for name in names:
        found: list[list[Result]] = []
        try:
            for results in _runs(SCENARIOS[name], server, runs, tiny=tiny):
                found.append(results)
                for one in results:
                    if not one.reached:
                        print(f"{name}, run {len(found)}: {one}", flush=True)  # noqa: T201 - what to look at
        finally:  # also of the runs before one that failed or was interrupted
            for line, reached in table(found):
                print(line, flush=True)  # noqa: T201 - the table
                well.append(reached)
    return all(well)


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 when a run missed what it has to reach."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.replicas")
    parser.add_argument("--scenario", choices=SCENARIOS, action="append", help="this one alone; may be given again")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--sqlite", action="store_true", help="one process, over SQLite")
    parser.add_argument("--tiny", action="store_true", help="see that it runs: nothing is judged")
    asked = parser.parse_args(arguments)
    names = asked.scenario or list(SCENARIOS)
    print(_ROW.format(*_HEADS), flush=True)  # noqa: T201 - the table
    if asked.sqlite:
        return 0 if _all(names, None, asked.runs, tiny=asked.tiny) or asked.tiny else 1
    try:
        with postgres() as server:
            return 0 if _all(names, server, asked.runs, tiny=asked.tiny) or asked.tiny else 1
    except NoServer as error:
        print(f"PostgreSQL: {error}")  # noqa: T201 - as above
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
