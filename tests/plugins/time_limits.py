"""Fail a test whose setup, call and teardown take longer than its limit, and say what every thread and task was doing.

A test may swallow the interruption. Then it is interrupted again, and when that does not help either, the process ends
(other workers of xdist go on). `pytest.mark.timeout(seconds)` gives a longer limit, beside the reason.
"""

import asyncio
import faulthandler
import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Generator, Iterator
from types import FrameType
from typing import Any

import pytest
from _pytest.outcomes import OutcomeException

_AGAIN = 15.0  # seconds from one interruption to the next, at most
_TIMES = 4  # then the process ends
_AT_THE_END = 60.0  # seconds for threads that are left, and for workers, once all is said
_inside = threading.Event()  # a phase of a test, where an exception is a failure
_next = [0.0]  # seconds until the next interruption of a test that was interrupted
_stderr = os.dup(2)


class Hangs(OutcomeException):
    """Raised in a test that is over its limit.

    It is no `Exception`, because much code catches those. It is one of pytest's own outcomes, so that a teardown is not
    left half done. It is not the one of `pytest.fail`, because Hypothesis would look for a smaller example of that.
    """


def pytest_configure() -> None:
    """Keep the real standard error, before pytest captures it."""
    os.dup2(2, _stderr, inheritable=False)


def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> bool:  # Any: pytest-timeout has no types
    """Set the limit of one test, and return True to replace pytest-timeout's own timer.

    That one stops as soon as something failed, before the teardown.
    """
    limit = float(settings.timeout)
    again = min(limit / 2, _AGAIN)

    def interrupt(_: int, __: FrameType | None) -> None:
        __tracebackhide__ = True
        if not _inside.is_set():
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            return
        item.add_report_section("at its limit", "threads and tasks", said := stacks())
        os.write(_stderr, f"\n{item.nodeid} is not over after {limit:g} s\n{said}\n".encode())
        _next[0] = again
        signal.setitimer(signal.ITIMER_REAL, again)
        raise Hangs(f"not over after {limit:g} s, with setup and teardown")

    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, limit)
    faulthandler.dump_traceback_later(limit + _TIMES * again, exit=True, file=_stderr)
    return True


def pytest_enter_pdb() -> None:
    """Set no limit while a person uses the debugger."""
    _disarm()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """End the limit after setup, call and teardown of one test."""
    try:
        return (yield)
    finally:
        _disarm()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup() -> Generator[None]:
    yield from _phase()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call() -> Generator[None]:
    yield from _phase()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Generator[None]:
    yield from _phase()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """End the process after a minute even if a test left a thread behind."""
    faulthandler.dump_traceback_later(_AT_THE_END, exit=True, file=_stderr)


def stacks() -> str:
    """Return the stack of every thread, and of every task of every open event loop."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    parts = [
        f"Thread {names.get(ident, ident)}:\n{''.join(traceback.format_stack(frame))}"
        for ident, frame in sys._current_frames().items()
    ]
    loops = [one for one in gc.get_objects() if issubclass(type(one), asyncio.BaseEventLoop) and not one.is_closed()]
    tasks = [task for loop in loops for task in asyncio.all_tasks(loop)]
    return "\n".join([*parts, *(f"{task!r}\n{''.join(_waits(task))}" for task in tasks)])


def _waits(task: asyncio.Task[object]) -> Iterator[str]:
    """Yield the stack of a task, down to what it waits for. asyncio itself shows only the outermost frame."""
    at: Any = task.get_coro()  # Any: coroutines, generators, or what else can be awaited
    while at is not None:
        kind = next((kind for kind in ("cr", "gi", "ag") if hasattr(at, f"{kind}_frame")), None)
        if kind is None:
            yield f"  waits for {at!r}\n"
            return
        if frame := getattr(at, f"{kind}_frame"):
            yield from traceback.format_list(traceback.StackSummary.extract([(frame, frame.f_lineno)]))
        at = getattr(at, "gi_yieldfrom" if kind == "gi" else f"{kind}_await")


def _phase() -> Generator[None]:
    _inside.set()
    if _next[0]:  # the teardown has its time after a test that took too long
        signal.setitimer(signal.ITIMER_REAL, _next[0])
    try:
        yield
    finally:
        _inside.clear()


def _disarm() -> None:
    _next[0] = 0.0
    signal.setitimer(signal.ITIMER_REAL, 0)
    faulthandler.cancel_dump_traceback_later()
