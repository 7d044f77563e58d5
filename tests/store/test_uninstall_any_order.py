"""Whatever happens in whatever order, leaving takes what is older and leaves what is newer: compared with a model."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.store import audit, installations, profiles
from bot.store.database import Database
from tests.samples.store_rows import NOW, audit_entry, connect, install, prefer

ORGANIZATION = {"T1": "E1", "T2": "E1", "T3": None}
WORKSPACES = list(ORGANIZATION)
Step = tuple[str, str, float, float]  # what, whose, seconds after the step before, seconds ago (of news that are late)
steps = st.lists(
    st.tuples(
        st.sampled_from(["install", "connect", "prefer", "note", "leave", "lose access"]),
        st.sampled_from([*WORKSPACES, "E1"]),
        st.sampled_from([0.2, 0.7, 1.0, 60.0]),
        st.sampled_from([0.0, 0.5, 1.0, 61.0]),
    ),
    max_size=25,
)


@dataclass
class Model:
    """When everything that should be there was made; of preferences every choice, since each one names a manager."""

    installed: dict[str, datetime] = field(default_factory=dict)
    connected: dict[str, datetime] = field(default_factory=dict)
    preferred: dict[str, set[datetime]] = field(default_factory=dict)
    noted: list[tuple[str, datetime]] = field(default_factory=list)

    def leave(self, id_: str, left_at: datetime) -> None:
        until = left_at + timedelta(seconds=1)
        own = self.installed.keys() - {id_}
        if self.installed.get(id_, until) < until:
            del self.installed[id_]
        self._empty({id_} | {one for one in WORKSPACES if ORGANIZATION[one] == id_ and one not in own}, until)

    def lose_access(self, id_: str, left_at: datetime) -> None:
        until = left_at + timedelta(seconds=1)
        if self.installed.get(id_, until) >= until:
            self._empty({id_}, until)

    def _empty(self, ids: set[str], until: datetime) -> None:
        for id_ in ids:
            if self.connected.get(id_, until) < until:
                del self.connected[id_]
            if max(self.preferred.get(id_, {until})) < until:  # the last choice decides about all of them
                del self.preferred[id_]
        self.noted = [(id_, when) for id_, when in self.noted if id_ not in ids or when >= until]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(steps=steps)
@example(steps=[("prefer", "T1", 1.0, 0.0), ("note", "T1", 60.0, 0.0), ("leave", "T1", 0.2, 1.0)])  # the note stays
@example(steps=[("connect", "T1", 1.0, 0.0), ("note", "T1", 60.0, 0.0), ("leave", "T1", 0.2, 1.0)])
@example(steps=[("prefer", "T1", 1.0, 0.0), ("prefer", "T1", 60.0, 0.0), ("leave", "T1", 0.2, 61.0)])  # the last stays
async def test_leaving_takes_what_is_older_and_leaves_what_is_newer(db: Database, steps: list[Step]) -> None:
    await _start_anew(db)
    model, now = Model(), NOW.replace(microsecond=0)
    for what, whose, after, ago in steps:
        now += timedelta(seconds=after)
        told = (now - timedelta(seconds=ago)).replace(microsecond=0)  # Slack's times are in whole seconds
        if what in ("leave", "lose access"):
            await _leave(db, model, what, whose, told)
            assert await _kept(db) == model
        elif what == "install" or whose in WORKSPACES:
            await _change(db, model, what, whose, now)
    assert await _kept(db) == model


async def _leave(db: Database, model: Model, what: str, whose: str, told: datetime) -> None:
    if what == "leave":
        model.leave(whose, told)
        await installations.forget(db, whose, told)
    else:
        model.lose_access(whose, told)
        await installations.forget_workspaces(db, [whose], told)


async def _change(db: Database, model: Model, what: str, whose: str, now: datetime) -> None:
    if what == "install":
        model.installed[whose] = now
        await install(db, whose, now)
        return
    model.noted.append((whose, now))
    if what == "connect":
        model.connected[whose] = now
        await connect(db, whose, now, enterprise_id=ORGANIZATION[whose])
    elif what == "prefer":
        model.preferred.setdefault(whose, set()).add(now)
        await prefer(db, whose, now, f"U{now:%H%M%S%f}", enterprise_id=ORGANIZATION[whose])
    else:
        await audit.note(db, audit_entry("shared", whose, now), ORGANIZATION[whose])


async def _kept(db: Database) -> Model:
    """The same of what the database holds; the managers' names say when they were chosen."""
    found = Model(noted=[(one.workspace_id, one.at) for one in reversed(await audit.newest(db))])
    for id_ in [*WORKSPACES, "E1"]:
        if installed := await installations.find(db, id_, None):
            found.installed[id_] = installed.installed_at
        profile = await profiles.read(db, id_)
        if profile.connection and profile.connection.connected_at:
            found.connected[id_] = profile.connection.connected_at
        if profile.managers:
            found.preferred[id_] = set(map(_chosen_at, profile.managers))
    return found


def _chosen_at(manager: str) -> datetime:
    return datetime.strptime(f"{NOW:%Y%m%d}{manager[1:]}+0000", "%Y%m%d%H%M%S%f%z")


async def _start_anew(db: Database) -> None:
    async with db.writing() as connection:
        for table in (db.tables.installations, db.tables.workspaces):
            await connection.execute(delete(table))
