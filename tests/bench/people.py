"""Fifty people for three minutes, while careCycle is slow and allows sixty requests a minute."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from bot.config import Settings
from playground.carecycle import CareCycle
from playground.samples import hundreds, samples
from playground.slack.workspace import Message, Person
from tests.bench.report import Result
from tests.bench.size import Size
from tests.drivers.replicas import Replicas, replicas

_SLOW = 2.5  # seconds for an answer of careCycle
_PAUSE = 3.0  # seconds between two deeds of a person, on average
_OFTEN = 6  # campaigns that people ask for again and again
_PATIENCE = 30.0  # seconds; ten times as long as Slack waits, to see how late an ack is


async def in_use(size: Size) -> list[Result]:
    """(p) Commands every few seconds, most of them for one of six campaigns: how long acks take, and what it costs."""
    async with one_process(slow_carecycle(_SLOW, 60)) as here:
        one, ids = here.each[0], list(here.carecycle.campaigns)
        await here.ask(ids[0])
        cpu, until = one.cpu(), time.monotonic() + 60 * size.minutes
        asked = await asyncio.gather(*(_act(here, number, ids, until) for number in range(size.people)))
        answers = [one for several in asked for one in several]
        acks = [one.took for one in here.balancer.sent[1:]]
        cuts = quantiles(acks, n=20, method="inclusive")
        spent = (one.cpu() - cpu) / len(answers) * 1000
        return [
            Result(f"(p) {size.people} people for {size.minutes:g} minutes: commands", len(answers)),
            Result("(p) commands without an answer", sum(not one for one in answers), at_most=0),
            Result("    answered with a card", sum(map(_is_card, answers))),
            Result("    until the ack, p50, s", cuts[9]),
            Result("    until the ack, p95, s", cuts[18]),
            Result("(p) until the slowest ack, s", max(acks), at_most=3),
            Result("    CPU of the bot for each command, ms", spent),
            Result("    the most memory, MB", one.most_memory(), at_most=200),
        ]


@asynccontextmanager
async def one_process(carecycle: CareCycle, **environment: str) -> AsyncIterator[Replicas]:
    """The bot as most run it: one process over SQLite, for one workspace."""
    with TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data", database_url=None, encryption_keys=())
        given = {"teams": None, "carecycle": carecycle, "patience": _PATIENCE}
        async with replicas(settings, Path(folder), **given, **environment) as here:  # type: ignore[arg-type]  # as it takes them
            yield here


def slow_carecycle(seconds: float, limit: int) -> CareCycle:
    """An account of two hundred campaigns and more; each answer takes so long."""
    carecycle = CareCycle([*samples("sunrise"), *hundreds(200)], slow_seconds=seconds, limit=limit)
    carecycle.fault = "slow"
    return carecycle


async def _act(here: Replicas, number: int, ids: list[str], until: float) -> list[list[Message]]:
    """What one person saw after each command."""
    chance, answers = random.Random(number), list[list[Message]]()
    workspace = here.slack.workspace
    id_ = f"U60P{number:04d}"
    workspace.people[id_] = Person(id_, f"Marguerite Quill {number}", "member", workspace.team_id)
    while (left := until - time.monotonic()) > 0:
        pause = chance.uniform(0, 2 * _PAUSE)
        await asyncio.sleep(min(pause, left))  # without a limit: a pause
        often = chance.random() < 0.9
        try:
            answers.append(await here.ask(chance.choice(ids[:_OFTEN] if often else ids), user=id_))
        except TimeoutError:
            answers.append([])
    return answers


def _is_card(seen: list[Message]) -> bool:
    return any(block["type"] == "header" for one in seen for block in one.blocks)
