"""Where transfers go in one sentence, and what is wrong with them, each finding with the field that decides it."""

import re
from collections.abc import Sequence
from typing import Any, Final, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel

from bot.campaigns import routing
from bot.campaigns.campaign import Campaign
from bot.carecycle.lenient_parsing import read
from tests.conftest import AEP
from tests.samples.any_campaign import campaigns

MISSING: Final = object()
BOOKS = "Transfers to the softphone Main desk: rings 2 agents in order, up to 60 s, then books a meeting."
TO = "transferConfig"
ROUTING = "transferConfig.routingConfig"
OFF, ON, UNSAID = {"isActive": False}, {"isActive": True}, dict[str, Any]()
DIRECT = {f"{TO}.type": "direct", f"{TO}.directPhoneNumber": "+12125550142"}
PING = "https://SECRET-USER:SECRET-WORD@ping.partner.example:8443/SECRET-PATH?k=SECRET-TOKEN"
ASKS = {"pingUrl": PING, "successConditions": [{"field": "ok", "operator": "equals", "value": "yes"}]}
DYNAMIC = {f"{TO}.type": "dynamic", f"{TO}.dynamicOptions": ASKS}
SIP = {f"{TO}.type": "sip", f"{TO}.sipUri": "sip:SECRET-USER:SECRET-WORD@sip.partner.example:5061;transport=tls"}
TO_NUMBER = {f"{TO}.softphoneFallbackType": "phone_number", f"{TO}.softphoneFallbackPhoneNumber": "+13055550177"}
NO_KIND = {f"{TO}.softphoneFallbackType": None}
ITS_NUMBER = {**NO_KIND, f"{ROUTING}.fallbackBehavior": "phone_number"}
GROUPED = {f"{ROUTING}.routingType": "grouped", f"{ROUTING}.agents": MISSING}


def base() -> dict[str, Any]:
    """Transfers to a softphone with two agents in order, then booking, and nothing wrong with it."""
    config = {
        "name": "Main desk",
        "type": "softphone",
        "warmTransfer": True,
        "warmMode": "wait-for-operator",
        "softphoneFallbackType": "appointment_booking",
        "routingConfig": {"routingType": "linear", "maxWaitTime": 60, "agents": [ON, ON, OFF]},
    }
    features = {"transfers": True, "appointments": True}
    return {"id": AEP, "features": features, "transferConfig": config, "appointmentConfig": {"name": "Call back"}}


def changed(changes: dict[str, Any]) -> Campaign:
    campaign = base()
    for path, value in changes.items():
        *way, last = path.split(".")
        place = campaign
        for step in way:
            place = place[step]
        if value is MISSING:
            del place[last]
        else:
            place[last] = value
    return Campaign.model_validate(campaign)


