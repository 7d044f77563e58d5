"""A manager is asked to connect careCycle once a day, whoever asks and however many replicas there are."""

import asyncio

from bot.records import ConnectAsk
from bot.store import connect_asks, installations
from bot.store.connect_asks import ONE_A
from bot.store.database import Database
from tests.samples.store_rows import NOW, at, install, rows

FIRST = ConnectAsk(NOW, "U1", "U2")


async def test_the_first_of_a_day_is_the_only_one(db: Database) -> None:
    assert await connect_asks.claim(db, "T1", FIRST, None) is None
    assert await connect_asks.claim(db, "T1", ConnectAsk(at(60), "U1", "U3"), None) == FIRST
    assert await connect_asks.claim(db, "T2", ConnectAsk(at(60), "U7", "U8"), None) is None
    next_day = ConnectAsk(NOW + ONE_A, "U1", "U3")
    assert await connect_asks.claim(db, "T1", next_day, None) is None
    assert await connect_asks.claim(db, "T1", ConnectAsk(at(90_000), "U1", "U3"), None) == next_day


async def test_of_many_who_ask_at_once_one_does_it(db: Database) -> None:
    asks = [ConnectAsk(NOW, "U1", f"U{n}") for n in range(12)]
    earlier = await asyncio.gather(*(connect_asks.claim(db, "T1", one, None) for one in asks))
    assert earlier.count(None) == 1
    assert {one for one in earlier if one} == {asks[earlier.index(None)]}


async def test_what_slack_did_not_deliver_can_be_asked_again(db: Database) -> None:
    await connect_asks.claim(db, "T1", FIRST, None)
    await connect_asks.take_back(db, "T1", ConnectAsk(at(1), "U1", "U2"))  # another one
    assert await connect_asks.claim(db, "T1", FIRST, None) == FIRST
    await connect_asks.take_back(db, "T1", FIRST)
    assert await connect_asks.claim(db, "T1", FIRST, None) is None


async def test_it_goes_with_the_app(db: Database) -> None:
    await install(db)
    await connect_asks.claim(db, "T1", FIRST, None)
    await installations.forget(db, "T1", at(1))
    assert await rows(db) == {}
