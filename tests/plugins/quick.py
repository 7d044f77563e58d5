"""Mark the tests that `make quick` runs between two edits (`-m quick`).

Left out is every test that uses PostgreSQL, a browser, processes of its own, examples from Hypothesis or the scheduler
of digests, or is marked `slow`; of a parametrized test, all but the first case; and the files `…_faults.py`, which wait
for real time limits.
"""

from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import is_hypothesis_test

_HEAVY = {"browser", "slow"}  # marks
_POSTGRES = {"postgres_or_why", "postgres_server", "postgres_url"}  # fixtures
_PROCESSES = {
    "tests.drivers.command_line",
    "subprocess",
    "asyncio.subprocess",
    "tests.drivers.killed_processes",
    "tests.mutation.__main__",
    "tests.soak.deaths",
    "tests.drivers.serving_processes",
    "tests.drivers.replicas",
    "tests.drivers.dying_writes",
    "tests.repository.worked_examples",
}  # modules
_SCHEDULER = {"bot.delivery.scheduler", "tests.drivers.digest_deliveries", "tests.drivers.scheduler"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the quick tests."""
    seen: set[object] = set()
    for item in items:
        row = (item.path, getattr(item, "originalname", item.name))
        if row not in seen and _is_quick(item):
            seen.add(row)
            item.add_marker("quick")


def _is_quick(item: pytest.Item) -> bool:
    if any(item.get_closest_marker(mark) for mark in _HEAVY) or _uses_postgres(item):
        return False
    if is_hypothesis_test(getattr(item, "obj", None)):
        return False
    module = getattr(item, "module", None)
    if item.path.stem.endswith("_faults"):
        return False
    return not (isinstance(module, ModuleType) and {*_used_by(module)} & (_PROCESSES | _SCHEDULER))


def _uses_postgres(item: pytest.Item) -> bool:
    rows = getattr(getattr(item, "callspec", None), "params", {})
    return "postgresql" in rows.values() or bool(_POSTGRES & {*getattr(item, "fixturenames", ())})


def _used_by(module: ModuleType) -> Iterator[str]:
    """Yield the modules that a module imports, and those that define what it imports."""
    for value in vars(module).values():
        yield value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None) or ""
