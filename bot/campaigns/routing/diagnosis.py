"""Find what is wrong with the transfers of a campaign."""

from collections.abc import Callable, Iterator
from typing import Literal

from bot.campaigns.campaign import Campaign
from bot.campaigns.routing.entered import entered, is_encrypted, is_number, is_sip_address, is_web_address
from bot.campaigns.routing.finding import Finding
from bot.campaigns.routing.phrases import Value
from bot.campaigns.routing.softphone import check_softphone
from bot.campaigns.transfers import DynamicOptions, TransferConfig

Verdict = Literal["none", "nowhere", "direct", "dynamic", "sip", "softphone", "unknown"]
_ORDER = ("problem", "note", "unsaid")


def findings(campaign: Campaign) -> tuple[Finding, ...]:
    """Return what is wrong or unknown: problems first, then notes, then what careCycle does not say."""
    return tuple(sorted(_all_findings(campaign), key=lambda finding: _ORDER.index(finding.weight)))


def verdict(campaign: Campaign) -> Verdict:
    """Return in one word where transfers go. `nowhere`: they are on without a destination."""
    config, on = campaign.transfer_config, campaign.features.transfers if campaign.features else None
    if on is False:
        return "none"
    if on and config is None and destination_is_missing(campaign):
        return "nowhere"
    known = config.type if on and config else None
    return known if known in _CHECKS else "unknown"  # type: ignore[return-value] # the keys are verdicts


def destination_is_missing(campaign: Campaign) -> bool:
    """Return whether careCycle says that there is no destination: none is sent, and none is named by its id."""
    sent = "transfer_config" in campaign.model_fields_set
    return sent and campaign.transfer_config is None and not campaign.transfer_config_ids


def _all_findings(campaign: Campaign) -> Iterator[Finding]:
    config, on = campaign.transfer_config, campaign.features.transfers if campaign.features else None
    at = "features.transfers"
    if on is None:
        yield Finding("unsaid", "unsaid", ("careCycle does not say whether transfers are on",), at)
    if on is False:
        if config is not None:
            fix = "Switch them on if calls should be handed over."
            yield Finding("note", "off", ("Transfers are switched off, although they are set up",), at, fix)
    elif config is not None:
        yield from _CHECKS.get(config.type or "", _check_unknown)(campaign, config)
    elif on and destination_is_missing(campaign):
        says, fix = "Transfers are on, but no destination is set up", "Choose a destination, or switch transfers off."
        yield Finding("problem", "missing", (says,), "transferConfig", fix)
    elif on:
        yield Finding("unsaid", "unsaid", ("careCycle does not say where calls are transferred",), "transferConfig")


def _check_direct(_: Campaign, config: TransferConfig) -> Iterator[Finding]:
    at, fix = "transferConfig.directPhoneNumber", "Enter the number that calls go to."
    match entered(config, "direct_phone_number", is_number):
        case "missing":
            yield Finding("problem", "missing", ("There is no number to ring",), at, fix)
        case "malformed":
            yield Finding("problem", "malformed", ("The number to ring is not a phone number",), at, fix)
        case "unsaid":
            yield Finding("unsaid", "unsaid", ("careCycle does not say which number to ring",), at)


def _check_dynamic(_: Campaign, config: TransferConfig) -> Iterator[Finding]:
    at = "transferConfig.dynamicOptions"
    if (options := config.dynamic_options) is not None:
        yield from _check_address(options, f"{at}.pingUrl")
        yield from _check_answer(options, at)
        yield from _check_conditions(options, f"{at}.successConditions")
    elif "dynamic_options" in config.model_fields_set:
        fix = "Enter the partner’s address, and where its answer has the number."
        yield Finding("problem", "missing", ("There is no partner to ask for a number",), at, fix)
    else:
        yield Finding("unsaid", "unsaid", ("careCycle does not say which partner is asked for a number",), at)


def _check_address(options: DynamicOptions, at: str) -> Iterator[Finding]:
    fix = "Enter the partner’s address. It begins with https://."
    match entered(options, "ping_url", is_web_address):
        case "missing":
            yield Finding("problem", "missing", ("There is no address at which to ask for a number",), at, fix)
        case "malformed":
            yield Finding("problem", "malformed", ("The partner’s address is not a web address",), at, fix)
        case "unsaid":
            yield Finding("unsaid", "unsaid", ("careCycle does not say which partner is asked for a number",), at)
        case "given" if options.ping_url and not is_encrypted(options.ping_url.get_secret_value()):
            says, fix = "The partner is asked without encryption", "Use an address that begins with https://."
            yield Finding("note", "insecure", (says,), at, fix)


def _check_answer(options: DynamicOptions, at: str) -> Iterator[Finding]:
    """Check that the number to ring comes from somewhere: a field of the partner's answer, or a number."""
    field, number = entered(options, "transfer_number_field"), entered(options, "transfer_number", is_number)
    if "given" in (field, number):
        return
    if number == "malformed":
        says = "Nothing says which number to ring: what is entered is not a phone number"
        fix = "Enter the number, or the field of the partner’s answer that has it."
        yield Finding("problem", "malformed", (says,), f"{at}.transferNumber", fix)
    elif "unsaid" in (field, number):
        says = "careCycle does not say where the number to ring comes from"
        yield Finding("unsaid", "unsaid", (says,), f"{at}.transferNumberField")
    else:
        says = "Nothing says where the number to ring comes from"
        fix = "Enter the field of the partner’s answer that has it."
        yield Finding("problem", "missing", (says,), f"{at}.transferNumberField", fix)


def _check_conditions(options: DynamicOptions, at: str) -> Iterator[Finding]:
    says, fix = "No condition says when the partner takes the call", "Add one if the partner may say no."
    state = entered(options, "success_conditions")
    if state == "unsaid":
        yield Finding("unsaid", "unsaid", ("careCycle does not say when the partner takes the call",), at)
    elif state == "missing":
        yield Finding("note", "missing", (says,), at, fix)
    elif all(entered(one, "field") == "missing" for one in options.success_conditions or ()):
        yield Finding("note", "missing", (says,), f"{at}[0].field", fix)


def _check_sip(_: Campaign, config: TransferConfig) -> Iterator[Finding]:
    at, fix = "transferConfig.sipUri", "Enter the address that calls go to. It begins with sip:."
    match entered(config, "sip_uri", is_sip_address):
        case "missing":
            yield Finding("problem", "missing", ("There is no SIP address to call",), at, fix)
        case "malformed":
            yield Finding("problem", "malformed", ("The SIP address is not a valid one",), at, fix)
        case "unsaid":
            yield Finding("unsaid", "unsaid", ("careCycle does not say which SIP address is called",), at)


def _check_unknown(_: Campaign, config: TransferConfig) -> Iterator[Finding]:
    at = "transferConfig.type"
    match entered(config, "type"):
        case "missing":
            fix = "Choose how calls are transferred."
            yield Finding("problem", "missing", ("No kind of transfer is chosen",), at, fix)
        case "unsaid":
            yield Finding("unsaid", "unsaid", ("careCycle does not say what kind of transfer is chosen",), at)
        case _:
            says = ("This app does not know transfers of the kind ", Value(config.type))
            yield Finding("unsaid", "unknown_value", says, at)


_CHECKS: dict[str, Callable[[Campaign, TransferConfig], Iterator[Finding]]] = {
    "direct": _check_direct,
    "dynamic": _check_dynamic,
    "sip": _check_sip,
    "softphone": check_softphone,
}
