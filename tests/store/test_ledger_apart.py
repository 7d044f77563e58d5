"""Deliveries of a ledger beside others: what happens to one is no matter of the rest, and all stand in one order."""

from bot.store import by_hand, deliveries
from bot.store.database import Database
from tests.drivers.ledger import at, begin, kept
from tests.samples.digests import delivery, digest, keep


async def test_what_another_digest_shows_in_the_channel_holds_no_delivery_up(db: Database) -> None:
    await keep(db, digest(), digest("d2"))
    await deliveries.add(db, mine := delivery(), at(-10))
    await deliveries.add(db, other := delivery("d2:now-1", "d2"), at(-10))
    posting = await begin(db, other)
    assert posting
    began = await begin(db, mine)
    assert began
    await deliveries.postpone(db, began, "limit", at(30))
    assert await deliveries.sent(db, posting, "1763.1", at(1))
    assert await begin(db, await kept(db, mine.id), seen=None)


async def test_what_the_channel_did_not_see_holds_no_delivery_up(db: Database) -> None:
    await keep(db, digest())
    await deliveries.add(db, failed := delivery("d1:now-1"), at(-10))
    assert await deliveries.end(db, failed, "failed", "bug", at(1))
    assert (await kept(db, failed.id)).ended_at == at(1)
    await deliveries.add(db, elsewhere := delivery("d1:now-2", channel_id="C0OTHER", wanted_at=at(20)), at(10))
    posting = await begin(db, elsewhere)
    assert posting
    assert await deliveries.sent(db, posting, "1763.1", at(21))
    await deliveries.add(db, mine := delivery("d1:now-3", wanted_at=at(40)), at(30))
    assert await begin(db, mine, seen=at(21)) is None
    assert await begin(db, mine, seen=None)


async def test_what_goes_out_after_all_takes_no_other_along(db: Database) -> None:
    await keep(db, digest())
    for number in (1, 2):
        await deliveries.add(db, one := delivery(f"d1:now-{number}", wanted_at=at(60 * number)), at(60 * number - 1))
        await deliveries.end(db, one, "failed", "key", at(60 * number))
    assert await by_hand.requeue(db, "d1:now-1", at(600))
    assert [(await kept(db, f"d1:now-{number}")).state for number in (1, 2)] == ["due", "failed"]


async def test_a_delivery_that_is_in_the_ledger_is_not_added_once_more(db: Database) -> None:
    await keep(db, digest())
    assert await deliveries.add(db, delivery(), at(-10))
    assert not await deliveries.add(db, delivery(wanted_at=at(60)), at(50))


async def test_of_all_there_are_so_many_as_are_asked_for_newest_first_then_by_name(db: Database) -> None:
    await keep(db, digest())
    for number, (name, due) in enumerate((("b", 5), ("d", 1), ("c", 5), ("e", 3), ("a", 5))):
        await deliveries.add(db, delivery(f"d1:{name}", due=at(due), wanted_at=at(number)), at(number - 1))
    assert [one.id[3:] for one in await deliveries.newest(db, 10)] == ["c", "b", "a", "e", "d"]
    assert [one.id[3:] for one in await deliveries.newest(db, 4, "T01SUNRISE")] == ["c", "b", "a", "e"]
    assert [one.id[3:] for one in await deliveries.history(db, "d1", 2)] == ["c", "b"]


async def test_a_history_is_thirty_deliveries_long(db: Database) -> None:
    await keep(db, digest())
    for number in range(31):
        when = at(60 * number)
        await deliveries.add(db, delivery(f"d1:{number:02}", due=when, wanted_at=when), at(60 * number - 1))
    assert [one.id for one in await deliveries.history(db, "d1")] == [f"d1:{number:02}" for number in range(30, 0, -1)]
