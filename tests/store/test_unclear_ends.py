"""A database that does not answer at the end of a transaction: it may have been committed, and the row tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.retries import RepeatedChange
from bot.errors import StoreUnavailable
from bot.store import deliveries
from bot.store.database import Database
from tests.drivers.ledger import at, begin, kept, one_due

_writing = Database.writing


class _Lost(Exception):
    """Rolls a transaction back."""


def _lose(committed: bool) -> None:
    if not committed:
        raise _Lost


def unclear(monkeypatch: pytest.MonkeyPatch, *, committed: bool) -> None:
    """Let the next transaction that writes end without an answer."""

    @asynccontextmanager
    async def writing(db: Database) -> AsyncIterator[AsyncConnection]:
        monkeypatch.setattr(Database, "writing", _writing)
        with suppress(_Lost):
            async with _writing(db) as connection:
                yield connection
                _lose(committed)
        error = StoreUnavailable("the server does not answer")
        error.is_unclear = True
        raise error

    monkeypatch.setattr(Database, "writing", writing)


async def test_who_began_to_post_goes_on_when_the_end_of_the_transaction_is_unclear(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await kept(db, run := await one_due(db))
    unclear(monkeypatch, committed=True)
    assert await begin(db, row, "mine")
    assert not await begin(db, row, "another")
    assert (await kept(db, run)).token == "mine"


async def test_who_did_not_begin_to_post_does_not(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await kept(db, run := await one_due(db))
    unclear(monkeypatch, committed=False)
    assert not await begin(db, row, "mine")
    assert (await kept(db, run)).state == "due"


@pytest.mark.parametrize("committed", [True, False])
async def test_what_was_sent_is_recorded_once_and_known_as_recorded_by_who_repeats_it(
    db: Database, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    posting = await begin(db, await kept(db, run := await one_due(db)))
    assert posting
    change = RepeatedChange(partial(deliveries.sent, db, posting, "1763.1", at(2)))
    unclear(monkeypatch, committed=committed)
    with pytest.raises(StoreUnavailable):
        await change.try_once()
    assert await change.try_once()
    assert (await kept(db, run)).ts == "1763.1"


async def test_what_another_recorded_is_not_taken_for_ones_own(db: Database) -> None:
    posting = await begin(db, await kept(db, await one_due(db)))
    assert posting
    assert await deliveries.sent(db, posting, "1763.1", at(2))
    assert not await RepeatedChange(partial(deliveries.sent, db, posting, "1763.1", at(3))).try_once()
