"""Say in one or two sentences what happens to a transferred call."""

from collections.abc import Callable

from bot.campaigns.campaign import Campaign
from bot.campaigns.routing.agents import Reach, is_grouped, open_groups, reach
from bot.campaigns.routing.diagnosis import destination_is_missing
from bot.campaigns.routing.entered import entered, is_number, is_sip_address, is_web_address
from bot.campaigns.routing.phrases import Name, Sentence, Value, count, host_of, kind_of, number_words, sip_host_of
from bot.campaigns.routing.softphone import booking_states, fallback, own_first, routing_is_missing, why_nobody
from bot.campaigns.transfers import RoutingConfig, TransferConfig

_DAY = 86_400  # seconds; a longer waiting time cannot be meant and is left out


def summary(campaign: Campaign) -> Sentence:
    """Say where transfers go, how they are handed over, and what happens when nobody answers.

    When they cannot work, say so instead, as `findings` does.
    """
    config, on = campaign.transfer_config, campaign.features.transfers if campaign.features else None
    if config is None:
        return (*_without(campaign, on), *_others(campaign, on))
    destination = _DESTINATIONS.get(config.type or "", _to_unknown)
    where = (*destination(campaign, config), *_others(campaign, on))
    if on is False:
        return ("Calls are not transferred. Set up: ", *_continued(where))
    return where if on else ("careCycle does not say whether calls are transferred. Set up: ", *_continued(where))


def _without(campaign: Campaign, on: bool | None) -> Sentence:
    if on is False:
        return ("Calls are not transferred.",)
    if on and destination_is_missing(campaign):
        return ("Transfers are on, but go nowhere.",)
    return ("careCycle does not say where calls are transferred.",)


def _others(campaign: Campaign, on: bool | None) -> Sentence:
    """Say how many more destinations careCycle names by their ids alone."""
    ids, own = set(campaign.transfer_config_ids or ()), campaign.transfer_config
    others = len(ids - {own.id}) if own and own.id else max(len(ids) - 1, 0) if own else len(ids)
    if not others or on is False:
        return ()
    further = "further destination" if own else "destination"
    return (f" {count(others, further)} {'is' if others == 1 else 'are'} set up{', too' if own else ''}.",)


def _continued(sentence: Sentence) -> Sentence:
    """Return the sentence starting in lower case, to stand after a colon."""
    first, *rest = sentence
    return (first[:1].lower() + first[1:], *rest)


def _to_unknown(_: Campaign, config: TransferConfig) -> Sentence:
    match entered(config, "type"):
        case "missing":
            return ("Transfers are set up, but no kind of transfer is chosen.",)
        case "unsaid":
            return ("careCycle does not say what kind of transfer is set up.", *_briefing(config))
    return ("Transfers are of the kind ", Value(config.type), ", which this app does not know.", *_briefing(config))


def _to_number(_: Campaign, config: TransferConfig) -> Sentence:
    match entered(config, "direct_phone_number", is_number):
        case "missing":
            return ("Transfers are set to ring a number, but none is given.",)
        case "malformed":
            return ("Transfers are set to ring a number, but what is entered is not a phone number.",)
    return (f"Transfers ring {number_words(config.direct_phone_number)}.", *_briefing(config))


def _to_partner(_: Campaign, config: TransferConfig) -> Sentence:
    options, asks = config.dynamic_options, "Transfers are set to ask a partner which number to ring, but "
    if options is None:
        sent = "dynamic_options" in config.model_fields_set
        return (f"{asks}no partner is given.",) if sent else ("Transfers ask a partner which number to ring.",)
    match entered(options, "ping_url", is_web_address):
        case "missing":
            return (f"{asks}no address is given.",)
        case "malformed":
            return (f"{asks}what is entered is not a web address.",)
    host = host_of(options.ping_url)
    partner = Name(host) if host else "a partner"
    field, number = entered(options, "transfer_number_field"), entered(options, "transfer_number", is_number)
    if field == "given" or "unsaid" in (field, number):
        return ("Transfers ask ", partner, " which number to ring.", *_briefing(config))
    if number == "given":
        ring = f" whether to ring {number_words(options.transfer_number)}."
        return ("Transfers ask ", partner, ring, *_briefing(config))
    return ("Transfers are set to ask ", partner, " which number to ring, but nothing says where it comes from.")


def _to_sip(_: Campaign, config: TransferConfig) -> Sentence:
    match entered(config, "sip_uri", is_sip_address):
        case "missing":
            return ("Transfers are set to go to a SIP address, but none is given.",)
        case "malformed":
            return ("Transfers are set to go to a SIP address, but what is entered is not a SIP address.",)
    host = sip_host_of(config.sip_uri)
    at: Sentence = (" at ", Name(host)) if host else ()
    return ("Transfers go to a SIP address", *at, ".", *_briefing(config))


