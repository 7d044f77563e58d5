"""What is stored of what is done once: little, nothing that can be read, for an hour, and nothing with SQLite."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from cachetools import TTLCache
from sqlalchemy import event as listening

from bot.clock import Clock
from bot.replicas import once
from bot.replicas.once import Memory
from bot.store import claims, link_outcomes
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers import slack_events
from tests.drivers.links import CHANNEL
from tests.drivers.replicas import until
from tests.drivers.slack_events import MEMBER
from tests.drivers.slash_command import ask_one
from tests.drivers.two_bots import TwoBots, two_bots
from tests.drivers.workspaces import HARBOR, ORG, SUNRISE, calls, kept, organization_of_two, two_connected
from tests.plugins.postgres import Server

CLAIM, DONE, OUTCOME = "INSERT INTO claims", "UPDATE claims SET", "INSERT INTO link_outcomes"
PG = pytest.mark.parametrize("database_options", ["postgresql"], indirect=True)


@pytest.fixture
def time() -> Clockwork:
    return Clockwork()


@pytest.fixture
async def two(make_world: MakeWorld, database_options: dict[str, Any], time: Clockwork) -> AsyncIterator[TwoBots]:
    clock = Clock(time.now, time.time)
    here = await make_world(**database_options, clock=clock, now=time.time)
    async with two_bots(here, clock) as found:
        yield found


@contextmanager
def _statements(two: TwoBots, number: int) -> Iterator[list[str]]:
    """Yield the statements of one bot about what is done once, in the block."""
    found: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        first = " ".join(statement.split()[:3])
        if first in (CLAIM, DONE, OUTCOME):  # old rows are deleted beside
            found.append(first)

    engine = two.bots[number].db.engine.sync_engine
    listening.listen(engine, "before_cursor_execute", note)
    yield found
    listening.remove(engine, "before_cursor_execute", note)


async def test_an_event_costs_two_statements_and_one_that_comes_again_none(two: TwoBots) -> None:
    event = slack_events.mention(two.here.slack)
    costs = [CLAIM, DONE] if two.here.bot.db.is_shared else []
    for expected in (costs, []):
        with _statements(two, 0) as found:
            await two.event(event, 0)
            await two.finished()
        assert found == expected


async def test_a_link_costs_two_more_statements_and_one_for_why(two: TwoBots) -> None:
    with _statements(two, 0) as found:
        await two.event(slack_events.link(two.here.slack), 0)
        await two.finished()
    costs = [CLAIM, CLAIM, DONE, OUTCOME, DONE]
    assert found == (costs if two.here.bot.db.is_shared else [])


async def test_a_share_costs_two_statements_and_a_click_beside_it_none(two: TwoBots) -> None:
    card = await ask_one(two.here, AEP)
    with _statements(two, 0) as found:
        await two.press(card, "Share to channel", 0, 0)
        await two.finished()
    assert found == ([CLAIM, DONE] if two.here.bot.db.is_shared else [])


async def test_nobody_can_read_from_it_who_did_what_where(two: TwoBots) -> None:
    event = slack_events.link(two.here.slack)
    await two.event(event, 0)
    await two.finished()
    stored = await two.run("SELECT * FROM claims") + await two.run("SELECT * FROM link_outcomes")
    assert len(stored) == (3 if two.here.bot.db.is_shared else 0)
    for secret in (CHANNEL, MEMBER, AEP, event["event_id"], event["event"]["message_ts"]):
        assert secret not in str(stored)


@PG
async def test_an_event_done_while_the_database_was_away_is_not_done_again(
    two: TwoBots,
    time: Clockwork,
    monkeypatch: pytest.MonkeyPatch,
    database_options: dict[str, Any],
    postgres_server: Server,
) -> None:
    monkeypatch.setattr(once, "_AGAIN", 0.05)
    event = slack_events.mention(two.here.slack)
    await ask_one(two.here, AEP)  # what an answer needs is in memory
    with postgres_server.out_of_reach(database_options["database_url"]):
        await two.event(event, 0)
        await two.finished()
        assert calls(two.here, "chat.postMessage") == 1, "memory alone decides"
        await two.event(event, 0)
        await two.finished()
    time.move(6)  # it is asked again
    await until(lambda: not two.bots[0].services.once._unrecorded)
    await two.event(event, 1)
    await two.finished()
    assert calls(two.here, "chat.postMessage") == 1


@PG
async def test_a_claim_whose_end_could_not_be_noted_is_noted_later(
    two: TwoBots, time: Clockwork, database_options: dict[str, Any], postgres_server: Server
) -> None:
    here = two.bots[0]
    deed = claims.Deed("event", (SUNRISE, None), ("Ev1",), timedelta(hours=1))
    memory: Memory = TTLCache(10, 60)
    with ExitStack() as away:
        async with here.services.once.turn(deed, memory):
            away.enter_context(postgres_server.out_of_reach(database_options["database_url"]))
    assert deed.key in memory
    time.move(6)
    await until(lambda: not here.services.once._unrecorded)
    assert not (await claims.take(here.db, deed, "another", time.now())).is_mine


@PG
async def test_a_workspace_that_leaves_takes_it_along(
    make_world: MakeWorld, database_options: dict[str, Any], time: Clockwork
) -> None:
    here = await two_connected(make_world, time, **database_options)
    async with two_bots(here, Clock(time.now, time.time)) as two:
        for channel in (CHANNEL, "C12STANDUP"):
            await two.event(slack_events.link(here.slack, channel), 0)
        await two.finished()
        assert {"claims", "link_outcomes"} <= await kept(here, HARBOR)
        await here.slack.uninstall(HARBOR)
        await two.finished()
        assert not {"claims", "link_outcomes"} & await kept(here, HARBOR)
        assert {"claims", "link_outcomes"} <= await kept(here, SUNRISE)


@PG
async def test_an_organization_that_leaves_takes_along_what_its_workspaces_did(
    make_world: MakeWorld, database_options: dict[str, Any], time: Clockwork
) -> None:
    here = await organization_of_two(make_world, time, **database_options)
    async with two_bots(here, Clock(time.now, time.time)) as two:
        await two.event(slack_events.link(here.slack), 0)
        await two.finished()
        assert {"claims", "link_outcomes"} <= await kept(here, SUNRISE)
        await two.run("DELETE FROM workspaces")  # nothing else may be stored of it
        await here.slack.uninstall(ORG)
        await two.finished()
        assert not {"claims", "link_outcomes"} & await kept(here, SUNRISE)


@PG
async def test_what_no_longer_counts_is_deleted(two: TwoBots, time: Clockwork) -> None:
    db = two.bots[0].db
    await two.event(slack_events.link(two.here.slack), 0)
    await two.finished()
    assert await claims.purge(db, time.now()) == 0
    time.move(30 * 60)
    assert await claims.purge(db, time.now()) == 1, "the preview"
    time.move(30 * 60)
    assert await claims.purge(db, time.now()) == 1, "the event"
    assert await link_outcomes.purge(db, time.now()) == 0
    time.move(23 * 60 * 60)
    assert await link_outcomes.purge(db, time.now()) == 1
