"""Where transfers go in one sentence, and what is wrong with them, each finding with the field that decides it."""

import re
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel

from bot.campaigns import routing
from bot.campaigns.campaign import Campaign
from bot.carecycle.lenient_parsing import read
from tests.samples.any_campaign import campaigns
from tests.samples.transfer_states import (
    AGENTS,
    DIRECT,
    FALLBACK,
    GROUPS,
    NUMBER,
    ROUTING,
    STATES,
    TO,
    State,
    agent,
    group,
    sent,
)

OFF = agent("x", on=False)


def changed(changes: dict[str, Any]) -> Campaign:
    return read(Campaign, sent(changes))[0]


@pytest.mark.parametrize("state", [pytest.param(state, id=state.name) for state in STATES])
def test_transfers_are_said_rightly(state: State) -> None:
    campaign = changed(state.changes)
    said = routing.plain(routing.summary(campaign))
    found = routing.findings(campaign)
    assert said == state.says
    assert {f"{one.weight} {one.kind} {one.field}" for one in found} == state.findings
    assert len(found) == len(state.findings)
    assert routing.verdict(campaign) == state.verdict
    every = " ".join((said, *(one.text for one in found), routing.plain(routing.outline(campaign))))
    assert "SECRET" not in every
    assert not re.search(r"\d{5}|groups\[|transferConfig", every), "a phone number, or a path of the API"


def test_there_are_states_enough() -> None:
    assert len({state.name for state in STATES}) == len(STATES) >= 120


@pytest.mark.parametrize("state", [pytest.param(state, id=state.name) for state in STATES])
def test_the_sentence_and_the_problems_agree(state: State) -> None:
    """What cannot work is not said to ring, and what rings is not said to be broken."""
    problems = {one for one in state.findings if one.startswith("problem")}
    if any("groups[" not in one for one in problems):
        assert " but " in state.says or " go nowhere" in state.says
    if not problems and state.verdict != "none":
        assert " but " not in state.says


def test_each_finding_is_a_sentence_that_says_what_to_do() -> None:
    found = [one for state in STATES for one in routing.findings(changed(state.changes))]
    for one in found:
        assert re.fullmatch(r"[A-Zc].*[^.?!]", routing.plain(one.says))  # careCycle is written small
        assert bool(one.fix) == (one.weight != "unsaid"), one
        assert one.fix.endswith(".") or not one.fix
        assert one.weight != "unsaid" or "careCycle does not say" in one.text or "does not know" in one.text
        assert (one.weight == "unsaid") == (one.kind in ("unsaid", "unknown_value"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({GROUPS: [group("Spanish", OFF)]}, "Nobody in group Spanish can take a call. Switch on an agent there."),
        ({GROUPS: [group("Spanish")]}, "Nobody is in group Spanish. Add an agent there."),
        ({GROUPS: [group("A", agent("a")), group(None, OFF)]}, "Nobody in the second group can take a call. Switch on"),
        ({GROUPS: [group("\u200b", OFF)]}, "Nobody in the first group can take a call. Switch on an agent there."),
        ({GROUPS: [group(None)] * 11}, "Nobody is in group number 11. Add an agent there."),
        ({GROUPS: [group(None, on=False)]}, "The first group is switched off. Switch it on if its agents should get"),
        (
            {AGENTS: [OFF], f"{ROUTING}.tryCustomerAgentFirst": True},
            "The customer’s own agent is tried first, but nobo",
        ),
        ({TO: None}, "Transfers are on, but no destination is set up. Choose a destination, or switch transfers off."),
        (
            {**DIRECT, NUMBER: "TBD"},
            "The number to ring is not a phone number. Enter the number",
        ),
    ],
)
def test_what_is_wrong_is_said_in_careCycles_own_words(changes: dict[str, Any], says: str) -> None:  # noqa: N802
    assert any(one.text.startswith(says) for one in routing.findings(changed(changes)))


def test_problems_come_first() -> None:
    found = routing.findings(changed({f"{ROUTING}.stateBasedRouting": True, AGENTS: [], FALLBACK: None}))
    assert [finding.weight for finding in found] == ["problem", "note", "unsaid"]


def test_a_group_is_known_by_its_id_or_name_wherever_it_stands() -> None:
    spanish = group("Spanish", OFF)
    (first,) = routing.findings(changed({GROUPS: [spanish, group("North", agent("n"))]}))
    (second,) = routing.findings(changed({GROUPS: [group("North", agent("n")), spanish]}))
    assert first.field != second.field
    assert first.subject == second.subject == f"{GROUPS}[group-Spanish].agents"
    (named,) = routing.findings(changed({GROUPS: [{**spanish, "id": None}]}))
    assert named.subject == f"{GROUPS}[Spanish].agents"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Transfers go to the softphone. If nobody answers, it books a meeting."),
        (
            {FALLBACK: None, f"{ROUTING}.fallbackBehavior": "voicemail"},
            "Transfers go to the softphone. If nobody answers, it takes a voicemail.",
        ),
        ({AGENTS: []}, "Transfers go to the softphone. If nobody answers, it books a meeting."),
        (
            {"appointmentConfig": None},
            "Transfers go to the softphone. If nobody answers, it should book a meeting, but no",
        ),
        (DIRECT, "Transfers ring a number."),
        ({**DIRECT, NUMBER: "TBD"}, "Transfers are set to ring a number, but what is entered is not a phone number."),
        ({f"{TO}.type": "sip"}, "Transfers go to a SIP address."),
        ({f"{TO}.type": "dynamic"}, "Transfers ask a partner which number to ring."),
        (
            {FALLBACK: "phone_number", "transferConfigIds": ["x", "y"]},
            "Transfers go to the softphone. If nobody answers, it rings a number.",
        ),
    ],
)
def test_outside_it_is_said_without_agents_names_numbers_and_hosts(changes: dict[str, Any], says: str) -> None:
    assert routing.plain(routing.outline(changed(changes))).startswith(says)


def has_field(model: Any, path: list[str]) -> bool:
    """Whether the models, which mirror the API, have a field at this path."""
    if not path:
        return True
    inner = [model, *(part for part in get_args(model))]
    records = [part for part in inner if isinstance(part, type) and issubclass(part, BaseModel)]
    fields = {field.alias: field.annotation for record in records for field in record.model_fields.values()}
    if path[0] in fields:
        return has_field(fields[path[0]], path[1:])
    return any(has_field(part, path) for part in inner if part is not model)


@given(campaigns())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_campaign_has_a_sentence_and_every_field_named_is_one(sent: dict[str, Any]) -> None:
    campaign, _ = read(Campaign, sent)
    assert "SECRET" not in routing.plain(routing.summary(campaign))
    for finding in routing.findings(campaign):
        path = re.sub(r"\[\d+\]", "", finding.field).split(".")
        assert has_field(Campaign, path), finding.field
