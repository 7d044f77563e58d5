"""Rules for all tests: one module reads the machine's clock, nothing waits for ever, child processes get the same day.

They are checked in the syntax of the files, so not everything can be found. An exception says why on its line:
`# machine_clock: …`, `# without a limit: …`, `# on its own day: …`.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CLOCKS = {
    *(f"time.{name}" for name in ("time", "time_ns", "localtime", "gmtime", "ctime", "asctime", "strftime")),
    *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
    "datetime.date.today",
}
WAITS = {"wait", "wait_closed", "join", "communicate", "acquire", "get", "result", "readline"}
RUNS = {"subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output"}
STARTS = {*RUNS, "subprocess.Popen", "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"}
LIMITS = ("asyncio.timeout", "asyncio.wait_for")
ASYNC, RUN, DAY = "import asyncio\n", "import subprocess\n", "from tests.plugins import machine_clock\n"
POLLING = f"{ASYNC}async def f():\n if 1:\n  while waits:\n   await asyncio.sleep(0)"
Look = Callable[["Source"], Iterator[int]]


class Source:
    """The syntax of a file: what its names were imported as, and which node is inside which."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.nodes = list(ast.walk(ast.parse(text)))
        self._around = {inner: outer for outer in self.nodes for inner in ast.iter_child_nodes(outer)}
        self._known = dict(self._imported())

    def name(self, node: ast.AST) -> str:
        """Return the whole name of a node, such as `datetime.datetime.now`; empty when it was not imported."""
        if isinstance(node, ast.Name):
            return self._known.get(node.id, "")
        if isinstance(node, ast.Attribute) and (of := self.name(node.value)):
            return f"{of}.{node.attr}"
        return ""

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in self.nodes if isinstance(node, ast.Call))

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, innermost first, up to and including its function (or the module)."""
        while not isinstance(node := self._around[node], ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
            yield node
        yield node

    def function(self, node: ast.AST) -> ast.AST:
        """Return the function around a node, or the module."""
        return [*self.around(node)][-1]

    def polls(self, node: ast.AST) -> bool:
        """Return whether a node is in a `while` loop of its function."""
        return any(isinstance(one, ast.While) for one in self.around(node))

    def is_limited(self, node: ast.AST) -> bool:
        """Return whether `asyncio.timeout` or `wait_for` is around a node, in its own function."""
        for one in self.around(node):
            contexts = [item.context_expr for item in one.items] if isinstance(one, ast.AsyncWith) else [one]
            if any(isinstance(at, ast.Call) and self.name(at.func) in LIMITS for at in contexts):
                return True
        return False

    def _imported(self) -> Iterator[tuple[str, str]]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((one.asname or one.name, one.name) for one in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)


def clocks(source: Source) -> Iterator[int]:
    """Yield the lines that read the machine's clock, or pass it on."""
    return (node.lineno for node in source.nodes if isinstance(node, ast.expr) and source.name(node) in CLOCKS)


def waits(source: Source) -> Iterator[int]:
    """Yield the lines that wait without a limit.

    These are `thread.join()`, `to_thread(event.wait)`, `subprocess.run(…)` and `while …: await sleep(…)`.
    """
    for call in source.calls():
        name, bound = source.name(call.func), call.func.attr if isinstance(call.func, ast.Attribute) else ""
        endless = (bound in WAITS and not call.args and not call.keywords) or (
            name == "asyncio.sleep" and source.polls(call)
        )
        aside = name == "asyncio.to_thread" and len(call.args) == 1 and getattr(call.args[0], "attr", "") in WAITS
        runs = name in RUNS and "timeout" not in {each.arg for each in call.keywords}
        if aside or runs or (endless and not source.is_limited(call)):
            yield call.lineno


def children(source: Source) -> Iterator[int]:
    """Yield the lines that start a program with an `env` that does not pass on the day of the tests."""
    for call in source.calls():
        if source.name(call.func) in STARTS and "env" in {each.arg for each in call.keywords}:
            names = {source.name(node) for node in ast.walk(source.function(call))}
            if not names & {"tests.plugins.machine_clock.environment", "os.environ"}:
                yield call.lineno


@pytest.mark.parametrize(
    ("look", "excuse"),
    [(clocks, "machine_clock"), (waits, "without a limit"), (children, "on its own day")],
)
def test_it_holds_everywhere(look: Look, excuse: str) -> None:
    found = []
    for file in TESTS.rglob("*.py"):
        source = Source(file.read_text(encoding="utf-8"))
        lines = sorted(number for number in look(source) if f"# {excuse}: " not in source.lines[number - 1])
        found += [f"{file.relative_to(TESTS)}:{number}: {source.lines[number - 1].strip()}" for number in lines]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("look", "bad", "good"),
    [
        (clocks, "import time as t\nwhen = t.time()", "import time\nbegan = time.monotonic()"),
        (clocks, "from time import time\nClock(time)", "Clock(clockwork.time)"),
        (clocks, "from datetime import datetime\ndatetime.now(UTC)", "from datetime import datetime\ndatetime.max"),
        (clocks, "import datetime\ndatetime.date.today()", "import datetime\ndatetime.date(2026, 1, 1)"),
        (waits, "thread.join()", "thread.join(5)"),
        (waits, "async def f(): await event.wait()", f"{ASYNC}async def f(): await asyncio.wait_for(event.wait(), 1)"),
        (waits, f"{ASYNC}asyncio.to_thread(event.wait)", f"{ASYNC}asyncio.to_thread(event.wait, 5)"),
        (waits, f"{RUN}subprocess.run(program)", f"{RUN}subprocess.run(program, timeout=5)"),
        (waits, POLLING, POLLING.replace("if 1", "async with asyncio.timeout(5)")),
        (children, f"{RUN}subprocess.run(it, env={{}})", f"{RUN}subprocess.run(it)"),
        (
            children,
            f"{RUN}subprocess.run(it, env={{}})",
            f"{DAY}{RUN}subprocess.run(it, env=machine_clock.environment())",
        ),
    ],
)
def test_it_is_seen(look: Look, bad: str, good: str) -> None:
    assert (len([*look(Source(bad))]), [*look(Source(good))]) == (1, [])
