"""The database goes away and comes back: it is told as an outage, and what was remembered goes on being served."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from bot.cached import StaleCache
from bot.clock import Clock
from bot.config import Settings
from bot.digests.digest import BrokenKey
from bot.errors import StoreUnavailable
from bot.records import Connection, Profile
from bot.store import alerts, audit, installations, oauth_states, profiles
from bot.store.database import Database, sqlite_file
from bot.workspaces.key_status import KeyStatus
from tests.conftest import Clockwork
from tests.plugins.postgres import Server
from tests.samples.store_rows import KEY, NOW, at, audit_entry, connect, install, prefer


class Outage(Protocol):
    def __call__(self) -> AbstractContextManager[None]: ...


@pytest.fixture
async def outage(db: Database, database_settings: Settings, request: pytest.FixtureRequest) -> Outage:
    """While it lasts, the database of `db` cannot be reached."""
    if file := sqlite_file(database_settings):
        await db.engine.dispose()  # who has the file open would not notice
        return lambda: _taken_away(file)
    server: Server = request.getfixturevalue("postgres_server")
    return lambda: server.out_of_reach(_url(database_settings))


def _url(settings: Settings) -> str:
    return settings.database_url.get_secret_value() if settings.database_url else ""


@contextmanager
def _taken_away(file: Path) -> Iterator[None]:
    elsewhere = file.rename(file.with_suffix(".elsewhere"))
    file.mkdir()
    try:
        yield
    finally:
        file.rmdir()
        elsewhere.rename(file)


async def test_everything_that_is_asked_of_a_database_that_is_away_says_so(db: Database, outage: Outage) -> None:
    asked = (
        lambda: profiles.read(db, "T1"),
        lambda: connect(db),
        lambda: prefer(db),
        lambda: profiles.disconnect(db, audit_entry()),
        lambda: profiles.mark_broken(db, "T1", NOW, NOW),
        lambda: installations.find(db, "T1", None),
        lambda: install(db),
        lambda: installations.forget(db, "T1", NOW),
        lambda: installations.count(db),
        lambda: oauth_states.issue(db, NOW),
        lambda: oauth_states.consume(db, "x", NOW),
        lambda: audit.newest(db),
        lambda: audit.purge(db, NOW),
    )
    with outage():
        for ask in asked:
            with pytest.raises(StoreUnavailable):
                await ask()


async def test_a_database_answers_again_by_itself_when_it_is_back(db: Database, outage: Outage) -> None:
    kept = await connect(db)
    await db.engine.dispose()
    answers = [await db.answers()]
    await db.engine.dispose()
    with outage():
        answers.append(await db.answers())
    assert [*answers, await db.answers()] == [True, False, True]
    assert (await profiles.read(db, "T1")).connection == kept


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_a_server_that_was_restarted_is_not_noticed(
    db: Database, database_settings: Settings, postgres_server: Server
) -> None:
    await connect(db)
    postgres_server.end_sessions(_url(database_settings))
    assert (await profiles.read(db, "T1")).connection


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_a_connection_is_pinged_only_when_it_was_quiet_for_long(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    pings: list[object] = []
    monkeypatch.setattr(db.engine.dialect, "do_ping", pings.append)
    for _ in range(3):
        assert await db.answers()
    assert not pings
    monkeypatch.setattr("bot.store.postgresql._QUIET", 0.0)  # as if that long ago
    assert await db.answers()
    assert len(pings) == 1


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_a_connection_that_was_lost_without_a_sign_is_found_by_its_ping(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> None:
        raise psycopg.OperationalError("no answer")

    assert await db.answers()
    monkeypatch.setattr("bot.store.postgresql._QUIET", 0.0)
    monkeypatch.setattr(db.engine.dialect, "do_ping", fails)
    assert await db.answers()  # over a new one, which is not pinged


async def test_what_was_half_written_when_something_went_wrong_is_not_there_afterwards(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _write_half(db, lambda: 1 // 0)
    assert await audit.newest(db) == []


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_what_was_half_written_when_the_server_went_away_is_not_there_afterwards(
    db: Database, database_settings: Settings, postgres_server: Server
) -> None:
    with pytest.raises(StoreUnavailable):
        await _write_half(db, lambda: postgres_server.end_sessions(_url(database_settings)))
    assert await audit.newest(db) == []


async def _write_half(db: Database, then: Callable[[], object]) -> None:
    async with db.writing() as connection:
        await audit.add(db, connection, audit_entry(), None)
        then()


async def test_a_workspace_goes_on_being_served_from_memory_for_a_quarter_of_an_hour(
    db: Database, outage: Outage
) -> None:
    time = Clockwork()
    remembered = StaleCache[str, Profile](
        lambda id_: profiles.read(db, id_), Clock(time.now, time.time), db.breaker, seconds=30, at_most=900
    )
    await connect(db)
    first = await remembered.of("T1")
    await db.engine.dispose()
    with outage():
        for seconds in (31, 800):
            time.move(seconds)
            assert await remembered.of("T1") == first
        with pytest.raises(StoreUnavailable):
            await remembered.of("T2")  # never asked for before
        time.move(100)
        with pytest.raises(StoreUnavailable):
            await remembered.of("T1")
    newer = await connect(db, when=at(60))
    assert (await remembered.of("T1")).connection == newer


async def test_a_key_that_breaks_while_the_database_is_away_is_noted_and_told_once_it_is_back(
    db: Database, outage: Outage
) -> None:
    told: list[bool] = []
    health = KeyStatus(db, Clock(now=lambda: at(5)), lambda: told.append(True), lambda _: None)
    kept = await connect(db)
    await db.engine.dispose()
    with outage():
        await health.broken("T1", kept)
    assert told == []
    for _ in range(2):
        await health.broken("T1", kept)
    assert told == [True]
    assert await alerts.due(db, at(5)) == [BrokenKey("T1")]
    assert (await profiles.read(db, "T1")).connection == Connection(KEY, "U1", NOW, at(5))
