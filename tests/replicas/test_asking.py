"""Nobody waits long for a database that does not answer: a replica can decide alone."""

import asyncio

import pytest

from bot.clock import Clock
from bot.errors import StoreUnavailable
from bot.replicas import asking
from bot.replicas.asking import asked
from bot.store.database import Database
from tests.conftest import Clockwork


async def test_who_waited_in_vain_lets_the_next_ones_not_wait_at_all(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_WITHIN", 0.01)
    time, begun = Clockwork(), list[str]()

    async def hangs(_: Database, name: str) -> None:
        begun.append(name)
        await asyncio.Event().wait()  # without a limit: that is what is tested

    async def answers(_: Database, name: str) -> str:
        return name

    clock = Clock(time.now, time.time)
    for name in ("first", "second"):
        with pytest.raises(StoreUnavailable):
            await asked(db, clock, hangs, name)
    assert begun == ["first"]
    time.move(6)
    assert await asked(db, clock, answers, "third") == "third"


async def test_a_database_that_only_cannot_be_written_is_still_asked_by_others(db: Database) -> None:
    clock = Clock()

    async def is_refused(_: Database) -> None:
        error = StoreUnavailable("full")
        error.refused = "it has no room"
        raise error

    with pytest.raises(StoreUnavailable):
        await asked(db, clock, is_refused)
    assert not db.breaker.is_down(clock.monotonic())
