"""When a digest is late enough for a line in its channel."""

from bot.store import deliveries, late_lines
from bot.store.database import Database
from tests.drivers.ledger import at
from tests.samples.digests import NOW, delivery, digest, keep


async def test_a_digest_is_late_ten_minutes_after_it_was_due(db: Database) -> None:
    await keep(db, digest())
    row = delivery("d1:slot", kind="scheduled", due=NOW, wanted_at=NOW)
    assert await deliveries.add(db, row, at(0))
    assert await deliveries.postpone(db, row, "carecycle", at(3600))
    assert await late_lines.late(db, at(599), set()) == []
    (late,) = await late_lines.late(db, at(600), set())
    assert late.delivery.id == row.id
