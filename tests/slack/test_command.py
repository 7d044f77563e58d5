"""The slash command, from a signed request to what the person sees."""

import asyncio
import json

import pytest

from playground.carecycle import CareCycle
from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.slash_command import ask, ask_one, finished, said

MEDICARE = "Medicare Welcome"


def _requests(here: World) -> int:
    assert here.carecycle
    return len(here.carecycle.requests)


def _id_of(here: World, name: str) -> str:
    assert here.carecycle
    return next(str(key) for key, campaign in here.carecycle.campaigns.items() if campaign.get("name") == name)


async def test_an_id_becomes_a_card_that_only_the_asker_sees(here: World) -> None:
    reply = await ask_one(here, AEP)
    assert reply.ephemeral_for == "U01OWNER"
    assert reply.text.startswith("AEP Outreach 2026  ·  Active  ·  1,204 customers  ·  87 calls today")
    for words in ("*Customers*\\n1,204", "87 today · 3,311 total", "56% finished", "98% · 640 completed, 12 failed"):
        assert words in said(reply)


async def test_the_card_comes_in_the_acks_own_body(here: World) -> None:
    await ask_one(here, AEP)
    await ask_one(here, AEP)
    assert here.slack.response_urls.received == []
    # Once at start; once for each channel: whether it is shared with another company; once a day for each person, after
    # the answer: how they write numbers.
    assert sorted(name for name, _ in here.slack.api.calls) == ["auth.test", "conversations.info", "users.info"]


async def test_a_look_up_from_memory_asks_neither_carecycle_nor_slack(here: World) -> None:
    await ask_one(here, AEP)
    calls, requests = len(here.slack.api.calls), _requests(here)
    await ask_one(here, AEP)
    assert (len(here.slack.api.calls), _requests(here)) == (calls, requests)


@pytest.mark.parametrize(
    "typed",
    [
        AEP,
        AEP.upper(),
        f"“{AEP}”",
        f"'{AEP}',",
        f"<https://app.carecycle.ai/campaigns/{AEP}|AEP>",
        f"https://app.carecycle.ai/campaigns?id={AEP}&tab=calls",
        f"https://app.carecycle.ai/orgs/0e66c6be-5147-4b93-be3b-496ec129017d/campaigns/{AEP}",
        f"show me {AEP} please",
        AEP.replace("-", "‑"),  # a non-breaking hyphen, as word processors make it
        f"\u00a0{AEP}\u00a0",
        f"{AEP} {AEP.upper()}",
    ],
)
async def test_an_id_is_understood_however_it_is_pasted(here: World, typed: str) -> None:
    assert (await ask_one(here, typed)).text.startswith("AEP Outreach 2026")


async def test_several_ids_give_a_short_list_in_their_order(here: World) -> None:
    medicare = _id_of(here, MEDICARE)
    reply = await ask_one(here, f"{medicare}, {AEP} and {medicare}")
    assert reply.text.startswith("2 campaigns\nMedicare Welcome, Active")
    assert [block["type"] for block in reply.blocks[:2]] == ["section", "section"]
    assert MEDICARE in json.dumps(reply.blocks[0])
    assert "AEP Outreach 2026" in json.dumps(reply.blocks[1])


async def test_a_bad_id_among_several_is_a_line_and_not_the_end(here: World) -> None:
    reply = await ask_one(here, f"{AEP} 11111111-1111-4111-8111-111111111111")
    assert "AEP Outreach 2026" in said(reply)
    assert "is not in this account" in said(reply)


async def test_of_more_than_ten_ids_ten_are_shown_and_the_rest_is_counted(here: World) -> None:
    assert here.carecycle
    ids = list(here.carecycle.campaigns)[:12]
    reply = await ask_one(here, " ".join(ids))
    assert sum(block["type"] == "section" for block in reply.blocks) == 10
    assert "2 ids left out" in said(reply)


@pytest.mark.parametrize("typed", ["", "   ", "help", "HELP"])
async def test_help_says_what_is_understood(here: World, typed: str) -> None:
    reply = await ask_one(here, typed)
    assert "`/campaign help`" in said(reply)
    assert AEP in said(reply)


