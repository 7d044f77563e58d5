"""Measure the shape of the code from its own imports and syntax: `python -m tests.repository.shape`."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "blocks")
_LISTS = ("layers", "source_modules", "forbidden_modules", "protected_modules", "allowed_importers", "ancestors")


def sources(*packages: str) -> dict[str, ast.Module]:
    """Return the syntax tree of every module by its dotted name, without the migrations."""
    files = (file for package in packages or PACKAGES for file in (ROOT / package).rglob("*.py"))
    return {_name(file): ast.parse(file.read_text(encoding="utf-8")) for file in files if "versions" not in file.parts}


def imports() -> set[tuple[str, str]]:
    """Which module imports which, as import-linter sees it; what is imported for its types alone counts, too."""
    graph = grimp.build_graph(*PACKAGES)
    return {(one, other) for one in graph.modules for other in graph.find_modules_directly_imported_by(one)}


def room(module: str) -> str:
    """Return the part of `bot.slack` a module belongs to: a folder, or a file beside the folders."""
    return ".".join(module.split(".")[:3])


def arrows() -> set[tuple[str, str]]:
    """Return which room of `bot.slack` imports from which other room."""
    inside = ((one, other) for one, other in imports() if one.count(".") > 1 < other.count("."))
    pairs = {(room(one), room(other)) for one, other in inside if {*map(_package, (one, other))} == {"bot.slack"}}
    return {(one, other) for one, other in pairs if one != other}


def floors(edges: set[tuple[str, str]]) -> int:
    """Return the length of the longest chain of imports, in rooms; 0 when there is a circle."""
    below: dict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        below[one].add(other)
    sorter = TopologicalSorter(below)
    try:
        sorter.prepare()
    except CycleError:
        return 0
    count = 0
    while sorter.is_active():
        sorter.done(*sorter.get_ready())
        count += 1
    return count


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function and method."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines of a function, without its decorators."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def listeners(tree: ast.Module) -> Iterator[ast.AsyncFunctionDef]:
    """Yield the functions that Bolt calls: their first parameter is `ack`."""
    for node in functions(tree):
        if isinstance(node, ast.AsyncFunctionDef) and [one.arg for one in node.args.args[:1]] == ["ack"]:
            yield node


def contracts() -> list[dict[str, list[str]]]:
    """Return the lists of modules in each import contract, by key."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [{key: one[key] for key in _LISTS if key in one} for one in settings["tool"]["importlinter"]["contracts"]]


def layers() -> list[str]:
    """Return the names in the first contract, which covers the whole tree, from the top down."""
    return [name.strip(" ()") for row in contracts()[0]["layers"] for name in re.split(r"[|:]", row)]


def figures() -> dict[str, object]:
    """Return the rows of the table in docs/decisions/05-shape.md."""
    modules = sources()
    between = arrows()
    lists = [(key, names) for one in contracts() for key, names in one.items()]
    return {
        "loose modules in bot/": len(list((ROOT / "bot").glob("*.py"))),
        "rooms of bot/slack": len({room(name) for name in modules if name.startswith("bot.slack.")}),
        "floors of bot/slack (0: a circle)": floors(between),
        "import arrows between its rooms": len(between),
        "names in contracts": sum(len(re.split(r"[|:]", row)) for _, names in lists for row in names),
        "longest list of modules beside the layers": max(len(names) for key, names in lists if key != "layers"),
        "listeners with more than four parameters": sum(
            len(one.args.args) > 4 for tree in modules.values() for one in listeners(tree)
        ),
        "files over 250 lines": [name for name in modules if length(name) > 250],
        "functions over 40 lines": [
            f"{name}.{one.name}" for name, tree in modules.items() for one in functions(tree) if lines(one) > 40
        ],
    }


def _name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def length(module: str) -> int:
    file = ROOT / f"{module.replace('.', '/')}.py"
    file = file if file.exists() else file.with_suffix("") / "__init__.py"
    return len(file.read_text(encoding="utf-8").splitlines())


def _package(module: str) -> str:
    return ".".join(module.split(".")[:2])


if __name__ == "__main__":
    for label, value in figures().items():
        print(f"{label:45} {value}")  # noqa: T201 - for whoever asks
