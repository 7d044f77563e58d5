"""A look-up that has to ask careCycle, and one from memory: what each costs the bot itself."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playground.carecycle import CareCycle
from playground.samples import SUNRISE, hundreds
from tests.bench.client import command_body, each_once
from tests.bench.others import Server, other
from tests.bench.processes import cpu_of
from tests.bench.report import Result
from tests.bench.servers import key_of, serve
from tests.bench.size import Size
from tests.bench.start import bot
from tests.bench.workspaces import MANY, fill

_DIRECT = "D01BOT"  # a direct message: Slack is not asked what kind of conversation it is
_TEAMS = 20  # each with a budget of its own
_IN_A_ROUND = 6  # campaigns of each team


async def beside_hits(size: Size) -> list[Result]:
    """(m) One after the other. Processor time of the server alone: the stand-ins are in this process.

    The reference is Bolt with nothing slow, whose listener asks careCycle with httpx, and acks the status.
    """
    teams = [f"T{number:08d}" for number in range(min(_TEAMS, size.workspaces))]
    campaigns = hundreds(1 + _IN_A_ROUND * size.rounds)
    carecycle, asked = (CareCycle(campaigns, keys=dict.fromkeys(map(key_of, teams), SUNRISE)) for _ in range(2))
    first, *others = (one["id"] for one in campaigns)
    rounds = [others[start : start + _IN_A_ROUND] for start in range(0, len(others), _IN_A_ROUND)]
    with TemporaryDirectory() as folder:
        await fill(Path(folder), teams)
        async with bot(carecycle, **MANY, DATA_DIR=folder) as running, _least(asked) as least:
            mine = Server(running.pid, running.port)
            for server in (mine, least):
                await _cost(server, teams, [first])  # reads the workspaces, and opens the connections
            # In turn, so that noise of the machine meets both.
            costs = [
                [await _cost(least, teams, ids), *[await _cost(mine, teams, ids) for _ in range(3)]] for ids in rounds
            ]
    bare, misses, firsts, hits = zip(*costs, strict=True)
    return [
        Result("(m) CPU of a look-up that asks careCycle, ms", median(misses), at_most=1.5),
        Result("    Bolt and httpx alone: CPU to ask careCycle, ms", median(bare)),
        Result(
            "(m) CPU of a look-up that asks careCycle / Bolt and httpx alone",
            median(ours / theirs for ours, theirs in zip(misses, bare, strict=True)),
            at_most=2.3,
        ),
        Result("    CPU of the first one from memory after it, ms", median(firsts)),
        Result("(m) CPU of a look-up from memory, ms", median(hits), at_most=0.3),
        Result(
            "    requests to careCycle for each campaign of a workspace",
            len(carecycle.requests) / (len(teams) * len(campaigns)),
        ),
    ]


@asynccontextmanager
async def _least(carecycle: CareCycle) -> AsyncIterator[Server]:
    async with AsyncExitStack() as stack:
        port = await serve(stack, carecycle.app())
        yield await stack.enter_async_context(other("asking", f"http://127.0.0.1:{port}"))


async def _cost(server: Server, teams: list[str], ids: list[str]) -> float:
    """Milliseconds for each, when every team looks up every campaign once."""
    bodies = [command_body(text, team, channel=_DIRECT) for text in ids for team in teams]
    before = cpu_of(server.pid)
    await each_once(server.port, bodies, connections=1)
    return (cpu_of(server.pid) - before) / len(bodies)
