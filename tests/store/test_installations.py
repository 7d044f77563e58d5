"""The app in Slack's workspaces: whose token it is, and that it is kept until it is replaced."""

import asyncio
from dataclasses import replace
from datetime import UTC

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.records import Installation
from bot.store import installations
from bot.store.database import Database
from tests.samples.store_rows import NOW, REFRESH, TOKEN, at, connect, install, installation, rows

NEW, NEXT = SecretStr("xoxb-NEW"), SecretStr("xoxe-NEXT")


async def test_an_installation_comes_back_as_it_was(db: Database) -> None:
    whole = Installation(
        id="T1",
        bot_token=TOKEN,
        installed_at=NOW,
        enterprise_id="E1",
        is_enterprise_install=True,
        name="Sunrise – “Ünïcode” 🌅",
        app_id="A1",
        bot_refresh_token=REFRESH,
        bot_token_expires_at=at(43200),
        bot_id="B1",
        bot_user_id="U0",
        bot_scopes="commands,users:read",
        installed_by="U1",
    )
    await installations.save(db, whole)
    found = await installations.find(db, "T1", None)
    assert found == whole
    assert [found.installed_at.tzinfo, found.bot_token_expires_at and found.bot_token_expires_at.tzinfo] == [UTC] * 2


async def test_what_slack_left_out_stays_left_out(db: Database) -> None:
    bare = await install(db)
    assert await installations.find(db, "T1", None) == bare


async def test_installing_again_takes_the_place_of_the_first(db: Database) -> None:
    await install(db, bot_refresh_token=REFRESH, name="Sunrise")
    again = await install(db, when=at(60), bot_token=NEW, enterprise_id="E1")
    assert await installations.find(db, "T1", None) == again
    assert await rows(db) == {"installations": 1}


async def test_many_who_install_the_same_workspace_at_once_leave_one_whole_installation(db: Database) -> None:
    made = [installation(when=at(n), bot_token=SecretStr(f"xoxb-{n}"), installed_by=f"U{n}") for n in range(10)]
    await asyncio.gather(*(installations.save(db, one) for one in made))
    assert await installations.find(db, "T1", None) in made


async def test_a_workspaces_own_installation_goes_before_its_organizations(db: Database) -> None:
    whole = await install(db, "E1", is_enterprise_install=True)
    own = await install(db, "T1", enterprise_id="E1")
    assert await installations.find(db, "T1", "E1") == own
    assert await installations.find(db, "T2", "E1") == whole
    assert await installations.find(db, None, "E1") == whole


@pytest.mark.parametrize(("workspace", "organization"), [("T2", None), ("T2", "E2"), (None, "E2"), (None, None)])
async def test_nobody_elses_installation_is_found(
    db: Database, workspace: str | None, organization: str | None
) -> None:
    await install(db, "T1", enterprise_id="E1")
    await install(db, "E1", is_enterprise_install=True)
    assert await installations.find(db, workspace, organization) is None


async def test_new_tokens_are_kept_and_all_else_stays(db: Database) -> None:
    old = await install(db, bot_refresh_token=REFRESH, bot_token_expires_at=at(60), name="Sunrise")
    other = await install(db, "T2")
    await installations.save_tokens(db, old, NEW, NEXT, at(43200))
    found = await installations.find(db, "T1", None)
    assert found == replace(old, bot_token=NEW, bot_refresh_token=NEXT, bot_token_expires_at=at(43200))
    assert await installations.find(db, "T2", None) == other


async def test_new_tokens_of_an_installation_that_was_replaced_meanwhile_are_dropped(db: Database) -> None:
    old = await install(db)
    again = await install(db, when=at(0.000001))
    await installations.save_tokens(db, old, NEW, NEXT, at(43200))
    assert await installations.find(db, "T1", None) == again


async def test_new_tokens_of_an_installation_that_left_meanwhile_do_not_bring_it_back(db: Database) -> None:
    old = await install(db)
    await installations.forget(db, "T1", at(10))
    await installations.save_tokens(db, old, NEW, NEXT, at(43200))
    assert await rows(db) == {}


async def test_what_is_counted_are_installations_connections_and_broken_keys(db: Database) -> None:
    assert await installations.count(db) == (0, 0, 0)
    await install(db, "T1")
    await install(db, "E1", is_enterprise_install=True)
    for workspace in ("T1", "T2", "T3"):
        await connect(db, workspace)
    from bot.store import profiles

    await profiles.mark_broken(db, "T2", NOW, at(1))
    assert await installations.count(db) == (2, 3, 1)


async def test_a_secret_does_not_print_itself(db: Database) -> None:
    await install(db, bot_refresh_token=REFRESH)
    kept = await connect(db)
    shown = f"{await installations.find(db, 'T1', None)} {kept}"
    assert not [secret for secret in ("TOKEN", "REFRESH", "cc_KEY") if secret in shown]


async def test_what_went_wrong_in_the_database_is_told_without_what_was_stored(db: Database) -> None:
    await install(db, name="PLANTED")
    again = {**{name: getattr(installation(), name) for name in Installation.__slots__}, "name": "PLANTED"}
    with pytest.raises(IntegrityError) as caught:  # a mistake of ours: no outage
        async with db.writing() as connection:
            await connection.execute(db.tables.installations.insert().values(**again))
    assert "PLANTED" not in str(caught.value)
    async with db.reading() as connection:
        assert (await connection.scalar(select(db.tables.installations.c.name))) == "PLANTED"