LOWER = f"t{BOOKS[1:]}"
WARM = "Warm, waits for the operator."
SOFTPHONE = "Transfers to the softphone Main desk"
DESK = f"{SOFTPHONE}: rings 2 agents in order, up to 60 s"
SENTENCES: list[tuple[str, dict[str, Any], str]] = [
    ("linear", {}, f"{BOOKS} {WARM}"),
    ("round robin", {f"{ROUTING}.routingType": "round_robin"}, f"{BOOKS} {WARM}".replace("in order", "at once")),
    ("round robin, spelled otherwise", {f"{ROUTING}.routingType": "Round Robin"}, "2 agents at once"),
    (
        "groups",
        {**GROUPED, f"{ROUTING}.groups": [{"agents": [ON]}, {"agents": [ON, ON]}, {"isActive": False, "agents": [ON]}]},
        "Main desk: tries 2 groups in turn (3 agents), up to 60 s, then",
    ),
    ("a way of routing nobody knows", {f"{ROUTING}.routingType": "skills"}, "rings 2 agents, routing “skills”, up to"),
    ("no way of routing", {f"{ROUTING}.routingType": MISSING}, "Main desk: rings 2 agents, up to 60 s, then"),
    (
        "the customer's agent first",
        {f"{ROUTING}.tryCustomerAgentFirst": True},
        ": the customer’s own agent first, then rings 2",
    ),
    ("one agent", {f"{ROUTING}.agents": [ON]}, "rings 1 agent, up to"),
    ("an agent in two places counts once", {f"{ROUTING}.agents": [{**ON, "memberId": "m"}] * 2}, "rings 1 agent,"),
    ("nobody active", {f"{ROUTING}.agents": [OFF]}, "Main desk: rings nobody, up to 60 s, then"),
    ("nobody named", {f"{ROUTING}.agents": MISSING}, "Main desk: rings an unknown number of agents in order"),
    ("nobody said to be active", {f"{ROUTING}.agents": [UNSAID]}, "rings an unknown number of agents in order"),
    ("groups, nobody active", {**GROUPED, f"{ROUTING}.groups": [{"agents": [OFF]}]}, "Main desk: rings nobody, up to"),
    ("groups not said", GROUPED, "tries an unknown number of groups in turn (an unknown number of agents), up"),
    ("groups, none", {**GROUPED, f"{ROUTING}.groups": []}, "Main desk: rings an unknown number of agents, up to 60 s"),
    ("a wait of a second", {f"{ROUTING}.maxWaitTime": 1}, "in order, up to 1 s, then"),
    ("a wait of a day", {f"{ROUTING}.maxWaitTime": 86_400}, "in order, up to 86,400 s, then"),
    ("a longer wait", {f"{ROUTING}.maxWaitTime": 86_401}, "rings 2 agents in order, then"),
    ("no wait", {f"{ROUTING}.maxWaitTime": None}, f"{SOFTPHONE}: rings 2 agents in order, then books a meeting."),
    ("a softphone without routing", {ROUTING: None}, f"{SOFTPHONE}, then books a meeting. {WARM}"),
    ("a softphone without a name", {f"{TO}.name": None}, "Transfers to the softphone: rings 2 agents"),
    (
        "the routing's name",
        {f"{TO}.name": None, f"{ROUTING}.name": "Desk two"},
        "Transfers to the softphone Desk two: r",
    ),
    (
        "neither name nor routing",
        {f"{TO}.name": None, ROUTING: None},
        "Transfers to the softphone, then books a meeting.",
    ),
    ("direct", DIRECT, f"Transfers ring the number ending 0142. {WARM}"),
    ("direct, a short number", {**DIRECT, f"{TO}.directPhoneNumber": "0142"}, f"Transfers ring a number. {WARM}"),
    (
        "direct, seven digits",
        {**DIRECT, f"{TO}.directPhoneNumber": "555-0142"},
        "Transfers ring the number ending 0142.",
    ),
    ("direct, six digits", {**DIRECT, f"{TO}.directPhoneNumber": "55-0142"}, "Transfers ring a number."),
    ("direct, no number", {**DIRECT, f"{TO}.directPhoneNumber": None}, "Transfers ring a number."),
    ("direct, a blank number", {**DIRECT, f"{TO}.directPhoneNumber": " "}, "Transfers ring a number."),
    ("dynamic", DYNAMIC, f"Transfers ask ping.partner.example which number to ring. {WARM}"),
    ("dynamic, no address", {**DYNAMIC, f"{TO}.dynamicOptions": {}}, "Transfers ask a partner which number to ring."),
    ("dynamic, no options", {**DYNAMIC, f"{TO}.dynamicOptions": None}, "Transfers ask a partner which number to ring."),
    ("dynamic, broken", {**DYNAMIC, f"{TO}.dynamicOptions": {"pingUrl": "http://[SECRET"}}, "Transfers ask a partner"),
    ("dynamic, half", {**DYNAMIC, f"{TO}.dynamicOptions": {"pingUrl": "http://SECRET:a/b@h"}}, "Transfers ask a partn"),
    (
        "dynamic, a slash in the password",
        {**DYNAMIC, f"{TO}.dynamicOptions": {"pingUrl": "https://secret.example:1/x@ping.partner.example/y"}},
        "Transfers ask a partner which number to ring.",
    ),
    ("SIP", SIP, f"Transfers go to a SIP address at sip.partner.example. {WARM}"),
    ("SIP, no user", {**SIP, f"{TO}.sipUri": "sip:SECRET"}, f"Transfers go to a SIP address. {WARM}"),
    ("SIP, IPv6", {**SIP, f"{TO}.sipUri": "sip:u@[2001:db8::1]:5060"}, "a SIP address at [2001:db8::1]."),
    ("SIP, secret in a header", {**SIP, f"{TO}.sipUri": "sip:host.example?X=a@SECRET"}, "go to a SIP address. W"),
    ("another type", {f"{TO}.type": "pigeon"}, f"Transfers of the type “pigeon”. {WARM}"),
    ("no type", {f"{TO}.type": MISSING}, f"Transfers of a type the API does not say. {WARM}"),
    ("warm, at once", {f"{TO}.warmMode": "immediate-summary"}, f"{BOOKS} Warm, with a summary at once."),
    ("warm, no mode", {f"{TO}.warmMode": None}, f"{BOOKS} Warm."),
    ("warm, another mode", {f"{TO}.warmMode": "sing"}, f"{BOOKS} Warm, “sing”."),
    ("cold", {f"{TO}.warmTransfer": False}, f"{BOOKS} Cold hand-over."),
    ("neither warm nor cold", {f"{TO}.warmTransfer": None}, BOOKS),
    ("fallback to a number", TO_NUMBER, f"{DESK}, then rings the number ending 0177. {WARM}"),
    ("fallback to no number", {**TO_NUMBER, f"{TO}.softphoneFallbackPhoneNumber": None}, "s, then rings a number."),
    ("another fallback", {f"{TO}.softphoneFallbackType": "fax"}, f"{DESK}, then “fax”. {WARM}"),
    ("voicemail", {**NO_KIND, f"{ROUTING}.fallbackBehavior": "voicemail"}, f"{DESK}, then takes a voicemail. {WARM}"),
    ("the routing's number", {**ITS_NUMBER, f"{ROUTING}.fallbackNumber": "+13055550177"}, "rings the number ending 01"),
    ("another fallback of the routing", {**NO_KIND, f"{ROUTING}.fallbackBehavior": "fax"}, f"{DESK}, then “fax”."),
    ("no fallback", NO_KIND, f"{DESK}. {WARM}"),
    ("off", {"features.transfers": False, TO: None}, "Calls are not transferred."),
    ("off, yet set up", {"features.transfers": False}, f"Calls are not transferred. Set up: {LOWER}"),
    ("on, to nowhere", {TO: None}, "Transfers are on, but go nowhere."),
    ("on, where is not said", {TO: MISSING}, "The API does not say where calls are transferred."),
    ("neither on nor off", {"features": None}, f"The API does not say whether calls are transferred. Set up: {LOWER}"),
    ("nothing said", {"features": MISSING, TO: MISSING}, "The API does not say where calls are transferred."),
]

