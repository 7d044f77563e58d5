"""What each role finds on App Home, and that none of it is for somebody else: every button there is pressed."""

from dataclasses import replace

import pytest

from bot.digests.digest import Pause
from bot.store import pauses
from playground.world import World
from tests.conftest import MakeWorld
from tests.drivers.app_home import buttons, labels, open_home, words_of
from tests.drivers.digest_forms import kept, made
from tests.drivers.judged_accounts import judged
from tests.drivers.modals import carecycle_of, close_all, connected_timed
from tests.drivers.slash_command import finished, said
from tests.samples.assessments import account, assessed, kinds

MANAGER, OWNER, MEMBER, GUEST = "U02ADMIN", "U01OWNER", "U03MEMBER", "U04GUEST"
STILL = account(assessed("AEP Outreach 2026", kinds()["standing-still"]), assessed("Spring", kinds()["past-end"]))
REFUSALS = ("Only managers", "Guests cannot", "That digest is gone", "Only people at", "older version of this app")
CONNECT = {"Connect careCycle", "Connect a new key"}
OF_DIGESTS = {"Pause for a day", "Resume", "Edit", "History", "Make a digest"}
OF_PROBLEMS = {"Check", "I’m on it", "Quiet until …", "Lift"}
# What people of each role may find, whatever the state; and what is theirs alone.
MAY = {
    MANAGER: OF_DIGESTS | OF_PROBLEMS | CONNECT | {"Settings"},
    MEMBER: OF_DIGESTS | OF_PROBLEMS | {"Ask Alice Moreno to connect"},
    GUEST: {"Check", "History"},
}
STATES = ("connected", "nothing connected", "a key that is refused")


async def at_home(make_world: MakeWorld, state: str) -> World:
    """Make a workspace with digests of a member and of a guest who was a member, one of them paused, and problems."""
    here, time = await connected_timed(make_world)
    await judged(here, STILL)
    await made(here, name="Theirs", user=MEMBER)
    (one,) = await kept(here)
    for other in (
        replace(one, id="b" * 16, name="Paused"),
        replace(one, id="c" * 16, name="A guest’s", owner_id=GUEST),
    ):
        await here.bot.services.digests.save(other, MEMBER, new=True)
    await pauses.pause(here.bot.db, "b" * 16, Pause(time.now(), "person", None, MANAGER))
    workspace = await here.bot.workspaces.of("T01SUNRISE")
    if state == "nothing connected":
        await workspace.disconnect(OWNER)
    if state == "a key that is refused":
        carecycle_of(here).keys.clear()
        time.move(60)
        await open_home(here, MANAGER)
    time.move(301)
    return here


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("user", MAY)
async def test_each_finds_what_they_may_use_and_nothing_else(make_world: MakeWorld, state: str, user: str) -> None:
    here = await at_home(make_world, state)
    await open_home(here, user)
    assert set(labels(here, user)) <= MAY[user]
    for found in [one for one in buttons(here, user) if "confirm" not in one]:
        await here.slack.press_home(here.slack.workspace, user, found)
        await finished(here)
        shown = [words_of(here, user), *(said(modal.view) for modal in here.slack.modals_of(user))]
        assert not [one for one in REFUSALS if one in "".join(shown)], found["text"]["text"]
        close_all(here)