@pytest.mark.parametrize("typed", ["hlep", "halp", "helpp"])
async def test_a_word_close_to_a_subcommand_is_suggested(here: World, typed: str) -> None:
    assert "Did you mean `/campaign help`?" in said(await ask_one(here, typed))


async def test_anything_else_says_what_would_be_understood(here: World) -> None:
    assert "No campaign in this account has “Mrs Smith”" in said(await ask_one(here, "Mrs Smith"))


async def test_an_id_with_a_character_missing_is_recognised_as_one(here: World) -> None:
    assert "a character missing or extra" in said(await ask_one(here, AEP[:-1] + "g"))


async def test_a_link_to_another_host_is_not_followed(here: World) -> None:
    reply = await ask_one(here, f"<https://evil.example/campaigns/{AEP}|click>")
    assert "does not lead to careCycle" in said(reply)
    assert _requests(here) == 0


async def test_a_campaign_of_another_account_is_not_found(here: World) -> None:
    foreign = _id_of(here, "Harbor Retention")
    reply = await ask_one(here, foreign)
    assert "is not in this workspace’s careCycle account" in said(reply)
    assert "Harbor" not in said(reply)


async def test_without_a_key_people_learn_whom_to_ask(make_world: MakeWorld) -> None:
    here = await make_world(carecycle_api_key=None)
    assert "not connected to careCycle" in said(await ask_one(here, AEP))


async def test_a_slow_answer_comes_once_and_later(make_world: MakeWorld) -> None:
    carecycle = CareCycle(slow_seconds=0.4)
    carecycle.fault = "slow"
    here = await make_world(carecycle=carecycle, reply_within=0.1)
    reply = await ask_one(here, AEP)
    assert reply.text.startswith("AEP Outreach 2026")
    assert len(here.slack.response_urls.received) == 1
    assert len(carecycle.requests) == 1  # the follow-up shares the request that was under way


async def test_the_commands_name_is_a_setting(make_world: MakeWorld) -> None:
    here = await make_world(command="/cc")
    here.slack.command = "/cc"
    await here.slack.say("/cc help")
    assert "`/cc help`" in said(here.slack.workspace.messages[-1])


async def test_many_people_asking_at_once_cost_one_request(here: World) -> None:
    await asyncio.gather(*(ask(here, AEP, user=user) for user in list(here.slack.workspace.people) * 25))
    assert _requests(here) == 1
    assert len(here.slack.workspace.messages) == 100


async def test_works_the_same_over_socket_mode(make_world: MakeWorld) -> None:
    here = await make_world(socket_mode=True)
    here.slack.deliveries.url = None  # no way but the socket
    reply = await ask_one(here, AEP)
    assert reply.text.startswith("AEP Outreach 2026")
    carecycle = here.carecycle
    assert carecycle
    carecycle.fault = "not_found"
    assert "is not in this workspace" in said(await ask_one(here, _id_of(here, MEDICARE)))


async def test_help_shows_members_no_command_of_managers_and_managers_all(here: World) -> None:
    for user in ("U01OWNER", "U03MEMBER", "U04GUEST"):
        await ask_one(here, "help", user=user)  # Slack is asked who they are, and not waited for
    manager, member, guest = [
        said(await ask_one(here, "help", user=user)) for user in ("U01OWNER", "U03MEMBER", "U04GUEST")
    ]
    for only in ("`/campaign connect`", "`/campaign disconnect`", "`/campaign settings`", "For managers"):
        assert (only in manager, only in member, only in guest) == (True, False, False)
    new = "`/campaign digest new`"
    assert (new in manager, new in member, new in guest) == (True, True, False)
    assert "`/campaign list`" in guest
    assert not any("have more commands" in one for one in (manager, member, guest))


async def test_help_does_not_wait_for_slack_to_say_who_somebody_is(here: World) -> None:
    here.slack.faults.set("web_api_slow")
    began = here.slack.workspace.stopwatch()
    await here.slack.say("/campaign help")
    assert here.slack.workspace.stopwatch() - began < 1
    first = said(here.slack.workspace.messages[-1])
    assert "Managers of this workspace have more commands" in first
    assert "`/campaign settings`" not in first
    await finished(here)
    assert "`/campaign settings`" in said(await ask_one(here, "help"))
