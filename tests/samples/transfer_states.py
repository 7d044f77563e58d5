"""Campaigns whose transfers are set up well or badly, each with what must be said of it.

The answers were written by hand from careCycle's documentation, before the code: change one only when the
documentation says so.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from bot.campaigns import routing
from bot.campaigns.campaign import Campaign
from bot.carecycle.lenient_parsing import read
from tests.conftest import AEP

MISSING: Final = object()  # careCycle does not send the field
TO, ROUTING, OPTIONS = "transferConfig", "transferConfig.routingConfig", "transferConfig.dynamicOptions"
NUMBER, SIP_URI, URL = f"{TO}.directPhoneNumber", f"{TO}.sipUri", f"{OPTIONS}.pingUrl"
AGENTS, GROUPS, ON_OFF = f"{ROUTING}.agents", f"{ROUTING}.groups", "features.transfers"
FALLBACK, ITS_NUMBER = f"{TO}.softphoneFallbackType", f"{TO}.softphoneFallbackPhoneNumber"
ZERO_WIDTH = "\u200b"


@dataclass(frozen=True, slots=True)
class State:
    """A campaign's transfers, and what must be said of them."""

    name: str
    changes: dict[str, Any]  # to `base`, by path
    says: str  # the whole sentence
    findings: frozenset[str]  # `weight kind field`
    verdict: str


def base() -> dict[str, Any]:
    """Transfers to a softphone with two active agents in order, then booking, and nothing wrong with it."""
    options = {
        "pingUrl": "https://ping.partner.example/v1?k=SECRET-TOKEN",
        "method": "GET",
        "timeout": 5,
        "headers": {"Authorization": "SECRET-HEADER"},
        "body": {},
        "transferNumberField": "result.number",
        "transferNumber": None,
        "successConditions": [{"field": "ok", "operator": "equals", "value": "yes"}],
    }
    routing = {
        "id": "b6e138dd-eba1-4cd6-85c1-31882f4d70e7",
        "name": "Desk routing",
        "routingType": "linear",
        "fallbackBehavior": None,
        "fallbackNumber": None,
        "maxRingPerAgent": 15,
        "maxWaitTime": 60,
        "tryCustomerAgentFirst": False,
        "tryPreviousSoftphoneAgentFirst": False,
        "stateBasedRouting": False,
        "stateRoutingFallback": None,
        "agents": [agent("a"), agent("b"), agent("c", on=False)],
        "groups": [],
    }
    config = {
        "id": "66eebc57-8f4e-4b4f-8041-f5ee8bae8e66",
        "name": "Main desk",
        "routingConfigId": "b6e138dd-eba1-4cd6-85c1-31882f4d70e7",
        "type": "softphone",
        "warmTransfer": None,
        "warmMode": None,
        "directPhoneNumber": "+12125550142",
        "dynamicOptions": options,
        "sipUri": "sip:SECRET-USER@sip.partner.example:5061;transport=tls",
        "softphoneFallbackType": "appointment_booking",
        "softphoneFallbackPhoneNumber": "+13055550177",
        "appointmentBookingEnabled": True,
        "routingConfig": routing,
    }
    return {
        "id": AEP,
        "features": {"transfers": True, "appointments": True},
        "transferConfig": config,
        "transferConfigIds": [],
        "appointmentConfig": {"name": "Call back"},
    }


def agent(id_: str, *, on: bool | None = True, group: str | None = None) -> dict[str, Any]:
    """An agent; `on` None: careCycle does not say whether they are active."""
    known = {} if on is None else {"isActive": on}
    return {"id": f"agent-{id_}", "memberId": f"member-{id_}", "groupId": group, **known}


def group(name: str | None, *agents: dict[str, Any], on: bool | None = True, **more: Any) -> dict[str, Any]:
    """A group of agents."""
    known = {} if on is None else {"isActive": on}
    return {"id": f"group-{name}", "name": name, "agents": list(agents), **known, **more}


def sent(changes: dict[str, Any]) -> dict[str, Any]:
    """The campaign as careCycle sends it: `base` with these changes."""
    campaign = base()
    for path, value in changes.items():
        *way, last = path.split(".")
        place = campaign
        for step in way:
            place = place[step]
        if value is MISSING:
            del place[last]
        else:
            place[last] = deepcopy(value)
    return campaign


def _state(name: str, changes: dict[str, Any], says: str, *findings: str, verdict: str = "softphone") -> State:
    return State(name, changes, says, frozenset(findings), verdict)


