"""Names that are like something else this app understands: subcommands, ids, a status; and names in quotes."""

import pytest

from bot.clock import Clock
from playground.carecycle import CareCycle
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.accounts import lists, named
from tests.drivers.modals import unconnected
from tests.drivers.slash_command import ask_one, finished, press, said

WELCOME = "f5ee8c72-98e6-45b7-a1cd-7be8a7d83351"


def modals(here: World) -> list[object]:
    return list(here.slack.workspace.modals)


# --- one word that is like a subcommand


@pytest.mark.parametrize(
    "word", ["health", "united", "test", "best", "direct", "contact", "complete", "company", "last", "minute", "west",
             "east", "first", "Health"],
)  # fmt: skip
async def test_an_everyday_word_finds_the_campaign_of_that_name(make_world: MakeWorld, word: str) -> None:
    here = await named(make_world, f"{word} renewals")
    assert (await ask_one(here, word)).text.startswith(f"{word} renewals  ·")


async def test_what_is_found_of_such_a_word_may_be_several(make_world: MakeWorld) -> None:
    here = await named(make_world, "Health one", "Health two")
    assert "2 campaigns with “health”" in (await ask_one(here, "health")).text


async def test_only_when_nothing_is_found_the_subcommand_is_suggested(here: World) -> None:
    reply = await ask_one(here, "health")
    assert reply.text == "Did you mean `/campaign help`? No campaign with that in its name was found."


async def test_several_words_are_no_mistyped_subcommand(here: World) -> None:
    assert "No campaign in this account has “helpp me”" in (await ask_one(here, "helpp me")).text


@pytest.mark.parametrize(("fault", "says"), [("server_error", "careCycle is not answering"),
                                             ("rate_limited", "request limit"),
                                             ("unauthorized", "no longer accepts")])  # fmt: skip
async def test_in_bad_times_it_is_suggested_with_what_is_wrong(make_world: MakeWorld, fault: str, says: str) -> None:
    here = await make_world()
    assert here.carecycle
    here.carecycle.fault = fault
    reply = await ask_one(here, "hlep")
    assert "Did you mean `/campaign help`? If it is a part of a campaign’s name: " in reply.text
    assert says in reply.text


async def test_with_an_older_list_that_does_not_hold_it_the_same(make_world: MakeWorld) -> None:
    time = Clockwork()
    here = await make_world(clock=Clock(time.now, time.time), now=time.time)
    await ask_one(here, "plan")
    time.move(120)
    assert here.carecycle
    here.carecycle.fault = "server_error"
    assert "`/campaign help`? If it is" in (await ask_one(here, "hlep")).text


async def test_while_careCycle_is_silent_the_suggestion_comes_within_seconds(  # noqa: N802 - its name
    here: World,
) -> None:
    assert here.carecycle
    here.carecycle.fault = "hanging"
    reply = await ask_one(here, "hlep")
    assert "Did you mean `/campaign help`?" in reply.text
    assert "is not answering" in reply.text


async def test_before_a_key_is_set_it_is_suggested_too(make_world: MakeWorld) -> None:
    here = await make_world(carecycle_api_key=None)
    reply = await ask_one(here, "conect")
    assert "Did you mean `/campaign connect`?" in reply.text
    assert "not connected to careCycle yet" in reply.text


# --- names that begin with a subcommand


@pytest.mark.parametrize("name", ["Compare plans", "Help desk", "List cleanup", "Digest seniors", "Connect care",
                                  "Mute swans", "Why wait", "Settings 2026", "Disconnect notices"])  # fmt: skip
async def test_a_name_may_begin_with_a_subcommand(make_world: MakeWorld, name: str) -> None:
    here = await named(make_world, name)
    assert (await ask_one(here, name.lower())).text.startswith(f"{name}  ·")
    assert modals(here) == []


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("help me", "`/campaign help`"),
        ("list pausd", "Did you mean `/campaign list paused`?"),
        ("compare one two", "No campaign with “one two” in its name"),
        ("mute this channel", "are muted in this channel"),
        ("digest please", "has no digest yet"),
        ("why is there none", "Paste the link, or type"),
    ],
)
async def test_without_such_a_campaign_it_is_the_subcommand(here: World, typed: str, says: str) -> None:
    assert says in said(await ask_one(here, typed))


