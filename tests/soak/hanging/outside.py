"""The world around the bot: eight workspaces, careCycle and PostgreSQL, each behind a proxy that can hang."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from bot.config import Settings
from bot.digests.digest import Delivery
from bot.digests.timetable import Timetable
from bot.manifest import scopes
from bot.slack.digests.slack_port import RUN_EVENT
from bot.store import deliveries
from bot.store.database import open_database
from bot.store.encryption import new_key
from playground.carecycle import CareCycle
from playground.samples import SUNRISE, hundreds, samples
from playground.slack import Slack
from playground.slack.oauth import CLIENT_ID, CLIENT_SECRET
from playground.slack.slack import SIGNING_SECRET
from playground.slack.workspace import BOT_ID, Conversation, Person, SlackWorkspace
from playground.world import LOOPBACK
from tests.bench.servers import serve as serve_app
from tests.drivers.fault_proxy import FaultProxy, http_proxy, postgres_proxy
from tests.drivers.ports import free_port
from tests.plugins import machine_clock
from tests.samples.digests import digest, keep
from tests.samples.store_rows import connect, environment, install
from tests.soak.hanging.acks import MeasuredDeliveries

WORKSPACES = 8
MEMBERS = 6  # people of each, besides the owner
CAMPAIGNS = 200
# Where the digest goes. Nobody else is there: what the bot writes for a person would lock the row of the workspace.
QUIET, CHANNEL, OWNER = "T99QUIET", "C99BOT", "U99OWNER"


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything around the bot. `settings` are its own; `direct` leads to the database past the proxy."""

    slack: Slack
    deliveries: MeasuredDeliveries
    carecycle: CareCycle
    database_proxy: FaultProxy
    carecycle_proxy: FaultProxy
    slack_proxy: FaultProxy
    settings: dict[str, str]
    direct: Settings
    port: int

    def secrets(self) -> list[str]:
        """Return what may be in no line of the log: keys, tokens, and names of customers' campaigns and people."""
        names = [str(one.get("name") or "") for one in samples("sunrise")]
        people = [one.name for workspace in self.slack.workspaces.values() for one in workspace.everybody]
        tokens = [*self.slack.tokens.grants, *self.carecycle.keys, SIGNING_SECRET, CLIENT_SECRET]
        return [text for text in (*names, *people, *tokens) if len(text) > 3]  # shorter is a word


@asynccontextmanager
async def outside(url: str, folder: Path) -> AsyncIterator[Outside]:
    """Run it until the block ends, with the database at `url`, which is empty at first."""
    slack, keys = Slack(many=True), {f"cc_key_of_workspace_{n}": SUNRISE for n in range(WORKSPACES + 1)}
    measured = slack.deliveries = MeasuredDeliveries()
    carecycle = CareCycle([*samples("sunrise"), *hundreds(CAMPAIGNS)], keys, limit=1_000_000)
    direct = Settings(_env_file=None, data_dir=folder, database_url=url, encryption_keys=new_key())
    async with AsyncExitStack() as stack:
        app = web.Application()
        app.add_routes(slack.routes())
        own, proxied = await _behind_proxy(stack, app)
        theirs, proxied_carecycle = await _behind_proxy(stack, carecycle.app())
        through, database_proxy = stack.enter_context(postgres_proxy(url))
        slack.at(own)
        measured.open()
        stack.push_async_callback(measured.close)
        await _prepare(slack, direct, list(keys))
        port = free_port()
        measured.url = f"http://{LOOPBACK}:{port}/slack/events"
        settings = {
            **_settings(own, theirs, port),
            **environment(direct),
            "DATABASE_URL": through,
        }
        yield Outside(slack, measured, carecycle, database_proxy, proxied_carecycle, proxied, settings, direct, port)


async def due_now(here: Outside, id_: str) -> None:
    """Write a digest that is due now into the quiet workspace, past the proxy."""
    await _keep(here.direct, id_, machine_clock.now())


async def delivered(here: Outside, id_: str) -> tuple[str, int]:
    """Return what became of a digest's only delivery (`none`: there is none), and how many messages it sent."""
    async with open_database(here.direct) as db:
        rows = await deliveries.history(db, id_)
    posted = [one.metadata or {} for one in here.slack.workspaces[QUIET].messages]
    sent = sum(id_ in str(one.get("event_payload")) and one.get("event_type") == RUN_EVENT for one in posted)
    return "+".join(map(_state, rows)) or "none", sent


def _state(row: Delivery) -> str:
    """`due 59m`: it will be tried again in 59 minutes."""
    wait = (row.try_at - machine_clock.now()).total_seconds() / 60 if row.try_at else 0
    return f"{row.state} {wait:.0f}m" if row.state == "due" and wait > 1 else row.state


async def _keep(settings: Settings, id_: str, due: datetime) -> None:
    slot = due.replace(second=0, microsecond=0)
    daily = Timetable("UTC", cron=f"{slot.minute} {slot.hour} * * *")
    place = {"workspace_id": QUIET, "channel_id": CHANNEL, "owner_id": OWNER}
    one = digest(id_, name=id_, timetable=daily, next_due=slot, **place)
    async with open_database(settings) as db:
        await keep(db, one, when=machine_clock.now())


async def _prepare(slack: Slack, settings: Settings, keys: list[str]) -> None:
    """Install the app in every workspace, connect each with its key, and make a digest, so that digests are run."""
    slack.workspaces.update({one.team_id: one for one in _more_workspaces(slack)})
    _hire(slack.workspace)
    now = machine_clock.now()
    async with open_database(settings) as db:
        for (team_id, workspace), key in zip(slack.workspaces.items(), keys, strict=True):
            grant = slack.tokens.installed(workspace) or slack.tokens.issue(team_id, None, frozenset(scopes()))
            granted = ",".join(sorted(grant.scopes))
            await install(db, team_id, now, bot_token=SecretStr(grant.token), bot_user_id=BOT_ID, bot_scopes=granted)
            await connect(db, team_id, now, key=SecretStr(key))
    await _keep(settings, "tomorrow", now + timedelta(hours=12))


def _more_workspaces(slack: Slack) -> Iterator[SlackWorkspace]:
    for number in range(len(slack.workspaces), WORKSPACES):
        workspace = _workspace(slack, f"T{number:02d}AGENCY")
        _hire(workspace)
        yield workspace
    yield _workspace(slack, QUIET)


def _workspace(slack: Slack, team_id: str) -> SlackWorkspace:
    number = team_id[1:3]
    people = [Person(f"U{number}OWNER", f"Olga Ferreira {number}", "owner", team_id)]
    places = [Conversation(f"C{number}BOT", f"agency-{number}-calls", bot_is_member=True)]
    return SlackWorkspace(slack.site, team_id, f"Agency {number}", people, places)


def _hire(workspace: SlackWorkspace) -> None:
    for number in range(MEMBERS):
        id_ = f"U{workspace.team_id[1:4]}M{number}"
        workspace.people[id_] = Person(id_, f"Marguerite Quill {number}", "member", workspace.team_id)


async def _behind_proxy(stack: AsyncExitStack, app: web.Application) -> tuple[str, FaultProxy]:
    """Serve it, and return the address that leads to it through a proxy, and the proxy."""
    own = f"http://{LOOPBACK}:{await serve_app(stack, app)}"
    return stack.enter_context(http_proxy(own))


def _settings(slack: str, carecycle: str, port: int) -> dict[str, str]:
    return {
        "SLACK_API_URL": f"{slack}/api/",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        "CARECYCLE_BASE_URL": carecycle,
        "PORT": str(port),
    }
