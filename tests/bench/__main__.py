"""Runs every benchmark and says what was reached; exit status 1 when something was not."""

import asyncio
import os
import sys

from bot import logs

from . import command, start, together, ways_in, workspaces


async def main() -> int:
    """Prints each result as it comes."""
    missed = 0
    for bench in (
        command.in_process,
        command.over_http,
        together.one_request,
        start.start_to_ready,
        ways_in.home_and_shortcut,
        workspaces.many,
    ):
        for result in await bench():
            print(result, flush=True)
            missed += not result.reached
    return 1 if missed else 0


if __name__ == "__main__":
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        logs.set_up("INFO", "json", nowhere)  # lines are made as in real life, and dropped
        sys.exit(asyncio.run(main()))
