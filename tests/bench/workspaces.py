"""The cached command with ten thousand workspaces installed, beside the one workspace from the environment."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot.config import Settings
from bot.store.database import Database, open_database
from playground.carecycle import CareCycle
from playground.samples import SUNRISE
from playground.slack.web_api import BOT_TOKEN
from tests.bench.client import command_body, each_once, load
from tests.bench.report import Result
from tests.bench.servers import key_of
from tests.bench.size import Size
from tests.bench.start import Running, bot
from tests.plugins import machine_clock

OURS = "T01SUNRISE"  # whose command the load types
MANY = {"SLACK_BOT_TOKEN": "", "CARECYCLE_API_KEY": "", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "secret"}


async def many(size: Size) -> list[Result]:
    """(e) Over HTTP with 1 and with 16 connections; then a look-up in each of them, for memory's sake."""
    with TemporaryDirectory() as folder:
        teams = [OURS, *(f"T{number:08d}" for number in range(size.workspaces - 1))]
        await fill(Path(folder), teams)
        carecycle = CareCycle(keys={key_of(team): SUNRISE for team in teams})
        async with bot() as one, bot(carecycle, **MANY, DATA_DIR=folder) as all_of_them:
            results = [await _compare(connections, one, all_of_them, size) for connections in (1, 16)]
            results.append(await _calls(all_of_them, size))
            await each_once(all_of_them.port, [command_body(team=team) for team in teams])
            said = f"(e) memory after a look-up in each of {size.workspaces:,} workspaces, MB"
            return [*results, Result(said, all_of_them.memory, at_most=200)]


async def _compare(connections: int, one: Running, all_of_them: Running, size: Size) -> Result:
    """Bursts in turn, and ratios round by round: noise of the machine meets both."""
    ratios = []
    for _ in range(size.rounds):
        alone = await load(one.port, connections, size.seconds)
        among = await load(all_of_them.port, connections, size.seconds)
        ratios.append(among.p50 / alone.p50)
    with_n = f"{connections} connection{'s' if connections > 1 else ''}"
    return Result(f"(e) {with_n}: cached card, one of many / the only one, p50", median(ratios), at_most=1.3)


async def _calls(running: Running, size: Size) -> Result:
    before = len(running.slack.api.calls)
    await load(running.port, 16, size.seconds)
    return Result("(e) calls to Slack in a second of cached look-ups", len(running.slack.api.calls) - before, at_most=0)


async def fill(folder: Path, teams: list[str]) -> None:
    """So many workspaces in a SQLite database in `folder`, each with the app installed and a key of its own."""
    async with open_database(Settings(_env_file=None, data_dir=folder, database_url=None, encryption_keys=())) as db:
        for start in range(0, len(teams), 500):
            await _add(db, teams[start : start + 500])


async def _add(db: Database, teams: list[str]) -> None:
    now, tables = machine_clock.now(), db.tables
    common = {"is_enterprise_install": False, "bot_scopes": "commands", "installed_at": now}
    installed = [{"id": team, "bot_token": _token(team), **common} for team in teams]
    workspaces = [{"id": team} for team in teams]
    connected = [
        {"workspace_id": team, "key": SecretStr(key_of(team)), "connected_by": "U1", "connected_at": now}
        for team in teams
    ]
    async with db.writing() as connection:
        await connection.execute(tables.installations.insert(), installed)
        await connection.execute(tables.workspaces.insert(), workspaces)
        await connection.execute(tables.connections.insert(), connected)


def _token(team: str) -> SecretStr:
    return SecretStr(BOT_TOKEN if team == OURS else f"xoxb-{team}")
