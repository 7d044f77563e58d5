"""A workspace leaves: all that is older than that goes, and nothing newer, whatever the order in which it is told."""

import asyncio

import pytest
from sqlalchemy import insert

from bot.records import Connection, Preferences, Profile
from bot.store import audit, installations, profiles
from bot.store.database import Database
from tests.samples.store_rows import (
    KEY,
    NOW,
    at,
    audit_entry,
    connect,
    fill,
    install,
    prefer,
    rows,
    until_somebody_waits,
)

SECOND = NOW.replace(microsecond=0)  # as Slack tells it


async def test_a_workspace_that_leaves_takes_everything_along(db: Database) -> None:
    await fill(db)
    assert await installations.forget(db, "T1", at(10))
    assert await rows(db) == {}


async def test_other_workspaces_are_left_alone(db: Database) -> None:
    await fill(db)
    before = await profiles.read(db, "T1")
    await install(db, "T2")
    await connect(db, "T2")
    assert await installations.forget(db, "T2", at(10))
    assert await profiles.read(db, "T1") == before
    assert await rows(db) == {
        **dict.fromkeys(("installations", "workspaces", "connections", "preferences", "managers"), 1),
        "audit": 2,
    }


async def test_leaving_is_told_twice_and_by_those_who_were_never_there(db: Database) -> None:
    assert not await installations.forget(db, "T9", at(10))
    await fill(db)
    assert [await installations.forget(db, "T1", at(10)) for _ in range(2)] == [True, False]


async def test_a_workspace_that_only_connected_leaves_too(db: Database) -> None:
    """Its token is in the environment, so there is no installation."""
    await connect(db)
    assert not await installations.forget(db, "T1", at(10))
    assert await rows(db) == {}


async def test_what_came_after_the_news_of_leaving_stays(db: Database) -> None:
    await fill(db)
    again = await install(db, when=at(60))
    assert not await installations.forget(db, "T1", at(10))
    assert await installations.find(db, "T1", None) == again
    assert await rows(db) == {"installations": 1}


async def test_a_key_set_after_coming_back_stays_and_what_was_there_before_goes(db: Database) -> None:
    """The news of leaving comes late: the app was added again, and somebody connected, meanwhile."""
    await fill(db)
    await install(db, when=at(60))
    kept = await connect(db, when=at(70))
    await installations.forget(db, "T1", at(10))
    assert await profiles.read(db, "T1") == Profile(kept, Preferences(), frozenset())
    assert [one.at for one in await audit.newest(db)] == [at(70)]


async def test_settings_chosen_after_coming_back_stay_and_the_key_from_before_goes(db: Database) -> None:
    await fill(db)
    chosen = await prefer(db, "T1", at(70), "U3", audience="channel")
    await installations.forget(db, "T1", at(10))
    managers = frozenset({"U2", "U3"})  # U2 stood in the form, and whoever saved it left that as it was
    assert await profiles.read(db, "T1") == Profile(None, chosen, managers)


@pytest.mark.parametrize(("installed", "stays"), [(-0.2, False), (0.0, False), (0.999999, False), (1.0, True)])
async def test_what_is_of_the_second_in_which_a_workspace_left_goes(
    db: Database, installed: float, stays: bool
) -> None:
    moment = SECOND + (at(installed) - NOW)
    await install(db, when=moment)
    await connect(db, when=moment)
    assert await installations.forget(db, "T1", SECOND) is not stays
    assert bool(await rows(db)) is stays


async def test_an_organization_takes_its_workspaces_along_but_those_with_an_installation_of_their_own(
    db: Database,
) -> None:
    await install(db, "E1", is_enterprise_install=True)
    await install(db, "T2", enterprise_id="E1")
    own = await connect(db, "T2", enterprise_id="E1")
    others = await connect(db, "T3", enterprise_id="E2")
    await connect(db, "T1", enterprise_id="E1")
    await connect(db, "E1", enterprise_id="E1")  # where Slack names no workspace
    assert await installations.forget(db, "E1", at(10))
    kept = {id_: (await profiles.read(db, id_)).connection for id_ in ("E1", "T1", "T2", "T3")}
    assert kept == {"E1": None, "T1": None, "T2": own, "T3": others}
    assert await installations.find(db, "T2", "E1")
    assert await installations.find(db, "T1", "E1") is None


async def test_a_workspace_with_an_installation_of_its_own_leaves_alone(db: Database) -> None:
    whole = await install(db, "E1", is_enterprise_install=True)
    await install(db, "T2", enterprise_id="E1")
    other = await connect(db, "T1", enterprise_id="E1")
    assert await installations.forget(db, "T2", at(10))
    assert await installations.find(db, "T2", "E1") == whole
    assert (await profiles.read(db, "T1")).connection == other


async def test_an_organization_that_came_back_keeps_what_its_workspaces_set_since(db: Database) -> None:
    await install(db, "E1", when=at(60), is_enterprise_install=True)
    await connect(db, "T1", enterprise_id="E1")
    newer = await connect(db, "T2", when=at(70), enterprise_id="E1")
    assert not await installations.forget(db, "E1", at(10))
    assert (await profiles.read(db, "T1")).connection is None
    assert (await profiles.read(db, "T2")).connection == newer


async def test_a_workspace_that_joined_an_organization_leaves_with_it(db: Database) -> None:
    await connect(db, "T1")
    await audit.note(db, audit_entry(when=at(1)), "E1")
    await audit.note(db, audit_entry(when=at(2)))  # Slack does not name the organization everywhere
    await installations.forget(db, "E1", at(10))
    assert await rows(db) == {}


async def test_an_organization_takes_the_app_away_from_some_of_its_workspaces(db: Database) -> None:
    whole = await install(db, "E1", is_enterprise_install=True)
    await connect(db, "T1", enterprise_id="E1")
    newer = await connect(db, "T2", when=at(11.5), enterprise_id="E1")
    other = await connect(db, "T3", enterprise_id="E1")
    await install(db, "T4", enterprise_id="E1")
    own = await connect(db, "T4", enterprise_id="E1")
    await installations.forget_workspaces(db, ["T1", "T2", "T4", "T9"], at(10))
    await installations.forget_workspaces(db, [], at(10))
    kept = [(await profiles.read(db, id_)).connection for id_ in ("T1", "T2", "T3", "T4")]
    assert kept == [None, newer, other, own]
    assert await installations.find(db, "T1", "E1") == whole


async def test_a_key_set_at_the_moment_in_which_old_news_arrive_is_not_lost(db: Database) -> None:
    await prefer(db)
    values = {"workspace_id": "T1", "key": KEY, "connected_by": "U1", "connected_at": at(60)}
    async with db.writing() as connection:
        await audit.add(db, connection, audit_entry("connected", when=at(60)), None)
        await connection.execute(insert(db.tables.connections).values(values))
        leaving = asyncio.create_task(installations.forget(db, "T1", at(10)))
        await until_somebody_waits(db)
    await leaving
    assert (await profiles.read(db, "T1")).connection == Connection(KEY, "U1", at(60))
    assert [one.at for one in await audit.newest(db)] == [at(60)]
