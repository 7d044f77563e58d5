"""Empty databases for tests, on SQLite and on PostgreSQL. Without PostgreSQL, its tests are skipped and counted."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bot import cached
from bot.config import Settings
from bot.replicas import asking, shared_budget
from bot.slack.http import readiness
from bot.store import database
from bot.store.database import Database, open_database
from bot.store.encryption import new_key
from playground.blank import make_blank
from tests.plugins.postgres import NoServer, Server, postgres

_left_out = pytest.StashKey[list[str]]()
_PATIENCE = 30.0  # seconds
# What the database may be waited for, with the real seconds.
_LIMITS = [
    (module, name, getattr(module, name))
    for module, name in (
        (database, "_READ"),
        (database, "_WRITE"),
        (cached, "_RENEWED_WITHIN"),
        (cached, "_LOADED_WITHIN"),
        (readiness, "_WITHIN"),
        (asking, "_WITHIN"),
        (shared_budget, "_WITHIN"),
    )
]
_KEY = new_key()  # fits what is copied
_folders: list[TemporaryDirectory[str]] = []


@pytest.fixture(scope="session")
def postgres_or_why() -> Iterator[Server | str]:
    """Yield the PostgreSQL server of this run, or why there is none."""
    try:
        with postgres() as server:
            yield server
    except NoServer as error:
        yield str(error)


@pytest.fixture
def postgres_server(postgres_or_why: Server | str, request: pytest.FixtureRequest) -> Server:
    """Return the server. Without one, skip the test, or fail it when REQUIRE_POSTGRES is set."""
    if isinstance(postgres_or_why, Server):
        return postgres_or_why
    if os.environ.get("REQUIRE_POSTGRES"):
        pytest.fail(f"no PostgreSQL: {postgres_or_why}")
    request.config.stash.setdefault(_left_out, []).append(request.node.nodeid)
    pytest.skip(f"no PostgreSQL: {postgres_or_why}")


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """Yield the address of a PostgreSQL database with nothing in it."""
    with postgres_server.new_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_options(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Yield settings for an empty database, for each kind: `make_world(**database_options)`.

    It has all tables. With the mark `nothing_there` it has none.
    """
    with ExitStack() as stack:
        bare = request.node.get_closest_marker("nothing_there")
        url = None
        if request.param == "postgresql":
            server: Server = request.getfixturevalue("postgres_server")
            url = stack.enter_context(server.new_database() if bare else server.database_with(_make))
        elif not bare:
            shutil.copytree(_sqlite(), tmp_path / "data")
        yield {"data_dir": tmp_path / "data", "database_url": url, "encryption_keys": new_key() if bare else _KEY}


def _make(url: str | None, folder: Path = Path("data")) -> None:
    settings = Settings(_env_file=None, data_dir=folder, database_url=url, encryption_keys=_KEY)
    with ThreadPoolExecutor(1) as aside:  # from loops of tests
        aside.submit(asyncio.run, make_blank(settings)).result(60)


@cache
def _sqlite() -> str:
    """Make a folder with a SQLite database to copy. It is removed when the process ends."""
    folder = TemporaryDirectory()
    _folders.append(folder)
    _make(None, Path(folder.name))
    return folder.name


@pytest.fixture
def database_settings(database_options: dict[str, Any]) -> Settings:
    """Return `database_options` as Settings."""
    return Settings(_env_file=None, **database_options)


@pytest.fixture
async def db(database_settings: Settings) -> AsyncIterator[Database]:
    """Yield an open, empty database."""
    async with open_database(database_settings) as opened:
        yield opened


@pytest.fixture(autouse=True)
def patient_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the database be waited for longer than a busy machine stands still: the real limits are for one that hangs.

    Processes of their own have the real ones.
    """
    for module, name, _ in _LIMITS:
        monkeypatch.setattr(module, name, _PATIENCE)


@pytest.fixture
def real_limits(patient_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the database be waited for as long as in earnest."""
    for module, name, seconds in _LIMITS:
        monkeypatch.setattr(module, name, seconds)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None, None, None]:
    """Print at the end how many tests were skipped for want of PostgreSQL."""
    yield
    if left_out := config.stash.get(_left_out, []):
        terminalreporter.write_line(f"PostgreSQL: not available, {len(left_out)} tests left out", yellow=True)
