"""Clients that never finish, or are too many, cost little and keep nobody out."""

import asyncio
import socket
import time
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.slack.http import bodies
from bot.slack.http.limits import Limits, share
from playground.carecycle import CareCycle
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.raw_http import Client, client, post, say, signature, signed

BODY = b"command=%2Fcampaign&text=help&team_id=T01SUNRISE&user_id=U01OWNER&response_url=x"
QUICK = Limits(headers_within=0.2, body_within=0.4, idle=0.6)
_ENOUGH = 10.0  # seconds for anything here on a busy machine


async def _is_served(here: World) -> bool:
    async with client(here) as one:
        one.send(signed(BODY))
        return (await one.answer()).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "begun", [b"", b"P", b"POST /slack/events HTTP/1.1\r\n", b"POST /slack/events HTTP/1.1\r\nhost: bot\r\n"]
)
async def test_headers_that_do_not_come_close_the_connection(make_world: MakeWorld, begun: bytes) -> None:
    here = await make_world(limits=QUICK)
    began = time.monotonic()
    assert await say(here, begun) == b""
    assert 0.2 <= time.monotonic() - began < _ENOUGH


async def test_nor_do_headers_that_drip(log_lines: list[dict[str, Any]], make_world: MakeWorld) -> None:
    here = await make_world(limits=QUICK)
    async with client(here) as one:
        one.send(b"GET /healthz HTTP/1.1\r\n")
        dripping = asyncio.create_task(_drip(one, b"x: y\r\n"))
        assert await one.rest() == b""
        await dripping
    assert [line["event"] for line in log_lines if line["level"] == "warning"] == ["headers took too long"]


@pytest.mark.parametrize("how", ["silent", "dripping"])
async def test_a_body_has_one_time_however_it_drips(
    log_lines: list[dict[str, Any]], make_world: MakeWorld, how: str
) -> None:
    here = await make_world(limits=QUICK)
    async with client(here) as one:
        one.send(post(b"x", signature(b"x"), length=500_000))
        dripping = asyncio.create_task(_drip(one, b"x" if how == "dripping" else b""))
        assert (await one.rest()).startswith(b"HTTP/1.1 408 ")
        await dripping
    assert [line["event"] for line in log_lines if line["level"] == "warning"] == ["a body took too long"]


async def _drip(one: Client, byte: bytes) -> None:
    async with asyncio.timeout(_ENOUGH):
        while not (one.reader.at_eof() or one.reader.exception()):  # or the bot had not read what came last
            one.send(byte)
            await asyncio.sleep(0.05)


async def test_a_connection_is_kept_between_requests_and_closed_when_it_is_idle(make_world: MakeWorld) -> None:
    here = await make_world(limits=QUICK)
    async with client(here) as one:
        for _ in range(2):
            await asyncio.sleep(0.1)
            one.send(signed(BODY))
            assert (await one.answer()).startswith(b"HTTP/1.1 200 ")
        assert await one.rest() == b""


async def test_the_next_request_has_the_time_of_the_first(make_world: MakeWorld) -> None:
    here = await make_world(limits=Limits(headers_within=0.2))
    async with client(here) as one:
        one.send(signed(BODY))
        assert (await one.answer()).startswith(b"HTTP/1.1 200 ")
        await asyncio.sleep(0.4)  # it may take its time to begin
        one.send(b"POST ")
        assert await one.rest() == b""


