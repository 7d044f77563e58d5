"""Channels that want no previews: kept once, written down once, and gone with their workspace."""

import asyncio

from bot.store import audit, installations, muted_channels
from bot.store.database import Database
from tests.samples.store_rows import at, audit_entry, connect, fill, install, rows


async def test_a_channel_is_muted_until_somebody_says_otherwise(db: Database) -> None:
    assert not await muted_channels.is_muted(db, "T1", "C1")
    assert await muted_channels.mute(db, "C1", audit_entry("muted"), None)
    assert [await muted_channels.is_muted(db, *place) for place in (("T1", "C1"), ("T1", "C2"), ("T2", "C1"))] == [
        True,
        False,
        False,
    ]
    assert await muted_channels.unmute(db, "C1", audit_entry("unmuted"))
    assert not await muted_channels.is_muted(db, "T1", "C1")
    assert [one.action for one in await audit.newest(db)] == ["unmuted", "muted"]


async def test_what_is_so_already_changes_nothing_and_is_not_written_down(db: Database) -> None:
    assert [await muted_channels.mute(db, "C1", audit_entry("muted"), None) for _ in range(2)] == [True, False]
    assert [await muted_channels.unmute(db, "C1", audit_entry("unmuted")) for _ in range(2)] == [True, False]
    assert not await muted_channels.unmute(db, "C1", audit_entry("unmuted", "T9"))
    assert len(await audit.newest(db)) == 2


async def test_of_many_who_mute_a_channel_at_once_one_does_it(db: Database) -> None:
    done = await asyncio.gather(*(muted_channels.mute(db, "C1", audit_entry("muted"), None) for _ in range(12)))
    assert sorted(done) == [False] * 11 + [True]
    assert len(await audit.newest(db)) == 1


async def test_many_at_once_are_all_answered_and_none_is_lost(db: Database) -> None:
    await asyncio.gather(*(muted_channels.mute(db, f"C{n % 3}", audit_entry("muted"), None) for n in range(12)))
    assert [await muted_channels.is_muted(db, "T1", f"C{n}") for n in range(3)] == [True] * 3
    await asyncio.gather(
        *(muted_channels.unmute(db, "C0", audit_entry("unmuted")) for _ in range(6)),
        *(muted_channels.mute(db, "C1", audit_entry("muted"), None) for _ in range(6)),
    )
    assert (await rows(db))["muted_channels"] == 2


async def test_a_workspace_that_leaves_takes_its_muted_channels_along(db: Database) -> None:
    await fill(db)
    for team in ("T1", "T2"):
        await install(db, team)
        await connect(db, team)
        await muted_channels.mute(db, "C1", audit_entry("muted", team), None)
    await installations.forget(db, "T1", at(10))
    assert not await muted_channels.is_muted(db, "T1", "C1")
    assert await muted_channels.is_muted(db, "T2", "C1")


async def test_an_organization_that_leaves_takes_its_workspaces_muted_channels_along(db: Database) -> None:
    await install(db, "E1", is_enterprise_install=True)
    await muted_channels.mute(db, "C1", audit_entry("muted"), "E1")
    await installations.forget(db, "E1", at(10))
    assert await rows(db) == {}
