"""Many workspaces with digests in one database, and a Slack and a careCycle that only count."""

import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import unquote_plus

from aiohttp import web
from pydantic import SecretStr

from bot.config import Settings
from bot.digests.timetable import Timetable
from bot.digests.timetable_json import to_json
from bot.store.database import open_database
from playground.samples import hundreds
from tests.plugins import machine_clock

CAMPAIGNS, DIGESTS = 12, 20  # in a workspace
_RUN = re.compile(r'"run": ?"([^"]+)"')
_OFTEN = 60.0  # seconds; so old a list may be


@dataclass
class Counted:
    """What reached Slack, by run, and careCycle, by key and process."""

    messages: Counter[str] = field(default_factory=Counter)
    requests: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    campaigns: list[dict[str, Any]] = field(default_factory=list)  # Any: careCycle's JSON

    def slack(self) -> web.Application:
        """Slack, as far as a digest needs it."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._slack)
        return app

    def carecycle(self) -> web.Application:
        """careCycle: the list of campaigns. Each process asks at a path of its own."""
        app = web.Application()
        app.router.add_get("/{process}/v2/campaigns", self._list)
        return app

    @property
    def needless(self) -> int:
        """Requests to careCycle for a list that the same process had read within the minute."""
        times = (sorted(one) for one in self.requests.values())
        return sum(later - first < _OFTEN - 1 for one in times for first, later in pairwise(one))

    @property
    def asked(self) -> int:
        """Requests to careCycle."""
        return sum(map(len, self.requests.values()))

    async def _slack(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "chat.postMessage":
            found = _RUN.search(unquote_plus(await request.text()))
            self.messages[found[1] if found else "?"] += 1
            return web.json_response({"ok": True, "ts": f"{machine_clock.seconds():.6f}", "channel": "C1"})
        user = {"id": "U1", "deleted": False, "is_admin": True, "is_owner": True, "team_id": "T1", "tz": "UTC"}
        channel = {"id": "C1", "name": "c", "is_im": False, "is_member": True, "is_ext_shared": False}
        return web.json_response({"ok": True, "user": user, "channel": channel, "team_id": "T1", "user_id": "U1"})

    async def _list(self, request: web.Request) -> web.Response:
        self.requests[request.headers["x-api-key"], request.match_info["process"]].append(time.monotonic())
        paging = {"page": 1, "limit": 100, "total": len(self.campaigns), "totalPages": 1, "hasMore": False}
        return web.json_response({"items": self.campaigns, "pagination": paging, **paging})


def active() -> list[dict[str, Any]]:  # Any: careCycle's JSON
    """What careCycle's list says of an account."""
    hidden = {"transferConfig", "appointmentConfig", "client"}
    some = ({name: value for name, value in one.items() if name not in hidden} for one in hundreds(CAMPAIGNS))
    return [{**one, "status": "active"} for one in some]


async def fill(settings: Settings, workspaces: int, first_due: datetime) -> None:
    """So many workspaces, with the app installed and careCycle connected, and one digest that is due much later."""
    now, teams = machine_clock.now(), [_team(number) for number in range(workspaces)]
    async with open_database(settings) as db:
        tables = db.tables
        common = {"is_enterprise_install": False, "bot_scopes": "chat:write", "installed_at": now}
        installed = [{"id": team, "bot_token": SecretStr(f"xoxb-{team}"), **common} for team in teams]
        connected = [
            {"workspace_id": team, "key": SecretStr(f"cc_{team}"), "connected_by": "U1", "connected_at": now}
            for team in teams
        ]
        async with db.writing() as connection:
            await connection.execute(tables.installations.insert(), installed)
            await connection.execute(tables.workspaces.insert(), [{"id": team} for team in teams])
            await connection.execute(tables.connections.insert(), connected)
            await connection.execute(tables.digests.insert(), [_digest("later", teams[0], first_due)])


async def make_due(settings: Settings, workspaces: int, due: datetime) -> None:
    """All their digests, due at the same minute, in one transaction."""
    rows = [_digest(f"d{number}-{n}", _team(number), due) for number in range(workspaces) for n in range(DIGESTS)]
    async with open_database(settings) as db, db.writing() as connection:
        await connection.execute(db.tables.digests.insert(), rows)


def _team(number: int) -> str:
    return f"T{number:08d}"


def _digest(id_: str, team: str, due: datetime) -> dict[str, Any]:  # Any: a row
    timetable = Timetable("UTC", frozenset(range(1, 8)), (f"{due:%H:%M}",))
    definition = {
        "choice": {"ids": [], "status": "active", "words": ""},
        "timetable": to_json(timetable),
        "skip_unchanged": False,
        "length": "full",
        "threaded": False,
    }
    people = {"owner_id": "U1", "channel_id": "C1", "name": f"Digest {id_}"}
    dates = {"created_at": due, "changed_at": due, "next_due": due}
    return {"id": id_, "workspace_id": team, "definition": definition, **people, **dates}
