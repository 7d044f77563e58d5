"""What is kept of a workspace: its key, its preferences, its managers."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import StatementError

from bot.records import Connection, Preferences, Profile
from bot.store import audit, profiles
from bot.store.database import Database
from tests.samples.store_rows import KEY, NOW, at, audit_entry, connect, prefer

# What a preference of a type may be, the default and others; of a Literal it is each of its words.
VALUES: dict[Any, tuple[Any, ...]] = {
    bool: (True, False),
    str: ("https://app.carecycle.ai/campaigns/{id}", ""),
    frozenset[str]: (frozenset({"routing", "dates"}), frozenset()),
    Mapping[str, str]: ({"limit": "pageSize", "search": "q"}, {}),
}


async def test_a_workspace_never_heard_of_has_nothing_and_the_defaults(db: Database) -> None:
    assert await profiles.read(db, "T9") == Profile(None, Preferences(), frozenset())


async def test_a_key_is_kept_with_who_set_it_and_when(db: Database) -> None:
    kept = await connect(db)
    read = (await profiles.read(db, "T1")).connection
    assert read == kept == Connection(KEY, "U1", NOW, None)
    assert (await profiles.read(db, "T2")).connection is None


async def test_a_second_key_takes_the_place_of_the_first_and_is_not_broken(db: Database) -> None:
    await connect(db)
    await profiles.mark_broken(db, "T1", NOW, at(1))
    replaced = await connect(db, when=at(2), key=SecretStr("cc_OTHER"))
    assert (await profiles.read(db, "T1")).connection == replaced
    assert len(await audit.newest(db, "T1")) == 2


async def test_disconnecting_forgets_the_key_and_nothing_else_of_nobody_else(db: Database) -> None:
    chosen = await prefer(db, "T1", NOW, "U7", audience="channel")
    await connect(db)
    other = await connect(db, "T2")
    await profiles.disconnect(db, audit_entry("disconnected", when=at(1)))
    assert await profiles.read(db, "T1") == Profile(None, chosen, frozenset({"U7"}))
    assert (await profiles.read(db, "T2")).connection == other


async def test_disconnecting_twice_is_noted_once(db: Database) -> None:
    await connect(db)
    for second in (1, 2):
        await profiles.disconnect(db, audit_entry("disconnected", when=at(second)))
    assert [one.action for one in await audit.newest(db, "T1")] == ["disconnected", "connected"]


async def test_disconnecting_what_never_connected_leaves_no_trace(db: Database) -> None:
    await profiles.disconnect(db, audit_entry("disconnected", "T9"))
    assert await audit.newest(db) == []


async def test_of_all_who_notice_a_broken_key_at_once_one_is_the_first(db: Database) -> None:
    await connect(db)
    noticed = await asyncio.gather(*(profiles.mark_broken(db, "T1", NOW, at(second)) for second in range(20)))
    assert sorted(noticed) == [False] * 19 + [True]
    kept = (await profiles.read(db, "T1")).connection
    assert kept
    assert kept.broken_at == at(noticed.index(True))


async def test_who_comes_with_a_key_that_was_replaced_meanwhile_breaks_nothing(db: Database) -> None:
    await connect(db)
    replaced = await connect(db, when=at(5))
    assert not await profiles.mark_broken(db, "T1", NOW, at(6))
    assert not await profiles.mark_broken(db, "T9", NOW, at(6))
    assert (await profiles.read(db, "T1")).connection == replaced


async def test_a_mended_key_can_break_again(db: Database) -> None:
    kept = await connect(db)
    await profiles.mark_broken(db, "T1", NOW, at(1))
    await profiles.mark_working(db, "T1", at(5))  # of another key: nothing happens
    assert not await profiles.mark_broken(db, "T1", NOW, at(2))
    await profiles.mark_working(db, "T1", NOW)
    assert (await profiles.read(db, "T1")).connection == kept
    assert await profiles.mark_broken(db, "T1", NOW, at(3))


async def test_preferences_are_kept_as_they_were_chosen(db: Database) -> None:
    first = await prefer(
        db,
        audience="channel",
        hidden=frozenset({"routing", "dates"}),
        agents="nobody",
        shared_channels="none",
        params={"limit": "pageSize", "search": "q"},
    )
    assert (await profiles.read(db, "T1")).preferences == first
    second = await prefer(db, when=at(1), hidden=frozenset({"dates"}))
    assert (await profiles.read(db, "T1")).preferences == second != first


async def test_every_preference_is_read_back_as_it_was_written_whatever_it_is(db: Database) -> None:
    kinds = get_type_hints(Preferences)
    for one in fields(Preferences):
        for value in _values(kinds[one.name]):
            chosen = await prefer(db, **{one.name: value})
            assert (await profiles.read(db, "T1")).preferences == chosen, one.name


def _values(kind: Any) -> Iterable[Any]:
    assert get_origin(kind) is Literal or kind in VALUES, f"say in VALUES what a preference of the type {kind} may be"
    return get_args(kind) if get_origin(kind) is Literal else VALUES[kind]


async def test_what_the_version_before_writes_is_read_with_the_defaults_of_what_it_does_not_know(db: Database) -> None:
    """Both run side by side while the program is brought up to date."""
    await prefer(db, "T1", NOW)
    table, known = db.tables.preferences, ("workspace_id", "audience", "hidden", "agents", "shared_channels", "params")
    async with db.writing() as connection:
        row = dict((await connection.execute(select(table))).mappings().one())
        await connection.execute(delete(table))
        await connection.execute(insert(table).values({**{name: row[name] for name in known}, "changed_at": NOW}))
    kept = (await profiles.read(db, "T1")).preferences
    assert (kept.outsiders, kept.campaign_link, kept.link_tried, kept.previews) == ("short", "", False, True)


async def test_managers_come_and_go_one_by_one(db: Database) -> None:
    await prefer(db, "T2", NOW, "U9")
    for added, removed, there in (
        (("U1", "U2"), (), "U1 U2"),
        (("U2", "U3"), ("U1", "U4"), "U2 U3"),
        ((), ("U2",), "U3"),
    ):
        await profiles.save_preferences(db, Preferences(), added, removed, audit_entry("changed settings"), None)
        assert (await profiles.read(db, "T1")).managers == set(there.split())
    assert (await profiles.read(db, "T2")).managers == {"U9"}


async def test_managers_who_name_others_at_the_same_time_wait_for_each_other(db: Database) -> None:
    await asyncio.gather(*(prefer(db, "T1", at(number), f"U{number}", "U99") for number in range(8)))
    assert (await profiles.read(db, "T1")).managers == {"U99", *(f"U{number}" for number in range(8))}
    assert len(await audit.newest(db, "T1")) == 8


async def test_whoever_connects_disconnects_and_changes_settings_at_once_does_not_lose_to_the_others(
    db: Database,
) -> None:
    changes = [
        change
        for second in range(6)
        for change in (
            connect(db, when=at(second)),
            profiles.disconnect(db, audit_entry("disconnected", when=at(second))),
            prefer(db, "T1", at(second), "U1"),
            audit.note(db, audit_entry(when=at(second))),
        )
    ]
    await asyncio.gather(*changes)
    assert len([one for one in await audit.newest(db, "T1") if one.action != "disconnected"]) == 18


async def test_times_come_back_in_utc_whatever_zone_they_went_in_with(db: Database) -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    await connect(db, when=datetime(2026, 11, 23, 14, 32, 11, 123456, india))
    await profiles.mark_broken(db, "T1", NOW, NOW.astimezone(india))
    kept = (await profiles.read(db, "T1")).connection
    (noted,) = await audit.newest(db)
    times = [kept.connected_at, kept.broken_at, noted.at] if kept else []
    assert times == [NOW] * 3
    assert [time and time.tzinfo for time in times] == [UTC] * 3


async def test_a_time_without_a_zone_is_a_mistake_and_not_told_as_an_outage(db: Database) -> None:
    with pytest.raises(StatementError, match="a moment without a zone"):
        await connect(db, when=NOW.replace(tzinfo=None))
    assert await profiles.read(db, "T1") == Profile()
