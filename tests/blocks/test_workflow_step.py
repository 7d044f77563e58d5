"""What the workflow step gives: typed as the manifest says, nothing made up, and fit to be posted anywhere."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from blocks.campaigns import workflow_step
from bot.campaigns.campaign import Campaign, Reading
from bot.campaigns.routing import outline, plain
from bot.carecycle.lenient_parsing import read
from bot.errors import RateLimited, Unavailable
from bot.insight.assessment import Current
from bot.manifest import STEP, manifest
from playground.samples import samples
from tests.conftest import AEP, AS_OF, reading
from tests.samples.any_campaign import campaigns
from tests.samples.assessments import account, assessed
from tests.samples.cards import ALL_STILL, CALM, LOOK, NEEDING, NOON, OUTLOOK, assert_tells_no_secret, judged_as_now

SAMPLES = {sample["name"]: read(Campaign, sample)[0] for sample in samples()}
DECLARED = manifest(step=True)["functions"][STEP]["output_parameters"]
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "slack#/types/timestamp": (int,),
}


def test_a_campaign_gives_every_value_that_the_manifest_promises() -> None:
    found = workflow_step.outputs(reading(LOOK), CALM)
    assert found == {
        "found": True,
        "card_text": "AEP Outreach 2026 · Active\n"
        "1,204 customers · 87 calls today, 3,311 total\n"
        "Progress: ██████░░░░ 56% finished\n"
        "Success: 98% · 640 completed, 12 failed\n"
        "34 calls an hour, as usual · list empty Thursday around noon New York time\n"
        "as of Mon, Nov 23, 4:02 AM New York time · https://app.carecycle.ai/campaigns",
        "name": "AEP Outreach 2026",
        "status": "Active",
        "customers": 1204,
        "calls_today": 87,
        "calls_total": 3311,
        "completed": 640,
        "failed": 12,
        "pending": 420,
        "success_percent": 98.2,
        "routing_summary": "Transfers go to the softphone. If nobody answers, it books a meeting. "
        "The AI waits for the agent and briefs them first.",
        "findings_count": 1,
        "needs_attention": "",
        "runs_empty_at": int(NOON.timestamp()),
        "link": "https://app.carecycle.ai/campaigns",
    }
    assert set(found) == set(DECLARED["properties"])


def test_what_carecycle_does_not_say_is_left_out_and_never_zero() -> None:
    found = workflow_step.outputs(reading({"id": AEP}))
    assert found == {
        "found": True,
        "card_text": "Campaign without a name · Status not given\n"
        "– customers · – calls today, – total\n"
        "Progress: –\n"
        "Success: –\n"
        "as of Mon, Nov 23, 4:02 AM New York time · https://app.carecycle.ai/campaigns",
        "routing_summary": "careCycle does not say where calls are transferred.",
        "link": "https://app.carecycle.ai/campaigns",
        "needs_attention": "Not known: the account was not read lately, or this campaign just changed.",
    }


@pytest.mark.parametrize(
    ("completed", "failed", "percent"),
    [
        (640, 12, 98.2),
        (1, 2, 33.3),
        (5, 0, 100.0),
        (0, 5, 0.0),
        (1, 99_999, 0.1),  # some are not none
        (99_999, 1, 99.9),  # and not all
        (0, 0, None),
        (-1, 3, None),
        (None, 3, None),
        (3, None, None),
        (10**400, 1, None),
    ],
)
def test_the_share_of_success_is_rounded_so_that_it_is_not_wrong(
    completed: int | None, failed: int | None, percent: float | None
) -> None:
    stats = {"customerStats": {"statusCounts": {"completed": completed, "failed": failed}}}
    assert workflow_step.outputs(reading({"id": AEP, **stats})).get("success_percent") == percent


def test_a_number_that_json_could_not_carry_is_left_out() -> None:
    found = workflow_step.outputs(reading({"id": AEP, "customerStats": {"total": 2**53, "todayCalls": -3}}))
    assert "customers" not in found
    assert found["calls_today"] == -3


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (Unavailable("status 503"), "careCycle is not answering. This is from Mon, Nov 23, 9:02 AM UTC."),
        (RateLimited(40), "careCycle’s request limit was reached. This is from Mon, Nov 23, 9:02 AM UTC."),
    ],
)
def test_an_old_record_says_first_that_it_is_old(problem: Any, says: str) -> None:
    found = workflow_step.outputs(reading({"id": AEP, "name": "AEP"}, problem=problem))
    assert str(found["card_text"]).splitlines()[:2] == [f"⚠️ {says}", "AEP · Status not given"]


@pytest.mark.parametrize("hostile", ["<!channel> hi", "*x* _y_ ~z~ `q`", "<https://evil.example|x>", "@here", ":tada:"])
def test_no_name_can_mention_link_or_format_wherever_the_text_is_put(hostile: str) -> None:
    found = workflow_step.outputs(
        reading({"id": AEP, "name": hostile, "status": hostile, "transferConfig": {"type": hostile}})
    )
    texts = [str(found[name]) for name in ("name", "status", "card_text", "routing_summary")]
    assert not re.search(r"[<>@*_~`]|:\w+:|(?<!https)://", "\n".join(texts))


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_tells_who_is_rung_or_where(name: str) -> None:
    campaign = SAMPLES[name]
    told = re.sub(r"The AI [^.]*\.", "", plain(outline(campaign)))  # which says that it briefs “the agent”
    config = campaign.transfer_config
    assert not re.search(r"\d|\w\.\w|agent", told), told
    assert config is None or not config.name or config.name not in told
    for route in filter(None, [config.routing_config if config else None]):
        named = [route.name, *(group.name for group in route.groups or ())]
        assert not [one for one in named if one and one in told]


@given(campaigns())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_carecycle_sends_slack_would_take_it_and_it_tells_no_secret(sent: dict[str, Any]) -> None:
    one = Reading(read(Campaign, sent)[0], AS_OF)
    found = workflow_step.outputs(one, judged_as_now(one))
    assert set(DECLARED["required"]) <= set(found) <= set(DECLARED["properties"])
    for name, value in found.items():
        assert type(value) in TYPES[DECLARED["properties"][name]["type"]], (name, value)
        assert value != "" or name == "needs_attention", name
    assert json.loads(json.dumps(found)) == found
    assert len(str(found["card_text"])) < 1500
    told = "\n".join(map(str, found.values()))
    assert not re.search(r"[<>@`]", told), told
    assert_tells_no_secret(told)
    assert "ending" not in str(found["routing_summary"])


def test_what_needs_a_person_is_said_in_words_that_can_be_posted_anywhere() -> None:
    assert workflow_step.outputs(reading(LOOK), NEEDING)["needs_attention"] == (
        "12 calls since 3:00 AM New York time; by now it is usually about 60. "
        "31 of 90 failed since Friday (34%; here it is usually 12%). Something is wrong with its transfers."
    )
    still = workflow_step.outputs(reading(LOOK), ALL_STILL)
    assert still["needs_attention"] == "No campaign has called since Thu 4:02 AM New York time."
    assert "runs_empty_at" not in still


def test_a_campaign_that_is_not_active_needs_nobody() -> None:
    paused = workflow_step.outputs(reading(LOOK | {"status": "paused"}), NEEDING)
    assert paused["needs_attention"] == ""
    assert "runs_empty_at" not in paused


@pytest.mark.parametrize("hours", [24, 60])
def test_a_wide_range_gives_no_moment(hours: int) -> None:
    wide = replace(OUTLOOK, empty_until=NOON + timedelta(hours=hours))
    one = Current(account(assessed("AEP", at=AS_OF, outlook=wide), at=AS_OF))
    assert "runs_empty_at" not in workflow_step.outputs(reading(LOOK), one)


def test_times_are_in_the_accounts_zone_and_name_it() -> None:
    one = Current(replace(CALM.assessment, zone="America/Chicago"))
    card = str(workflow_step.outputs(reading(LOOK), one)["card_text"])
    assert "around 11 AM Chicago time" in card
    assert "as of Mon, Nov 23, 3:02 AM Chicago time" in card
    assert "UTC" not in card
