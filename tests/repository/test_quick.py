"""What `make quick` runs. It is chosen by what a test uses, so a new test need not be listed anywhere."""

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
SOME = (
    "delivery/test_deaths.py",
    "delivery/test_notifications.py",
    "store/test_quiet_deaths.py",
    "repository/test_worked_examples.py",
    "store/test_delivery_reports.py",
    "cli/test_card_and_admin.py",
    "campaigns/test_routing.py",
)


@pytest.fixture(scope="module")
def chosen() -> list[str]:
    """Return the tests of `SOME` that `-m quick` selects."""
    found = subprocess.run(  # noqa: S603 - our own words
        [
            sys.executable,
            "-m",
            "pytest",
            "-n0",
            "-q",
            "-m",
            "quick",
            "--collect-only",
            *(TESTS / name for name in SOME),
        ],
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [line.partition("tests/")[2] for line in found.stdout.splitlines() if "::" in line]


def test_deaths_processes_the_scheduler_postgresql_and_drawn_examples_are_left_out(chosen: list[str]) -> None:
    assert {name.partition("::")[0] for name in chosen} == {
        "store/test_delivery_reports.py",
        "campaigns/test_routing.py",
    }
    assert not [name for name in chosen if "postgresql" in name or "any_campaign" in name]
    assert [name for name in chosen if "[sqlite" in name]


def test_of_a_table_the_first_row_is_run(chosen: list[str]) -> None:
    tests = [name.partition("[")[0] for name in chosen]
    assert len(tests) == len(set(tests))
    assert [name for name in chosen if "[" in name and "sqlite" not in name]