DIRECT, DYNAMIC, SIP = ({f"{TO}.type": kind} for kind in ("direct", "dynamic", "sip"))
HERE = "Transfers go to the softphone Main desk, which "
DESK = f"{HERE}rings 2 agents in order for up to 60 seconds"
BOOKS = f"{DESK}, then books a meeting."
BROKEN = "Transfers are set to ring the softphone Main desk, but "
INSTEAD = " Instead it books a meeting."
ASK = "Transfers are set to ask a partner which number to ring, but "
RING = "Transfers are set to ring a number, but "
CALL = "Transfers are set to go to a SIP address, but "
NO_NUMBER, NO_SUCH_NUMBER = f"problem missing {NUMBER}", f"problem malformed {NUMBER}"
NO_URL, NO_SUCH_URL = f"problem missing {URL}", f"problem malformed {URL}"
NO_SIP, NO_SUCH_SIP = f"problem missing {SIP_URI}", f"problem malformed {SIP_URI}"
NOT_SAID_WHERE = "careCycle does not say where calls are transferred."
MUTE = f"unsaid unsaid {ON_OFF}"


def _direct(number: object, says: str, *findings: str) -> State:
    name = f"direct, number {number if number is not MISSING else 'not sent'!r}"
    return _state(name, {**DIRECT, NUMBER: number}, says, *findings, verdict="direct")


def _sip(uri: object, says: str, *findings: str) -> State:
    name = f"SIP, address {uri if uri is not MISSING else 'not sent'!r}"
    return _state(name, {**SIP, SIP_URI: uri}, says, *findings, verdict="sip")


def _asked(url: object, says: str, *findings: str) -> State:
    name = f"dynamic, address {url if url is not MISSING else 'not sent'!r}"
    return _state(name, {**DYNAMIC, URL: url}, says, *findings, verdict="dynamic")


ASKS = "Transfers ask ping.partner.example which number to ring."
SOME = "Transfers ask a partner which number to ring."
NONE_AT_ALL, IS_NONE = "none is given.", "what is entered is not a phone number."


def _dynamic(name: str, options: dict[str, Any], says: str, *findings: str) -> State:
    changes = {f"{OPTIONS}.{field}": value for field, value in options.items()}
    return _state(f"dynamic, {name}", {**DYNAMIC, **changes}, says, *findings, verdict="dynamic")


def _desk(name: str, changes: dict[str, Any], says: str, *findings: str) -> State:
    """Changes of the routing, by the names of its fields."""
    return _state(name, {f"{ROUTING}.{field}": value for field, value in changes.items()}, says, *findings)


ON_AND_OFF: Final = (
    _state("all is well", {}, BOOKS),
    _state(
        "on, no destination",
        {TO: None},
        "Transfers are on, but go nowhere.",
        f"problem missing {TO}",
        verdict="nowhere",
    ),
    _state(
        "on, no destination, no list of further ones",
        {TO: None, "transferConfigIds": MISSING},
        "Transfers are on, but go nowhere.",
        f"problem missing {TO}",
        verdict="nowhere",
    ),
    _state("on, the destination is not sent", {TO: MISSING}, NOT_SAID_WHERE, f"unsaid unsaid {TO}", verdict="unknown"),
    _state(
        "on, two destinations by their ids alone",
        {TO: None, "transferConfigIds": ["x", "y"]},
        f"{NOT_SAID_WHERE} 2 destinations are set up.",
        f"unsaid unsaid {TO}",
        verdict="unknown",
    ),
    _state(
        "on, one destination by its id alone",
        {TO: None, "transferConfigIds": ["x"]},
        f"{NOT_SAID_WHERE} 1 destination is set up.",
        f"unsaid unsaid {TO}",
        verdict="unknown",
    ),
    _state(
        "further destinations",
        {"transferConfigIds": ["66eebc57-8f4e-4b4f-8041-f5ee8bae8e66", "x", "y", "y"]},
        f"{BOOKS} 2 further destinations are set up, too.",
    ),
    _state("its own id alone", {"transferConfigIds": ["66eebc57-8f4e-4b4f-8041-f5ee8bae8e66"]}, BOOKS),
    _state("an id, own or not", {"transferConfigIds": ["x"], f"{TO}.id": MISSING}, BOOKS),
    _state(
        "a further destination, the own id not sent",
        {"transferConfigIds": ["x", "y"], f"{TO}.id": MISSING},
        f"{BOOKS} 1 further destination is set up, too.",
    ),
    _state("off, nothing set up", {ON_OFF: False, TO: None}, "Calls are not transferred.", verdict="none"),
    _state("off, not sent", {ON_OFF: False, TO: MISSING}, "Calls are not transferred.", verdict="none"),
    _state(
        "off, destinations by their ids alone",
        {ON_OFF: False, TO: None, "transferConfigIds": ["x", "y"]},
        "Calls are not transferred.",
        verdict="none",
    ),
    _state(
        "off, yet set up",
        {ON_OFF: False},
        f"Calls are not transferred. Set up: t{BOOKS[1:]}",
        f"note off {ON_OFF}",
        verdict="none",
    ),
    _state(
        "off, badly set up",
        {ON_OFF: False, **DIRECT, NUMBER: None},
        f"Calls are not transferred. Set up: t{RING[1:]}none is given.",
        f"note off {ON_OFF}",
        verdict="none",
    ),
    _state(
        "on or off is not sent",
        {ON_OFF: MISSING},
        f"careCycle does not say whether calls are transferred. Set up: t{BOOKS[1:]}",
        MUTE,
        verdict="unknown",
    ),
    _state(
        "on or off is null",
        {ON_OFF: None},
        f"careCycle does not say whether calls are transferred. Set up: t{BOOKS[1:]}",
        MUTE,
        verdict="unknown",
    ),
    _state(
        "on or off is a word",
        {ON_OFF: "yes"},
        f"careCycle does not say whether calls are transferred. Set up: t{BOOKS[1:]}",
        MUTE,
        verdict="unknown",
    ),
    _state("no features", {"features": None, TO: None}, NOT_SAID_WHERE, MUTE, verdict="unknown"),
    _state("nothing sent", {"features": MISSING, TO: MISSING}, NOT_SAID_WHERE, MUTE, verdict="unknown"),
    _state("the destination is no object", {TO: "string"}, NOT_SAID_WHERE, f"unsaid unsaid {TO}", verdict="unknown"),
    _state(
        "another kind",
        {f"{TO}.type": "pigeon"},
        "Transfers are of the kind “pigeon”, which this app does not know.",
        f"unsaid unknown_value {TO}.type",
        verdict="unknown",
    ),
    _state(
        "no kind",
        {f"{TO}.type": None},
        "Transfers are set up, but no kind of transfer is chosen.",
        f"problem missing {TO}.type",
        verdict="unknown",
    ),
    _state(
        "an empty kind",
        {f"{TO}.type": ""},
        "Transfers are set up, but no kind of transfer is chosen.",
        f"problem missing {TO}.type",
        verdict="unknown",
    ),
    _state(
        "the kind is not sent",
        {f"{TO}.type": MISSING},
        "careCycle does not say what kind of transfer is set up.",
        f"unsaid unsaid {TO}.type",
        verdict="unknown",
    ),
    _state(
        "an empty destination",
        {TO: {}},
        "careCycle does not say what kind of transfer is set up.",
        f"unsaid unsaid {TO}.type",
        verdict="unknown",
    ),
)

