"""What one delivery asks of the database: each statement and each transaction is named here."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from tests.conftest import MakeWorld
from tests.drivers.digest_deliveries import Deliveries, delivering

ONE = (
    ("INSERT deliveries", "UPDATE digests"),  # its slot is taken into the ledger, with up to a hundred others
    ("SELECT deliveries", "UPDATE deliveries"),  # it is claimed, with up to thirty others
    ("SELECT deliveries", "SELECT deliveries", "SELECT deliveries"),  # it is read, with what was delivered before
    ("SELECT digests", "UPDATE deliveries"),  # it is about to be posted
    ("UPDATE deliveries",),  # it was sent
)


@pytest.fixture
async def there(make_world: MakeWorld, database_options: dict[str, Any]) -> Deliveries:
    return await delivering(make_world, **database_options)


@contextmanager
def transactions(engine: Engine, about: str) -> Iterator[list[tuple[str, ...]]]:
    """Note the statements of each transaction about a digest, until the block ends."""
    ended: list[tuple[str, ...]] = []

    def executes(connection: Connection, _: Any, statement: str, parameters: Any, *__: Any) -> None:  # Any: drivers'
        if f"'{about}" in repr(parameters):
            connection.info.setdefault("said", []).append(_name(statement))

    def ends(connection: Connection) -> None:
        if said := connection.info.pop("said", []):
            ended.append(tuple(said))

    heard = (("before_cursor_execute", executes), ("commit", ends), ("rollback", ends))
    for name, listener in heard:
        event.listen(engine, name, listener)
    try:
        yield ended
    finally:
        for name, listener in heard:
            event.remove(engine, name, listener)


def _name(statement: str) -> str:
    words = statement.split()
    table = words[words.index("FROM") + 1] if words[0] == "SELECT" else words[2 if words[0] == "INSERT" else 1]
    return f"{words[0]} {table}"


async def test_a_delivery_is_ten_statements_in_five_transactions(there: Deliveries) -> None:
    digest = await there.make()
    await there.at(digest)
    await there.ended(digest)
    with transactions(there.world.bot.db.engine.sync_engine, digest.id) as ended:
        await there.at(digest)
        ended.clear()  # the question when it is due
        async with asyncio.timeout(20):
            while len(ended) < len(ONE) or len(there.posted) < 2:  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.05)
    assert tuple(ended) == ONE
