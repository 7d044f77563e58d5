"""Say in one sentence what happens to a transferred call."""

from collections.abc import Callable

from bot.campaigns.campaign import Campaign
from bot.campaigns.routing.agents import active_agents
from bot.campaigns.routing.phrases import Name, Sentence, Value, count, host_of, kind_of, number_words, sip_host_of
from bot.campaigns.transfers import RoutingConfig, TransferConfig


def summary(campaign: Campaign) -> Sentence:
    """Say where transfers go, how they are handed over, and what happens when nobody answers."""
    config, on = campaign.transfer_config, campaign.features.transfers if campaign.features else None
    if config is None:
        if on is False:
            return ("Calls are not transferred.",)
        said = "transfer_config" in campaign.model_fields_set
        return (
            "Transfers are on, but go nowhere." if on and said else "The API does not say where calls are transferred.",
        )
    where = (*_destination(config), ".", *_warmth(config))
    if on is False:
        return ("Calls are not transferred. Set up: ", *_continued(where))
    return where if on else ("The API does not say whether calls are transferred. Set up: ", *_continued(where))


def _continued(sentence: Sentence) -> Sentence:
    """Return the sentence starting in lower case, to stand after a colon."""
    first, *rest = sentence
    return (first[:1].lower() + first[1:], *rest)


def _destination(config: TransferConfig) -> Sentence:
    known = _DESTINATIONS.get(config.type or "")
    if known:
        return known(config)
    return (
        ("Transfers of the type ", Value(config.type)) if config.type else ("Transfers of a type the API does not say",)
    )


def _to_number(config: TransferConfig) -> Sentence:
    return (f"Transfers ring {number_words(config.direct_phone_number)}",)


def _to_partner(config: TransferConfig) -> Sentence:
    host = host_of(config.dynamic_options.ping_url) if config.dynamic_options else None
    return ("Transfers ask ", Name(host) if host else "a partner", " which number to ring")


def _to_sip(config: TransferConfig) -> Sentence:
    host = sip_host_of(config.sip_uri)
    return ("Transfers go to a SIP address at ", Name(host)) if host else ("Transfers go to a SIP address",)


def _to_softphone(config: TransferConfig) -> Sentence:
    routing = config.routing_config
    name = config.name or (routing.name if routing else None)
    start: Sentence = ("Transfers to the softphone", *((" ", Name(name)) if name else ()))
    after = _fallback(config)
    rings = _rings(routing) if routing else ()
    return (*start, *((": ", *rings) if rings else ()), *((", then ", *after) if after else ""))


_DESTINATIONS: dict[str, Callable[[TransferConfig], Sentence]] = {
    "direct": _to_number,
    "dynamic": _to_partner,
    "sip": _to_sip,
    "softphone": _to_softphone,
}


_DAY = 86_400  # seconds; a longer waiting time cannot be meant and is left out
_KNOWN = ("linear", "roundrobin")


def _rings(routing: RoutingConfig) -> Sentence:
    """Say who is rung, in what order, and for how long."""
    active = active_agents(routing)
    agents = "an unknown number of agents" if active is None else count(active, "agent")
    kind = kind_of(routing.routing_type)
    how: Sentence = (f"rings {agents}",)
    if active == 0:
        how = ("rings nobody",)
    elif kind == "linear" and active != 1:
        how = (f"rings {agents} in order",)
    elif kind == "roundrobin" and active != 1:
        how = (f"rings {agents} at once",)
    elif kind.startswith("group") and (routing.groups or "groups" not in routing.model_fields_set):
        how = (f"tries {_groups(routing)} in turn ({agents})",)
    elif routing.routing_type and kind not in _KNOWN and not kind.startswith("group"):
        how = (f"rings {agents}, routing ", Value(routing.routing_type))
    first = ("the customer’s own agent first, then ",) if routing.try_customer_agent_first else ()
    wait = routing.max_wait_time or 0
    return (*first, *how, f", up to {wait:,} s") if 0 < wait <= _DAY else (*first, *how)


def _groups(routing: RoutingConfig) -> str:
    if "groups" not in routing.model_fields_set:
        return "an unknown number of groups"
    return count(sum(group.is_active is not False for group in routing.groups or ()), "group")


def _fallback(config: TransferConfig) -> Sentence:
    """Say what happens when nobody answers. Return an empty sentence when the API does not say."""
    kind, number = config.softphone_fallback_type, config.softphone_fallback_phone_number
    if not kind and config.routing_config:
        kind, number = config.routing_config.fallback_behavior, config.routing_config.fallback_number
    if kind == "appointment_booking":
        return ("books a meeting",)
    if kind == "voicemail":
        return ("takes a voicemail",)
    if kind == "phone_number":
        return (f"rings {number_words(number)}",)
    return (Value(kind),) if kind else ()


def _warmth(config: TransferConfig) -> Sentence:
    if config.warm_transfer is None:
        return ()
    if not config.warm_transfer:
        return (" Cold hand-over.",)
    known = {"wait-for-operator": ", waits for the operator", "immediate-summary": ", with a summary at once"}
    mode = config.warm_mode
    if mode is None or mode in known:
        return (f" Warm{known.get(mode or '', '')}.",)
    return (" Warm, ", Value(mode), ".")
