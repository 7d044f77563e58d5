"""A real PgBouncer for the tests, in transaction mode: Debian's, which `make test` installs where it may."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit, urlunsplit

import psycopg
import pytest

from tests.drivers.ports import free_port

_left_out = pytest.StashKey[list[str]]()
_START = 60.0  # seconds
_SETTINGS = """
[databases]
* = {server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 5
ignore_startup_parameters = {ignored}
logfile = {folder}/log
"""


@contextmanager
def pgbouncer(url: str, *, ignored: str = "options") -> Iterator[str]:
    """Yield another address of the database at `url`, which leads through a pooler. `ignored`: as its setting."""
    program = _program()
    assert program
    # Short and readable by `nobody`: it does not run as root.
    with TemporaryDirectory(prefix="pgb") as folder:
        Path(folder).chmod(0o777)
        port, file = free_port(), Path(folder) / "pgbouncer.ini"
        text = _SETTINGS.format(server=_server(url), port=port, ignored=ignored, folder=folder)
        file.write_text(text, encoding="utf-8")
        as_nobody = ("-u", "nobody") if os.geteuid() == 0 else ()
        process = subprocess.Popen([program, "-q", *as_nobody, str(file)], stderr=subprocess.DEVNULL)  # noqa: S603 - our own words
        try:
            through = urlunsplit(urlsplit(url)._replace(netloc=f"postgres@127.0.0.1:{port}", query=""))
            _wait_for(through)
            yield through
        finally:
            process.kill()
            process.wait(_START)


@pytest.fixture
def need_pgbouncer(request: pytest.FixtureRequest) -> None:
    """Skip the test where there is no PgBouncer, and count it; fail it when REQUIRE_PGBOUNCER is set."""
    if _program():
        return
    if os.environ.get("REQUIRE_PGBOUNCER"):
        pytest.fail("no PgBouncer")
    request.config.stash.setdefault(_left_out, []).append(request.node.nodeid)
    pytest.skip("no PgBouncer: `make pgbouncer` installs it on Debian")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Iterator[None]:
    """Print at the end how many tests were skipped for want of it."""
    yield
    if left_out := config.stash.get(_left_out, []):
        terminalreporter.write_line(f"PgBouncer: not available, {len(left_out)} tests left out", yellow=True)


def installed() -> bool:
    """Return whether there is a PgBouncer on this machine."""
    return _program() is not None


def _program() -> str | None:
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _server(url: str) -> str:
    parts = urlsplit(url)
    folder = parse_qs(parts.query).get("host", [""])[0]
    where = {"host": folder or parts.hostname or "", "port": parts.port or "", "user": parts.username or "postgres"}
    if parts.password:
        where["password"] = parts.password
    return " ".join(f"{name}={value}" for name, value in where.items() if value)


def _wait_for(url: str) -> None:
    until = time.monotonic() + _START
    while True:
        try:
            psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), connect_timeout=5).close()
        except psycopg.OperationalError:
            assert time.monotonic() < until, "PgBouncer does not start"
            time.sleep(0.05)
        else:
            return
