"""What can hang, each from the moment it begins until the block ends."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from tests.soak.hanging.outside import Outside
from tests.soak.hanging.silent import silent_clients

HOUR = 3600  # seconds
Fault = Callable[[Outside], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What hangs, and how many people use the app meanwhile.

    `files`: how many files the bot may have open; 0: as many as this process. `reaches_people`: whether answers can
    reach people meanwhile, so that those that were promised are told before a stop.
    """

    says: str
    fault: Fault
    people: int = 24
    files: int = 0
    reaches_people: bool = True


@asynccontextmanager
async def nothing(_: Outside) -> AsyncIterator[None]:
    """Nothing hangs, for comparison."""
    yield


@asynccontextmanager
async def frozen_database(here: Outside) -> AsyncIterator[None]:
    """PostgreSQL accepts connections and answers nothing."""
    here.database_proxy.freeze()
    yield
    here.database_proxy.thaw()


@asynccontextmanager
async def dripping_carecycle(here: Outside) -> AsyncIterator[None]:
    """CareCycle's answers come a byte every 100 ms."""
    here.carecycle_proxy.drip(100)
    yield
    here.carecycle_proxy.thaw()


@asynccontextmanager
async def limiting_slack(here: Outside) -> AsyncIterator[None]:
    """Slack answers 429 to every method, and wants an hour."""
    here.slack.faults.retry_after = HOUR
    here.slack.faults.set("web_api_limited")
    yield
    here.slack.faults.set("none")


@asynccontextmanager
async def frozen_slack(here: Outside) -> AsyncIterator[None]:
    """Slack's Web API and response_urls accept connections and answer nothing."""
    here.slack_proxy.freeze()
    yield
    here.slack_proxy.thaw()


def silent(connections: int, bodies: int = 0, size: int = 0) -> Fault:
    """Return the fault of so many connections that say nothing, and so many requests that stop within their body."""

    @asynccontextmanager
    async def fault(here: Outside) -> AsyncIterator[None]:
        with silent_clients(here.port) as clients:
            await clients.connect(connections)
            await clients.begin_bodies(bodies, size)
            yield

    return fault


SCENARIOS: Mapping[str, Scenario] = {
    "nothing": Scenario("nothing hangs", nothing),
    "database": Scenario("PostgreSQL frozen", frozen_database),
    "carecycle": Scenario("careCycle drips, 50 people", dripping_carecycle, people=50),
    "limited": Scenario("Slack limits for an hour", limiting_slack),
    "slack": Scenario("Slack frozen", frozen_slack, reaches_people=False),
    "silent": Scenario("2,000 silent connections, 1,000 half bodies", silent(2000, 1000, 200_000)),
    "files": Scenario("1,024 files, 1,500 silent connections", silent(1500), files=1024),
}
