"""Find what is wrong with transfers to careCycle's own softphone: who is rung, and what happens when nobody answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.campaigns.campaign import Campaign
from bot.campaigns.record import Record
from bot.campaigns.routing.agents import activity_is_unsaid, crews, is_grouped, listed_agents, open_groups, reach
from bot.campaigns.routing.entered import State, entered, is_number
from bot.campaigns.routing.finding import Finding
from bot.campaigns.routing.phrases import Sentence, group_name, kind_of
from bot.campaigns.transfers import Agent, Group, RoutingConfig, TransferConfig

_AT = "transferConfig.routingConfig"


def check_softphone(campaign: Campaign, config: TransferConfig) -> Iterator[Finding]:
    """Yield what is wrong or unknown about a transfer to the softphone."""
    if config.routing_config is not None:
        yield from _check_routing(config.routing_config)
    elif routing_is_missing(config):
        says, fix = "Nobody gets the call: the softphone has no routing", "Set up which agents get calls."
        yield Finding("problem", "missing", (says,), _AT, fix)
    else:
        yield Finding("unsaid", "unsaid", ("careCycle does not say who gets the call",), _AT)
    yield from _check_fallback(campaign, config)


def routing_is_missing(config: TransferConfig) -> bool:
    """Return whether careCycle says that there is no routing: none is sent, and none is named by its id."""
    sent = "routing_config" in config.model_fields_set
    return sent and config.routing_config is None and not config.routing_config_id


def _check_routing(routing: RoutingConfig) -> Iterator[Finding]:
    found = reach(routing)
    if is_grouped(routing) and not routing.groups:
        yield _no_groups(routing)
    elif found.nobody:
        yield _nobody(routing)
    else:
        groups = [
            one for index, (group, agents) in enumerate(crews(routing)) for one in _check_group(group, agents, index)
        ]
        yield from groups
        if not found.known and not any(one.weight == "unsaid" for one in groups):
            says = (
                "careCycle does not say who gets the call"
                if not listed_agents(routing)
                else "careCycle does not say who is active"
            )
            yield Finding("unsaid", "unsaid", (says,), f"{_AT}.agents")
        yield from _check_times(routing)
    yield from _check_states(routing)


def _no_groups(routing: RoutingConfig) -> Finding:
    if entered(routing, "groups") == "unsaid":
        return Finding("unsaid", "unsaid", ("careCycle does not say which groups get the call",), f"{_AT}.groups")
    says, fix = "Calls go to groups of agents, but there are none", "Add a group, or choose another way of routing."
    return Finding("problem", "missing", (says,), f"{_AT}.groups", fix)


def _nobody(routing: RoutingConfig) -> Finding:
    """Return the one finding that nobody can be reached, at the field that decides it."""
    groups = routing.groups or ()
    own, why = own_first(routing), why_nobody(routing)
    nobody = f"{own[:1].upper()}{own[1:]} is tried first, but nobody else" if own else "Nobody"
    says: Sentence = (f"{nobody} can take a call: {why}",)
    fix = "Switch on an agent." if listed_agents(routing) else "Add an agent."
    if groups and not open_groups(routing):
        at = f"{_AT}.groups[0].isActive" if len(groups) == 1 else f"{_AT}.groups"
        return Finding("problem", "off", says, at, "Switch on a group.", _key(groups[0], 0) if len(groups) == 1 else "")
    if routing.agents or not groups:
        return Finding("problem", "nobody", says, f"{_AT}.agents", fix)
    if len(groups) == 1:
        return Finding("problem", "nobody", says, f"{_AT}.groups[0].agents", fix, _key(groups[0], 0))
    return Finding("problem", "nobody", says, f"{_AT}.groups", fix)


def why_nobody(routing: RoutingConfig) -> str:
    """Say why nobody can be reached (as it goes on after a colon)."""
    listed = listed_agents(routing)
    if not listed:
        return "no agents are set up"
    if routing.groups and not open_groups(routing):
        return "the group is switched off" if len(routing.groups) == 1 else "all groups are switched off"
    if len(open_groups(routing)) < len(routing.groups or ()):
        return "no group that is switched on has an active agent"
    return "the only agent is switched off" if listed == 1 else f"none of the {listed:,} agents is active"


def own_first(routing: RoutingConfig) -> str:
    """Return who is tried before all others, or an empty string."""
    first = {
        "the customer’s own agent": routing.try_customer_agent_first,
        "the agent of the last call": routing.try_previous_softphone_agent_first,
    }
    return " or ".join(who for who, tried in first.items() if tried)


def _check_group(group: Group, agents: Sequence[Agent], index: int) -> Iterator[Finding]:
    at, name, key = f"{_AT}.groups[{index}]", group_name(group.name, index), _key(group, index)
    if group.is_active is False:
        (first, *rest), fix = name, "Switch it on if its agents should get calls."
        says = (f"{first[:1].upper()}{first[1:]}", *rest, " is switched off")
        yield Finding("note", "off", says, f"{at}.isActive", fix, key)
    elif any(agent.is_active for agent in agents):
        return
    elif activity_is_unsaid(group, agents):
        says = ("careCycle does not say who ", "is active" if agents else "is", " in ", *name)
        yield Finding("unsaid", "unsaid", says, f"{at}.agents", group=key)
    elif agents:
        says, fix = ("Nobody in ", *name, " can take a call"), "Switch on an agent there."
        yield Finding("problem", "nobody", says, f"{at}.agents", fix, key)
    else:
        yield Finding("problem", "empty_tier", ("Nobody is in ", *name), f"{at}.agents", "Add an agent there.", key)


def _key(group: Group, index: int) -> str:
    return group.id or group.name or str(index)


def _check_times(routing: RoutingConfig) -> Iterator[Finding]:
    times = {"maxWaitTime": routing.max_wait_time, "maxRingPerAgent": routing.max_ring_per_agent}
    for name, seconds in times.items():
        if seconds == 0:
            fix = "Set a longer time."
            yield Finding("note", "no_time", ("Agents have 0 seconds to answer",), f"{_AT}.{name}", fix)
            return


def _check_states(routing: RoutingConfig) -> Iterator[Finding]:
    if not routing.state_based_routing:
        return
    at, fix = f"{_AT}.stateRoutingFallback", "Choose what happens then."
    match entered(routing, "state_routing_fallback"):
        case "missing":
            yield Finding("note", "missing", ("Nothing is set for when nobody covers the customer’s state",), at, fix)
        case "unsaid":
            says = "careCycle does not say what happens when nobody covers the customer’s state"
            yield Finding("unsaid", "unsaid", (says,), at)


@dataclass(frozen=True, slots=True)
class Fallback:
    """What happens when nobody answers, and the field that chooses it."""

    kind: str | None  # as careCycle spells it; None: it does not say
    record: Record  # where its number is
    number: str  # the name of the field in `record` that has it
    at: str  # the path of that field


def fallback(config: TransferConfig) -> Fallback:
    """Return what happens when nobody answers: the transfer's own fallback, or else that of its routing."""
    routing, field = config.routing_config, "transferConfig.softphoneFallbackPhoneNumber"
    own = Fallback(config.softphone_fallback_type or None, config, "softphone_fallback_phone_number", field)
    if own.kind or routing is None:
        return own
    return Fallback(routing.fallback_behavior or None, routing, "fallback_number", f"{_AT}.fallbackNumber")


