"""A digest that is late has one line in its channel, which goes when it comes, and says so when it does not."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.digests.digest import Digest
from bot.digests.timetable import Timetable
from bot.store import late_lines
from tests.conftest import MakeWorld
from tests.drivers.digest_deliveries import CHANNEL, MEMBER, OWNER, SUNRISE, Deliveries, delivering, unreadable

TEN = 600.0  # seconds
HOURLY = Timetable("UTC", cron="0 * * * *")


@pytest.fixture
async def there(make_world: MakeWorld, database_options: dict[str, Any]) -> Deliveries:
    return await delivering(make_world, **database_options)


async def late(there: Deliveries, *digests: Digest) -> None:
    """Let digests that are due at the same time wait for a retry until they are more than ten minutes late."""
    await begin(there, *digests)
    await until_late(there, *digests)


async def begin(there: Deliveries, *digests: Digest) -> None:
    """Let them wait for their first retry."""
    assert there.world.carecycle
    there.world.carecycle.fault = "server_error"
    await there.at(digests[0])
    for one in digests:
        await there.put_off(one, "carecycle")


async def until_late(there: Deliveries, *digests: Digest) -> None:
    """Let them be tried in vain until they are more than ten minutes late."""
    rows = [await there.put_off(one, "carecycle") for one in digests]
    while there.time.now() < rows[0].due + timedelta(seconds=TEN):
        there.moved_to(max(row.try_at for row in rows if row.try_at))
        for number, one in enumerate(digests):
            await there.tried(one, rows[number].attempt, count=1)
            rows[number] = await there.put_off(one, "carecycle")


async def come(there: Deliveries, *digests: Digest, count: int = 1) -> None:
    """Let careCycle answer, and the digests come at their next try."""
    assert there.world.carecycle
    there.world.carecycle.fault = "none"
    for one in digests:
        there.moved_to((await there.ledger(one))[0].try_at)
    for one in digests:
        await there.ended(one, count, moving=True)


async def give_up(there: Deliveries, digest: Digest) -> None:
    """Let the time for tries end."""
    while (row := (await there.ledger(digest))[0]).try_at and not row.ended_at:
        there.moved_to(row.try_at)
        await there.tried(digest, row.attempt, count=1)


async def test_a_late_digest_has_a_line_that_goes_when_it_comes(there: Deliveries) -> None:
    digest = await there.make()
    await begin(there, digest)
    await there.look_for_late()
    assert there.lines == []  # it is not yet ten minutes late
    await until_late(there, digest)
    for _ in range(3):
        await there.look_for_late()
    (line,) = there.lines
    assert line.channel == CHANNEL
    assert "*Morning digest* is late: careCycle is not answering. It is tried again until <!date^" in line.text
    assert "11:00 AM UTC" in line.text
    await come(there, digest)
    await there.look_for_late()
    assert (there.lines, len(there.posted), line.edited) == ([], 1, False)
    assert await late_lines.lines(there.world.bot.db) == []


async def test_what_does_not_come_is_said_and_stays(there: Deliveries) -> None:
    digest = await there.make()
    await late(there, digest)
    await there.look_for_late()
    await give_up(there, digest)
    for _ in range(2):
        await there.look_for_late()
    (line,) = there.lines
    assert "*Morning digest* of" in line.text
    assert "could not be sent: careCycle was not answering. The next one is due" in line.text
    assert "is late" not in line.text
    assert await late_lines.lines(there.world.bot.db) == []


async def test_what_is_skipped_is_said(there: Deliveries) -> None:
    digest = await there.make()
    await late(there, digest)
    await there.look_for_late()
    await there.world.bot.services.digests.pause(digest, MEMBER, for_a_day=True)
    await come(there, digest)
    await there.look_for_late()
    (line,) = there.lines
    assert "was skipped: it was paused" in line.text
    assert there.posted == []


async def test_several_share_a_line_and_those_that_came_are_left_out(there: Deliveries) -> None:
    digests = [await there.make(name=name) for name in ("A", "B")]
    await late(there, *digests)
    await there.look_for_late()
    (line,) = there.lines
    assert "*A* and *B* are late" in line.text
    await come(there, digests[0])
    await there.look_for_late()
    if (await there.ledger(digests[1]))[0].state != "sent":  # both may be tried at the same moment
        assert "*B* is late" in line.text
        await come(there, digests[1])
        await there.look_for_late()
    assert there.lines == []


async def test_one_that_is_late_later_joins_the_line(there: Deliveries) -> None:
    first = await there.make(name="A")
    second = await there.make(name="B", timetable=Timetable("UTC", frozenset(range(1, 8)), ("09:05",)))
    await late(there, first)
    await there.look_for_late()
    (line,) = there.lines
    await there.put_off(second, "carecycle")
    for _ in range(40):
        if (await there.ledger(second))[0].due + timedelta(seconds=TEN) <= there.time.now():
            break
        row = (await there.ledger(second))[0]
        there.moved_to(row.try_at)
        await there.tried(second, row.attempt, count=1)
        await there.put_off(second, "carecycle")
    await there.look_for_late()
    assert there.lines == [line]
    assert "*A* and *B* are late" in line.text or "*B* and *A*" in line.text


async def test_channels_and_people_have_their_own_lines(there: Deliveries) -> None:
    digests = [await there.make(name="A"), await there.make(name="Mine", channel_id=OWNER)]
    await late(there, *digests)
    await there.look_for_late()
    assert sorted(one.channel for one in there.lines) == sorted([CHANNEL, f"D-{OWNER}"])
    await come(there, *digests)
    await there.look_for_late()
    assert (there.lines, len(there.posted)) == ([], 2)


async def test_an_hourly_one_keeps_its_line_when_the_next_takes_its_place(there: Deliveries) -> None:
    digest = await there.make(timetable=HOURLY)
    await late(there, digest)
    await there.look_for_late()
    (line,) = there.lines
    await there.at(digest)
    await there.put_off(digest, "carecycle")
    await there.look_for_late()
    assert there.lines == [line]
    assert "is late" in line.text
    await come(there, digest, count=2)
    await there.look_for_late()
    assert there.lines == []


async def test_any_number_of_replicas_post_one_line(there: Deliveries) -> None:
    digest = await there.make()
    await late(there, digest)
    await asyncio.gather(*(there.look_for_late() for _ in range(6)))
    assert len(there.lines) == 1


async def test_while_slack_limits_it_waits_as_long_as_slack_says(there: Deliveries) -> None:
    digest = await there.make()
    await late(there, digest)
    there.world.slack.faults.set("messages_limited", times=1)
    for _ in range(3):
        await there.look_for_late()
    assert there.lines == []
    there.time.move(31)
    await there.look_for_late()
    assert len(there.lines) == 1


@pytest.mark.parametrize("fault", ["answer_is_500", "answer_lost"])
async def test_a_line_that_slack_may_have_taken_is_not_posted_again(there: Deliveries, fault: str) -> None:
    digest = await there.make()
    await late(there, digest)
    there.world.slack.faults.set(fault, times=1)
    for _ in range(3):
        await there.look_for_late()
        there.time.move(61)
    assert len(there.lines) == 1
    await come(there, digest)
    await there.look_for_late()
    assert len(there.lines) == 1  # nobody knows its place, so it stays
    assert await late_lines.lines(there.world.bot.db) == []


async def test_where_the_app_may_look_it_is_found_and_goes(there: Deliveries) -> None:
    there.may_look()
    digest = await there.make()
    await late(there, digest)
    there.world.slack.faults.set("answer_lost", times=1)
    for _ in range(3):
        await there.look_for_late()
        there.time.move(61)
    assert len(there.lines) == 1
    await come(there, digest)
    for _ in range(2):
        await there.look_for_late()
    assert there.lines == []


async def test_whoever_dies_while_they_look_for_it_leaves_it_to_be_found(
    there: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.may_look()
    digest = await there.make()
    await late(there, digest)
    there.world.slack.faults.set("answer_lost", times=1)
    await there.look_for_late()
    monkeypatch.setattr(late_lines, "keep", _dies)
    there.time.move(61)
    with pytest.raises(KeyError):
        await there.look_for_late()
    monkeypatch.undo()
    for _ in range(3):
        there.time.move(61)
        await there.look_for_late()
    assert len(there.lines) == 1
    await come(there, digest)
    for _ in range(2):
        await there.look_for_late()
    assert there.lines == []


async def _dies(*_: object, **__: object) -> None:
    raise KeyError


async def test_one_that_cannot_be_read_keeps_no_other_from_its_line(there: Deliveries) -> None:
    digests = [await there.make(name=name) for name in ("A", "B")]
    await late(there, *digests)
    await unreadable(there.world.bot.db, digests[0])
    await there.look_for_late()
    (line,) = there.lines
    assert "*B* is late" in line.text


async def test_where_the_app_cannot_post_it_tries_once(there: Deliveries) -> None:
    digest = await there.make()
    await late(there, digest)
    there.world.slack.workspace.archive(CHANNEL)
    for _ in range(3):
        await there.look_for_late()
    (kept,) = await late_lines.lines(there.world.bot.db)
    assert (kept.state, there.lines) == ("refused", [])


async def test_a_digest_that_somebody_paused_or_deleted_has_no_line(there: Deliveries) -> None:
    paused, deleted = await there.make(name="A"), await there.make(name="B")
    await late(there, paused, deleted)
    await there.world.bot.services.digests.pause(paused, MEMBER, for_a_day=True)
    await there.world.bot.services.digests.delete(deleted, OWNER)
    await there.look_for_late()
    assert there.lines == []


async def test_a_line_that_somebody_deleted_is_forgotten(there: Deliveries) -> None:
    digest = await there.make()
    await late(there, digest)
    await there.look_for_late()
    there.world.slack.workspace.messages.remove(there.lines[0])
    await come(there, digest)
    await there.look_for_late()
    assert await late_lines.lines(there.world.bot.db) == []
    assert digest.workspace_id == SUNRISE


async def test_what_somebody_asked_for_has_no_line(there: Deliveries) -> None:
    digest = await there.make()
    await late(there, digest)
    await give_up(there, digest)
    (row,) = await there.ledger(digest)
    assert await there.world.bot.services.digests.send_again(digest, row.id, OWNER)
    await there.put_off(digest, "carecycle")
    there.time.move(TEN)
    await there.look_for_late()
    assert there.lines == []
