"""App Home: what it costs to open it, beside the cached command."""

from tests.bench.client import Line, command_body
from tests.bench.processes import cpu_of
from tests.bench.report import Result
from tests.bench.size import Size
from tests.bench.start import bot
from tests.bench.ways_in import home_body, once


async def opened(size: Size) -> list[Result]:
    """(h) One after the other in turn: the CPU of the bot until the view has left, and how long that takes."""
    async with bot() as running, Line.to(running.port) as line:
        await line.ask(command_body())
        slack = running.slack

        def seen() -> int:
            return sum(name == "views.publish" for name, _ in slack.api.calls)

        spent, took = {"Home": 0.0, "command": 0.0}, {"Home": 0.0, "command": 0.0}
        times = max(size.calls // 10, 1)  # in a row
        for _ in range(size.rounds):
            for name, body in (("Home", home_body), ("command", command_body)):
                cpu = cpu_of(running.pid)
                took[name] += sum([(await once(line, body(), seen))[1] for _ in range(times)])
                spent[name] += cpu_of(running.pid) - cpu
        return _results(spent, took, size.rounds * times)


def _results(spent: dict[str, float], took: dict[str, float], times: int) -> list[Result]:
    home, command = (spent[name] / times for name in ("Home", "command"))
    return [
        Result("(h) opening Home / cached command, CPU of the bot", home / max(command, 0.001), at_most=6),
        Result("    opening Home until its view leaves / cached command", took["Home"] / took["command"]),
        Result("    CPU of the bot to open Home, ms", home),
        Result("    CPU of the bot for a cached command, ms", command),
        Result("    Home until its view leaves, ms", took["Home"] / times),
    ]
