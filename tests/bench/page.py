"""Keep the last figures in a page: each part has a section, which is replaced when that part is measured again."""

import os
import platform
import re
from collections.abc import Mapping, Sequence

from tests.bench.report import Result
from tests.plugins import machine_clock

_HEAD = """# What it costs: the last figures

`make bench` measures everything and writes this page; `make bench PART=http` measures one part and replaces its
section, so each section names its own day and machine. Nobody edits it by hand.

**How to read it.** A line with something to reach is `ok` or a `MISS`; the others are there to be read. Ratios (`/`)
and processor time (CPU) say much the same on any machine: what slows it down slows both sides of a ratio, and who waits
for a core uses none. Seconds and requests a second are those of the machine that is named, with what else ran on it:
with a load before of one or more, everything took longer than it takes alone, and a `MISS` may be the machine's. Memory
is what one process holds. What follows for many workspaces is in
[operating.md](operating.md#ten-and-a-hundred-times-as-many-workspaces).
"""
_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)


def sections(page: str) -> dict[str, str]:
    """Return the text of each section by its part."""
    _, *found = _SECTION.split(page)
    return {part: text.strip() for part, text in zip(found[::2], found[1::2], strict=True)}


def section(about: Sequence[str], machine: str, results: Sequence[Result]) -> str:
    """Return the text of a section: what is measured, on which machine, and each number."""
    rows = [f"| {one.mark} | {one.name.strip()} | {_number(one.value)} | {one.bound} |" for one in results]
    heads = ["| | figure | value | to reach |", "|---|---|---|---|"]
    return "\n".join([*about, "", f"Measured {machine}.", "", *heads, *rows])


def page(found: Mapping[str, str], parts: Sequence[str]) -> str:
    """Return the page with the sections of these parts, in their order, as far as they were ever measured."""
    return "\n".join([_HEAD, *(f"## {part}\n{found[part]}\n" for part in parts if part in found)])


def machine() -> str:
    """Return the day and the machine in words, without its name."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    day = f"{machine_clock.now():%B} {machine_clock.now().day}, {machine_clock.now().year}"
    return (
        f"on {day}: {cores} core{'s' if cores > 1 else ''}, {memory:.0f} GB of memory, "
        f"{platform.system()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} before"
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.3f}" if abs(value) < 100 else f"{value:,.1f}"
