"""Runs every benchmark and says what was reached; exit status 1 when something was not.

`digests --size 1000` runs those of digests alone, with fewer of them.
"""

import argparse
import asyncio
import os
import sys
from functools import partial

from bot import logs

from . import command, digests, start, together, ways_in, workspaces


async def main(only: str, size: int) -> int:
    """Prints each result as it comes."""
    missed = 0
    others = (
        command.in_process,
        command.over_http,
        together.one_request,
        start.start_to_ready,
        ways_in.home_and_shortcut,
        workspaces.many,
    )
    for bench in (*(() if only else others), digests.one_big, partial(digests.many, size)):
        for result in await bench():
            print(result, flush=True)
            missed += not result.reached
    return 1 if missed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("only", nargs="?", choices=["digests"], default="")
    parser.add_argument("--size", type=int, default=10_000, help="how many digests are due at once")
    asked = parser.parse_args()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        logs.set_up("INFO", "json", nowhere)  # lines are made as in real life, and dropped
        sys.exit(asyncio.run(main(asked.only, asked.size)))
