"""`/campaign why LINK` says in a sentence or two why a link has no preview here, or had none."""

import pytest

from playground.carecycle import CareCycle
from playground.samples import samples
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.links import CHANNEL, LINK, OTHER_CHANNEL, SHARED, SITE, link_to, post, timed
from tests.drivers.slash_command import ask, ask_one
from tests.slack.campaigns.test_faults import EXPECTED, NOT_FOUND

IDS = [one["id"] for one in samples("sunrise") if one["id"] != AEP]
NOBODY = "Previews work here, but Slack did not tell this app about that link."


async def _why(here: World, link: str = LINK, channel: str = CHANNEL) -> str:
    reply = await ask_one(here, f"why {link}", channel=channel, user="U03MEMBER")
    assert reply.ephemeral_for == "U03MEMBER"
    assert len(reply.blocks) == 1
    return reply.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Paste the link, or type the campaign’s name: `/campaign why https://…`."),
        ("please", "Paste the link, or type"),
        ("https://example.com/" + AEP, "does not lead to careCycle. Only links to app.carecycle.ai get a preview."),
        (SITE, "has no campaign id"),
        (f"<{SITE}|all>", "has no campaign id"),
        (LINK, NOBODY),
        (f"<{LINK}|the campaign>", NOBODY),
        (AEP, NOBODY),
    ],
)
async def test_what_was_typed_is_answered_in_a_sentence(here: World, typed: str, says: str) -> None:
    assert says in await _why(here, typed)


async def test_what_stands_in_the_way_now_is_said_and_what_to_do(here: World) -> None:
    await ask(here, "mute", channel=CHANNEL)
    assert await _why(here) == (
        "Previews are muted in this channel; anybody here can bring them back with `/campaign unmute`."
    )
    assert NOBODY in await _why(here, channel=OTHER_CHANNEL)
    await _prefer(here, previews=False)
    assert await _why(here) == "Managers turned previews off for this workspace."


async def test_shared_channels_without_cards(here: World) -> None:
    await _prefer(here, shared_channels="none")
    assert (
        await _why(here, channel=SHARED)
        == "Managers chose not to show campaigns in channels shared with another company."
    )
    await post(here, LINK, channel=SHARED)
    assert (
        await _why(here, channel=SHARED)
        == "Managers chose not to show campaigns in channels shared with another company."
    )


async def test_a_workspace_that_is_not_connected(make_world: MakeWorld) -> None:
    here = await make_world(carecycle_api_key=None)
    assert "is not connected to careCycle yet" in await _why(here)
    await post(here, LINK)
    assert "is not connected to careCycle yet" in await _why(here)


@pytest.mark.parametrize("fault", [name for name in EXPECTED if name != "hanging"])
async def test_a_campaign_that_cannot_be_read_now(make_world: MakeWorld, fault: str) -> None:
    here = await make_world(carecycle=CareCycle(slow_seconds=0.05))
    assert here.carecycle
    here.carecycle.fault = fault
    says = EXPECTED[fault][0]
    assert (says if "Customers" not in says and "AEP" not in says else NOBODY) in await _why(here)


async def test_a_preview_that_was_shown_and_the_half_hour_after_it(make_world: MakeWorld) -> None:
    here, time = await timed(make_world)
    await post(here, LINK)
    shown = await _why(here)
    assert shown.startswith("It got a preview here, <!date^1795424531^")
    assert "gets one every 30 minutes at most: the next one from <!date^1795426331^" in shown
    time.move(600)
    await post(here, LINK)
    again = await _why(here)
    assert again.startswith("The same campaign got a preview here, <!date^1795424531^")
    assert "the next one from <!date^1795426331^" in again
    time.move(1800)
    assert (await _why(here)).endswith("The next link gets one.")
    time.move(24 * 60 * 60)
    assert NOBODY in await _why(here)


async def test_three_links_in_one_message(here: World) -> None:
    links = [LINK, *map(link_to, IDS[:2])]
    await post(here, " ".join(links))
    for link in links:
        assert "in a message with three or more campaigns, <!date^" in await _why(here, link)


async def test_what_was_and_what_is_are_both_said_when_they_differ(here: World) -> None:
    await post(here, " ".join([LINK, *map(link_to, IDS[:2])]))
    await ask(here, "mute", channel=CHANNEL)
    both = await _why(here)
    assert both.startswith("It was in a message with three or more campaigns")
    assert both.endswith(
        "Previews are muted in this channel; anybody here can bring them back with `/campaign unmute`."
    )
    assert "The next link" not in both


async def test_what_stood_in_the_way_and_does_no_more(here: World) -> None:
    await ask(here, "mute", channel=CHANNEL)
    await post(here, LINK)
    await ask(here, "unmute", channel=CHANNEL)
    assert "previews were muted in this channel. The next link gets one." in await _why(here)


async def test_what_is_remembered_is_of_one_channel(here: World) -> None:
    await post(here, LINK)
    assert NOBODY in await _why(here, channel=OTHER_CHANNEL)


async def test_a_campaign_of_another_account_is_said_not_to_be_in_this_one(here: World) -> None:
    assert NOT_FOUND in await _why(here, link_to("11111111-1111-4111-8111-111111111111"))


async def test_asking_why_costs_carecycle_nothing_when_the_reason_is_known(here: World) -> None:
    await post(here, " ".join([LINK, *map(link_to, IDS[:2])]))
    await _why(here)
    assert here.carecycle
    assert here.carecycle.requests == []


async def test_a_mistake_while_finding_out_gets_the_words_of_every_mistake(here: World) -> None:
    here.slack.api._methods["conversations.info"] = lambda _: {"channel": 7}
    assert "That failed because of a mistake in this app" in await _why(here)


async def _prefer(here: World, **chosen: object) -> None:
    workspace = await here.bot.workspaces.of("T01SUNRISE")
    kind = type(workspace.preferences)
    await workspace.save_preferences(kind(**chosen), (), "U01OWNER")  # type: ignore[arg-type]  # by name
