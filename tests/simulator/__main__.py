"""Write the tables of docs/insight.md: `python -m tests.simulator [table …]` runs all of them, or those named.

`weeks` is docs/sixteen-weeks.md: a quarter of an hour.
"""

import asyncio
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.simulator import calls_table, measures, shares_table, weeks_table
from tests.simulator.size import Size

PAGE = Path(__file__).parents[2] / "docs/insight.md"
TABLES: Mapping[str, Callable[[Size], str]] = {"shares": shares_table.table, "calls": calls_table.table}
WEEKS = "weeks"
_MARKS = "<!-- simulated: {name} -->\n{table}\n<!-- end -->"


def tables(page: str) -> dict[str, str]:
    """Return the tables of a page by name: those between the marks."""
    return dict(re.findall(_MARKS.format(name=r"(\w+)", table=r"(.*?)"), page, re.DOTALL))


def with_table(page: str, name: str, table: str) -> str:
    """Return a page with one table in place of the one it has. Raise KeyError when it has no place for it."""
    was = _MARKS.format(name=name, table=tables(page)[name])
    return page.replace(was, _MARKS.format(name=name, table=table))


def write_weeks() -> None:
    """Live through sixteen weeks and write their page; print what is not as it has to be."""
    weeks, said = asyncio.run(weeks_table.lived())
    wrong = list(measures.wrong_numbers(said))
    found = [*wrong, *measures.said_twice(said), *measures.left_without_a_word(said)]
    sys.stdout.write("\n".join([*found, f"{len(said)} digests", ""]))
    weeks_table.PAGE.write_text(weeks_table.page(weeks, said, wrong), encoding="utf-8")


def main(names: Sequence[str]) -> None:
    """Run the simulations and write the page."""
    for name in names or [*TABLES, WEEKS]:
        if name == WEEKS:
            write_weeks()
            continue
        table = TABLES[name](Size())
        sys.stdout.write(f"{name}\n{table}\n")
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(with_table(page, name, table), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
