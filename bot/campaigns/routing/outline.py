"""What happens to a transferred call, as far as it may leave the company: no agents, numbers, names and hosts."""

from bot.campaigns.campaign import Campaign
from bot.campaigns.routing.phrases import Sentence
from bot.campaigns.routing.sentence import summary
from bot.campaigns.transfers import TransferConfig


def outline(campaign: Campaign) -> Sentence:
    """The summary of a campaign of which all is left out that tells who is rung, or where."""
    config = campaign.transfer_config
    if config is None:
        return summary(campaign)
    return summary(campaign.model_copy(update={"transfer_config": _bare(config)}))


def _bare(config: TransferConfig) -> TransferConfig:
    """Made anew of the few fields that may be told, so that one more in the API does not get here by itself."""
    routing = config.routing_config
    return TransferConfig(
        type=config.type,
        warm_transfer=config.warm_transfer,
        warm_mode=config.warm_mode,
        softphone_fallback_type=config.softphone_fallback_type or (routing.fallback_behavior if routing else None),
    )