NUMBERS: Final = (
    _direct("+12125550142", "Transfers ring the number ending 0142."),
    _direct("(212) 555-0142", "Transfers ring the number ending 0142."),
    _direct("212.555.0142 x12", "Transfers ring the number ending 4212."),
    _direct("call +12125550142 now", "Transfers ring the number ending 0142."),
    _direct("\uff0b12125550142", "Transfers ring the number ending 0142."),
    _direct("555-0142", "Transfers ring the number ending 0142."),
    _direct("55-0142", "Transfers ring a number."),
    _direct("0142", "Transfers ring a number."),
    _direct("1-800-MEDICARE", "Transfers ring a number."),
    _direct(None, f"{RING}{NONE_AT_ALL}", NO_NUMBER),
    _direct("", f"{RING}{NONE_AT_ALL}", NO_NUMBER),
    _direct("  ", f"{RING}{NONE_AT_ALL}", NO_NUMBER),
    *(
        _direct(text, f"{RING}{IS_NONE}", NO_SUCH_NUMBER)
        for text in ("TBD", "-", "string", ZERO_WIDTH, "n/a", "?", "+1", "ext 5", "TBD 2026", "agent7@example.com")
    ),
    _direct(MISSING, "Transfers ring a number.", f"unsaid unsaid {NUMBER}"),
    _direct(2125550142, "Transfers ring a number.", f"unsaid unsaid {NUMBER}"),
)