@pytest.mark.parametrize("chunks", [1, 200])
async def test_headers_have_a_size(make_world: MakeWorld, chunks: int) -> None:
    here = await make_world()
    async with client(here) as one:
        one.send(b"GET /healthz HTTP/1.1\r\n")
        for n in range(200):
            one.send(b"x%d: %b\r\n" % (n, b"x" * 1_000))
            if n % (200 // chunks) == 0:
                await asyncio.sleep(0)
        answer = await one.rest()
    assert answer == b"" or b" 400 " in answer


async def test_a_large_body_is_refused_before_it_is_read(here: World) -> None:
    body = b"x" * (Limits().body + 1)
    assert (await say(here, post(b"", signature(body), length=len(body)))).startswith(b"HTTP/1.1 413 ")


async def test_unfinished_bodies_share_their_memory_and_the_largest_goes_first(make_world: MakeWorld) -> None:
    here = await make_world(limits=Limits(bodies=500_000))
    async with AsyncExitStack() as stack:
        large = await stack.enter_async_context(client(here))
        large.send(post(b"x" * 300_000, signature(b""), length=900_000))
        await asyncio.sleep(0.1)
        small = [await stack.enter_async_context(client(here)) for _ in range(30)]
        for one in small:
            one.send(post(b"x" * 10_000, signature(b""), length=900_000))
        assert await large.rest() == b""
        assert await _is_served(here)
        assert not any(one.reader.at_eof() for one in small)


async def test_memory_is_given_back_when_no_body_is_left_of_too_many(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[bool] = []
    monkeypatch.setattr(bodies, "_give_memory_back", lambda: given.append(True))
    here = await make_world(limits=Limits(bodies=500_000))
    async with AsyncExitStack() as stack:
        some = [await stack.enter_async_context(client(here)) for _ in range(4)]
        for one in some:
            one.send(post(b"x" * 200_000, signature(b""), length=900_000))
        await asyncio.wait(
            [asyncio.ensure_future(one.rest()) for one in some], return_when="FIRST_COMPLETED", timeout=20
        )
        assert given == []
    async with asyncio.timeout(20):
        while not given:  # noqa: ASYNC110 - the bot notices that they are gone
            await asyncio.sleep(0.02)
    assert given == [True]


async def test_whoever_is_silent_makes_room_for_slack(log_lines: list[dict[str, Any]], make_world: MakeWorld) -> None:
    here = await make_world(limits=Limits(connections=20))
    async with AsyncExitStack() as stack:
        kept = await stack.enter_async_context(client(here))
        kept.send(signed(BODY))
        await kept.answer()
        silent = [await stack.enter_async_context(client(here)) for _ in range(60)]
        for _ in range(5):
            assert await _is_served(here)
        kept.send(signed(BODY))  # a connection through which Slack's requests come is not closed for the others
        assert (await kept.answer()).startswith(b"HTTP/1.1 200 ")
        for one in silent[:40]:
            assert await one.rest() == b""
    lines = [line["event"] for line in log_lines if line["level"] == "warning"]
    assert lines == ["too many connections; the silent ones are closed"]


async def test_those_who_wait_for_an_answer_are_not_closed_and_the_next_waits(make_world: MakeWorld) -> None:
    carecycle = CareCycle(slow_seconds=1.0)
    carecycle.fault = "slow"
    here = await make_world(carecycle=carecycle, limits=Limits(connections=3))
    asked = [BODY.replace(b"help", one.encode()) for one in list(carecycle.campaigns)[:3]]
    async with AsyncExitStack() as stack:
        asking = []
        for one in asked:
            asking.append(await stack.enter_async_context(client(here)))
            asking[-1].send(signed(one))
            async with asyncio.timeout(_ENOUGH):
                while len(carecycle.requests) < len(asking):  # noqa: ASYNC110 - until the bot has begun to answer it
                    await asyncio.sleep(0.01)
        next_one = await stack.enter_async_context(client(here))
        next_one.send(signed(BODY))
        answers = [await one.answer() for one in [*asking, next_one]]
    assert [answer[:13] for answer in answers] == [b"HTTP/1.1 200 "] * 4


async def test_without_descriptors_there_is_one_line_and_the_connected_are_served(
    log_lines: list[dict[str, Any]], make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await make_world()
    async with client(here) as connected, client(here) as late:
        connected.send(signed(BODY))
        await connected.answer()
        tried = 0

        def accept(_: socket.socket) -> Any:
            nonlocal tried
            tried += 1
            raise OSError(24, "Too many open files")

        with monkeypatch.context() as few:
            few.setattr(socket.socket, "accept", accept)
            async with client(here) as waiting:
                async with asyncio.timeout(_ENOUGH):
                    while tried < 2:  # noqa: ASYNC110 - the server tries again on its own
                        await asyncio.sleep(0.05)
                connected.send(signed(BODY))
                assert (await connected.answer()).startswith(b"HTTP/1.1 200 ")
                late.send(signed(BODY))
                assert (await late.answer()).startswith(b"HTTP/1.1 200 ")
                few.undo()
                waiting.send(signed(BODY))
                assert (await waiting.answer()).startswith(b"HTTP/1.1 200 ")
    lines = [line["event"] for line in log_lines if line["level"] == "warning"]
    assert lines == ["no file descriptors for connections"]


@pytest.mark.parametrize(
    ("descriptors", "connections"), [(64, 32), (256, 128), (1_024, 512), (2_048, 1_536), (65_536, 2_048)]
)
def test_connections_leave_descriptors_for_everything_else(descriptors: int, connections: int) -> None:
    assert share(descriptors) == connections
