"""No test waits for ever, nor does its teardown: past its limit it fails, and says what every thread and task was at.

An interruption may be swallowed: then it comes again, and when that does not help either, the process ends (of xdist's
workers the others go on). Longer limits are given with `pytest.mark.timeout(seconds)`, beside the reason.
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
    """No `Exception`, which much catches; one of pytest's own, or a teardown would be left half done.

    Nor is it `pytest.fail`'s: of that Hypothesis would look for a smaller example.
    """


def pytest_configure() -> None:
    """Notes where standard error truly goes."""
    os.dup2(2, _stderr, inheritable=False)


def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> bool:  # Any: pytest-timeout has no types
    """In place of pytest-timeout's own: that would stop looking as soon as something failed, before the teardown."""
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
    """Whoever looks around has time."""
    _disarm()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Setup, call and teardown of one test."""
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
    """A thread that a test left behind does not keep the process."""
    faulthandler.dump_traceback_later(_AT_THE_END, exit=True, file=_stderr)


def stacks() -> str:
    """Where every thread is, and every task of every loop in them."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    parts = [
        f"Thread {names.get(ident, ident)}:\n{''.join(traceback.format_stack(frame))}"
        for ident, frame in sys._current_frames().items()
    ]
    loops = [one for one in gc.get_objects() if issubclass(type(one), asyncio.BaseEventLoop) and not one.is_closed()]
    tasks = [task for loop in loops for task in asyncio.all_tasks(loop)]
    return "\n".join([*parts, *(f"{task!r}\n{''.join(_waits(task))}" for task in tasks)])


def _waits(task: asyncio.Task[object]) -> Iterator[str]:
    """Down to what it waits for; asyncio itself shows the outermost frame only."""
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
