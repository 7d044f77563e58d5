"""A test that hangs fails and says where it hangs, and the other tests still run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins import machine_clock

HANGING = """
import asyncio, threading, time
from contextlib import suppress
import pytest
from hypothesis import given, strategies as st

async def waits_for_ever():
    await asyncio.Event().wait()  # here it hangs

async def test_hangs():
    with suppress(RuntimeError):
        await asyncio.gather(waits_for_ever())

@pytest.fixture
async def never_closed():
    yield
    await waits_for_ever()

async def test_hangs_in_its_teardown(never_closed):
    pass

async def test_fails_and_hangs_in_its_teardown(never_closed):
    assert False

async def test_swallows_the_first_interruption():
    try:
        time.sleep(60)
    except BaseException:
        time.sleep(60)

async def test_hangs_as_it_is_cancelled():
    async def stubborn():
        while True:
            with suppress(asyncio.CancelledError):
                await waits_for_ever()
    await asyncio.gather(stubborn())

def test_waits_for_a_thread():
    thread = threading.Thread(target=lambda: time.sleep(30), daemon=True)
    thread.start()
    thread.join()

@given(st.integers())
def test_hangs_in_an_example(number):
    time.sleep(60)

def test_swallows_every_interruption():
    while True:
        with suppress(BaseException):
            time.sleep(60)

@pytest.mark.timeout(30)
def test_has_a_longer_limit():
    time.sleep(2)

async def test_is_well():
    pass
"""
CONFIG = "[pytest]\ntimeout = 1\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
ENDS = {
    "test_hangs": ["FAILED"],
    "test_hangs_in_its_teardown": ["ERROR", "PASSED"],
    "test_fails_and_hangs_in_its_teardown": ["ERROR", "FAILED"],
    "test_swallows_the_first_interruption": ["FAILED"],
    "test_hangs_as_it_is_cancelled": ["ERROR", "FAILED"],
    "test_waits_for_a_thread": ["FAILED"],
    "test_hangs_in_an_example": ["FAILED"],
    "test_swallows_every_interruption": ["FAILED"],
    "test_has_a_longer_limit": ["PASSED"],
    "test_is_well": ["PASSED"],
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("hanging")
    (folder / "test_hanging.py").write_text(HANGING, encoding="utf-8")
    (folder / "pytest.ini").write_text(CONFIG, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-rA",
        "-n1",
        "-p",
        "tests.plugins.time_limits",
        "-p",
        "no:cacheprovider",
    ]
    own = {"PATH": "", "COLUMNS": "200", **machine_clock.environment(str(Path(__file__).parents[2]))}
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=folder, env=own, capture_output=True, text=True, check=False, timeout=80
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", ENDS)
def test_each_ends_and_the_run_goes_on(said: str, name: str) -> None:
    found = re.findall(rf"^(PASSED|FAILED|ERROR) test_hanging\.py::{name}\b", said, re.MULTILINE)
    assert sorted(found) == ENDS[name], said


def test_what_a_task_waits_for_is_said_line_by_line(said: str) -> None:
    hung = said[: said.index("test_hangs_in_its_teardown is not over")]
    assert "test_hanging.py::test_hangs is not over after 1 s" in hung
    assert re.search(
        r"<Task pending name=\S+ coro=<waits_for_ever\(\).*\n.*\n +await asyncio.Event\(\)\.wait\(\)", hung
    )
    assert "await asyncio.gather(waits_for_ever())" in hung
    assert "Captured threads and tasks at its limit" in said


def test_what_swallows_every_interruption_ends_its_process_alone(said: str) -> None:
    crashed = set(re.findall(r"worker 'gw\d' crashed while running 'test_hanging\.py::(\w+)'", said))
    assert crashed == {"test_swallows_every_interruption"}
    assert "Timeout (0:00:03" in said  # the second limit