ADDRESSES: Final = (
    _asked("https://SECRET-USER:SECRET-WORD@ping.partner.example:8443/SECRET?k=SECRET", ASKS),
    _asked("HTTPS://PING.PARTNER.EXAMPLE", ASKS),
    _asked(" https://ping.partner.example ", ASKS),
    _asked("https://192.0.2.7/ping", SOME),
    _asked("https://secret.example:1/x@ping.partner.example/y", SOME),
    _asked("http://ping.partner.example/v1", ASKS, f"note insecure {URL}"),
    _asked(None, f"{ASK}no address is given.", NO_URL),
    _asked("", f"{ASK}no address is given.", NO_URL),
    _asked(" ", f"{ASK}no address is given.", NO_URL),
    *(
        _asked(text, f"{ASK}what is entered is not a web address.", NO_SUCH_URL)
        for text in (
            "not a url",
            "string",
            "TBD",
            "-",
            ZERO_WIDTH,
            "https://",
            "https://-",
            "ping.partner.example/v1",
            "ftp://ping.partner.example",
            "http://[SECRET",
            "http://SECRET:a/b@h",
            "https:ping.partner.example",
            "https://two words.example",
            "sip:u@partner.example",
        )
    ),
    _asked(MISSING, SOME, f"unsaid unsaid {URL}"),
    _sip("sip:u@sip.partner.example", "Transfers go to a SIP address at sip.partner.example."),
    _sip(
        "sips:+12125550142@sip.partner.example:5061;transport=tls",
        "Transfers go to a SIP address at sip.partner.example.",
    ),
    _sip("SIP:u:SECRET-WORD@sip.partner.example", "Transfers go to a SIP address at sip.partner.example."),
    _sip("sip:u@[2001:db8::1]:5060", "Transfers go to a SIP address at [2001:db8::1]."),
    _sip("sip:sip.partner.example", "Transfers go to a SIP address."),
    _sip("sip:host.example?X=a@SECRET", "Transfers go to a SIP address."),
    _sip(None, f"{CALL}{NONE_AT_ALL}", NO_SIP),
    _sip("", f"{CALL}{NONE_AT_ALL}", NO_SIP),
    *(
        _sip(text, f"{CALL}what is entered is not a SIP address.", NO_SUCH_SIP)
        for text in (
            "sip:",
            "string",
            "TBD",
            ZERO_WIDTH,
            "sip:@sip.partner.example",
            "sip:u@",
            "sip.partner.example",
            "https://sip.partner.example",
            "tel:+12125550142",
            "sip:two words@sip.partner.example",
            "sip:u@h:port",
        )
    ),
    _sip(MISSING, "Transfers go to a SIP address.", f"unsaid unsaid {SIP_URI}"),
)

FROM_NOWHERE = (
    "Transfers are set to ask ping.partner.example which number to ring, but nothing says where it comes from."
)
CONDITIONS = f"{OPTIONS}.successConditions"
PARTNERS: Final = (
    _state(
        "dynamic, nothing set up",
        {**DYNAMIC, OPTIONS: None},
        f"{ASK}no partner is given.",
        f"problem missing {OPTIONS}",
        verdict="dynamic",
    ),
    _state("dynamic, not sent", {**DYNAMIC, OPTIONS: MISSING}, SOME, f"unsaid unsaid {OPTIONS}", verdict="dynamic"),
    _state(
        "dynamic, an empty object",
        {**DYNAMIC, OPTIONS: {}},
        SOME,
        f"unsaid unsaid {URL}",
        f"unsaid unsaid {OPTIONS}.transferNumberField",
        f"unsaid unsaid {CONDITIONS}",
        verdict="dynamic",
    ),
    _dynamic(
        "neither a field nor a number",
        {"transferNumberField": None},
        FROM_NOWHERE,
        f"problem missing {OPTIONS}.transferNumberField",
    ),
    _dynamic(
        "an empty field, no number",
        {"transferNumberField": " ", "transferNumber": ""},
        FROM_NOWHERE,
        f"problem missing {OPTIONS}.transferNumberField",
    ),
    _dynamic(
        "no field, text for a number",
        {"transferNumberField": None, "transferNumber": "TBD"},
        FROM_NOWHERE,
        f"problem malformed {OPTIONS}.transferNumber",
    ),
    _dynamic(
        "neither is sent",
        {"transferNumberField": MISSING, "transferNumber": MISSING},
        ASKS,
        f"unsaid unsaid {OPTIONS}.transferNumberField",
    ),
    _dynamic(
        "the field is not sent, no number",
        {"transferNumberField": MISSING},
        ASKS,
        f"unsaid unsaid {OPTIONS}.transferNumberField",
    ),
    _dynamic(
        "a number alone",
        {"transferNumberField": None, "transferNumber": "+12125550142"},
        "Transfers ask ping.partner.example whether to ring the number ending 0142.",
    ),
    _dynamic("a field, and text for a number", {"transferNumber": "string"}, ASKS),
    _dynamic("no conditions", {"successConditions": []}, ASKS, f"note missing {CONDITIONS}"),
    _dynamic("null for conditions", {"successConditions": None}, ASKS, f"note missing {CONDITIONS}"),
    _dynamic("conditions are not sent", {"successConditions": MISSING}, ASKS, f"unsaid unsaid {CONDITIONS}"),
    _dynamic(
        "an empty condition",
        {"successConditions": [{"field": "", "operator": "equals", "value": ""}]},
        ASKS,
        f"note missing {CONDITIONS}[0].field",
    ),
    _dynamic(
        "an operator nobody knows", {"successConditions": [{"field": "ok", "operator": "sings", "value": 1}]}, ASKS
    ),
    _dynamic(
        "two faults are two",
        {"pingUrl": None, "transferNumberField": None},
        f"{ASK}no address is given.",
        NO_URL,
        f"problem missing {OPTIONS}.transferNumberField",
    ),
)

