"""Find what is wrong with the transfers of a campaign."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from bot.campaigns.campaign import Campaign
from bot.campaigns.record import Record
from bot.campaigns.routing.agents import active_agents, activity_is_unsaid
from bot.campaigns.routing.phrases import Name, Sentence, Value, kind_of
from bot.campaigns.transfers import DynamicOptions, Group, RoutingConfig, TransferConfig

Weight = Literal["problem", "note", "unsaid"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know about a campaign's transfers."""

    weight: Weight  # `problem`: breaks transfers; `note`: does not; `unsaid`: the API lacks data for a check
    says: Sentence
    field: str  # the field that decides it, as the API spells it


def findings(campaign: Campaign) -> tuple[Finding, ...]:
    """Return what is wrong or unknown: problems first, then notes, then what the API does not say."""
    order = ("problem", "note", "unsaid")
    return tuple(sorted(_all_findings(campaign), key=lambda finding: order.index(finding.weight)))


def _all_findings(campaign: Campaign) -> Iterator[Finding]:
    config, on = campaign.transfer_config, campaign.features.transfers if campaign.features else None
    if on is None:
        yield Finding("unsaid", ("The API does not say whether transfers are on",), "features.transfers")
    if on is False:
        if config is not None:
            yield Finding("note", ("Transfers are off although they are set up",), "features.transfers")
        return
    if config is None:
        if on:
            yield from _need(campaign, "transfer_config", "transferConfig", "Transfers are on without a configuration")
        return
    yield from _CHECKS.get(config.type or "", _check_unknown)(campaign, config)


def _check_direct(_: Campaign, config: TransferConfig) -> Iterator[Finding]:
    yield from _need(config, "direct_phone_number", "transferConfig.directPhoneNumber", "No number to ring")


def _check_dynamic(_: Campaign, config: TransferConfig) -> Iterator[Finding]:
    options = config.dynamic_options or DynamicOptions.model_validate(
        {} if "dynamic_options" not in config.model_fields_set else {"pingUrl": None, "successConditions": None}
    )
    at = "transferConfig.dynamicOptions"
    yield from _need(options, "ping_url", f"{at}.pingUrl", "No address to ask for a number")
    yield from _need(
        options,
        "success_conditions",
        f"{at}.successConditions",
        "Nothing says when the partner’s answer counts",
    )


def _check_sip(_: Campaign, config: TransferConfig) -> Iterator[Finding]:
    yield from _need(config, "sip_uri", "transferConfig.sipUri", "No SIP address")


def _check_softphone(campaign: Campaign, config: TransferConfig) -> Iterator[Finding]:
    if config.routing_config is None:
        yield from _need(config, "routing_config", "transferConfig.routingConfig", "No routing for the softphone")
    else:
        yield from _check_routing(config.routing_config, "transferConfig.routingConfig")
    yield from _check_fallback(campaign, config)


def _check_unknown(_: Campaign, config: TransferConfig) -> Iterator[Finding]:
    if config.type is None:
        yield from _need(config, "type", "transferConfig.type", "No kind of transfer is chosen")
    else:
        yield Finding("unsaid", ("Nothing is known here about the type ", Value(config.type)), "transferConfig.type")


_CHECKS: dict[str, Callable[[Campaign, TransferConfig], Iterator[Finding]]] = {
    "direct": _check_direct,
    "dynamic": _check_dynamic,
    "sip": _check_sip,
    "softphone": _check_softphone,
}


def _check_routing(routing: RoutingConfig, at: str) -> Iterator[Finding]:
    if kind_of(routing.routing_type).startswith("group") and not routing.groups:
        yield from _need(routing, "groups", f"{at}.groups", "Routed by groups, but there are none")
    elif not (active := active_agents(routing)):
        yield _nobody(active is None, f"{at}.agents", ("No active agent",))
    for index, group in enumerate(routing.groups or ()):
        yield from _check_group(group, f"{at}.groups[{index}]")
    if routing.state_based_routing:
        yield from _need(
            routing,
            "state_routing_fallback",
            f"{at}.stateRoutingFallback",
            "Routed by state, without a fallback",
        )


def _check_group(group: Group, at: str) -> Iterator[Finding]:
    name = (Name(group.name),) if group.name else ("without a name",)
    if group.is_active is False:
        yield Finding("problem", ("Group ", *name, " is switched off"), f"{at}.isActive")
    elif not group.agents and "agents" in group.model_fields_set:
        yield Finding("problem", ("Nobody is in group ", *name), f"{at}.agents")
    elif not any(agent.is_active for agent in group.agents or ()):
        yield _nobody(activity_is_unsaid(group), f"{at}.agents", ("No active agent in group ", *name))


def _nobody(unsaid: bool, field: str, says: Sentence) -> Finding:
    """Return the finding that no agent is active: a problem only when the API gives every agent's state."""
    return (
        Finding("unsaid", ("The API does not say who is active",), field) if unsaid else Finding("problem", says, field)
    )


def _check_fallback(campaign: Campaign, config: TransferConfig) -> Iterator[Finding]:
    kind, routing = config.softphone_fallback_type, config.routing_config
    if kind == "phone_number":
        field = "transferConfig.softphoneFallbackPhoneNumber"
        yield from _need(config, "softphone_fallback_phone_number", field, "Falls back to a number, but there is none")
    elif kind == "appointment_booking":
        says = "Falls back to booking, but no appointments are set up"
        yield from _need(campaign, "appointment_config", "appointmentConfig", says)
    elif routing and kind is None and routing.fallback_behavior == "phone_number":
        field = "transferConfig.routingConfig.fallbackNumber"
        yield from _need(routing, "fallback_number", field, "Falls back to a number, but there is none")
    elif kind is None and not (routing and routing.fallback_behavior):
        field = "transferConfig.softphoneFallbackType"
        yield Finding("unsaid", ("The API does not say what happens when nobody answers",), field)


def _need(record: Record, name: str, field: str, says: str) -> Iterator[Finding]:
    """Yield a finding when `name` is empty in `record`: a problem if the API sent it empty, or else `unsaid`."""
    value = getattr(record, name)
    value = value.get_secret_value().strip() if isinstance(value, SecretStr) else value
    if value in (None, "", ()):
        if name in record.model_fields_set:
            yield Finding("problem", (says,), field)
        else:
            yield Finding("unsaid", (f"The API does not say: {says[0].lower()}{says[1:]}?",), field)
