"""The databases tests begin with: one that a test filled is restored, and one whose tables it changed is not reused."""

from contextlib import closing

import psycopg
import pytest

from tests.plugins.postgres import Server

FILLED = "INSERT INTO counted (at) VALUES ('later'); DELETE FROM kept; INSERT INTO dbos.runs VALUES (1)"


def make(url: str) -> None:
    """Make a table that is empty, one that is not, and one of the queue."""
    did(
        url,
        "CREATE TABLE counted (id serial PRIMARY KEY, at text); CREATE TABLE kept (name text);"
        "INSERT INTO kept VALUES ('one'); CREATE SCHEMA dbos; CREATE TABLE dbos.runs (id int)",
    )


def did(url: str, statements: str) -> None:
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute(statements.encode())


def rows(url: str) -> list[tuple[object, ...]]:
    """Return each name in `kept`, with the next id of `counted` and the row counts of `dbos.runs` and `counted`."""
    asked = b"SELECT name, nextval('counted_id_seq'), (SELECT count(*) FROM dbos.runs), (SELECT count(*) FROM counted)"
    with closing(psycopg.connect(url)) as connection:
        return connection.execute(asked + b" FROM kept").fetchall()


@pytest.fixture
def own(postgres_server: Server) -> Server:
    """Return the same server, with databases of its own."""
    return Server(postgres_server.url)


def test_a_database_that_was_filled_is_as_it_was_for_the_next(own: Server) -> None:
    for _ in range(2):
        with own.database_with(make) as url:
            assert rows(url) == [("one", 1, 0, 0)]
            did(url, FILLED)
    assert len(own._made) == 1
    own.drop_all()


@pytest.mark.parametrize(
    "change", ["ALTER TABLE kept ADD more int", "ALTER TABLE kept DROP name", "DROP TABLE kept", "CREATE TABLE more ()"]
)
def test_one_whose_tables_were_changed_is_not_given_again(own: Server, change: str) -> None:
    for _ in range(2):
        with own.database_with(make) as url:
            assert rows(url) == [("one", 1, 0, 0)]
            did(url, change)
    assert len(own._made) == 2
    own.drop_all()