OFF_A, OFF_B = agent("a", on=False), agent("b", on=False)
GROUPED: dict[str, Any] = {"routingType": "grouped", "agents": []}
NORTH, SOUTH = group("North", agent("n")), group("South", agent("s"), agent("t"))
TWO = f"{HERE}tries 2 groups in turn (3 agents) for up to 60 seconds, then books a meeting."
ONE_OF_TWO = f"{HERE}tries 2 groups in turn (1 agent) for up to 60 seconds, then books a meeting."
UNKNOWN = BOOKS.replace("2 agents", "an unknown number of agents")
RINGS_ONE = f"{HERE}rings 1 agent for up to 60 seconds, then books a meeting."


def _groups(name: str, groups: object, says: str, *findings: str, **more: Any) -> State:
    return _desk(name, {**GROUPED, "groups": groups, **more}, says, *findings)


CREWS: Final = (
    _desk("round robin", {"routingType": "round_robin"}, BOOKS.replace("in order", "at once")),
    _desk("round robin, spelled otherwise", {"routingType": "Round Robin"}, BOOKS.replace("in order", "at once")),
    _desk("an order nobody knows", {"routingType": "skills"}, BOOKS.replace(" in order", ", routing “skills”")),
    _desk("no order", {"routingType": None}, BOOKS.replace(" in order", "")),
    _desk("one agent", {"agents": [agent("a")]}, RINGS_ONE),
    _desk(
        "an agent in two places counts once",
        {"agents": [agent("a")], "groups": [group("North", agent("a"))]},
        RINGS_ONE,
    ),
    _desk(
        "nobody active",
        {"agents": [OFF_A, OFF_B]},
        f"{BROKEN}nobody can take a call: none of the 2 agents is active.{INSTEAD}",
        f"problem nobody {AGENTS}",
    ),
    _desk(
        "the only agent is off",
        {"agents": [OFF_A]},
        f"{BROKEN}nobody can take a call: the only agent is switched off.{INSTEAD}",
        f"problem nobody {AGENTS}",
    ),
    _desk(
        "no agents",
        {"agents": []},
        f"{BROKEN}nobody can take a call: no agents are set up.{INSTEAD}",
        f"problem nobody {AGENTS}",
    ),
    _desk(
        "null for agents",
        {"agents": None},
        f"{BROKEN}nobody can take a call: no agents are set up.{INSTEAD}",
        f"problem nobody {AGENTS}",
    ),
    _desk("agents are not sent", {"agents": MISSING}, UNKNOWN, f"unsaid unsaid {AGENTS}"),
    _desk("nothing of the routing is sent", {"agents": MISSING, "groups": MISSING}, UNKNOWN, f"unsaid unsaid {AGENTS}"),
    _desk(
        "activity is not sent",
        {"agents": [agent("a", on=None), agent("b", on=None)]},
        UNKNOWN,
        f"unsaid unsaid {AGENTS}",
    ),
    _desk("one is off, one unknown", {"agents": [OFF_A, agent("b", on=None)]}, UNKNOWN, f"unsaid unsaid {AGENTS}"),
    _desk(
        "one is on, one unknown",
        {"agents": [agent("a"), agent("b", on=None)]},
        f"{HERE}rings at least 1 agent in order for up to 60 seconds, then books a meeting.",
    ),
    _desk("activity is a number", {"agents": [{"id": "x", "isActive": 1}]}, UNKNOWN, f"unsaid unsaid {AGENTS}"),
    _desk(
        "the customer's own agent, then others",
        {"tryCustomerAgentFirst": True},
        BOOKS.replace("rings", "tries the customer’s own agent first, then rings"),
    ),
    _desk(
        "the agent of the last call, then others",
        {"tryPreviousSoftphoneAgentFirst": True},
        BOOKS.replace("rings", "tries the agent of the last call first, then rings"),
    ),
    _desk(
        "both, then others",
        {"tryCustomerAgentFirst": True, "tryPreviousSoftphoneAgentFirst": True},
        BOOKS.replace("rings", "tries the customer’s own agent or the agent of the last call first, then rings"),
    ),
    _desk(
        "the customer's own agent, nobody else",
        {"tryCustomerAgentFirst": True, "agents": [OFF_A]},
        f"{HERE}tries the customer’s own agent first, but nobody else can take a call, then books a meeting.",
        f"problem nobody {AGENTS}",
    ),
    _groups("two groups", [NORTH, SOUTH], TWO),
    _groups("one group", [SOUTH], TWO.replace("2 groups", "1 group").replace("3 agents", "2 agents")),
    _groups(
        "a group is off beside a staffed one",
        [NORTH, group("South", agent("s"), on=False)],
        ONE_OF_TWO.replace("2 groups", "1 group"),
        f"note off {GROUPS}[1].isActive",
    ),
    _groups(
        "an empty group is off beside a staffed one",
        [NORTH, group("South", on=False)],
        ONE_OF_TWO.replace("2 groups", "1 group"),
        f"note off {GROUPS}[1].isActive",
    ),
    _groups(
        "a group is empty beside a staffed one",
        [NORTH, group("South")],
        ONE_OF_TWO,
        f"problem empty_tier {GROUPS}[1].agents",
    ),
    _groups(
        "nobody is active in one of two groups",
        [group("South", OFF_A), NORTH],
        ONE_OF_TWO,
        f"problem nobody {GROUPS}[0].agents",
    ),
    _groups("a group without a name", [NORTH, group(None, OFF_A)], ONE_OF_TWO, f"problem nobody {GROUPS}[1].agents"),
    _groups(
        "the activity in one group is not sent",
        [NORTH, group("South", agent("s", on=None))],
        ONE_OF_TWO.replace("1 agent", "at least 1 agent"),
        f"unsaid unsaid {GROUPS}[1].agents",
    ),
    _groups(
        "the agents of one group are not sent",
        [NORTH, {"id": "g", "name": "South", "isActive": True}],
        ONE_OF_TWO.replace("1 agent", "at least 1 agent"),
        f"unsaid unsaid {GROUPS}[1].agents",
    ),
    _groups("whether a group is on is not sent", [group("North", agent("n"), on=None), SOUTH], TWO),
    _groups(
        "every group is empty",
        [group("North"), group("South")],
        f"{BROKEN}nobody can take a call: no agents are set up.{INSTEAD}",
        f"problem nobody {GROUPS}",
    ),
    _groups(
        "nobody is active in any group",
        [group("North", OFF_A), group("South", OFF_B)],
        f"{BROKEN}nobody can take a call: none of the 2 agents is active.{INSTEAD}",
        f"problem nobody {GROUPS}",
    ),
    _groups(
        "nobody is active in the only group",
        [group("North", OFF_A, OFF_B)],
        f"{BROKEN}nobody can take a call: none of the 2 agents is active.{INSTEAD}",
        f"problem nobody {GROUPS}[0].agents",
    ),
    _groups(
        "the only group is off",
        [group("North", agent("n"), on=False)],
        f"{BROKEN}nobody can take a call: the group is switched off.{INSTEAD}",
        f"problem off {GROUPS}[0].isActive",
    ),
    _groups(
        "all groups are off",
        [group("North", agent("n"), on=False), group("South", agent("s"), on=False)],
        f"{BROKEN}nobody can take a call: all groups are switched off.{INSTEAD}",
        f"problem off {GROUPS}",
    ),
    _groups(
        "one is off, the other empty",
        [group("North", agent("n"), on=False), group("South")],
        f"{BROKEN}nobody can take a call: no group that is switched on has an active agent.{INSTEAD}",
        f"problem nobody {GROUPS}",
    ),
    _groups(
        "the agents of a group that is off stand in the whole list, too",
        [group("North", on=False), SOUTH],
        ONE_OF_TWO.replace("2 groups", "1 group").replace("1 agent", "2 agents"),
        f"note off {GROUPS}[0].isActive",
        agents=[agent("n", group="group-North")],
    ),
    _groups(
        "the agents of a group stand in the whole list alone",
        [{"id": "g", "name": "North", "isActive": True}],
        f"{HERE}tries 1 group in turn (1 agent) for up to 60 seconds, then books a meeting.",
        agents=[agent("n", group="g")],
    ),
    _groups("no groups", [], f"{BROKEN}there are no groups to try.{INSTEAD}", f"problem missing {GROUPS}"),
    _groups("null for groups", None, f"{BROKEN}there are no groups to try.{INSTEAD}", f"problem missing {GROUPS}"),
    _groups(
        "no groups, agents without one",
        [],
        f"{BROKEN}there are no groups to try.{INSTEAD}",
        f"problem missing {GROUPS}",
        agents=[agent("a")],
    ),
    _groups(
        "the customer's own agent, no groups",
        [],
        f"{HERE}tries the customer’s own agent first, but there are no groups to try, then books a meeting.",
        f"problem missing {GROUPS}",
        tryCustomerAgentFirst=True,
    ),
    _groups(
        "groups are not sent",
        MISSING,
        f"{HERE}tries an unknown number of groups in turn "
        "(an unknown number of agents) for up to 60 seconds, then books a meeting.",
        f"unsaid unsaid {GROUPS}",
        agents=MISSING,
    ),
    _desk(
        "in order, with a group where nobody is active",
        {"groups": [group("Spanish", OFF_A)]},
        BOOKS,
        f"problem nobody {GROUPS}[0].agents",
    ),
    _desk(
        "in order, the whole list is off, a group is not",
        {"agents": [OFF_A], "groups": [group("North", agent("n"))]},
        RINGS_ONE,
    ),
)

