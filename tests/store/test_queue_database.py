"""The queue's database: PostgreSQL is told how much waits, and what cannot be told does no harm."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from bot.config import Settings
from bot.store.queue_database import queue_engine, refresh_statistics

pytestmark = pytest.mark.nothing_there


@pytest.fixture
def engine(database_settings: Settings) -> Iterator[Engine]:
    opened = queue_engine(database_settings, 3)
    yield opened
    opened.dispose()


def test_a_queue_that_grew_is_counted_anew(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        refresh_statistics(engine)  # nothing to do, and nothing to go wrong
        return
    _fill(engine)
    assert _counted(engine) <= 0
    refresh_statistics(engine)
    assert _counted(engine) == 600


def test_while_somebody_else_counts_or_tidies_nobody_waits(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        return
    _fill(engine)
    counting = threading.Thread(target=refresh_statistics, args=(engine,), daemon=True)
    with engine.begin() as other:
        other.execute(text("LOCK TABLE dbos.workflow_status IN SHARE UPDATE EXCLUSIVE MODE"))
        counting.start()
        counting.join(10)
        assert not counting.is_alive()
        assert _counted(engine) <= 0


def test_where_it_cannot_be_counted_all_goes_on(engine: Engine) -> None:
    refresh_statistics(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_the_queue_can_ask_any_sqlite_for_the_time_in_milliseconds(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE timed (id, at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000))"))
        connection.execute(text("INSERT INTO timed (id) VALUES (1)"))
        assert connection.scalar(text("SELECT at FROM timed")) > 1_700_000_000_000


def _fill(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA dbos"))
        connection.execute(text("CREATE TABLE dbos.workflow_status AS SELECT generate_series(1, 600) AS waits"))


def _counted(engine: Engine) -> float:
    with engine.connect() as connection:
        query = "SELECT reltuples FROM pg_class WHERE oid = 'dbos.workflow_status'::regclass"
        return float(connection.scalar(text(query)) or 0)
