"""Anybody in a channel switches its previews off and on again: for that channel alone, and written down."""

from typing import Any

import pytest

from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.links import CHANNEL, LINK, OTHER_CHANNEL, SHARED, outcomes, post
from tests.drivers.slash_command import ask_one, said
from tests.drivers.workspaces import CHANNELS, HARBOR, OWNERS, SUNRISE, rows, two_connected

MUTED = "are muted in this channel, for everybody. `/campaign unmute` brings them back."


@pytest.mark.parametrize("user", ["U01OWNER", "U03MEMBER", "U04GUEST"])
async def test_anybody_mutes_a_channel_and_brings_previews_back(
    log_lines: list[dict[str, Any]], here: World, user: str
) -> None:
    assert MUTED in said(await ask_one(here, "mute", channel=CHANNEL, user=user))
    assert not (await post(here, LINK)).previews
    assert (await post(here, LINK, channel=OTHER_CHANNEL)).previews
    assert "are shown in this channel again." in said(await ask_one(here, "unmute", channel=CHANNEL, user="U03MEMBER"))
    assert (await post(here, LINK)).previews
    assert outcomes(log_lines) == ["muted", "answered", "answered"]


async def test_only_whoever_asked_reads_the_answer(here: World) -> None:
    for word in ("mute", "unmute"):
        assert (await ask_one(here, word, channel=CHANNEL)).ephemeral_for == "U01OWNER"


async def test_saying_it_twice_is_said_and_written_down_once(here: World) -> None:
    first, second = [said(await ask_one(here, "mute")) for _ in range(2)]
    assert "muted already" not in first
    assert "were muted already in this channel" in second
    await ask_one(here, "unmute")
    assert "were not muted in this channel." in said(await ask_one(here, "unmute"))
    workspace = await here.bot.workspaces.of(SUNRISE)
    assert [
        (audit_entry.action, audit_entry.actor, dict(audit_entry.details))
        for audit_entry in await workspace.audit_entries(9)
    ] == [
        ("unmuted", "U01OWNER", {"channel": OTHER_CHANNEL}),
        ("muted", "U01OWNER", {"channel": OTHER_CHANNEL}),
    ]


async def test_bringing_previews_back_says_when_managers_switched_them_off(here: World) -> None:
    workspace = await here.bot.workspaces.of(SUNRISE)
    await workspace.save_preferences(type(workspace.preferences)(previews=False), (), "U01OWNER")
    await ask_one(here, "mute")
    assert "managers have switched them off for the whole workspace" in said(await ask_one(here, "unmute"))


async def test_a_muted_channel_goes_with_its_workspace(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    for team in (SUNRISE, HARBOR):
        await ask_one(here, "mute", user=OWNERS[team], channel=CHANNELS[team])
    await here.slack.uninstall(SUNRISE)
    assert [row["workspace_id"] for row in await rows(here, "muted_channels")] == [HARBOR]


async def test_a_mute_counts_at_once_in_a_shared_channel_too(here: World) -> None:
    await ask_one(here, "mute", channel=SHARED)
    assert not (await post(here, LINK, channel=SHARED)).previews


async def test_without_its_database_the_bot_says_that_nothing_was_done(here: World) -> None:
    await ask_one(here, "help")
    async with here.bot.db.engine.begin() as db:
        await db.exec_driver_sql("ALTER TABLE muted_channels RENAME TO away")
    for word in ("mute", "unmute"):
        assert "cannot reach its own database" in said(await ask_one(here, word))
    async with here.bot.db.engine.begin() as db:
        await db.exec_driver_sql("ALTER TABLE away RENAME TO muted_channels")
    assert (await post(here, LINK, channel=OTHER_CHANNEL)).previews


async def test_the_settings_show_who_muted(here: World) -> None:
    await ask_one(here, "mute", user="U03MEMBER")
    await here.slack.say("/campaign settings", channel=CHANNEL)
    await here.slack.site.until(lambda: bool(here.slack.modals_of("U01OWNER")))
    await here.slack.site.until(lambda: "switched previews off" in said(here.slack.modals_of("U01OWNER")[0].view))
