"""Runs every benchmark and says what was reached; exit status 1 when something was not.

`digests --size 1000` runs those of digests alone, with fewer of them; so does the name of another part.
`--write docs/bench.md` keeps what was measured (`page.py`).
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot import logs
from tests.bench import (
    command,
    digests,
    home,
    misses,
    page,
    people,
    readings,
    replicas,
    search,
    start,
    together,
    waiting,
    ways_in,
    workspaces,
)
from tests.bench.report import Result
from tests.bench.size import TINY, Size

PARTS: Mapping[str, Sequence[Callable[[Size], Awaitable[list[Result]]]]] = {
    "process": [command.in_process],
    "http": [command.over_http],
    "misses": [misses.beside_hits],
    "together": [together.one_request],
    "start": [start.start_to_ready],
    "ways": [ways_in.home_and_shortcut],
    "home": [home.opened],
    "people": [people.in_use],
    "waiting": [waiting.told_in_the_end],
    "replicas": [replicas.one_budget],
    "workspaces": [workspaces.many],
    "search": [search.among_many_names],
    "readings": [readings.beside_acks],
    "digests": [digests.one_big, digests.many],
}


async def measure(parts: Sequence[str], size: Size, kept: Path | None = None) -> int:
    """Prints each result as it comes; how many missed what they have to reach. `kept`: the page of the last figures."""
    missed = 0
    for part in parts:
        machine, found = page.machine(), list[Result]()
        for bench in PARTS[part]:
            for result in await bench(size):
                print(result, flush=True)
                found.append(result)
        missed += sum(not one.reached for one in found)
        if kept:
            _keep(kept, part, page.section(_about(part), machine, found))
    return missed


def _about(part: str) -> list[str]:
    """What each benchmark of a part says of itself, without the rest of its lines."""
    return [" ".join((bench.__doc__ or "").split("\n\n")[0].split()) for bench in PARTS[part]]


def _keep(kept: Path, part: str, text: str) -> None:
    before = page.sections(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    kept.write_text(page.page({**before, part: text}, list(PARTS)), encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("part", nargs="?", choices=PARTS, help="this one alone")
    parser.add_argument("--size", type=int, help="how many digests are due at once")
    parser.add_argument("--tiny", action="store_true", help="see that it runs: the numbers say nothing, none is judged")
    parser.add_argument(
        "--write", type=Path, help="a page for the last figures: the sections of these parts are replaced"
    )
    asked = parser.parse_args(arguments)
    if asked.tiny and asked.write:
        parser.error("--tiny measures nothing that is worth keeping")
    size = TINY if asked.tiny else Size()
    size = replace(size, digests=asked.size or size.digests)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        logs.set_up("INFO", "json", nowhere)  # lines are made as in real life, and dropped
        missed = asyncio.run(measure([asked.part] if asked.part else list(PARTS), size, asked.write))
    return 1 if missed and not asked.tiny else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
