"""Ten thousand commands while careCycle is slow: what those cost who wait, and that each is told something."""

import asyncio
import itertools
import time
from collections.abc import Iterator
from contextlib import suppress

from bot.slack.reply.background import MOST
from playground.slack.response_urls import Use
from tests.bench.client import Line, command_body
from tests.bench.people import one_process, slow_carecycle
from tests.bench.report import Result
from tests.bench.size import Size
from tests.drivers.replicas import Replicas, until

_SLOW = 3.0  # seconds for an answer of careCycle: one second longer than an ack waits
_IDS = 10  # campaigns that are asked for; whoever asks for the same one waits for the same request


async def told_in_the_end(size: Size) -> list[Result]:
    """(w) So many at once; answers that come after the ack are follow-ups, of which there are a thousand at most."""
    async with one_process(slow_carecycle(_SLOW, 1_000_000), CACHE_SECONDS="0") as here:
        one, ids = here.each[0], itertools.cycle(list(here.carecycle.campaigns)[:_IDS])
        await here.ask(next(ids))
        before, cpu, began = one.memory(), one.cpu(), time.monotonic()
        left, acked = iter(range(size.waiting)), list[tuple[Use, bytes, float]]()
        await asyncio.gather(*(_ask(here, left, ids, acked) for _ in range(size.waiting_at_once)))
        promised = [use for use, body, _ in acked if not body]
        with suppress(TimeoutError):  # who was not told is counted below
            await until(lambda: all(use.answers for use in promised))
        told = sum(bool(body) or bool(use.answers) for use, body, _ in acked)
        busy = sum(b"too much to do" in body for _, body, _ in acked)
        return [
            Result(f"(w) {size.waiting:,} commands while careCycle is slow: told", told, at_least=size.waiting),
            Result("    of these told after the ack", len(promised)),
            Result("    of these told that there is too much to do", busy),
            Result("(w) until the slowest ack, s", max(took for _, _, took in acked), at_most=3),
            Result(f"    the most memory ({MOST:,} follow-ups at most), MB", one.most_memory(), at_most=200),
            Result("    memory before, MB", before),
            Result("    CPU of the bot for each command, ms", (one.cpu() - cpu) / size.waiting * 1000),
            Result("    seconds until all were told", time.monotonic() - began),
        ]


async def _ask(here: Replicas, left: Iterator[int], ids: Iterator[str], acked: list[tuple[Use, bytes, float]]) -> None:
    """One command after the other over one connection, until none is left."""
    urls, workspace = here.slack.response_urls, here.slack.workspace
    async with Line.to(here.each[0].port) as line:
        for _ in left:
            url = urls.new(workspace, "C01AEP", "U01OWNER")
            body, began = command_body(next(ids), response_url=url), time.perf_counter()
            acked.append((urls.of(url), await line.ask(body), time.perf_counter() - began))
