"""Anybody in a channel switches its previews off and on again: for that channel alone, and written down."""

from typing import Any

import pytest

from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.links import CHANNEL, LINK, OTHER_CHANNEL, SHARED, outcomes, post
from tests.drivers.slash_command import ask, ask_one, said
from tests.drivers.workspaces import CHANNELS, HARBOR, OWNERS, SUNRISE, rows, two_connected

MUTED = "are muted in this channel, for everybody. `/campaign unmute` brings them back."


async def answered(here: World, typed: str, *, user: str = "U01OWNER", channel: str = CHANNEL) -> Message:
    """Type it, and return what the person alone is told."""
    (reply,) = [one for one in await ask(here, typed, user=user, channel=channel) if one.ephemeral_for]
    return reply


@pytest.mark.parametrize("user", ["U01OWNER", "U03MEMBER", "U04GUEST"])
async def test_anybody_mutes_a_channel_and_brings_previews_back(
    log_lines: list[dict[str, Any]], here: World, user: str
) -> None:
    assert MUTED in said(await answered(here, "mute", user=user))
    assert not (await post(here, LINK)).previews
    assert (await post(here, LINK, channel=OTHER_CHANNEL)).previews
    assert "are shown in this channel again." in said(await answered(here, "unmute", user="U03MEMBER"))
    assert (await post(here, LINK)).previews
    assert outcomes(log_lines) == ["muted", "answered", "answered"]


async def test_only_whoever_asked_reads_the_answer(here: World) -> None:
    for word in ("mute", "unmute"):
        assert (await ask_one(here, word, channel=OTHER_CHANNEL)).ephemeral_for == "U01OWNER"


async def test_saying_it_twice_is_said_and_written_down_once(here: World) -> None:
    first, second = [said(await ask_one(here, "mute")) for _ in range(2)]
    assert "muted already" not in first
    assert "were already muted in this channel" in second
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
    assert "managers turned them off for the whole workspace" in said(await ask_one(here, "unmute"))


async def test_a_muted_channel_goes_with_its_workspace(make_world: MakeWorld) -> None:
    here = await two_connected(make_world)
    for team in (SUNRISE, HARBOR):
        await ask(here, "mute", user=OWNERS[team], channel=CHANNELS[team])
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
    await here.slack.site.until(lambda: "turned previews off" in said(here.slack.modals_of("U01OWNER")[0].view))


async def test_the_channel_sees_who_muted_it_and_who_brought_previews_back(here: World) -> None:
    for word, line in (
        ("mute", "<@U03MEMBER> muted previews of careCycle links here, for everybody. `/campaign unmute` brings them"),
        ("unmute", "<@U03MEMBER> turned previews of careCycle links back on here."),
    ):
        replies = await ask(here, word, user="U03MEMBER", channel=CHANNEL)
        (seen,) = [one for one in replies if one.ephemeral_for is None]
        assert line in seen.text
        # Saying it twice changes nothing, so the channel hears nothing.
        (again,) = await ask(here, word, user="U03MEMBER", channel=CHANNEL)
        assert "already" in again.text or "were not muted" in again.text


async def test_where_the_app_is_not_the_person_is_told_that_nobody_else_was(here: World) -> None:
    for word in ("mute", "unmute"):
        reply = await ask_one(here, word, channel=OTHER_CHANNEL)
        assert "This app is not in that conversation, so nobody else there was told." in reply.text


async def test_a_slow_slack_does_not_hold_the_answer_back(here: World) -> None:
    await ask(here, "mute", channel=CHANNEL)
    here.slack.faults.set("web_api_slow")
    replies = await ask(here, "unmute", channel=CHANNEL)
    (reply,) = [one for one in replies if one.ephemeral_for]
    assert "The channel is being told." in reply.text
    assert any("turned previews" in one.text for one in here.slack.workspace.messages if not one.ephemeral_for)


@pytest.mark.parametrize("typed", ["<#C01AEP|aep-outreach>", "<#C01AEP>"])
async def test_another_channel_is_muted_by_somebody_who_is_there(here: World, typed: str) -> None:
    reply = await ask_one(here, f"mute {typed}", channel=SHARED)
    assert "Previews of careCycle links are muted in <#C01AEP>, for everybody." in reply.text
    assert not (await post(here, LINK, channel=OTHER_CHANNEL)).previews
    assert "are shown in <#C01AEP> again" in (await ask_one(here, f"unmute {typed}", channel=SHARED)).text
    assert (await post(here, LINK, channel=OTHER_CHANNEL)).previews


@pytest.mark.parametrize("kind", ["not there", "private, without the app", "private, with the app", "nobody's"])
async def test_a_channel_the_person_is_not_in_stays_as_it_is_and_is_not_told_from_none(here: World, kind: str) -> None:
    channels = here.slack.workspace.channels
    app = kind == "private, with the app"
    made = type(channels[CHANNEL])("C09SECRET", "secret", is_private=True, bot_is_member=app, only_for="U02ADMIN")
    if kind != "nobody's":
        channels["C09SECRET"] = made
    reply = await ask_one(here, "mute <#C09SECRET|secret>", user="U03MEMBER", channel=CHANNEL)
    assert reply.text == (
        "Slack did not confirm that you are in that channel, so nothing was changed. "
        "Type `/campaign mute` in the channel itself; anybody there can."
    )
    assert await rows(here, "muted_channels") == []


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("all", "is for one channel at a time, so nothing was changed. Managers turn previews on or off"),
        ("everywhere", "is for one channel at a time"),
        ("#other", "Slack did not tell this app which channel that is, so nothing was changed."),
        ("#one #two", "is for the channel you type it in. Nothing was changed."),
        ("<#C01AEP|a> <#C02STANDUP|b>", "is for the channel you type it in. Nothing was changed."),
        ("https://app.carecycle.ai/campaigns", "is for the channel you type it in. Nothing was changed."),
    ],
)
async def test_what_it_does_not_do_it_says(here: World, typed: str, answer: str) -> None:
    for word in ("mute", "unmute"):
        assert answer in (await ask_one(here, f"{word} {typed}", channel=CHANNEL)).text
    assert await rows(here, "muted_channels") == []


@pytest.mark.parametrize("typed", ["here", "this channel", "please"])
async def test_words_that_mean_this_channel_are_understood(here: World, typed: str) -> None:
    assert MUTED in said(await answered(here, f"mute {typed}"))


async def test_a_word_that_is_no_channel_mutes_nothing(here: World) -> None:
    assert "Nothing was changed." in said(await answered(here, "mute medicare"))
    assert await rows(here, "muted_channels") == []