PROBLEM, NOTE, UNKNOWN = "problem", "note", "unsaid"
EMPTY, FULL = {"name": "Spanish", "agents": []}, {"agents": [ON]}
GROUP = f"{ROUTING}.groups[1]"
WELL: dict[str, dict[str, Any]] = {
    "direct": DIRECT,
    "dynamic": DYNAMIC,
    "SIP": SIP,
    "a number to fall back to": TO_NUMBER,
}
FINDINGS: list[tuple[str, dict[str, Any], Sequence[tuple[str, str]]]] = [
    ("all is well", {}, []),
    *((f"so it is with {way}", changes, []) for way, changes in WELL.items()),
    ("on without a configuration", {TO: None}, [(PROBLEM, TO)]),
    ("on, a configuration is not said", {TO: MISSING}, [(UNKNOWN, TO)]),
    ("off although configured", {"features.transfers": False}, [(NOTE, "features.transfers")]),
    ("off, nothing configured", {"features.transfers": False, TO: None}, []),
    ("neither on nor off", {"features.transfers": None}, [(UNKNOWN, "features.transfers")]),
    ("no type", {f"{TO}.type": None}, [(PROBLEM, f"{TO}.type")]),
    ("type not said", {f"{TO}.type": MISSING}, [(UNKNOWN, f"{TO}.type")]),
    ("another type", {f"{TO}.type": "pigeon"}, [(UNKNOWN, f"{TO}.type")]),
    ("direct: no number", {**DIRECT, f"{TO}.directPhoneNumber": None}, [(PROBLEM, f"{TO}.directPhoneNumber")]),
    ("direct: blank number", {**DIRECT, f"{TO}.directPhoneNumber": " "}, [(PROBLEM, f"{TO}.directPhoneNumber")]),
    ("direct: number not said", {f"{TO}.type": "direct"}, [(UNKNOWN, f"{TO}.directPhoneNumber")]),
    (
        "dynamic: no options",
        {**DYNAMIC, f"{TO}.dynamicOptions": None},
        [(PROBLEM, f"{TO}.dynamicOptions.pingUrl"), (PROBLEM, f"{TO}.dynamicOptions.successConditions")],
    ),
    (
        "dynamic: options not said",
        {f"{TO}.type": "dynamic"},
        [(UNKNOWN, f"{TO}.dynamicOptions.pingUrl"), (UNKNOWN, f"{TO}.dynamicOptions.successConditions")],
    ),
    (
        "dynamic: no ping URL",
        {**DYNAMIC, f"{TO}.dynamicOptions": {**ASKS, "pingUrl": ""}},
        [(PROBLEM, f"{TO}.dynamicOptions.pingUrl")],
    ),
    (
        "dynamic: no success conditions",
        {**DYNAMIC, f"{TO}.dynamicOptions": {**ASKS, "successConditions": []}},
        [(PROBLEM, f"{TO}.dynamicOptions.successConditions")],
    ),
    ("SIP: no address", {**SIP, f"{TO}.sipUri": None}, [(PROBLEM, f"{TO}.sipUri")]),
    ("SIP: not said", {f"{TO}.type": "sip"}, [(UNKNOWN, f"{TO}.sipUri")]),
    ("softphone: no routing", {ROUTING: None}, [(PROBLEM, ROUTING)]),
    ("softphone: routing not said", {ROUTING: MISSING}, [(UNKNOWN, ROUTING)]),
    ("softphone: no agents", {f"{ROUTING}.agents": []}, [(PROBLEM, f"{ROUTING}.agents")]),
    ("softphone: nobody active", {f"{ROUTING}.agents": [OFF, OFF]}, [(PROBLEM, f"{ROUTING}.agents")]),
    ("softphone: agents not said", {f"{ROUTING}.agents": MISSING}, [(UNKNOWN, f"{ROUTING}.agents")]),
    ("softphone: activity not said", {f"{ROUTING}.agents": [OFF, UNSAID]}, [(UNKNOWN, f"{ROUTING}.agents")]),
    (
        "softphone: activity in a group not said",
        {f"{ROUTING}.agents": [], f"{ROUTING}.groups": [{"agents": [UNSAID]}]},
        [(UNKNOWN, f"{ROUTING}.agents"), (UNKNOWN, f"{ROUTING}.groups[0].agents")],
    ),
    ("groups: none", {**GROUPED, f"{ROUTING}.groups": []}, [(PROBLEM, f"{ROUTING}.groups")]),
    ("groups: not said", GROUPED, [(UNKNOWN, f"{ROUTING}.groups")]),
    ("group: empty", {f"{ROUTING}.groups": [FULL, EMPTY]}, [(PROBLEM, f"{GROUP}.agents")]),
    ("group: nobody active", {f"{ROUTING}.groups": [FULL, {"agents": [OFF]}]}, [(PROBLEM, f"{GROUP}.agents")]),
    ("group: agents not said", {f"{ROUTING}.groups": [FULL, {"name": "X"}]}, [(UNKNOWN, f"{GROUP}.agents")]),
    ("group: off", {f"{ROUTING}.groups": [FULL, {**FULL, **OFF}]}, [(PROBLEM, f"{GROUP}.isActive")]),
    (
        "by state, no fallback",
        {f"{ROUTING}.stateBasedRouting": True, f"{ROUTING}.stateRoutingFallback": None},
        [(PROBLEM, f"{ROUTING}.stateRoutingFallback")],
    ),
    ("by state, not said", {f"{ROUTING}.stateBasedRouting": True}, [(UNKNOWN, f"{ROUTING}.stateRoutingFallback")]),
    ("by state", {f"{ROUTING}.stateBasedRouting": True, f"{ROUTING}.stateRoutingFallback": "fallback"}, []),
    (
        "fallback to no number",
        {**TO_NUMBER, f"{TO}.softphoneFallbackPhoneNumber": None},
        [(PROBLEM, f"{TO}.softphoneFallbackPhoneNumber")],
    ),
    ("the routing's, none", {**ITS_NUMBER, f"{ROUTING}.fallbackNumber": ""}, [(PROBLEM, f"{ROUTING}.fallbackNumber")]),
    ("fallback to booking, none set up", {"appointmentConfig": None}, [(PROBLEM, "appointmentConfig")]),
    ("fallback to booking, not said", {"appointmentConfig": MISSING}, [(UNKNOWN, "appointmentConfig")]),
    ("voicemail", {**NO_KIND, f"{ROUTING}.fallbackBehavior": "voicemail"}, []),
    ("fallback not said", {f"{TO}.softphoneFallbackType": MISSING}, [(UNKNOWN, f"{TO}.softphoneFallbackType")]),
]