async def test_without_such_a_campaign_no_form_opens_unasked(here: World) -> None:
    assert "Did you mean `/campaign connect`?" in (await ask_one(here, "connect care")).text
    assert modals(here) == []


@pytest.mark.parametrize("typed", ["help me", "list pausd", "mute this channel"])
async def test_while_careCycle_does_not_answer_it_is_the_subcommand(  # noqa: N802 - its name
    here: World, typed: str
) -> None:
    assert here.carecycle
    here.carecycle.fault = "server_error"
    assert "not answering" not in said(await ask_one(here, typed))


async def test_what_may_be_a_part_of_a_key_is_not_searched_for(here: World) -> None:
    await here.slack.say("/campaign connect 0123456789abcdef0123")
    await finished(here)
    assert len(modals(here)) == 1
    assert lists(here) == []


@pytest.mark.parametrize(
    "typed", ["cc_live_0123456789", "connect cc_live_0123456789", "list cc_live_0123456789 please"]
)
async def test_a_key_that_was_typed_is_to_be_revoked_and_the_right_form_is_a_button_away(
    here: World, typed: str
) -> None:
    reply = await ask_one(here, typed)
    assert "revoke that key in careCycle" in reply.text
    assert "cc_live" not in said(reply)
    assert lists(here) == []
    await press(here, reply, "Connect a new key")
    assert len(modals(here)) == 1


@pytest.mark.parametrize("token", ["xoxb-0123456789-abcdef", "xoxe.xoxp-1-Mi0yLTEyMzQ1", "xapp-1-A0123-456-abc"])
async def test_a_token_of_slack_is_not_echoed_either(here: World, token: str) -> None:
    reply = await ask_one(here, f"find {token}")
    assert "looks like a Slack token" in reply.text
    assert token[:9] not in said(reply)
    assert lists(here) == []


async def test_before_a_key_is_set_the_form_opens_whatever_follows(make_world: MakeWorld) -> None:
    here = await unconnected(make_world, carecycle=CareCycle())
    await here.slack.say("/campaign connect please")
    await finished(here)
    assert len(modals(here)) == 1


# --- names that are like ids, or like a status; and in quotes


@pytest.mark.parametrize("name", ["medicare-aep-2026-outreach", "summer-sale-2024-outreach"])
async def test_a_name_of_four_words_with_hyphens_is_no_broken_id(make_world: MakeWorld, name: str) -> None:
    here = await named(make_world, name)
    assert (await ask_one(here, name)).text.startswith(f"{name}  ·")


@pytest.mark.parametrize(
    "typed",
    ["“Medicare Welcome”", '"medicare welcome"', "medicare welcome?", "*Medicare Welcome*", "_medicare_ (welcome)",
     "Medicare – Welcome!", "‘Medicare’, welcome…"],
)  # fmt: skip
async def test_marks_around_words_do_not_matter(here: World, typed: str) -> None:
    assert (await ask_one(here, typed)).text.startswith("Medicare Welcome  ·")


async def test_a_name_with_an_ampersand_is_found_as_slack_sends_it(make_world: MakeWorld) -> None:
    here = await named(make_world, "Plan & check", "Plan or check")
    assert (await ask_one(here, "plan &amp; check")).text.startswith("Plan &amp; check  ·")


async def test_a_status_is_looked_for_too(here: World) -> None:
    assert "2 campaigns with “paused”" in (await ask_one(here, "paused")).text


async def test_a_few_characters_do_not_find_ids_by_chance(here: World) -> None:
    assert "No campaign in this account has “5e”" in (await ask_one(here, "5e")).text
    assert (await ask_one(here, WELCOME[:4])).text.startswith("Medicare Welcome")


async def test_compare_says_which_of_the_two_is_missing(here: World) -> None:
    gone = "11111111-1111-4111-8111-111111111111"
    words = said(await ask_one(here, f"compare {AEP} {gone}"))
    assert "AEP Outreach 2026" in words
    assert f"{gone}`\\nis not in this account" in words


async def test_a_member_who_typed_a_key_is_not_sent_to_a_form_for_managers(here: World) -> None:
    reply = await ask_one(here, "cc_live_0123456789", user="U03MEMBER")
    assert "ask the person who manages your careCycle keys to revoke it" in reply.text
    assert "Connect a new key" not in said(reply)
