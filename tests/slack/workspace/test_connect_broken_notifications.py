"""A key that careCycle refuses after it was good: who is told, when Slack, the program or that person is away."""

from pathlib import Path

import pytest

from bot.delivery.pace import Pace
from bot.store import alerts
from tests.conftest import AEP, MakeWorld
from tests.drivers.broken_key import (
    ADMIN,
    MEMBER,
    OWNER,
    REFUSED,
    Lines,
    ask_all,
    direct,
    events,
    quiet,
    restore,
    revoke,
)
from tests.drivers.modals import NEW_KEY, connected, connected_timed
from tests.drivers.slash_command import ask, ask_one, press, said


async def test_when_slack_takes_no_direct_message_nothing_else_fails_and_the_log_says_so(
    log_lines: Lines, make_world: MakeWorld
) -> None:
    here = await connected(make_world)
    revoke(here)
    here.slack.api.scopes.discard("chat:write")
    for _ in range(2):
        assert REFUSED in said(await ask_one(here, AEP, user=MEMBER))
        await quiet(here)
    assert events(log_lines, "nobody could be told", "bug") == ["nobody could be told"]
    assert direct(here) == []


@pytest.mark.parametrize("fault", ["web_api_down", "messages_limited"])
async def test_what_slack_did_not_take_is_told_as_soon_as_it_does(make_world: MakeWorld, fault: str) -> None:
    here, time = await connected_timed(make_world)
    revoke(here)
    here.slack.faults.set(fault)
    assert REFUSED in said(await ask_one(here, AEP, user=MEMBER))
    await quiet(here)
    here.slack.faults.set("none")
    time.move(61)
    for _ in range(3):
        await ask_all(here)
    assert len(direct(here)) == 1


async def test_without_who_connected_a_manager_is_told_and_can_set_a_new_key(make_world: MakeWorld) -> None:
    here = await connected(make_world)
    assert (await here.slack.connect(NEW_KEY, user=ADMIN)).errors == {}
    here.slack.workspace.people[ADMIN].deleted = True
    revoke(here, NEW_KEY)
    await ask_all(here)
    (told,) = direct(here)
    assert "ending in `2222` that <@U02ADMIN>, who is no longer here, set" in told.text
    assert direct(here, ADMIN) == []
    await press(here, told, "Connect a new key")
    assert here.slack.workspace.stack(OWNER)


@pytest.mark.parametrize("how", ["works again", "a new key", "disconnected"])
async def test_what_is_mended_before_anybody_was_told_is_not_told(make_world: MakeWorld, how: str) -> None:
    here, time = await connected_timed(make_world)
    revoke(here)
    here.slack.faults.set("messages_limited")
    await ask(here, AEP)
    await quiet(here)
    here.slack.faults.set("none")
    if how == "works again":
        restore(here)
        await ask(here, AEP)
    elif how == "a new key":
        assert (await here.slack.connect(NEW_KEY)).errors == {}
    else:
        workspace = await here.bot.workspaces.of("T01SUNRISE")
        await workspace.disconnect(OWNER)
    time.move(61)
    await here.bot.notifications.tell()
    assert (direct(here), await alerts.due(here.bot.db, time.now())) == ([], [])


async def test_what_somebody_who_died_did_not_tell_is_told_without_any_digest(
    make_world: MakeWorld, tmp_path: Path
) -> None:
    first = await connected(make_world, data_dir=tmp_path)
    await first.bot.scheduler.kill()
    revoke(first)
    await ask(first, AEP)
    assert direct(first) == []
    await first.bot.scheduler.start()
    await quiet(first)
    assert len(direct(first)) == 1


async def test_it_is_told_at_once(make_world: MakeWorld) -> None:
    here = await connected(make_world, pace=Pace(beat=3600))
    revoke(here)
    await ask(here, AEP)
    await quiet(here)
    assert len(direct(here)) == 1


@pytest.mark.parametrize("how", ["deactivated", "removed"])
async def test_when_slack_does_not_say_who_else_there_is_it_is_told_later(make_world: MakeWorld, how: str) -> None:
    here, time = await connected_timed(make_world)
    assert (await here.slack.connect(NEW_KEY, user=ADMIN)).errors == {}
    people = here.slack.workspace.people
    if how == "removed":
        del people[ADMIN]
    else:
        people[ADMIN].deleted = True
    here.slack.faults.set("people_hidden")
    revoke(here, NEW_KEY)
    await ask_all(here)
    assert direct(here) == []
    here.slack.faults.set("none")
    time.move(3700)
    await ask_all(here)
    assert len(direct(here)) == 1
