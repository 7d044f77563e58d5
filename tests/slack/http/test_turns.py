"""With more to do than there is time for, a command gets the notice that the bot is busy, in time."""

import asyncio
import json
from typing import Any

import pytest

from bot.slack.http.limits import Limits
from bot.slack.http.turns import Turns
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.raw_http import client, signed

BODY = b"command=%2Fcampaign&text=%b&team_id=T01SUNRISE&user_id=U01OWNER&response_url=x".replace(b"%b", AEP.encode())


async def _said(here: World) -> str:
    async with client(here) as one:
        one.send(signed(BODY))
        return str(json.loads((await one.answer()).partition(b"\r\n\r\n")[2])["text"])


async def test_a_command_that_waited_too_long_is_told_that_the_bot_is_busy(
    log_lines: list[dict[str, Any]], make_world: MakeWorld
) -> None:
    here = await make_world(limits=Limits(begin_within=0.0))
    for _ in range(20):
        assert await _said(here) == "This app has too much to do right now. Try again in a few seconds."
    assert here.carecycle
    assert here.carecycle.requests == []
    lines = [line["event"] for line in log_lines if line["level"] == "warning"]
    assert set(lines) == {"too much to do; commands are answered with that"}
    assert len(lines) < 20


async def test_what_waits_for_its_turn_is_answered_as_ever(make_world: MakeWorld) -> None:
    here = await make_world(limits=Limits(begin_at_once=1, begin_within=60.0))
    said = await asyncio.gather(*(_said(here) for _ in range(30)))
    assert all(one.startswith("AEP Outreach 2026") for one in said)


async def test_events_and_buttons_are_not_told_so(make_world: MakeWorld) -> None:
    here = await make_world(limits=Limits(begin_within=0.0))
    event = {"type": "app_home_opened", "user": "U01OWNER", "channel": "D1", "tab": "home"}
    body = json.dumps({"type": "event_callback", "team_id": "T01SUNRISE", "event_id": "Ev1", "event": event})
    async with client(here) as one:
        one.send(signed(body.encode(), "application/json"))
        assert (await one.answer()).startswith(b"HTTP/1.1 200 ")
    async with asyncio.timeout(10):
        while not any(name == "views.publish" for name, _ in here.slack.api.calls):  # noqa: ASYNC110 - after the ack
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("gone", [False, True])
async def test_few_begin_between_two_looks_at_the_network(gone: bool) -> None:
    turns, begun = Turns(2), []

    async def one(number: int) -> None:
        await turns.take()
        begun.append(number)

    tasks = [asyncio.create_task(one(number)) for number in range(7)]
    await asyncio.sleep(0)
    assert begun == [0, 1]
    if gone:
        tasks[2].cancel()
    seen = []
    async with asyncio.timeout(10):
        while len(begun) < (6 if gone else 7):
            await asyncio.sleep(0)
            seen.append(len(begun))
    assert begun == [0, 1, *([] if gone else [2]), 3, 4, 5, 6]
    assert all(later - before <= 2 for before, later in zip([2, *seen], seen, strict=False))