@pytest.mark.parametrize(("changes", "expected"), [pytest.param(*row[1:], id=row[0]) for row in SENTENCES])
def test_one_sentence_says_where_calls_go(changes: dict[str, Any], expected: str) -> None:
    said = routing.plain(routing.summary(changed(changes)))
    assert expected in said
    assert not expected.startswith(("Transfers", "Calls", "The API")) or said.startswith(expected)
    assert "SECRET" not in said
    assert not re.search(r"\d{5}", said), "more than four digits of a phone number"


@pytest.mark.parametrize(("changes", "expected"), [pytest.param(*row[1:], id=row[0]) for row in FINDINGS])
def test_what_is_wrong_is_found_with_its_field(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    found = routing.findings(changed(changes))
    assert [(finding.weight, finding.field) for finding in found] == expected
    unsaid = [routing.plain(finding.says) for finding in found if finding.weight == UNKNOWN]
    assert all("API does not say" in says or "is known here" in says for says in unsaid)


SAID = {  # as whoever reads the card sees it; of those not sent: "The API does not say: no SIP address?"
    "Transfers are on without a configuration",
    "Transfers are off although they are set up",
    "The API does not say whether transfers are on",
    "No kind of transfer is chosen",
    "Nothing is known here about the type “pigeon”",
    "No number to ring",
    "No address to ask for a number",
    "Nothing says when the partner’s answer counts",
    "No SIP address",
    "No routing for the softphone",
    "No active agent",
    "The API does not say who is active",
    "Routed by groups, but there are none",
    "Nobody is in group Spanish",
    "No active agent in group without a name",
    "Group without a name is switched off",
    "Routed by state, without a fallback",
    "Falls back to a number, but there is none",
    "Falls back to booking, but no appointments are set up",
    "The API does not say what happens when nobody answers",
}


def test_what_is_wrong_is_said_in_these_words() -> None:
    found = {
        routing.plain(finding.says) for _, changes, _ in FINDINGS for finding in routing.findings(changed(changes))
    }
    asked = {f"The API does not say: {says[:1].lower()}{says[1:]}?" for says in SAID}
    assert found - asked == SAID
    assert "The API does not say: no SIP address?" in found


def test_problems_come_first_and_groups_are_named() -> None:
    found = routing.findings(changed({f"{ROUTING}.stateBasedRouting": True, f"{ROUTING}.groups": [EMPTY]}))
    assert [finding.weight for finding in found] == [PROBLEM, UNKNOWN]
    assert routing.plain(found[0].says) == "Nobody is in group Spanish"


def test_outside_it_is_said_what_happens_when_nobody_answers_also_where_the_routing_says_it() -> None:
    campaign = changed({**NO_KIND, f"{ROUTING}.fallbackBehavior": "voicemail"})
    assert routing.plain(routing.outline(campaign)) == f"Transfers to the softphone, then takes a voicemail. {WARM}"


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
