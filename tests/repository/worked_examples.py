"""Apply a worked example of docs/architecture.md to a copy of the tree, and run the commands that it names."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = "docs/architecture.md"
_COPIED = ("bot", "blocks", "playground", "tests", "docs", "requirements")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "dist", ".hypothesis")
_LIMIT = 240  # seconds for one command


@dataclass(frozen=True, slots=True)
class Example:
    """One `###` section under *Worked examples*."""

    title: str
    text: str
    diffs: tuple[str, ...] = field(repr=False)  # one for each changed file
    commands: tuple[str, ...]

    @property
    def files(self) -> list[str]:
        """The files that it changes or adds, as the diffs name them."""
        return [re.findall(r"^\+\+\+ b/(\S+)", one, re.MULTILINE)[0] for one in self.diffs]


def examples(page: str) -> dict[str, Example]:
    """Return all worked examples of the page, by title."""
    part = page.partition("\n## Worked examples\n")[2].partition("\n## ")[0]
    return {one.title: one for one in map(_example, part.split("\n### ")[1:])}


def copy_tree(to: Path) -> Path:
    """Copy what tests need into an empty folder, and return it. `.venv` is a link to the real one."""
    for name in _COPIED:
        shutil.copytree(ROOT / name, to / name, ignore=_LEFT_OUT)
    for file in ROOT.iterdir():
        if file.is_file() and not file.name.startswith("."):
            shutil.copy2(file, to / file.name)
    (to / ".venv").symlink_to(ROOT / ".venv", target_is_directory=True)
    return to


def apply(diff: str, tree: Path) -> None:
    """Apply one diff. Raise AssertionError with git's message when it no longer applies."""
    done = _run(["git", "apply", "--recount", "-"], tree, diff)
    assert done.returncode == 0, f"correct the diff in {PAGE}:\n{done.stderr}\n{diff}"


def run(command: str, tree: Path) -> subprocess.CompletedProcess[str]:
    """Run one command of an example in the copy, for at most `_LIMIT` seconds."""
    return _run(shlex.split(command), tree, "")


def _run(words: list[str], tree: Path, given: str) -> subprocess.CompletedProcess[str]:
    # Without GIT_CEILING_DIRECTORIES git would take a repository around the copy for the copy's own.
    settings = {"GIT_CEILING_DIRECTORIES": str(tree.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | settings
    return subprocess.run(  # noqa: S603 - commands of our own page
        words, cwd=tree, input=given, capture_output=True, text=True, timeout=_LIMIT, env=env, check=False
    )


def _example(section: str) -> Example:
    title, _, text = section.partition("\n")
    changes = "\n".join(_fenced("diff", text))
    commands = [line for block in _fenced("sh", text) for line in block.splitlines() if line.strip()]
    return Example(title, text, tuple(_by_file(changes)), tuple(commands))


def _fenced(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def _by_file(changes: str) -> Iterator[str]:
    for part in re.split(r"^(?=--- )", changes, flags=re.MULTILINE):
        if part.startswith("--- "):
            yield part.rstrip("\n") + "\n"
