"""Summarize a campaign's transfers for readers outside the company: no agents, numbers, names, or hosts."""

from bot.campaigns.campaign import Campaign
from bot.campaigns.routing.phrases import Sentence
from bot.campaigns.routing.sentence import summary
from bot.campaigns.transfers import TransferConfig


def outline(campaign: Campaign) -> Sentence:
    """Return the summary of a campaign's transfers, leaving out everything that shows who is rung, or where."""
    config = campaign.transfer_config
    if config is None:
        return summary(campaign)
    return summary(campaign.model_copy(update={"transfer_config": _bare(config)}))


def _bare(config: TransferConfig) -> TransferConfig:
    """Copy only the fields that may be shown, so that a new API field is never shown by accident."""
    routing = config.routing_config
    return TransferConfig(
        type=config.type,
        warm_transfer=config.warm_transfer,
        warm_mode=config.warm_mode,
        softphone_fallback_type=config.softphone_fallback_type or (routing.fallback_behavior if routing else None),
    )
