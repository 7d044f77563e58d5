"""The program while something hangs, with figures: `python -m tests.soak.hanging [--scenario NAME] [--seconds N]`.

Each scenario runs twice: once until all is well again, and once it is stopped in the middle.
"""

import argparse
import asyncio
import shutil
import sys
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias, TypeVar

from tests.plugins.postgres import NoServer, Server, postgres
from tests.soak.hanging.faults import SCENARIOS, Scenario
from tests.soak.hanging.figures import RUN_HEADS, RUN_ROW, STOP_HEADS, STOP_ROW
from tests.soak.hanging.running import Plan, run, stop

_BEFORE_STOP = 10.0  # seconds that it hangs before the stop
_T = TypeVar("_T")
_Do: TypeAlias = Callable[[str, Scenario, str, Path, Plan], Coroutine[Any, Any, _T]]  # Any: of every coroutine


def _in_a_folder(do: _Do[_T], server: Server, name: str, plan: Plan, logs: Path | None) -> _T:
    """Run it with a database of its own, and keep its logs if there is a folder for them."""
    with TemporaryDirectory() as folder, server.new_database() as url:
        try:
            return asyncio.run(do(name, SCENARIOS[name], url, Path(folder), plan))
        finally:
            for number, log in enumerate(sorted(Path(folder).glob("log-*")) if logs else ()):
                shutil.copy(log, f"{logs}/{name}-{do.__name__}-{number}.log")


def _all(server: Server, names: Sequence[str], plan: Plan, stops: Plan, logs: Path | None) -> bool:
    """Prints both tables; whether all was well."""
    print(RUN_ROW.format(*RUN_HEADS), flush=True)  # noqa: T201 - the table
    well = []
    for name in names:
        measured = _in_a_folder(run, server, name, plan, logs)
        print(RUN_ROW.format(*measured.cells()), flush=True)  # noqa: T201 - as above
        print("".join(f"{'':<12} {line}\n" for line in measured.wrong()), end="", flush=True)  # noqa: T201 - as above
        well.append(measured.is_well())
    print("\n" + STOP_ROW.format(*STOP_HEADS), flush=True)  # noqa: T201 - as above
    for name in names:
        stopped = _in_a_folder(stop, server, name, stops, logs)
        print(STOP_ROW.format(*stopped.cells()), flush=True)  # noqa: T201 - as above
        well.append(stopped.is_well())
    return all(well)


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 when an ack was late, an answer missing, a stop too long, or the log not clean."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.hanging")
    parser.add_argument("--scenario", choices=SCENARIOS, action="append", help="this one alone; may be given again")
    parser.add_argument("--seconds", type=float, default=Plan().fault, help="for which it hangs")
    parser.add_argument("--seed", type=int, default=Plan().seed)
    parser.add_argument("--logs", type=Path, help="a folder for the bot's logs")
    parser.add_argument("--tiny", action="store_true", help="see that it runs: a second of each part")
    asked = parser.parse_args(arguments)
    plan = Plan(fault=asked.seconds, seed=asked.seed)
    stops = replace(plan, fault=min(_BEFORE_STOP, asked.seconds))
    if asked.tiny:
        plan = stops = Plan(warm=1.0, fault=1.0, after=0.0)
    try:
        with postgres() as server:
            return 0 if _all(server, asked.scenario or list(SCENARIOS), plan, stops, asked.logs) else 1
    except NoServer as error:
        print(f"PostgreSQL: {error}")  # noqa: T201 - as above
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
