"""The workflow step: a campaign's values for the steps after it, or why there are none; one ending for every run."""

import asyncio
import json
from typing import Any

import pytest
from slack_bolt.middleware.attaching_function_token.async_attaching_function_token import AsyncAttachingFunctionToken

from playground.world import World
from tests.conftest import AEP, MakeWorld
from tests.drivers.slash_command import finished
from tests.drivers.workflow import COMPLETED, FAILED, OTHER, given, run, why
from tests.drivers.workspaces import HARBOR, ORG, SUNRISE, calls, connect, many, replica


@pytest.mark.parametrize("socket_mode", [False, True])
async def test_a_run_gives_the_campaigns_values(make_world: MakeWorld, socket_mode: bool) -> None:
    here = await make_world(socket_mode=socket_mode)
    found = await given(here)
    assert (found["found"], found["name"], found["status"]) == (True, "AEP Outreach 2026", "Active")
    assert (found["customers"], found["calls_today"], found["success_percent"]) == (1204, 87, 98.2)
    assert calls(here, COMPLETED) == 1
    assert calls(here, FAILED) == 0


@pytest.mark.parametrize(
    "text",
    [
        AEP.upper(),
        f"  the campaign {AEP}, please ",
        f"https://app.carecycle.ai/campaigns/{AEP}?tab=calls",
        f"<https://app.carecycle.ai/campaigns/{AEP}|our campaign>",
        f"https://app.carecycle.ai/organizations/{OTHER}/campaigns/{AEP}",
        f"{AEP} and again {AEP}",
    ],
)
async def test_an_id_is_found_in_what_a_workflow_brings(here: World, text: str) -> None:
    assert (await given(here, text))["name"] == "AEP Outreach 2026"


@pytest.mark.parametrize(
    ("brought", "says"),
    [
        (None, "There is no campaign in that."),
        ("", "There is no campaign in that."),
        (497, "There is no campaign in that."),
        ([AEP], "There is no campaign in that."),
        ({"id": AEP}, "There is no campaign in that."),
        (f"https://evil.example/campaigns/{AEP}", "That link does not lead to careCycle."),
        ("https://app.carecycle.ai/campaigns", "has no campaign id"),
        (f"{AEP} {OTHER}", "There is more than one campaign in that"),
    ],
)
async def test_what_is_no_campaign_fails_with_the_sentence_a_person_gets(here: World, brought: Any, says: str) -> None:
    error = await why(here, brought)
    assert says in error
    assert not [mark for mark in ("`", "<", "&lt;") if mark in error]
    assert here.carecycle
    assert here.carecycle.requests == []


@pytest.mark.parametrize("text", ["AEP Outreach 2026", "aep outreach", AEP[:-1], AEP[:4], AEP.replace("-", "")])
async def test_a_workflow_may_bring_a_name_or_a_part_of_an_id(here: World, text: str) -> None:
    assert (await given(here, text))["name"] == "AEP Outreach 2026"


@pytest.mark.parametrize(
    ("brought", "says"),
    [
        ("x" * 200_000, "There is no campaign in that."),
        ("partner ping", "That could mean “Partner ping East” or “Partner ping West”"),
        ("hospital indemity", "That could mean “Hospital indemnity cross-sell”"),
        ("497f6eca-6276-4993-bfeb-53cbbbba6f0g", "a character missing or extra"),
        ("cc_live_0123456789", "revoke that key in careCycle"),
    ],
)
async def test_what_is_no_one_campaign_fails_with_what_may_be_meant(here: World, brought: str, says: str) -> None:
    assert says in await why(here, brought)


async def test_a_campaign_of_another_account_is_not_found_and_that_is_no_failure(here: World) -> None:
    found = await given(here, OTHER)
    assert set(found) == {"found", "card_text"}
    assert found["found"] is False
    assert found["card_text"].startswith("That campaign is not in this workspace’s careCycle account.")


