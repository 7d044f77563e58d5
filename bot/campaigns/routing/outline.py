"""Summarize a campaign's transfers for readers outside the company: no agents, numbers, names, or hosts."""

from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from bot.campaigns.campaign import Campaign
from bot.campaigns.record import Record
from bot.campaigns.routing.entered import entered, is_number, is_sip_address, is_web_address
from bot.campaigns.routing.phrases import Sentence
from bot.campaigns.routing.sentence import summary
from bot.campaigns.routing.softphone import fallback, routing_is_missing
from bot.campaigns.transfers import DynamicOptions, TransferConfig

_NUMBER = "555"  # too short for its last digits to be shown
_SHOWN = ("type", "warm_transfer", "warm_mode", "appointment_booking_enabled")


def outline(campaign: Campaign) -> Sentence:
    """Return the summary of a campaign's transfers, leaving out everything that shows who is rung, or where.

    That a number or an address is missing is still said, as `findings` does.
    """
    config = campaign.transfer_config
    if config is None:
        return summary(campaign)
    return summary(campaign.model_copy(update={"transfer_config": _bare(config), "transfer_config_ids": None}))


def _bare(config: TransferConfig) -> TransferConfig:
    """Copy only what may be shown, so that a new API field is never shown by accident."""
    found, options = fallback(config), config.dynamic_options
    values: dict[str, Any] = {name: getattr(config, name) for name in _SHOWN if name in config.model_fields_set}
    values |= _stand_in(config, "direct_phone_number", is_number, _NUMBER)
    values |= _stand_in(config, "sip_uri", is_sip_address, "sip:partner")
    if "dynamic_options" in config.model_fields_set:
        values["dynamic_options"] = _bare_options(options) if options else None
    if number := _stand_in(found.record, found.number, is_number, _NUMBER):
        values["softphone_fallback_phone_number"] = number[found.number]
    if routing_is_missing(config):
        values["routing_config"] = None
    return TransferConfig(**values, softphone_fallback_type=found.kind)


def _bare_options(options: DynamicOptions) -> DynamicOptions:
    values = _stand_in(options, "ping_url", is_web_address, "https://partner")
    values |= _stand_in(options, "transfer_number_field", bool, "field")
    return DynamicOptions(**values, **_stand_in(options, "transfer_number", is_number, _NUMBER))


def _stand_in(record: Record, name: str, fits: Callable[[str], bool], given: str) -> dict[str, Any]:
    """Return the field with `given`, or with something as wrong, in place of its value; nothing if it was not sent."""
    values: dict[str, Any] = {"given": SecretStr(given), "malformed": SecretStr("-"), "missing": None}
    state = entered(record, name, fits)
    if state == "unsaid":
        return {}
    value = values[state]
    return {name: value.get_secret_value() if value and name == "transfer_number_field" else value}
