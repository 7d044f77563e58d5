"""What *Details* say, in sentences: who answers, appointments, dialing, dates; and what they say of no data."""

from typing import Any

import pytest

from blocks.campaigns import details
from blocks.card_options import WHOLE, CardOptions
from bot.campaigns.campaign import Campaign
from tests.conftest import AEP, reading
from tests.samples.cards import BARE, LOOK, SHORT

ON, OFF = {"isActive": True}, {"isActive": False}
UNSAID: dict[str, bool] = {}


def _part(
    title: str, sent: dict[str, Any], *, names: bool = False, options: CardOptions = WHOLE, base: Any = BARE
) -> str:
    campaign = Campaign.model_validate(base | sent)
    return "\n".join(dict(details.parts(campaign, names=names, options=options)).get(title, []))


def _routing(**fields: Any) -> dict[str, Any]:
    return {"transferConfig": {"type": "softphone", "routingConfig": fields}}


def _crew(*agents: dict[str, Any], start: int = 0) -> list[dict[str, Any]]:
    return [{"memberId": f"m{start + number}", **agent} for number, agent in enumerate(agents)]


def test_the_parts_stand_in_this_order_with_ids_last() -> None:
    campaign = reading(LOOK).campaign
    titles = [title for title, _ in details.parts(campaign, names=True, options=WHOLE)]
    assert titles == ["Transfers", "Who answers", "Appointments", "Dialing", "Dates", "Technical"]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("linear", "Agents’ phones ring in order."),
        ("round_robin", "Agents’ phones ring all at once."),
        ("Round Robin", "Agents’ phones ring all at once."),
        ("grouped", "Groups are tried in turn."),
        ("by_moon", "Agents’ phones ring by the rule “by_moon”."),
    ],
)
def test_how_phones_ring_is_said_in_words_and_an_unknown_rule_as_it_came(sent: str, says: str) -> None:
    assert says in _part("Who answers", _routing(routingType=sent, agents=_crew(ON, ON)))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"maxRingPerAgent": 15}, "Each agent’s phone rings for up to 15 seconds."),
        ({"maxRingPerAgent": 1}, "Each agent’s phone rings for up to 1 second."),
        ({"tryCustomerAgentFirst": True}, "Before anybody else, the customer’s own agent is tried."),
        (
            {"tryCustomerAgentFirst": True, "tryPreviousSoftphoneAgentFirst": True},
            "the customer’s own agent and the agent of the customer’s last call are tried.",
        ),
        ({"stateBasedRouting": True}, "Calls go only to agents who cover the customer’s state."),
        (
            {"stateBasedRouting": True, "stateRoutingFallback": "fallback"},
            "If nobody covers it, the call goes on as when nobody answers.",
        ),
        (
            {"stateBasedRouting": True, "stateRoutingFallback": "other_desk"},
            "If nobody covers it, the call goes on by the rule “other_desk”.",
        ),
    ],
)
def test_the_rules_of_ringing_are_sentences(fields: dict[str, Any], says: str) -> None:
    assert says in _part("Who answers", _routing(**fields, agents=_crew(ON)))


@pytest.mark.parametrize("seconds", [0, -5, 86_401, 2_147_483_647])
def test_a_ring_time_that_cannot_be_meant_is_left_out(seconds: int) -> None:
    assert "seconds" not in _part("Who answers", _routing(maxRingPerAgent=seconds, agents=_crew(ON)))


def test_a_group_beside_all_agents_does_not_contradict_them() -> None:
    """AEP: four of the routing's own agents, two of whom are in a group as well; two more are in another group."""
    assert _part("Who answers", {}, base=LOOK).splitlines()[1:] == [
        "4 of 6 agents are active.",
        "•  *Group English*: 2 of 2 agents active, ringing in order",
        "•  *Group Spanish*: 0 of 2 agents active, ringing in order",
        "•  *In no group*: 2 of 2 agents active",
    ]


def test_nobody_in_a_group_that_is_switched_off_is_rung() -> None:
    groups = [{"name": "Day", "agents": _crew(ON)}, {"name": "Night", "isActive": False, "agents": _crew(ON, start=5)}]
    assert _part("Who answers", _routing(groups=groups)).splitlines() == [
        "1 of 2 agents can get calls, not counting groups that are switched off.",
        "•  *Group Day*: 1 of 1 agent active",
        "•  *Group Night* (switched off: nobody in it gets calls): 1 of 1 agent active",
    ]


