"""`make … PYTHON=…` uses that Python: `.venv` is made again when its version differs, and kept otherwise."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
THIS = ".".join(map(str, sys.version_info[:3]))
ANEW = "-m venv --clear .venv"


def _checkout(folder: Path, version: str) -> None:
    """Make a folder as it is after `make`, with a Python that answers everything with `version`."""
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    (python := folder / ".venv/bin/python").parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    python.chmod(0o700)
    (folder / ".venv/installed").touch()


def _would_do(folder: Path, *more: str, target: str = ".venv/installed", **environment: str) -> str:
    """Return the commands that make would run for the target, by default to install everything."""
    left = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTHON"))}
    command = ["make", "--dry-run", target, *more]
    done = subprocess.run(  # noqa: S603 - our own words
        command, cwd=folder, env=left | environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


@pytest.mark.parametrize(("there", "anew"), [(THIS, False), ("3.9.1", True), ("", True)])
def test_another_python_that_is_asked_for_gets_a_venv_of_its_own(tmp_path: Path, there: str, anew: bool) -> None:
    _checkout(tmp_path, there)
    for ran in (_would_do(tmp_path, f"PYTHON={sys.executable}"), _would_do(tmp_path, PYTHON=sys.executable)):
        assert (f"{sys.executable} {ANEW}" in ran, "pip install" in ran) == (anew, anew)


def test_when_none_is_asked_for_the_python_that_is_there_stays(tmp_path: Path) -> None:
    _checkout(tmp_path, "3.9.1")
    assert "pip install" not in _would_do(tmp_path)
    os.utime(tmp_path / "requirements/dev.txt", (later := 4e9, later))
    ran = _would_do(tmp_path)
    assert "pip install" in ran
    assert re.search(rf'test -x .venv/bin/python -a -z "" \|\| .venv/bin/python {ANEW}', ran)


def test_the_playground_is_served_at_the_port_that_make_is_given(tmp_path: Path) -> None:
    """The bot's own PORT in the environment is another one."""
    _checkout(tmp_path, THIS)
    (web := tmp_path / "playground/web").mkdir(parents=True)
    for name in ("package-lock.json", "build.mjs"):
        (web / name).touch()
    assert "campaign-bot playground --port 9000\n" in _would_do(tmp_path, "PORT=9000", target="play")
    assert "campaign-bot playground\n" in _would_do(tmp_path, target="play", PORT="9000")


def test_the_program_alone_needs_neither_the_tests_packages_nor_node(tmp_path: Path) -> None:
    _checkout(tmp_path, THIS)
    (tmp_path / ".venv/installed").unlink()
    for fresh in (False, True):
        if fresh:
            shutil.rmtree(tmp_path / ".venv")
        ran = _would_do(tmp_path, target="install")
        assert "--require-hashes -r requirements/run.txt" in ran
        assert "pip install --quiet --force-reinstall --no-deps --no-build-isolation ." in ran
        assert not [word for word in ("dev.txt", "npm", "node") if word in ran]


def test_the_program_alone_leaves_a_venv_with_the_tests_packages_as_it_is(tmp_path: Path) -> None:
    """There the program is the checkout itself."""
    _checkout(tmp_path, THIS)
    (tmp_path / ".venv/bin/pip").write_text("#!/bin/sh\ntouch .venv/called\n", encoding="utf-8")
    (tmp_path / ".venv/bin/pip").chmod(0o700)
    left = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTHON"))}
    subprocess.run(["make", "install"], cwd=tmp_path, env=left, check=True, timeout=60)  # noqa: S607 - the machine's
    assert not (tmp_path / ".venv/called").exists()


def test_a_fresh_checkout_takes_the_machines_python(tmp_path: Path) -> None:
    _checkout(tmp_path, "")
    shutil.rmtree(tmp_path / ".venv")
    assert f"python3 {ANEW}" in _would_do(tmp_path)
