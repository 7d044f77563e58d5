"""A look-up that has to ask careCycle, and one from memory: what each costs the bot itself."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playground.carecycle import CareCycle
from playground.samples import SUNRISE, hundreds
from tests.bench.client import command_body, each_once
from tests.bench.processes import cpu_of
from tests.bench.report import Result
from tests.bench.size import Size
from tests.bench.start import Running, bot
from tests.bench.workspaces import MANY, fill, key_of

_DIRECT = "D01BOT"  # a direct message: Slack is not asked what kind of conversation it is
_TEAMS = 20  # each with a budget of its own
_IN_A_ROUND = 6  # campaigns of each team


async def beside_hits(size: Size) -> list[Result]:
    """(m) One after the other. Processor time of the bot's process alone: the stand-ins are in this one."""
    teams = [f"T{number:08d}" for number in range(min(_TEAMS, size.workspaces))]
    campaigns = hundreds(1 + _IN_A_ROUND * size.rounds)
    carecycle = CareCycle(campaigns, keys=dict.fromkeys(map(key_of, teams), SUNRISE))
    first, *others = (one["id"] for one in campaigns)
    with TemporaryDirectory() as folder:
        await fill(Path(folder), teams)
        async with bot(carecycle, **MANY, DATA_DIR=folder) as running:
            await _cost(running, teams, [first])  # reads the workspaces, and opens the connections
            rounds = [others[start : start + _IN_A_ROUND] for start in range(0, len(others), _IN_A_ROUND)]
            costs = [[await _cost(running, teams, ids) for _ in range(3)] for ids in rounds]
    misses, firsts, hits = zip(*costs, strict=True)
    return [
        Result("(m) CPU of a look-up that asks careCycle, ms", median(misses), at_most=1.5),
        Result("    CPU of the first one from memory after it, ms", median(firsts)),
        Result("(m) CPU of a look-up from memory, ms", median(hits), at_most=0.3),
        Result(
            "    requests to careCycle for each campaign of a workspace",
            len(carecycle.requests) / (len(teams) * len(campaigns)),
        ),
    ]


async def _cost(running: Running, teams: list[str], ids: list[str]) -> float:
    """Milliseconds for each, when every team looks up every campaign once."""
    bodies = [command_body(text, team, channel=_DIRECT) for text in ids for team in teams]
    before = cpu_of(running.pid)
    await each_once(running.port, bodies, connections=1)
    return (cpu_of(running.pid) - before) / len(bodies)