@pytest.mark.parametrize(
    ("agents", "says"),
    [
        ([], "nobody"),
        (_crew(ON, OFF), "1 of 2 agents active"),
        (_crew(ON, OFF, UNSAID), "1 of 3 agents active (1 not known)"),
        (_crew(UNSAID, UNSAID), "2 agents, and careCycle does not say who is active"),
        (None, "careCycle does not say who"),
    ],
)
def test_an_agent_of_whom_nothing_is_said_is_not_called_off(agents: Any, says: str) -> None:
    assert _part("Who answers", _routing(groups=[{"name": "Day", "agents": agents}])).endswith(f"*Group Day*: {says}")
    if agents is not None:
        assert _part("Who answers", _routing(agents=agents)) == says


def test_names_of_agents_say_who_is_off_and_many_are_counted() -> None:
    crew = [{"isActive": number != 1, "member": {"user": {"name": f"Ann {number}"}}} for number in range(12)]
    said = _part("Who answers", _routing(agents=[{"isActive": True}, *crew]), names=True)
    assert said.startswith("12 of 13 agents active: without a name, Ann 0, Ann 1 (off), Ann 2,")
    assert said.endswith("Ann 8, and 3 more")


def test_where_no_softphone_rings_anybody_nothing_is_said_of_who_answers() -> None:
    assert _part("Who answers", {"transferConfig": {"type": "direct", "directPhoneNumber": "+12125550142"}}) == ""
    assert _part("Who answers", {"transferConfig": {"type": "softphone", "routingConfig": None}}) == ""
    assert _part("Who answers", {"transferConfig": {"type": "softphone"}}) == "careCycle does not say who answers."


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (None, "None are set up."),
        ({"id": AEP}, "careCycle does not say how meetings are booked."),
        (
            {"appointmentLength": 30, "appointmentSpacing": 0, "concurrentLimit": 1, "maxOptions": 4, "minHours": 0},
            "Meetings: 30 minutes each, no time between meetings, up to 1 at the same time.\nTimes offered: up to 4.",
        ),
        (
            {"appointmentLength": 60, "minHours": 24, "maxOptions": 1, "maxDate": "soon"},
            "Meetings: 60 minutes each.\nTimes offered: up to 1, at least 24 hours ahead, until “soon”.\n"
            "careCycle does not say how much time is between meetings or how many can be at the same time.",
        ),
    ],
)
def test_appointments_are_said_in_sentences(config: Any, says: str) -> None:
    assert _part("Appointments", {"appointmentConfig": config}) == says


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("timezone", "in the customer’s time zone"),
        ("zipcode", "by the customer’s ZIP code"),
        ("moon", "preferred by “moon”"),
    ],
)
def test_how_a_time_is_chosen_is_said_in_words(mode: str, says: str) -> None:
    assert f"Times offered: {says}." in _part("Appointments", {"appointmentConfig": {"preferredMode": mode}})


def test_days_of_appointments_are_written_as_people_write_them() -> None:
    said = _part("Appointments", {}, base=LOOK)
    assert "2026-11-24" not in said
    assert "24" in said


def test_numbers_that_cannot_be_meant_are_shown_as_they_came() -> None:
    config = {"appointmentLength": -1, "appointmentSpacing": -2, "concurrentLimit": 0, "maxOptions": 3, "minHours": 1}
    said = _part("Appointments", {"appointmentConfig": config})
    assert "careCycle sends numbers that make no sense: −1 (how long meetings are), −2 (how much" in said
    said = _part("Dialing", {"maxAttempts": -9007, "maxConcurrentCalls": 0})
    assert "make no sense: 0 (calls at once) and −9,007 (calls to each customer)." in said