SOFTPHONES: Final = (
    _state(
        "no routing",
        {ROUTING: None, f"{TO}.routingConfigId": None},
        f"{BROKEN}nothing says who gets the call.{INSTEAD}",
        f"problem missing {ROUTING}",
    ),
    _state(
        "the routing is named by its id alone",
        {ROUTING: None},
        "Transfers go to the softphone Main desk. If nobody answers, it books a meeting.",
        f"unsaid unsaid {ROUTING}",
    ),
    _state(
        "the routing is not sent",
        {ROUTING: MISSING},
        "Transfers go to the softphone Main desk. If nobody answers, it books a meeting.",
        f"unsaid unsaid {ROUTING}",
    ),
    _state("no name", {f"{TO}.name": None}, BOOKS.replace("Main desk", "Desk routing")),
    _state("no name at all", {f"{TO}.name": None, f"{ROUTING}.name": None}, BOOKS.replace(" Main desk", "")),
    _desk(
        "by state",
        {"stateBasedRouting": True, "stateRoutingFallback": "fallback"},
        BOOKS.replace("2 agents", "those of the 2 agents who cover the customer’s state,"),
    ),
    _desk(
        "by state, one agent",
        {"stateBasedRouting": True, "stateRoutingFallback": "fallback", "agents": [agent("a")]},
        RINGS_ONE.replace("1 agent", "1 agent (only if that agent covers the customer’s state)"),
    ),
    _groups(
        "by state and groups",
        [NORTH, SOUTH],
        TWO.replace("(3 agents)", "(those of the 3 agents who cover the customer’s state)"),
        stateBasedRouting=True,
        stateRoutingFallback="fallback",
    ),
    _desk(
        "by state, no fallback",
        {"stateBasedRouting": True},
        BOOKS.replace("2 agents", "those of the 2 agents who cover the customer’s state,"),
        f"note missing {ROUTING}.stateRoutingFallback",
    ),
    _desk(
        "by state, the fallback is not sent",
        {"stateBasedRouting": True, "stateRoutingFallback": MISSING},
        BOOKS.replace("2 agents", "those of the 2 agents who cover the customer’s state,"),
        f"unsaid unsaid {ROUTING}.stateRoutingFallback",
    ),
    _desk("a wait of a second", {"maxWaitTime": 1}, BOOKS.replace("60 seconds", "1 second")),
    _desk("a wait of a day", {"maxWaitTime": 86_400}, BOOKS.replace("60 seconds", "86,400 seconds")),
    *(
        _desk(
            f"a wait of {'nothing sent' if seconds is MISSING else repr(seconds)}",
            {"maxWaitTime": seconds},
            BOOKS.replace(" for up to 60 seconds", ""),
        )
        for seconds in (86_401, 2**31 - 1, -(2**31), None, MISSING, "60")
    ),
    _desk(
        "a wait of nothing",
        {"maxWaitTime": 0},
        BOOKS.replace(" for up to 60 seconds", ""),
        f"note no_time {ROUTING}.maxWaitTime",
    ),
    _desk("no time for each agent", {"maxRingPerAgent": 0}, BOOKS, f"note no_time {ROUTING}.maxRingPerAgent"),
    _desk("a ring time without meaning", {"maxRingPerAgent": 2**31 - 1}, BOOKS),
    _state("warm", {f"{TO}.warmTransfer": True}, f"{BOOKS} The AI briefs the agent first."),
    _state(
        "warm, waits",
        {f"{TO}.warmTransfer": True, f"{TO}.warmMode": "wait-for-operator"},
        f"{BOOKS} The AI waits for the agent and briefs them first.",
    ),
    _state(
        "warm, at once",
        {f"{TO}.warmTransfer": True, f"{TO}.warmMode": "immediate-summary"},
        f"{BOOKS} The AI briefs the agent first, with a summary right away.",
    ),
    _state(
        "warm, in a way nobody knows",
        {f"{TO}.warmTransfer": True, f"{TO}.warmMode": "sing"},
        f"{BOOKS} The AI briefs the agent first (“sing”).",
    ),
    _state("cold", {f"{TO}.warmTransfer": False}, f"{BOOKS} The call is handed over without a briefing."),
    _state(
        "warm, to no number",
        {**DIRECT, NUMBER: None, f"{TO}.warmTransfer": True},
        f"{RING}{NONE_AT_ALL}",
        NO_NUMBER,
        verdict="direct",
    ),
)

