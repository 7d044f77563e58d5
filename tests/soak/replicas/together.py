"""Commands in turn to all replicas: everybody is answered, and each replica does its share."""

from pathlib import Path

from bot.config import Settings
from tests.bench.report import Result
from tests.conftest import AEP
from tests.drivers.replicas import replicas

_COMMANDS = 60


async def run(settings: Settings, folder: Path, tiny: bool) -> list[Result]:
    """Ask for one campaign that all have in memory after the first time."""
    commands = 6 if tiny else _COMMANDS
    async with replicas(settings, folder) as here:
        answered = [await here.ask(AEP) for _ in range(commands)]
        shares = [sum(one.replica == each.number for one in here.balancer.sent) for each in here.each]
        slowest = max(one.took for one in here.balancer.sent)
        return [
            Result("commands without an answer", sum(not one for one in answered), at_most=0),
            Result("the least that a replica was given", min(shares), at_least=commands // len(here.each)),
            Result("    the slowest ack, s", slowest),
            Result("    memory of the largest replica, MB", max(each.memory() for each in here.each)),
        ]