def test_appointments_that_are_switched_off_are_said_to_be() -> None:
    sent = {"features": {"appointments": False}, "appointmentConfig": {"appointmentLength": 30}}
    assert _part("Appointments", sent).startswith("Appointments are set up, but switched off.")


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (
            {"maxConcurrentCalls": 5, "maxAttempts": 6, "dialAfterhours": True, "hasInquiryCallback": True,
             "enablePulse": True},
            "Calls up to 5 customers at once, each up to 6 times. Calls after hours, too. Calls back after an inquiry. "
            "Pulse is on.",
        ),
        (
            {"maxConcurrentCalls": 1, "maxAttempts": 1, "dialAfterhours": False, "hasInquiryCallback": False,
             "enablePulse": False},
            "Calls up to 1 customer at once, each up to 1 time. No calls after hours. "
            "Does not call back after an inquiry. Pulse is off.",
        ),
        (
            {"maxAttempts": 3, "dialAfterhours": False, "hasInquiryCallback": False, "enablePulse": False},
            "Calls each customer up to 3 times. No calls after hours. Does not call back after an inquiry. "
            "Pulse is off.\n"
            "careCycle does not say how many customers are called at once.",
        ),
        ({"maxConcurrentCalls": 3},
         "Calls up to 3 customers at once.\ncareCycle does not say how often each customer is called, whether it calls "
         "after hours, whether it calls back after an inquiry, or whether Pulse is on."),
        ({}, "careCycle does not say how this campaign dials."),
    ],
)  # fmt: skip
def test_dialing_is_said_in_sentences_and_what_is_not_known_in_one(sent: dict[str, Any], says: str) -> None:
    assert _part("Dialing", sent) == says


@pytest.mark.parametrize(
    ("field", "sent", "says"),
    [
        ("suite", "receptionist", "Suite: Receptionist"),
        ("suite", "v2.retention", "Suite: “v2.retention”"),
        ("sourceType", "lead_import", "Source: Lead import"),
        ("sourceType", "Outbound renewals", "Source: Outbound renewals"),
        ("sourceType", "predictive_v2", "Source: “predictive_v2”"),
        ("templateName", "Outreach v3", "Template: Outreach v3"),
        ("smsCompanyName", "Sunrise Health", "Text messages are signed: Sunrise Health"),
    ],
)
def test_what_a_campaign_is_made_from_is_said_in_words(field: str, sent: str, says: str) -> None:
    assert f"•  {says}" in _part("Dialing", {field: sent})


@pytest.mark.parametrize(
    ("sent", "starts", "ends"),
    [
        ({}, "careCycle does not say when it runs.", ""),
        ({"startDate": "2026-10-05T00:00:00Z"}, "Set to run from ", "when it ends or when it was created."),
        ({"endDate": "2026-10-05T00:00:00Z"}, "Set to run until ", "when it starts or when it was created."),
        (
            {"startDate": "2026-10-05T00:00:00Z", "endDate": "2026-10-06T00:00:00Z"},
            "Set to run from ",
            "careCycle does not say when it was created.",
        ),
    ],
)
def test_dates_are_a_sentence(sent: dict[str, Any], starts: str, ends: str) -> None:
    said = _part("Dates", sent)
    assert said.startswith(starts)
    assert said.endswith(ends)


def test_an_empty_campaign_has_no_dash_where_a_value_would_be() -> None:
    campaign = Campaign.model_validate(BARE)
    lines = [line for _, part in details.parts(campaign, names=True, options=WHOLE) for line in part]
    assert not [line for line in lines if "–" in line]
    assert len(lines) < 8


def test_the_field_of_a_finding_is_small_and_under_technical_only() -> None:
    blocks: Any = details.card(reading(LOOK), names=True)["blocks"]
    assert [block["type"] for block in blocks if "groups[1]" in str(block)] == ["context"]
    assert "`transferConfig.routingConfig.groups[1].agents`" in _part("Technical", {}, base=LOOK)


def test_what_the_company_alone_may_see_is_not_in_a_short_one() -> None:
    parts = dict(details.parts(reading(LOOK).campaign, names=True, options=SHORT))
    told = str(parts)
    assert list(parts) == ["Appointments", "Dialing", "Dates", "Technical"]
    assert parts["Technical"] == [f"•  Campaign: `{AEP}`"]
    for inside in ("5e505642", "Outbound", "Sunrise", "Call back by an agent", "emplate", "routing"):
        assert inside not in told
