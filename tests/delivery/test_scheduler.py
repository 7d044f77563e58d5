"""The scheduler in this process, with a clock that is moved: what it sends, when, and what it notes of the rest."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.delivery.pace import Pace
from bot.digests.timetable import Slot, Timetable
from bot.store import deliveries, digests, replicas
from bot.store.encryption import new_key
from playground.carecycle import CareCycle
from tests.conftest import Clockwork, MakeWorld
from tests.drivers.scheduler import CHANNEL, arrived, move_to, ours, start, until, until_quiet
from tests.plugins.postgres import Server
from tests.samples.digests import delivery, drop, keep

Wait = Callable[[], Any]


@pytest.fixture
def clockwork() -> Clockwork:
    return Clockwork()


async def test_a_bot_without_digests_opens_nothing_and_answers(make_world: MakeWorld, clockwork: Clockwork) -> None:
    here = await start(make_world, clockwork)
    assert here.bot.scheduler.running
    assert await here.bot.scheduler.answers()
    assert await replicas.alive(here.bot.db, timedelta(hours=1)) == set()


async def test_a_digest_arrives_once_at_its_time(
    make_world: MakeWorld, clockwork: Clockwork, database_options: dict[str, Any]
) -> None:
    here = await start(make_world, clockwork, **database_options)
    daily = Timetable("America/New_York")
    await keep(here.bot.db, ours("d1", daily, clockwork.now()))
    here.bot.scheduler.wake()
    await asyncio.sleep(0.3)
    assert await deliveries.history(here.bot.db, "d1") == []
    move_to(clockwork, datetime(2026, 11, 23, 14, 0, 1, tzinfo=UTC))
    (row,) = await until_quiet(here, "d1", 1)
    assert (row.state, row.attempt, row.due) == ("sent", 0, datetime(2026, 11, 23, 14, tzinfo=UTC))
    assert arrived(here) == [row.id] == ["d1:2026-11-23T09:00-05:00"]
    found = await digests.read(here.bot.db, "d1")
    assert found
    assert found.next_due == datetime(2026, 11, 24, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("down", "daily", "hourly"),
    [
        (timedelta(minutes=5), ["sent"], ["sent"]),
        (timedelta(hours=3), ["too_late"], ["superseded"] * 3 + ["sent"]),
        (timedelta(days=3), ["superseded"] * 3 + ["sent"], ["superseded"] * 29 + ["sent"]),
    ],
    ids=["5 minutes", "3 hours", "3 days"],
)
async def test_after_a_time_without_the_app_only_what_is_newest_and_not_too_late_goes_out(
    make_world: MakeWorld, clockwork: Clockwork, down: timedelta, daily: list[str], hourly: list[str]
) -> None:
    here = await start(make_world, clockwork)
    nine = datetime(2026, 11, 23, 14, tzinfo=UTC)
    move_to(clockwork, nine - timedelta(minutes=1))
    await here.bot.scheduler.stop(1)
    assert not await here.bot.scheduler.answers()
    for id_, timetable in (
        ("daily", Timetable("America/New_York", frozenset(range(1, 8)))),
        ("hourly", Timetable("America/New_York", cron="0 * * * *")),
    ):
        await keep(here.bot.db, ours(id_, timetable, clockwork.now()))
    move_to(clockwork, nine + down)
    await here.bot.scheduler.start()
    for id_, expected in (("daily", daily), ("hourly", hourly)):
        rows = await until_quiet(here, id_, len(expected))
        assert [row.state if row.state == "sent" else row.reason for row in rows] == expected
    assert len(arrived(here)) == (daily + hourly).count("sent")


ZONES = {  # each begins shortly before the clock is changed
    "New York in spring": (Timetable("America/New_York", cron="30 2 * * *"), datetime(2027, 3, 12, 17, tzinfo=UTC)),
    "New York in autumn": (
        Timetable("America/New_York", frozenset(range(1, 8)), ("01:30", "09:00")),
        datetime(2026, 10, 31, 17, tzinfo=UTC),
    ),
    "Lord Howe, half an hour": (Timetable("Australia/Lord_Howe", cron="15 2 * * *"), datetime(2026, 10, 2, tzinfo=UTC)),
    "Kathmandu": (Timetable("Asia/Kathmandu", frozenset({1, 3, 5}), ("08:15",)), datetime(2026, 5, 1, tzinfo=UTC)),
    "Kiritimati": (Timetable("Pacific/Kiritimati", cron="0 0,12 * * *"), datetime(2026, 12, 30, tzinfo=UTC)),
}


async def test_the_next_five_that_are_shown_are_the_next_five_that_arrive(
    make_world: MakeWorld, clockwork: Clockwork
) -> None:
    here = await start(make_world, clockwork)
    for number, (timetable, begin) in enumerate(ZONES.values()):
        move_to(clockwork, begin)
        shown: list[Slot] = list(islice(timetable.after(begin), 5))
        await keep(here.bot.db, ours(f"z{number}", timetable, begin))
        for count, slot in enumerate(shown, 1):
            move_to(clockwork, slot.due + timedelta(seconds=2))
            rows = await until_quiet(here, f"z{number}", count)
        assert [(row.due, row.state) for row in rows] == [(slot.due, "sent") for slot in shown], list(ZONES)[number]
        await drop(here.bot.db, f"z{number}", clockwork.now())
    assert len(arrived(here)) == len(set(arrived(here))) == 5 * len(ZONES)


async def test_what_was_put_off_goes_out_by_the_moved_clock_and_holds_no_worker(
    make_world: MakeWorld, clockwork: Clockwork
) -> None:
    here = await start(make_world, clockwork)
    assert here.carecycle
    here.carecycle.fault = "server_error"
    nine = datetime(2026, 11, 23, 14, 0, 1, tzinfo=UTC)
    await keep(here.bot.db, ours("d1", Timetable("America/New_York"), clockwork.now()))
    move_to(clockwork, nine)
    here.bot.scheduler.wake()
    row = await until(here, lambda row: row.attempt == 1)
    assert (row.state, row.reason) == ("due", "carecycle")
    assert arrived(here) == []
    here.carecycle.fault = "none"
    clockwork.move(3600)
    (row,) = await until_quiet(here, "d1", 1)
    assert (row.state, arrived(here)) == ("sent", ["d1:2026-11-23T09:00-05:00"])


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_an_engine_that_was_ended_and_started_again_goes_on(
    make_world: MakeWorld, clockwork: Clockwork, how: str
) -> None:
    here = await start(make_world, clockwork)
    scheduler, hourly = here.bot.scheduler, Timetable("UTC", cron="0 * * * *")
    await keep(here.bot.db, ours("d1", hourly, clockwork.now()))
    for number in range(1, 4):
        await (scheduler.stop(1) if how == "stop" else scheduler.kill())
        assert not scheduler.running
        clockwork.move(3600)
        await scheduler.start()
        await scheduler.start()  # it is running: nothing
        rows = await until_quiet(here, "d1", number)
        assert [row.state for row in rows] == ["sent"] * number
    assert len(arrived(here)) == 3


async def test_what_a_stop_interrupts_is_handed_back_and_goes_on_at_once(
    make_world: MakeWorld, clockwork: Clockwork
) -> None:
    here = await start(make_world, clockwork)
    assert here.carecycle
    here.carecycle.fault = "hanging"
    await keep(here.bot.db, ours("d1", Timetable("America/New_York"), clockwork.now()))
    move_to(clockwork, datetime(2026, 11, 23, 14, 0, 1, tzinfo=UTC))
    here.bot.scheduler.wake()
    async with asyncio.timeout(15):
        await until_asked(here.carecycle)
    await here.bot.scheduler.stop(0.1)
    here.carecycle.fault = "none"
    await here.bot.scheduler.start()
    (row,) = await until_quiet(here, "d1", 1)
    assert (row.state, row.attempt) == ("sent", 0)
    assert arrived(here) == [row.id]


async def until_asked(carecycle: CareCycle) -> None:
    """Until somebody waits for an answer."""
    async with asyncio.timeout(30):
        while not any(one.status is None for one in carecycle.requests):  # noqa: ASYNC110 - the stand-in tells nobody
            await asyncio.sleep(0.02)


async def test_a_database_that_went_away_and_came_back_delays_a_digest_and_loses_nothing(
    make_world: MakeWorld, clockwork: Clockwork, postgres_server: Server, postgres_url: str, tmp_path: Path
) -> None:
    own = {"data_dir": tmp_path, "database_url": postgres_url, "encryption_keys": new_key()}
    here = await start(make_world, clockwork, **own)
    hourly = Timetable("UTC", cron="0 * * * *")
    await keep(here.bot.db, ours("d1", hourly, clockwork.now()))
    clockwork.move(3600)
    await until_quiet(here, "d1", 1)
    with postgres_server.out_of_reach(postgres_url):
        clockwork.move(3600)
        here.bot.scheduler.wake()
        await asyncio.sleep(1.5)
    rows = await until_quiet(here, "d1", 2)
    assert [row.state for row in rows] == ["sent", "sent"]
    assert len(arrived(here)) == 2
    assert await here.bot.scheduler.answers()


async def test_what_nobody_works_on_any_more_is_tried_anew(
    make_world: MakeWorld, clockwork: Clockwork, database_options: dict[str, Any]
) -> None:
    """A replica that is dead had claimed it, or one of the version before had put it into its queue."""
    here = await start(make_world, clockwork, pace=Pace(tick=0.2, exist=0.2, beat=0.2, dead=1), **database_options)
    db, now = here.bot.db, clockwork.now()
    some = [ours(id_, Timetable("America/New_York"), now) for id_ in ("d1", "d2")]
    await keep(db, *some)
    usual: dict[str, Any] = {"channel_id": CHANNEL, "due": now, "wanted_at": now, "try_at": now}
    async with db.writing() as connection:
        for of, claimed_by in zip(some, ("dead", None), strict=True):
            row = deliveries.new_row(delivery(f"{of.id}:now-1", of.id, **usual))
            lost = insert(db.tables.deliveries).values(**row, handed_at=now, claimed_by=claimed_by)
            await connection.execute(lost)
    for of in some:
        (found,) = await until_quiet(here, of.id, 1)
        assert (found.state, found.attempt) == ("sent", 1)
    assert sorted(arrived(here)) == ["d1:now-1", "d2:now-1"]
