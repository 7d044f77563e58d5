"""What one replica tells in a transaction, the others hear when it is committed, and they know whether they hear."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.config import Settings
from bot.replicas import listener
from bot.replicas.listener import Listener
from bot.store import notices
from bot.store.database import Database, open_database
from bot.store.notices import notify
from tests.drivers.fault_proxy import FaultProxy, postgres_proxy
from tests.drivers.replicas import until

_EVER = 60.0  # seconds


@asynccontextmanager
async def listening(db: Database) -> AsyncIterator[Listener]:
    """Yield a listener of this database that listens."""
    here = Listener(db)
    here.start()
    try:
        yield here
    finally:
        await here.close()


async def _told_in_vain(db: Database) -> None:
    async with db.writing() as connection:
        await notify(connection, "key", "T2")
        raise ZeroDivisionError


@pytest.fixture
async def replicas(database_settings: Settings) -> AsyncIterator[list[Database]]:
    """Yield one database, opened by two replicas."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_database(database_settings)) for _ in range(2)]


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_all_hear_what_was_committed_and_nothing_else(replicas: list[Database]) -> None:
    here, there = replicas
    async with listening(here) as mine, listening(there) as others:
        heard: list[tuple[str, str]] = []
        mine.on("key", lambda told: heard.append(("mine", told)))
        mine.on("key", lambda told: heard.append(("mine, of others", told)), of_others=True)
        others.on("key", lambda told: heard.append(("others", told)))
        others.on("key", lambda told: heard.append(("others, of others", told)), of_others=True)
        await until(lambda: mine.is_sound and others.is_sound)
        async with here.writing() as connection:
            await notify(connection, "other kind", "T0")
            await notify(connection, "key", "T1 and more")
        with pytest.raises(ZeroDivisionError):
            await _told_in_vain(here)
        async with there.writing() as connection:
            await notify(connection, "key")
        await until(lambda: len(heard) >= 6)
    assert sorted(heard) == sorted(
        [
            *((who, "T1 and more") for who in ("mine", "others", "others, of others")),
            *((who, "") for who in ("mine", "mine, of others", "others")),
        ]
    )


@pytest.mark.parametrize("database_options", ["sqlite"], indirect=True)
async def test_one_process_hears_nothing_and_is_always_sound(db: Database) -> None:
    async with listening(db) as here, db.writing() as connection:
        await notify(connection, "key", "T1")
        assert here.is_sound


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
@pytest.mark.parametrize("fault", [FaultProxy.freeze, FaultProxy.reset])
async def test_a_lost_connection_is_noticed_and_what_was_missed_is_read_anew(
    database_settings: Settings, fault: Callable[[FaultProxy], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "_DEAF", 1.0)
    assert database_settings.database_url
    with postgres_proxy(database_settings.database_url.get_secret_value()) as (url, proxy):
        through = database_settings.model_copy(update={"database_url": SecretStr(url)})
        async with open_database(through) as db, listening(db) as here:
            missed: list[float] = []
            here.on_missed(lambda: missed.append(time.monotonic()))
            await until(lambda: here.is_sound)
            assert len(missed) == 1
            with capture_logs() as said:
                fault(proxy)
                await until(lambda: bool(said))
                assert not here.is_sound  # at once, though the last heartbeat may be less than a second old
                proxy.thaw()
                await until(lambda: here.is_sound)
    assert len(missed) == 2
    assert [(one["event"], one["log_level"]) for one in said] == [
        ("changes by other replicas are not heard", "warning"),
        ("changes by other replicas are heard again", "info"),
    ]


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_where_notices_are_not_passed_on_the_log_says_what_to_do(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose(*_: object) -> None:
        """Lose the heartbeat, as a pooler in transaction mode does."""

    monkeypatch.setattr(listener, "_DEAF", 0.5)
    monkeypatch.setattr(notices, "send_heartbeat", lose)
    with capture_logs() as said:
        async with listening(db) as here:
            await until(lambda: bool(said))
            assert not here.is_sound
    assert "pooler in transaction mode" in said[0]["why"]


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_a_mistake_in_one_callback_keeps_nobody_from_hearing(db: Database) -> None:
    heard: list[str] = []
    with capture_logs() as said:
        async with listening(db) as here:
            here.on("key", lambda _: heard.append(str(1 / 0)))
            here.on("key", heard.append)
            await until(lambda: here.is_sound)
            async with db.writing() as connection:
                await notify(connection, "key", "T1")
            await until(lambda: bool(heard))
    assert heard == ["T1"]
    assert [(one["event"], one["error"]) for one in said] == [("a change was not followed", "ZeroDivisionError")]


@pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)
async def test_heartbeats_are_seldom_while_nobody_asks(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "_ASKED", 0.0)
    monkeypatch.setattr(listener, "_SELDOM", _EVER)
    async with listening(db) as here:
        await until(lambda: here._begun and not here._is_asked.is_set())
        sent = here._number
        await asyncio.sleep(0.1)
        assert here._number == sent
        await until(lambda: here.is_sound and here._number > sent)