def _to_softphone(campaign: Campaign, config: TransferConfig) -> Sentence:
    routing = config.routing_config
    name = config.name or (routing.name if routing else None)
    desk: Sentence = ("the softphone ", Name(name)) if name else ("the softphone",)
    works, then = _fallback(campaign, config)
    nobody, own = _nobody(config), own_first(routing) if routing else ""
    if nobody and not own:
        instead: Sentence = (" Instead: " if _is_value(then) else " Instead it ", *then, ".") if then else ()
        return ("Transfers are set to ring ", *desk, f", but {nobody}.", *instead)
    rings: Sentence = (", which ", *_rings(routing, own, nobody)) if routing else ()
    if works and rings and then:
        rings = (*rings, ", then ", *then, ".")
    else:
        after = (". If nobody answers: " if _is_value(then) else ". If nobody answers, it ", *then, ".")
        rings = (*rings, *(after if then else (".",)))
    return ("Transfers go to ", *desk, *rings, *_briefing(config))


def _is_value(sentence: Sentence) -> bool:
    return bool(sentence) and isinstance(sentence[0], Value)


_DESTINATIONS: dict[str, Callable[[Campaign, TransferConfig], Sentence]] = {
    "direct": _to_number,
    "dynamic": _to_partner,
    "sip": _to_sip,
    "softphone": _to_softphone,
}


def _nobody(config: TransferConfig) -> str:
    """Say why nobody is rung, or return an empty string when somebody may be."""
    routing = config.routing_config
    if routing is None:
        return "nothing says who gets the call" if routing_is_missing(config) else ""
    if is_grouped(routing) and not routing.groups:
        return "there are no groups to try" if "groups" in routing.model_fields_set else ""
    return f"nobody can take a call: {why_nobody(routing)}" if reach(routing).nobody else ""


def _rings(routing: RoutingConfig, own: str, nobody: str) -> Sentence:
    """Say who is rung, in what order, and for how long. `own` is who is tried first, `nobody` why nobody else is."""
    if nobody:
        rest = "nobody else can take a call" if routing.groups or not is_grouped(routing) else nobody
        return (f"tries {own} first, but {rest}",)
    first, wait = (f"tries {own} first, then ",) if own else (), routing.max_wait_time or 0
    limit = (f" for up to {count(wait, 'second')}",) if 0 < wait <= _DAY else ()
    return (*first, *_how(routing), *limit)


def _how(routing: RoutingConfig) -> Sentence:
    found = reach(routing)
    agents, one = _agents(routing, found), found.known == 1 and not found.unsaid
    if is_grouped(routing):
        known = "groups" in routing.model_fields_set
        groups = count(len(open_groups(routing)), "group") if known else "an unknown number of groups"
        return (f"tries {groups} in turn ({agents})",)
    kind = kind_of(routing.routing_type)
    known_orders = {"linear": "in order", "roundrobin": "at once"}
    if kind in known_orders and not one:
        return (f"rings {agents}{',' if routing.state_based_routing else ''} {known_orders[kind]}",)
    if kind in known_orders or not routing.routing_type:
        return (f"rings {agents}",)
    return (f"rings {agents}, routing ", Value(routing.routing_type))


def _agents(routing: RoutingConfig, found: Reach) -> str:
    """Say how many agents can be reached, and that of these only some are rung when it goes by state."""
    if not found.known:
        agents = "an unknown number of agents"
        return f"those of {agents} who cover the customer’s state" if routing.state_based_routing else agents
    agents = f"{'at least ' if found.unsaid else ''}{count(found.known, 'agent')}"
    if not routing.state_based_routing:
        return agents
    if found.unsaid:
        return f"at least {count(found.known, 'agent')}, only those who cover the customer’s state"
    if found.known == 1:
        return "1 agent (only if that agent covers the customer’s state)"
    return f"those of the {agents} who cover the customer’s state"


def _fallback(campaign: Campaign, config: TransferConfig) -> tuple[bool, Sentence]:
    """Return whether what happens when nobody answers can work, and say it. The sentence is empty when unsaid."""
    found = fallback(config)
    kind = kind_of(found.kind)
    if kind == "appointmentbooking":
        set_up, off = booking_states(campaign, config)
        if off or set_up == "missing":
            why = "booking is switched off" if off else "no appointments are set up"
            return False, (f"should book a meeting, but {why}",)
        return True, ("books a meeting",)
    if kind == "phonenumber":
        state = entered(found.record, found.number, is_number)
        if state in ("missing", "malformed"):
            why = "none is given" if state == "missing" else "what is entered is not a phone number"
            return False, (f"should ring a number, but {why}",)
        return True, (f"rings {number_words(getattr(found.record, found.number))}",)
    if kind == "voicemail":
        return True, ("takes a voicemail",)
    return True, ((Value(found.kind),) if found.kind else ())


def _briefing(config: TransferConfig) -> Sentence:
    """Say whether the AI briefs the agent before the call is handed over."""
    if config.warm_transfer is None:
        return ()
    if not config.warm_transfer:
        return (" The call is handed over without a briefing.",)
    known = {
        "wait-for-operator": " The AI waits for the agent and briefs them first.",
        "immediate-summary": " The AI briefs the agent first, with a summary right away.",
    }
    mode = config.warm_mode
    if mode and mode not in known:
        return (" The AI briefs the agent first (", Value(mode), ").")
    return (known.get(mode or "", " The AI briefs the agent first."),)
