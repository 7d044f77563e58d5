"""How a card looks in a channel, from what Slack says of it, what it said before, and what managers want."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from blocks.card_options import CardOptions
from bot.clock import Clock
from bot.errors import NotShownHere
from bot.records import Preferences, Profile
from bot.slack.context.channels import Channels
from bot.workspaces.workspace import Workspace
from playground.slack.call import ApiError
from playground.slack.web_api import BOT_TOKEN
from playground.world import World
from tests.conftest import Clockwork, MakeWorld

CHANNEL = "C01AEP"
NOTHING: Any = None  # what a workspace could ask careCycle with: nobody asks it here
HERE = Workspace("T01SUNRISE", None, Profile(preferences=Preferences(hidden=frozenset({"pace"}))), NOTHING, NOTHING)
STRICT = replace(HERE, profile=Profile(preferences=Preferences(shared_channels="none")))  # wants no cards there
WHOLE, SHORT, UNSURE = (CardOptions(short=short, hidden=frozenset({"pace"})) for short in (None, "shared", "unsure"))
OURS, EXTERNAL, PENDING = {"is_ext_shared": False}, {"is_ext_shared": True}, {"is_pending_ext_shared": True}


class Asking:
    """The bot's questions to Slack of channels, as they go over the wire, and time."""

    def __init__(self, here: World) -> None:
        self.slack, self.time = here.slack, Clockwork()
        self.client = AsyncWebClient(BOT_TOKEN, base_url=f"{here.page}/api/")
        self.channels = Channels(Clock(self.time.now, self.time.time))
        self.asked = list[str]()

    def says(self, of_it: dict[str, Any] | str | None) -> None:
        """What Slack says of every channel from now on; a word is why it says nothing."""

        def answer(call: Any) -> dict[str, Any]:
            self.asked.append(call.text("channel"))
            if isinstance(of_it, str):
                raise ApiError(of_it)
            return {"channel": of_it}

        self.slack.api._methods["conversations.info"] = answer

    async def form(self, channel: str = CHANNEL, *, workspace: Workspace = HERE, public: bool = False) -> CardOptions:
        return await self.channels.card_options(self.client, workspace, channel, public=public)


@pytest.fixture
async def asking(make_world: MakeWorld) -> Asking:
    return Asking(await make_world())


@pytest.mark.parametrize(
    ("said", "private", "public"),
    [
        (OURS, WHOLE, WHOLE),
        (EXTERNAL, SHORT, SHORT),
        (PENDING, SHORT, SHORT),
        ({**EXTERNAL, **PENDING}, SHORT, SHORT),
        ({}, WHOLE, WHOLE),
        (None, WHOLE, WHOLE),
        ("channel_not_found", WHOLE, UNSURE),
        ("missing_scope", WHOLE, UNSURE),
        ("fatal_error", WHOLE, UNSURE),
    ],
)
async def test_how_a_card_looks_follows_from_what_slack_says_of_its_channel(
    asking: Asking, said: dict[str, Any] | str | None, private: CardOptions, public: CardOptions
) -> None:
    asking.says(said)
    assert (await asking.form(), await asking.form(public=True)) == (private, public)
    assert set(asking.asked) == {CHANNEL}


@pytest.mark.parametrize("said", [EXTERNAL, PENDING])
async def test_where_managers_want_none_in_shared_channels_there_is_none(asking: Asking, said: dict[str, Any]) -> None:
    asking.says(said)
    for public in (False, True):
        with pytest.raises(NotShownHere):
            await asking.form(workspace=STRICT, public=public)
    asking.says(OURS)
    assert await asking.form(workspace=STRICT, public=True) == CardOptions()


async def test_a_form_is_known_without_asking_once_slack_has_said(asking: Asking) -> None:
    assert asking.channels.known_card_options(HERE, CHANNEL) is None
    said: tuple[dict[str, Any] | str, ...] = (OURS, EXTERNAL, "channel_not_found")
    for number, (each, known) in enumerate(zip(said, (WHOLE, SHORT, WHOLE), strict=True)):
        asking.says(each)
        await asking.form(f"C{number}")
        assert asking.channels.known_card_options(HERE, f"C{number}") == known
    assert asking.channels.known_card_options(STRICT, "C0") == CardOptions()
    assert asking.channels.known_card_options(STRICT, "C1") is None  # that there is none is said elsewhere
    assert asking.channels.known_card_options(replace(HERE, id="T02HARBOR"), "C0") is None


async def test_slack_is_asked_once_in_ten_minutes_for_private_cards_and_each_time_for_public_ones(
    asking: Asking,
) -> None:
    asking.says(OURS)
    for channel in ("C0", "C1", "C0"):
        await asking.form(channel)
    asking.says(EXTERNAL)
    asking.time.move(599)
    assert (await asking.form("C0"), asking.asked) == (WHOLE, ["C0", "C1"])
    asking.time.move(1)
    assert (await asking.form("C0"), asking.asked[2:]) == (SHORT, ["C0"])
    for _ in range(2):
        await asking.form("C0", public=True)
    assert asking.asked[3:] == ["C0", "C0"]


@pytest.mark.parametrize("channel", ["D01", ""])
async def test_of_direct_messages_and_of_none_slack_is_not_asked(asking: Asking, channel: str) -> None:
    asking.says(OURS)
    assert (await asking.form(channel), await asking.form(channel, public=True)) == (WHOLE, UNSURE)
    assert (asking.channels.known_card_options(HERE, channel), asking.asked) == (WHOLE, [])


@pytest.mark.parametrize(
    ("word", "asked", "logged"),
    [("channel_not_found", 1, 0), ("missing_scope", 1, 0), ("fatal_error", 2, 2)],
)
async def test_what_slack_would_not_say_in_a_minute_either_it_is_not_asked_again_and_what_failed_is_in_the_log(
    asking: Asking, log_lines: list[dict[str, Any]], word: str, asked: int, logged: int
) -> None:
    asking.says(word)
    for _ in range(2):
        assert await asking.form() == WHOLE
    said = [(line["level"], line["error"]) for line in log_lines if line["event"] == "conversations.info failed"]
    assert (len(asking.asked), said) == (asked, [("warning", word)] * logged)


async def test_what_was_shared_a_moment_ago_is_while_slack_does_not_say_otherwise(asking: Asking) -> None:
    asking.says(EXTERNAL)
    await asking.form()
    asking.says("fatal_error")
    assert await asking.form(public=True) == SHORT
    with pytest.raises(NotShownHere):
        await asking.form(workspace=STRICT, public=True)
    asking.says(OURS)
    assert await asking.form(public=True) == WHOLE
    asking.says("fatal_error")
    assert await asking.form(public=True) == UNSURE


def test_what_is_seen_by_people_of_another_company_is_short_or_nothing() -> None:
    channels = Channels(Clock())
    assert channels.outside(HERE) == SHORT
    with pytest.raises(NotShownHere):
        channels.outside(STRICT)
