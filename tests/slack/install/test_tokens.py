"""Tokens: no request asks Slack whose they are, and those that end are exchanged in time."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import event

from bot.clock import Clock
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.slash_command import ask, ask_one, finished, said
from tests.drivers.workspaces import (
    CHANNELS,
    HARBOR,
    OWNERS,
    SUNRISE,
    calls,
    connect,
    many,
    organization_of_two,
    replica,
    rows,
    send,
    store_down,
    two_connected,
    typed,
)
from tests.plugins import machine_clock

HOUR = 3600.0


async def test_a_command_that_is_answered_from_memory_asks_slack_nothing(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    await ask_one(here, AEP)
    before = len(here.slack.api.calls)
    for _ in range(3):
        await ask_one(here, AEP)
    assert len(here.slack.api.calls) == before


async def test_no_request_asks_slack_whose_token_it_is(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    before = calls(here, "auth.test")
    for team in (SUNRISE, HARBOR):
        for text in (AEP, f"{AEP} {AEP[:-1]}0", "help", "settings", "connect", "what"):
            await ask(here, text, user=OWNERS[team], channel=CHANNELS[team])
    assert (before, calls(here, "auth.test")) == (2, 2), "one for each installation, to learn the bot's id"


async def test_each_workspace_is_served_with_its_own_token(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    for team in (SUNRISE, HARBOR):
        here.slack.api.calls_by.clear()
        await ask(here, AEP, user=OWNERS[team], channel=CHANNELS[team])
        await ask(here, "settings", user=OWNERS[team], channel=CHANNELS[team])
        assert {by for by, _ in here.slack.api.calls_by} == {team}


async def test_the_store_is_asked_for_a_token_once_in_thirty_seconds(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await two_connected(make_world, time)
    time.move(31)
    asked: list[str] = []

    @event.listens_for(here.bot.db.engine.sync_engine, "before_cursor_execute")
    def note(_: object, __: object, statement: str, *___: object) -> None:
        if "FROM installations" in statement:
            asked.append(statement)

    for wait, times in ((0, 1), (15, 1), (14.9, 1), (0.2, 2), (29.9, 2), (31, 3)):
        time.move(wait)
        await ask_one(here, "help")
        assert len(asked) == times, wait


@pytest.fixture
async def rotating(make_world: MakeWorld) -> tuple[World, Clockwork]:
    """Tokens last twelve hours; a token is exchanged in the last two."""
    time = Clockwork(machine_clock.seconds())  # the SDK reads the machine's clock when a token is given out
    here = await many(make_world, time, installed=())
    here.slack.rotates_tokens = True
    await here.slack.install()
    await connect(here, SUNRISE)
    return here, time


async def test_a_token_is_exchanged_before_it_ends_and_once(rotating: tuple[World, Clockwork]) -> None:
    here, time = rotating
    (first,) = here.slack.tokens.grants
    for hours, exchanged in ((9.5, 0), (1, 1), (0.5, 1), (9, 1), (1, 2)):
        time.move(hours * HOUR)
        await asyncio.gather(*(ask(here, AEP) for _ in range(3)))
        await ask(here, "settings")
        assert calls(here, "oauth.v2.access") - 1 == exchanged, hours
    here.slack.tokens.discard(first)
    assert "AEP Outreach" in said(await ask_one(here, AEP))
    assert here.slack.modals_of("U01OWNER")[-1].view["title"]["text"] == "Campaign settings"


async def test_two_replicas_that_exchange_at_once_both_go_on(
    log_lines: list[dict[str, Any]], rotating: tuple[World, Clockwork]
) -> None:
    here, time = rotating
    first = str(here.slack.deliveries.url)
    async with replica(here, Clock(time.now, time.time)) as other:
        both = first, str(here.slack.deliveries.url)
        time.move(10.5 * HOUR)
        for _ in range(2):
            for reply in await asyncio.gather(*(send(here, typed(here, SUNRISE, AEP), at=url) for url in both)):
                assert "AEP Outreach" in said(reply)
            time.move(31)
        time.move(2 * HOUR)
        for url in both:
            before = len(here.slack.api.calls)
            await send(here, typed(here, SUNRISE, "settings"), at=url)
            await other.tasks.drain(30)
            await finished(here)
            assert "views.open" in [name for name, _ in here.slack.api.calls[before:]]
    assert len(here.slack.tokens.grants) == 2
    assert len(await rows(here, "installations")) == 1
    lines = str(list(log_lines))
    assert [token for token in here.slack.tokens.grants if token in lines] == []
    assert "xoxe-" not in lines


async def test_an_organizations_token_is_exchanged_once_for_all_its_workspaces(make_world: MakeWorld) -> None:
    time = Clockwork(machine_clock.seconds())
    here = await organization_of_two(make_world, time, rotates=True)
    time.move(10.5 * HOUR)
    await asyncio.gather(
        *(ask(here, AEP, user=OWNERS[team], channel=CHANNELS[team]) for team in (SUNRISE, HARBOR)),
    )
    assert calls(here, "oauth.v2.access") == 2


async def test_a_refused_exchange_leaves_the_token_in_use_and_is_in_the_log(
    log_lines: list[dict[str, Any]], rotating: tuple[World, Clockwork]
) -> None:
    here, time = rotating
    here.slack.oauth._refresh.clear()
    time.move(10.5 * HOUR)
    await ask(here, "settings")
    assert here.slack.modals_of("U01OWNER")[-1].view["title"]["text"] == "Campaign settings"
    (line,) = [line for line in log_lines if line["event"] == "the token was not exchanged"]
    assert (line["workspace"], line["error"]) == (SUNRISE, "invalid_refresh_token")


async def test_slack_that_does_not_answer_an_exchange_is_asked_again_later(rotating: tuple[World, Clockwork]) -> None:
    here, time = rotating
    time.move(10.5 * HOUR)
    here.slack.faults.set("web_api_down")
    assert "AEP Outreach" in said(await ask_one(here, AEP))
    here.slack.faults.set("none")
    time.move(31)
    await ask_one(here, AEP)
    time.move(2 * HOUR)
    await ask(here, "settings")
    assert here.slack.modals_of("U01OWNER")[-1].view["title"]["text"] == "Campaign settings"


async def test_no_command_waits_for_slack_to_exchange_a_token_that_is_still_valid(
    rotating: tuple[World, Clockwork],
) -> None:
    here, time = rotating
    time.move(10.5 * HOUR)
    here.slack.faults.set("web_api_slow")
    here.slack.faults.slow = 4.0  # Slack waits three for the ack
    assert "shows this" in said(await ask_one(here, "help"))
    here.slack.faults.set("none")
    assert calls(here, "oauth.v2.access") == 2


async def test_a_new_token_the_store_could_not_keep_is_not_lost(rotating: tuple[World, Clockwork]) -> None:
    """Slack takes a refresh token once: a lost answer would end the installation two hours later."""
    here, time = rotating
    time.move(10.5 * HOUR)
    async with store_down(here):
        await ask(here, AEP)
    time.move(31)
    await ask_one(here, AEP)
    time.move(2 * HOUR)
    await ask(here, "settings")
    assert here.slack.modals_of("U01OWNER")[-1].view["title"]["text"] == "Campaign settings"