async def test_a_run_that_slack_tells_of_three_times_is_done_once(log_lines: list[Any], here: World) -> None:
    started = await here.slack.run_step(AEP, deliver=False)
    await asyncio.gather(*(here.slack.deliver_event(started.event) for _ in range(3)))
    await finished(here)
    await here.slack.deliver_event(started.event)
    await finished(here)
    assert started.outputs
    assert calls(here, COMPLETED) == 1
    assert len([line for line in log_lines if line["event"] == "step"]) == 1


async def test_a_run_told_to_two_replicas_ends_once_and_the_second_says_nothing(
    log_lines: list[Any], here: World
) -> None:
    started = await run(here)
    async with replica(here) as other:
        await here.slack.deliver_event(started.event)
        assert await other.tasks.drain(10) == 0
    assert (calls(here, COMPLETED), calls(here, FAILED)) == (2, 0)
    assert [line["outcome"] for line in log_lines if line["event"] == "step"] == ["answered", "over"]


async def test_a_run_is_ended_with_its_own_token_and_else_with_the_bots(here: World) -> None:
    own = here.slack.api.tokens.installed(here.slack.workspace)
    assert own
    here.slack.api.tokens.discard(own.token)
    assert (await given(here))["found"]
    own.revoked = False
    started = await here.slack.run_step(AEP, deliver=False)
    del started.event["event"]["bot_access_token"]
    here.slack.api.tokens.discard(started.grant.token)
    await here.slack.deliver_event(started.event)
    await finished(here)
    assert started.outputs


async def test_the_token_costs_no_other_request_a_look(here: World) -> None:
    before_every_listener = here.bot.bolt._async_middleware_list
    assert not [one for one in before_every_listener if isinstance(one, AsyncAttachingFunctionToken)]


async def test_in_an_organization_every_workspace_is_asked_with_its_own_key(make_world: MakeWorld) -> None:
    here = await many(make_world, installed=())
    here.slack.make_organization(ORG)
    await here.slack.install(enterprise=True)
    await connect(here, SUNRISE)
    assert (await given(here, team_id=SUNRISE))["name"] == "AEP Outreach 2026"
    assert (await why(here, team_id=HARBOR)).startswith("This workspace is not connected to careCycle yet.")
    await connect(here, HARBOR)
    assert (await given(here, team_id=HARBOR))["name"] == "Harbor's own AEP"


async def test_a_workspace_outside_the_organization_is_not_asked_for(make_world: MakeWorld) -> None:
    """In a channel shared with another company an event names a workspace of theirs beside our authorization."""
    here = await many(make_world, installed=())
    here.slack.make_organization(ORG)
    await here.slack.install(enterprise=True)
    await connect(here, HARBOR)
    started = await here.slack.run_step(AEP, team_id=HARBOR, deliver=False)
    started.event["enterprise_id"] = "E99ELSEWHERE"
    await here.slack.deliver_event(started.event)
    await finished(here)
    assert str(started.error).startswith("This workspace is not connected to careCycle yet.")


async def test_a_step_of_another_version_fails_with_words(here: World) -> None:
    started = await here.slack.run_step(AEP, deliver=False)
    started.event["event"]["function"]["callback_id"] = "another"
    await here.slack.deliver_event(started.event)
    assert here.slack.deliveries.log[0]["outcome"] == "200"
    await finished(here)
    assert str(started.error).startswith("That step is from another version of this app")


async def test_the_log_tells_of_a_run_and_not_what_it_brought(log_lines: list[Any], here: World) -> None:
    started = await run(here, f"SECRET words and {AEP}")
    (line,) = [line for line in log_lines if line["event"] == "step"]
    assert (line["workspace"], line["outcome"], line["cache"], line["via"]) == (SUNRISE, "answered", "miss", "function")
    assert not [word for word in ("SECRET", started.grant.token) if word in json.dumps(list(log_lines))]
