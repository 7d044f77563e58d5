"""A hundred deaths at random moments on each database, and what came of them: `python -m tests.soak.deaths [seed]`.

With `--tiny` one on SQLite, to see that it runs.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.config import Settings
from bot.store.encryption import new_key
from tests.drivers.killed_processes import SETTLED, mortals
from tests.plugins import machine_clock
from tests.plugins.postgres import NoServer, postgres

DEATHS = 100


async def soak(name: str, url: str | None, processes: int, seed: int, *, tiny: bool = False) -> bool:
    """Prints a row; whether nothing was lost or doubled."""
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        made: Any = {"data_dir": Path(folder) / "data", "database_url": url, "encryption_keys": new_key()}  # as read
        settings = Settings(_env_file=None, **made)
        async with mortals(settings, Path(folder), most=processes) as some:
            if not tiny:
                await some.undisturbed()
            for number in range(1, 2 if tiny else DEATHS + 1):
                await some.die_at_random(number, random.Random(seed + number))
            ended = await some.outcomes(0.5 if tiny else SETTLED)
    states = Counter(row.state for row, _ in ended.values())
    lost = sum(messages == 0 and row.state != "unconfirmed" for row, messages in ended.values())
    doubled = sum(messages > 1 for _, messages in ended.values())
    open_ = {id_ for id_, (row, _) in ended.items() if row.state == "unconfirmed"}
    wrongly = len(open_ - some.exposed)
    cells = (
        name,
        processes,
        len(ended),
        states["sent"],
        lost,
        doubled,
        len(open_),
        wrongly,
        time.monotonic() - started,
    )
    print("{:<12}{:>10}{:>8}{:>8}{:>8}{:>9}{:>13}{:>16}{:>8.0f}".format(*cells), flush=True)  # noqa: T201 - the table
    return not (lost or doubled or wrongly) and set(states) <= {"sent", "unconfirmed"}


def main(arguments: Sequence[str]) -> int:
    """Exit status 1 when something was lost or doubled, or is unconfirmed though nobody died while posting it."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.deaths")
    parser.add_argument("seed", nargs="?", type=int, default=int(machine_clock.seconds()))
    parser.add_argument("--tiny", action="store_true", help="see that it runs: one death, on SQLite")
    asked = parser.parse_args(arguments)
    seed = asked.seed
    heads = ("database", "processes", "runs", "sent", "lost", "doubled", "unconfirmed", "of these wrongly", "seconds")
    print(f"seed {seed}\n{heads[0]:<12}{heads[1]:>10}" + "".join(f"{head:>{len(head) + 3}}" for head in heads[2:]))  # noqa: T201 - as above
    well = [asyncio.run(soak("SQLite", None, 1, seed, tiny=asked.tiny))]
    if asked.tiny:
        return 0 if all(well) else 1
    try:
        with postgres() as server, server.new_database() as url:
            well.append(asyncio.run(soak("PostgreSQL", url, 3, seed)))
    except NoServer as error:
        print(f"PostgreSQL: {error}")  # noqa: T201 - as above
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