SHOULD = f"{DESK}. If nobody answers, it should "
ENABLED = f"{TO}.appointmentBookingEnabled"
BY_NUMBER = {FALLBACK: "phone_number"}
OF_ROUTING = {FALLBACK: None, f"{ROUTING}.fallbackBehavior": "phone_number"}
FALLBACKS: Final = (
    _state("to a number", BY_NUMBER, f"{DESK}, then rings the number ending 0177."),
    _state(
        "to no number",
        {**BY_NUMBER, ITS_NUMBER: None},
        f"{SHOULD}ring a number, but none is given.",
        f"problem missing {ITS_NUMBER}",
    ),
    _state(
        "to text",
        {**BY_NUMBER, ITS_NUMBER: "TBD"},
        f"{SHOULD}ring a number, but what is entered is not a phone number.",
        f"problem malformed {ITS_NUMBER}",
    ),
    _state(
        "to a number that is not sent",
        {**BY_NUMBER, ITS_NUMBER: MISSING},
        f"{DESK}, then rings a number.",
        f"unsaid unsaid {ITS_NUMBER}",
    ),
    _state(
        "to the routing's number",
        {**OF_ROUTING, f"{ROUTING}.fallbackNumber": "+13055550188"},
        f"{DESK}, then rings the number ending 0188.",
    ),
    _state(
        "to no number of the routing",
        OF_ROUTING,
        f"{SHOULD}ring a number, but none is given.",
        f"problem missing {ROUTING}.fallbackNumber",
    ),
    _state(
        "to text of the routing",
        {**OF_ROUTING, f"{ROUTING}.fallbackNumber": "-"},
        f"{SHOULD}ring a number, but what is entered is not a phone number.",
        f"problem malformed {ROUTING}.fallbackNumber",
    ),
    _state(
        "to booking, none set up",
        {"appointmentConfig": None},
        f"{SHOULD}book a meeting, but no appointments are set up.",
        "problem missing appointmentConfig",
    ),
    _state("to booking, not sent", {"appointmentConfig": MISSING}, BOOKS, "unsaid unsaid appointmentConfig"),
    _state(
        "to booking, switched off",
        {ENABLED: False},
        f"{SHOULD}book a meeting, but booking is switched off.",
        f"problem off {ENABLED}",
    ),
    _state(
        "to booking, switched off and not set up",
        {ENABLED: False, "appointmentConfig": None},
        f"{SHOULD}book a meeting, but booking is switched off.",
        f"problem off {ENABLED}",
        "problem missing appointmentConfig",
    ),
    _state("to booking, on or off is not sent", {ENABLED: MISSING}, BOOKS),
    _state("to booking, on or off is null", {ENABLED: None}, BOOKS),
    _state(
        "booking is off and not wanted", {ENABLED: False, **BY_NUMBER}, f"{DESK}, then rings the number ending 0177."
    ),
    _state(
        "voicemail", {FALLBACK: None, f"{ROUTING}.fallbackBehavior": "voicemail"}, f"{DESK}, then takes a voicemail."
    ),
    _state("another fallback", {FALLBACK: "fax"}, f"{DESK}, then “fax”."),
    _state(
        "another fallback of the routing",
        {FALLBACK: None, f"{ROUTING}.fallbackBehavior": "fax"},
        f"{DESK}, then “fax”.",
    ),
    _state("no fallback", {FALLBACK: None}, f"{DESK}.", f"unsaid unsaid {FALLBACK}"),
    _state("the fallback is not sent", {FALLBACK: MISSING}, f"{DESK}.", f"unsaid unsaid {FALLBACK}"),
    _state(
        "nobody, and booking that is off",
        {AGENTS: [], ENABLED: False},
        f"{BROKEN}nobody can take a call: no agents are set up. "
        "Instead it should book a meeting, but booking is switched off.",
        f"problem nobody {AGENTS}",
        f"problem off {ENABLED}",
    ),
    _state(
        "nobody, and a fallback nobody knows",
        {AGENTS: [], FALLBACK: "fax"},
        f"{BROKEN}nobody can take a call: no agents are set up. Instead: “fax”.",
        f"problem nobody {AGENTS}",
    ),
    _state(
        "nobody, and no fallback",
        {AGENTS: [], FALLBACK: None},
        f"{BROKEN}nobody can take a call: no agents are set up.",
        f"problem nobody {AGENTS}",
        f"unsaid unsaid {FALLBACK}",
    ),
    _state(
        "a fallback of another kind of transfer",
        {**DIRECT, "appointmentConfig": None},
        "Transfers ring the number ending 0142.",
        verdict="direct",
    ),
)

STATES: Final = (*ON_AND_OFF, *NUMBERS, *ADDRESSES, *PARTNERS, *CREWS, *SOFTPHONES, *FALLBACKS)


def told() -> dict[str, tuple[str, ...]]:
    """All that is said of these states, each once: the sentences, and the findings with what to do."""
    campaigns = [read(Campaign, sent(state.changes))[0] for state in STATES]
    found = [one for campaign in campaigns for one in routing.findings(campaign)]
    return {
        "transfers": tuple(dict.fromkeys(state.says for state in STATES)),
        "transfers-problems": tuple(dict.fromkeys(one.text for one in found if one.weight == "problem")),
        "transfers-notes": tuple(dict.fromkeys(one.text for one in found if one.weight == "note")),
        "transfers-unsaid": tuple(dict.fromkeys(one.text for one in found if one.weight == "unsaid")),
    }
