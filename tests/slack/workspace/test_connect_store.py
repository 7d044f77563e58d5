"""The app's own database does not answer: what is in memory goes on, everything else says so, and nothing is lost."""

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.clock import Clock
from bot.store import audit, profiles
from playground.slack import events
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.broken_key import quiet
from tests.drivers.modals import (
    KEY,
    NEW_KEY,
    carecycle_of,
    choose,
    connected_timed,
    opened,
    set_up,
    submit,
    type_key,
    unconnected,
)
from tests.drivers.slash_command import ask, ask_one, press, said

OWNER, MEMBER, TEAM = "U01OWNER", "U03MEMBER", "T01SUNRISE"
DOWN = "This app cannot reach its own database. Nothing is wrong with what you asked; try again in a minute."


class Disk:
    """The folder of the database, which can be taken away and put back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file, self._away = folder / "campaign-bot.db", folder / "away.db"

    async def take_away(self, here: World) -> None:
        """From now on nothing can be read or written: where the file was is a folder."""
        async with here.bot.db.engine.connect() as connection:  # there is one: nobody is in the middle of something
            await connection.rollback()
            await connection.invalidate()  # SQLite writes all it has into the file when its last connection closes
            assert [file.name for file in self.folder.glob("*.db*")] == [self._file.name]
            self._file.rename(self._away)
            self._file.mkdir()

    def put_back(self) -> None:
        self._file.rmdir()
        self._away.rename(self._file)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "data")


async def _connected(make_world: MakeWorld, disk: Disk) -> tuple[World, Clockwork]:
    return await connected_timed(make_world, data_dir=disk.folder)


async def test_commands_of_a_workspace_in_memory_are_answered_for_a_quarter_of_an_hour(
    make_world: MakeWorld, disk: Disk
) -> None:
    here, time = await _connected(make_world, disk)
    await ask_one(here, AEP)
    await disk.take_away(here)
    for _ in range(14):
        assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")
        time.move(60)
    assert len(carecycle_of(here).requests) == 15  # the key, and the campaign once a minute: not old cards
    time.move(120)
    assert DOWN in said(await ask_one(here, AEP))


async def test_a_workspace_not_in_memory_is_told_so_and_try_again_brings_the_card(
    make_world: MakeWorld, disk: Disk
) -> None:
    time = Clockwork()
    here = await make_world(data_dir=disk.folder, clock=Clock(time.now, time.time))
    await disk.take_away(here)
    notice = await ask_one(here, f"<https://app.carecycle.ai/campaigns/{AEP}>", user=MEMBER)
    assert DOWN in said(notice)
    for _ in range(2):
        await press(here, notice, "Try again", user=MEMBER)
        assert DOWN in said(notice)
    disk.put_back()
    time.move(6)  # for five seconds after a failure nobody asks the database again
    await press(here, notice, "Try again", user=MEMBER)
    assert notice.text.startswith("AEP Outreach 2026")
    assert here.slack.workspace.messages == [notice]


@pytest.mark.parametrize("typed", ["help", "connect", "settings", "Mrs Smith"])
async def test_what_cannot_be_asked_again_by_a_button_is_told_in_words_too(
    make_world: MakeWorld, disk: Disk, typed: str
) -> None:
    here = await unconnected(make_world, data_dir=disk.folder)
    await disk.take_away(here)
    assert DOWN in said(await ask_one(here, typed))


@pytest.mark.parametrize("label", ["Refresh", "Share to channel", "Details"])
async def test_buttons_of_a_workspace_no_longer_in_memory_say_so_beside_the_card(
    make_world: MakeWorld, disk: Disk, label: str
) -> None:
    here, time = await _connected(make_world, disk)
    card = await ask_one(here, AEP)
    await disk.take_away(here)
    time.move(16 * 60)
    await press(here, card, label)
    assert DOWN in said(here.slack.workspace.messages[-1])
    assert here.slack.workspace.messages[-1].ephemeral_for == OWNER
    assert card in here.slack.workspace.messages


async def test_a_key_cannot_be_kept_then_and_the_old_one_goes_on_working(make_world: MakeWorld, disk: Disk) -> None:
    here, time = await _connected(make_world, disk)
    modal = await opened(here, "connect")
    await disk.take_away(here)
    await type_key(here, modal, NEW_KEY)
    assert modal.errors == {"key": DOWN}
    time.move(60)
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")
    disk.put_back()
    await type_key(here, modal, NEW_KEY)
    assert "Connected to careCycle* with the key ending in `2222`" in said(modal.view)


async def test_settings_cannot_be_read_or_saved_then(make_world: MakeWorld, disk: Disk) -> None:
    here, _ = await _connected(make_world, disk)
    modal = await opened(here, "settings")
    await disk.take_away(here)
    await choose(here, modal, audience="channel")
    assert modal.errors == {"managers": DOWN}
    assert DOWN in said((await opened(here, "settings")).view)
    disk.put_back()
    await choose(here, modal, audience="channel")
    assert modal.errors == {}
    assert (await profiles.read(here.bot.db, TEAM)).preferences.audience == "channel"


async def test_nothing_is_disconnected_then(make_world: MakeWorld, disk: Disk) -> None:
    here, _ = await _connected(make_world, disk)
    modal = await opened(here, "disconnect")
    await disk.take_away(here)
    await submit(here, modal)
    assert DOWN in said(modal.view)
    assert (await ask_one(here, AEP)).text.startswith("AEP Outreach 2026")


async def test_a_card_is_shared_although_the_audit_trail_misses_it(
    log_lines: list[dict[str, Any]], make_world: MakeWorld, disk: Disk
) -> None:
    here, _ = await _connected(make_world, disk)
    await press(here, await ask_one(here, AEP), "Share to channel")
    card = await ask_one(here, AEP, user=MEMBER)
    await disk.take_away(here)
    await press(here, card, "Share to channel", user=MEMBER)
    assert here.slack.workspace.messages[-1].ephemeral_for is None
    assert [line for line in log_lines if line["event"] == "the audit trail misses a share"]
    disk.put_back()
    entries = await audit.newest(here.bot.db, TEAM)
    assert [(one.actor, one.action) for one in entries] == [(OWNER, "shared"), (OWNER, "connected")]
    assert entries[0].details == {"campaign": AEP, "channel": "C01AEP"}


async def test_who_connected_is_told_of_a_broken_key_once_the_database_answers_again(
    make_world: MakeWorld, disk: Disk
) -> None:
    here, time = await _connected(make_world, disk)
    await ask_one(here, AEP)
    await disk.take_away(here)
    carecycle_of(here).keys.pop(KEY)
    for _ in range(2):
        time.move(60)
        assert "no longer accepts" in said(await ask_one(here, AEP, user=MEMBER))
    assert not [one for one in here.slack.workspace.messages if one.channel == f"D-{OWNER}"]
    disk.put_back()
    for _ in range(2):
        time.move(60)
        await ask(here, AEP, user=MEMBER)
    await quiet(here)
    assert len([one for one in here.slack.workspace.messages if one.channel == f"D-{OWNER}"]) == 1


async def test_an_event_is_answered_so_that_slack_tells_of_it_again(make_world: MakeWorld, disk: Disk) -> None:
    here, _ = await _connected(make_world, disk)
    grant = here.slack.tokens.installed(here.slack.workspace)
    assert grant
    event = events.uninstalled(here.slack.workspace, grant)[1]
    await disk.take_away(here)
    assert await _status(here, event) == 503
    assert (await here.slack.deliver_event(event)).error == "dispatch_failed"
    disk.put_back()
    assert await _status(here, event) == 200


async def test_a_manager_set_up_before_is_one_still(make_world: MakeWorld, disk: Disk) -> None:
    here, time = await _connected(make_world, disk)
    await set_up(here, managers=[MEMBER])
    await ask_one(here, AEP)
    await disk.take_away(here)
    time.move(60)
    assert "submit" in (await opened(here, "connect", user=MEMBER)).view


async def _status(here: World, payload: dict[str, Any]) -> int:
    body = json.dumps(payload)
    headers = here.slack.deliveries.headers(body, "application/json")
    async with aiohttp.ClientSession() as session:
        async with session.post(str(here.slack.deliveries.url), data=body, headers=headers) as answer:
            return answer.status
