"""Prints how many mutants of each module the tests notice, and those they do not: `python -m tests.mutation [FILE…]`.

Without a file, of all in `modules.py`. What was reached the last time, and why some may live, is in `docs/mutants.md`.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from difflib import ndiff
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutation.modules import MODULES

ROOT = Path(__file__).parents[2]
MUTMUT = Path(sys.executable).with_name("mutmut")
NEEDED = ("bot", "blocks", "playground", "tests")  # to run a test
WANTED = 90  # percent
NOTICED = {1, 3, 24, -24, 36, 152, 255}  # mutmut's: a test failed, or did not end
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"  # stands before lines of mutmut that say only that it goes on
SETTINGS = """
[tool.mutmut]
source_paths = ["bot"]
only_mutate = ["{module}"]
also_copy = ["blocks", "playground", "manifest.yml"]
pytest_add_cli_args_test_selection = {tests}
# Limits of time are mutmut's: ours has a thread, which processes forked from this one would wait for.
pytest_add_cli_args = ["-p", "no:xdist", "-p", "no:cacheprovider", "-p", "no:tests.plugins.time_limits",
    "-p", "tests.mutation.drawing", "--hypothesis-seed=0"]
timeout_multiplier = 5.0  # of the time the tests take: some mistakes never end
"""


def tried(module: str, tests: Sequence[str]) -> bool:
    """Prints the module's row and what lived; whether enough of it was noticed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _lay_out(folder, module, tests)
        run = [str(MUTMUT), "run", "--max-children", "1"]
        plugins = {**os.environ, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(run, cwd=folder, env=plugins, capture_output=True, text=True, check=False, timeout=3600)
        kept = folder / "mutants" / f"{module}.meta"
        if ran.returncode or not kept.exists():
            said = (line for line in (ran.stdout + ran.stderr).splitlines() if line[:1] not in SPINNER)
            print(f"{module} could not be tried:", *said, sep="\n")
            return False
        ended = json.loads(kept.read_text(encoding="utf-8"))["exit_code_by_key"]
        lived = [mutant for mutant, status in ended.items() if status not in NOTICED]
        percent = 100 * (len(ended) - len(lived)) // max(len(ended), 1)
        cells = (
            f"`{module}`",
            len(ended),
            len(ended) - len(lived),
            f"{percent} %",
            datetime.now(UTC).date(),  # machine_clock: run by hand
        )
        print("", *cells, "", sep=" | ", flush=True)
        print(*_changes(folder / "mutants" / module, lived), sep="\n", flush=True)
    return percent >= WANTED


def _lay_out(folder: Path, module: str, tests: Sequence[str]) -> None:
    for part in NEEDED:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    shutil.copy(ROOT / "manifest.yml", folder)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    settings = SETTINGS.format(module=module, tests=json.dumps(tests))
    (folder / "pyproject.toml").write_text(project + settings, encoding="utf-8")


def _changes(mutated: Path, mutants: list[str]) -> Iterator[str]:
    """The lines of each mutant that the product has otherwise. All of them stand in one file, as functions."""
    source = mutated.read_text(encoding="utf-8")
    lines = source.splitlines()
    functions = {
        node.name: lines[node.body[0].lineno - 1 : node.end_lineno]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    for mutant in mutants:
        name = mutant.rpartition(".")[2]
        product = functions[f"{name.rpartition('_')[0]}_orig"]
        yield mutant
        yield from (f"  {line}" for line in ndiff(product, functions[name]) if line[0] in "-+")


def main(files: list[str]) -> int:
    """Exit status 1 when of one of them too little was noticed, 2 when one is not known."""
    if unknown := [file for file in files if file not in MODULES]:
        print(f"Not in tests/mutation/modules.py: {', '.join(unknown)}")
        return 2
    print("| module | mutants | noticed | | on |", "| --- | ---: | ---: | ---: | --- |", sep="\n")
    enough = [tried(module, MODULES[module]) for module in files or MODULES]
    return 0 if all(enough) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
