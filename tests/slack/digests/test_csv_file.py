"""*Send me a CSV* in the window with all campaigns: a file in one's own messages, or why there is none."""

import csv
import io

import pytest

from bot.errors import StoreUnavailable
from bot.manifest import FILES_WRITE
from bot.store import audit, digests
from playground.slack.workspace import Message, Modal
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.digest_forms import GUEST, MEMBER, OWNER, TEAM, made, press_in, still
from tests.drivers.scopes import grant
from tests.drivers.slash_command import finished, said
from tests.slack.digests.test_all_campaigns import choose, figures, opened, sent

BUTTON = "Send me a CSV"
_METHODS = ("files.getUploadURLExternal", "chat.postMessage", "files.completeUploadExternal")


async def window(here: World, count: int = 3, *, user: str = OWNER) -> tuple[Modal, str]:
    """The open window of a delivery with so many campaigns, and its run."""
    digest = await made(here)
    await sent(here, digest, [figures(1)], days=1)
    run = await sent(here, digest, map(figures, range(count)))
    return await opened(here, digest, run, user=user), run


def own(here: World, user: str = OWNER) -> list[Message]:
    """This person's messages with the app."""
    return [one for one in here.slack.workspace.messages if one.channel == f"D-{user}"]


def rows(here: World) -> list[list[str]]:
    """The lines of the one file that was sent."""
    (file,) = here.slack.api.files.by_id.values()
    assert file.content
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))


async def test_all_campaigns_come_as_a_file_below_a_message_that_says_which(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await grant(here, FILES_WRITE)
    modal, run = await window(here, 55, user=MEMBER)
    await choose(here, modal, run, "name")
    await press_in(here, modal, BUTTON)
    text, file = own(here, MEMBER)
    assert "Here are the 55 campaigns of *Morning digest* as of" in text.text
    assert file.files[0]["name"] == "Morning digest, Fri, Nov 20.csv"
    assert [row[1] for row in rows(here)[1:]] == [f"Campaign {number:03}" for number in range(55)]
    assert rows(here)[2][5:] == ["0", "1000", "1", "1", "499"]
    assert "✅ The file with all 55 campaigns is in your messages with this app." in said(modal.view)
    assert "Campaign 039" in said(modal.view)
    called = [name for name, _ in here.slack.api.calls if name in _METHODS]
    assert called == list(_METHODS)  # the address, the message, the file


async def test_the_audit_trail_says_who_asked_of_which_digest_and_how_much_and_nothing_that_is_in_it(
    make_world: MakeWorld,
) -> None:
    here, _ = await still(make_world)
    await grant(here, FILES_WRITE)
    modal, _ = await window(here, 55, user=MEMBER)
    await press_in(here, modal, BUTTON)
    (digest,) = await digests.of_workspace(here.bot.db, TEAM)
    entry = (await audit.newest(here.bot.db, TEAM))[0]
    assert (entry.actor, entry.action) == (MEMBER, "digest csv requested")
    assert entry.details == {"digest": digest.id, "channel": digest.channel_id, "rows": 55}


async def test_no_file_leaves_without_an_entry(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    here, _ = await still(make_world)
    await grant(here, FILES_WRITE)
    modal, _ = await window(here)

    async def away(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(audit, "note", away)
    await press_in(here, modal, BUTTON)
    assert own(here) == []
    assert not [name for name, _ in here.slack.api.calls if name in _METHODS]


async def test_without_the_scope_there_is_no_button(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    modal, _ = await window(here)
    assert BUTTON not in said(modal.view)


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        ("upload_down", "Slack is not taking files right now, so nothing was sent."),
        ("files_refused", "Slack does not take a file from this app here, so nothing was sent."),
        ("messages_limited", "Slack is not taking files right now, so nothing was sent."),
    ],
)
async def test_when_slack_takes_no_file_no_message_is_left_and_the_window_says_so(
    make_world: MakeWorld, fault: str, wanted: str
) -> None:
    here, _ = await still(make_world)
    await grant(here, FILES_WRITE)
    modal, _ = await window(here)
    here.slack.faults.set(fault)
    await press_in(here, modal, BUTTON)
    here.slack.faults.set("none")
    assert wanted in said(modal.view)
    assert own(here) == []
    assert "Campaign 001" in said(modal.view)
    await press_in(here, modal, BUTTON)  # the same window, a moment later
    assert "✅" in said(modal.view)
    assert [len(one.files) for one in own(here)] == [0, 1]


async def test_a_file_that_slack_took_without_saying_so_is_not_sent_again(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await grant(here, FILES_WRITE)
    modal, _ = await window(here)
    here.slack.faults.set("file_answer_lost")
    await press_in(here, modal, BUTTON)
    assert "did not say whether it took the file" in said(modal.view)
    assert [len(one.files) for one in own(here)] == [0, 1]


async def test_an_upload_address_that_is_not_slacks_gets_nothing(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await grant(here, FILES_WRITE)
    modal, _ = await window(here)
    here.slack.api.files.base = "https://slack.com.evil.example"
    await press_in(here, modal, BUTTON)
    assert "so nothing was sent" in said(modal.view)
    assert own(here) == []


async def test_a_scope_that_was_taken_away_meanwhile_is_said(make_world: MakeWorld) -> None:
    here, _ = await still(make_world)
    await grant(here, FILES_WRITE)
    modal, _ = await window(here)
    here.slack.api.scopes.discard(FILES_WRITE)
    await press_in(here, modal, BUTTON)
    assert "Slack does not take a file from this app here" in said(modal.view)
    assert own(here) == []


async def test_guests_who_see_the_window_get_the_file_and_who_may_not_see_it_does_not(make_world: MakeWorld) -> None:
    here, time = await still(make_world)
    await grant(here, FILES_WRITE)
    modal, _ = await window(here, user=GUEST)
    await press_in(here, modal, BUTTON)
    assert len(own(here, GUEST)) == 2
    here.slack.workspace.people[GUEST].team_id = "T0ELSEWHERE"
    time.move(301)
    await press_in(here, modal, BUTTON)
    await finished(here)
    assert "Only people at the company that uses this app" in said(modal.view)
    assert len(own(here, GUEST)) == 2
