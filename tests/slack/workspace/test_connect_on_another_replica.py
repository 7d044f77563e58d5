"""What people typed before a workspace was connected is answered, whichever replica it came to."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from playground.slack.workspace import Message
from tests.conftest import AEP, MakeWorld, button
from tests.drivers.modals import KEY, type_key, unconnected
from tests.drivers.replicas import until
from tests.drivers.two_bots import TwoBots, two_bots


@pytest.fixture
async def two(make_world: MakeWorld, database_options: dict[str, Any]) -> AsyncIterator[TwoBots]:
    async with two_bots(await unconnected(make_world, **database_options)) as found:
        yield found


async def _type(two: TwoBots, text: str, to: int, *, user: str = "U01OWNER") -> Message:
    """Type a command that gets no card yet, and return the notice."""
    with two.balancer.only(to):
        await two.here.slack.say(f"/campaign {text}", user=user, channel="C01AEP")
    await two.finished()
    return two.here.slack.workspace.messages[-1]


def _cards(two: TwoBots, user: str) -> list[Message]:
    messages = two.here.slack.workspace.messages
    return [one for one in messages if one.ephemeral_for == user and one.text.startswith("AEP Outreach 2026")]


async def test_commands_that_wait_on_another_replica_are_answered(two: TwoBots) -> None:
    for user, text in (("U01OWNER", AEP), ("U02ADMIN", "aep outreach 2026")):
        assert "not connected" in (await _type(two, text, 1, user=user)).text
    await two.here.slack.connect(KEY)
    await until(lambda: len(_cards(two, "U01OWNER")) == 1 and len(_cards(two, "U02ADMIN")) == 1)
    await two.finished()
    assert (len(_cards(two, "U01OWNER")), len(_cards(two, "U02ADMIN"))) == (1, 1)


async def test_the_command_whose_notice_opened_the_form_is_answered_once(two: TwoBots) -> None:
    notice = await _type(two, AEP, 1)
    await _type(two, AEP, 1, user="U02ADMIN")
    await two.here.slack.press(notice, button(notice, "Connect careCycle"), user="U01OWNER")
    await two.finished()
    await type_key(two.here, two.here.slack.modals_of("U01OWNER")[-1], KEY)
    await until(lambda: len(_cards(two, "U02ADMIN")) == 1)  # told at the same time
    await two.finished()
    assert len(_cards(two, "U01OWNER")) == 1
    assert notice not in two.here.slack.workspace.messages or notice.text.startswith("AEP Outreach 2026")


async def test_a_key_that_is_refused_answers_nothing(two: TwoBots) -> None:
    await _type(two, AEP, 1)
    await two.here.slack.connect("cc_nobody_knows_this_one")
    await two.finished()
    assert _cards(two, "U01OWNER") == []
    assert len(two.bots[1].services.pending_commands.of("T01SUNRISE")) == 1