def booking_states(campaign: Campaign, config: TransferConfig) -> tuple[State, bool]:
    """Return whether appointments are set up, and whether booking is switched off."""
    return entered(campaign, "appointment_config"), config.appointment_booking_enabled is False


def _check_fallback(campaign: Campaign, config: TransferConfig) -> Iterator[Finding]:
    found = fallback(config)
    if found.kind is None:
        field = "transferConfig.softphoneFallbackType"
        yield Finding("unsaid", "unsaid", ("careCycle does not say what happens when nobody answers",), field)
    elif kind_of(found.kind) == "phonenumber":
        yield from _check_number(found)
    elif kind_of(found.kind) == "appointmentbooking":
        yield from _check_booking(campaign, config)


def _check_number(found: Fallback) -> Iterator[Finding]:
    says, fix = "When nobody answers, the call should go to a number, but ", "Enter the number."
    match entered(found.record, found.number, is_number):
        case "missing":
            yield Finding("problem", "missing", (f"{says}none is given",), found.at, fix)
        case "malformed":
            yield Finding("problem", "malformed", (f"{says}what is entered is not a phone number",), found.at, fix)
        case "unsaid":
            says = "careCycle does not say which number to ring when nobody answers"
            yield Finding("unsaid", "unsaid", (says,), found.at)


def _check_booking(campaign: Campaign, config: TransferConfig) -> Iterator[Finding]:
    says = "When nobody answers, a meeting should be booked, but "
    set_up, off = booking_states(campaign, config)
    if off:
        at, fix = "transferConfig.appointmentBookingEnabled", "Switch booking on, or choose what else happens."
        yield Finding("problem", "off", (f"{says}booking is switched off",), at, fix)
    if set_up == "missing":  # a second thing to do: switching booking on would not be enough
        fix = "Set up appointments, or choose what else happens."
        yield Finding("problem", "missing", (f"{says}no appointments are set up",), "appointmentConfig", fix)
    elif set_up == "unsaid" and not off:
        says = "careCycle does not say whether appointments are set up, which booking needs"
        yield Finding("unsaid", "unsaid", (says,), "appointmentConfig")
