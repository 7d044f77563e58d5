"""Run any number of replicas over one database, with one Slack and one careCycle, and deliver to each in turn.

With SQLite there is one process behind the same interface, so that a test can run with both.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.config import Settings
from bot.manifest import scopes
from bot.store.database import Database, open_database, sqlite_file
from playground.carecycle import HARBOR_KEY, PLAYGROUND_KEY, CareCycle, twin
from playground.slack import Slack
from playground.slack.deliveries import PATIENCE
from playground.slack.oauth import CLIENT_ID, CLIENT_SECRET
from playground.slack.slack import SIGNING_SECRET
from playground.slack.web_api import BOT_TOKEN
from playground.slack.workspace import BOT_ID, Message
from tests.drivers.balancer import Balancer
from tests.drivers.fault_proxy import FaultProxy, postgres_proxy
from tests.drivers.ports import free_port
from tests.drivers.replica_process import Replica
from tests.drivers.replica_world import Outside, outside
from tests.plugins import machine_clock
from tests.samples.store_rows import connect, environment, install

SUNRISE, HARBOR = "T01SUNRISE", "T02HARBOR"
BOTH: Mapping[str, str] = {SUNRISE: PLAYGROUND_KEY, HARBOR: HARBOR_KEY}  # each with its own key
_WAIT = 60.0  # seconds for what has to come, on a busy machine


@dataclass(frozen=True)
class Replicas:
    """The replicas, and all that is around them. `settings` lead to the database past every proxy."""

    world: Outside
    balancer: Balancer
    settings: Settings
    each: list[Replica]

    @property
    def slack(self) -> Slack:
        """The Slack in which people act: what they do goes to each replica in turn, or with `only` to one."""
        return self.world.slack

    @property
    def carecycle(self) -> CareCycle:
        """The careCycle of all of them."""
        return self.world.carecycle

    @property
    def databases(self) -> list[FaultProxy]:
        """The proxies before the database, one for each replica, when they were asked for."""
        return [one.database for one in self.each if one.database]

    async def ask(
        self, text: str, *, user: str = "U01OWNER", channel: str = "C02STANDUP", replica: int | None = None
    ) -> list[Message]:
        """Type `/campaign TEXT`, wait for the answer, and return what this person sees in the channel since.

        That may be Slack's own error (`Message.error`). Raise TimeoutError when no answer comes within a minute.
        """
        workspace = self.slack.workspace_of(channel)
        before = len(workspace.messages)
        with self.balancer.delivered() as delivered, self.balancer.only(replica):
            await self.slack.say(f"/campaign {text}".rstrip(), user=user, channel=channel)
        ((payload, ack),) = delivered
        answered = self.slack.response_urls.of(payload["response_url"])
        await until(lambda: bool(answered.answers or ack.error))
        return [one for one in workspace.messages[before:] if one.ephemeral_for in (None, user)]

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """Open the database past the proxies until the block ends."""
        async with open_database(self.settings) as db:
            yield db


async def until(holds: Callable[[], bool], within: float = _WAIT) -> None:
    """Wait until this holds. Raise TimeoutError when it does not in time."""
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - other processes do it
            await asyncio.sleep(0.01)


@asynccontextmanager
async def replicas(
    settings: Settings,
    folder: Path,
    *,
    count: int = 3,
    teams: Mapping[str, str] | None = BOTH,
    carecycle: CareCycle | None = None,
    proxied: bool = False,
    database_url: str | None = None,
    patience: float = PATIENCE,
    **environment_: str,
) -> AsyncIterator[Replicas]:
    """Run replicas until the block ends: `count` of them with PostgreSQL, one with SQLite.

    `settings` name the database. `teams`: the workspaces in which the app is installed, and the key of each (empty:
    none); None: one workspace, with `SLACK_BOT_TOKEN` and `CARECYCLE_API_KEY`. `proxied`: each reaches PostgreSQL
    through a proxy of its own. `database_url`: where the processes find the database, if not where we do. `patience`:
    seconds that Slack waits for an ack. All other names are settings of each process.
    """
    slack = Slack(many=teams is not None, patience=patience)
    slack.deliveries = balancer = Balancer(patience)
    alone = sqlite_file(settings) is not None
    numbers = range(1 if alone else count)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(balancer.close)
        world = await stack.enter_async_context(outside(slack, carecycle or _two_accounts(), len(numbers)))
        await _prepare(slack, settings, teams)
        own = {**environment(settings), **({"DATABASE_URL": database_url} if database_url else {})}
        each = [_replica(stack, world, n, folder, own, proxied=proxied and not alone) for n in numbers]
        if teams is not None:
            environment_ = {**_of_many(each[0].address), **environment_}
        for one in each:
            one.settings = {**one.settings, **environment_}
        balancer.addresses, balancer.slack = [one.address for one in each], world.slack_addresses
        balancer.url = f"{each[0].address}/slack/events"
        for one in each:
            stack.push_async_callback(one.kill)
        await asyncio.gather(*(one.start() for one in each))
        yield Replicas(world, balancer, settings, each)


def _two_accounts() -> CareCycle:
    """In careCycle, both workspaces have a campaign with the same id."""
    carecycle = CareCycle()
    carecycle.others = twin()
    return carecycle


async def _prepare(slack: Slack, settings: Settings, teams: Mapping[str, str] | None) -> None:
    """Make the tables, and in each workspace install the app and connect its key."""
    now = machine_clock.now()
    async with open_database(settings) as db:
        for team_id, key in (teams or {}).items():
            grant = slack.tokens.issue(team_id, None, frozenset(scopes()))
            granted = ",".join(sorted(grant.scopes))
            await install(db, team_id, now, bot_token=SecretStr(grant.token), bot_user_id=BOT_ID, bot_scopes=granted)
            if key:
                await connect(db, team_id, now, key=SecretStr(key))


def _replica(
    stack: AsyncExitStack, world: Outside, number: int, folder: Path, own: dict[str, str], *, proxied: bool
) -> Replica:
    port, proxy, database = free_port(), None, own["DATABASE_URL"]
    if proxied:
        database, proxy = stack.enter_context(postgres_proxy(_plain(database)))
    given = {
        **own,
        "DATABASE_URL": database,
        "SLACK_API_URL": f"{world.slack_addresses[number]}/api/",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "CARECYCLE_API_KEY": PLAYGROUND_KEY,
        "CARECYCLE_BASE_URL": world.carecycle_addresses[number],
        "PORT": str(port),
        "LOG_FORMAT": "json",
        "READ_EVERY": "0",  # who wants readings says so: nobody can count requests beside them
    }
    return Replica(number, port, given, folder, proxy)


def _of_many(address: str) -> dict[str, str]:
    """The settings of a bot for many workspaces, in place of those for one."""
    return {
        "SLACK_BOT_TOKEN": "",
        "CARECYCLE_API_KEY": "",
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "PUBLIC_URL": address,
    }


def _plain(url: str) -> str:
    """As people write it: `Settings` has SQLAlchemy's form of it."""
    return url.replace("postgresql+psycopg://", "postgresql://")
