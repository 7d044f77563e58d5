"""Build the classic preview of a link: blocks under the message, the same for everybody there."""

from collections.abc import Sequence

from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import short_list
from blocks.card_options import CardOptions
from blocks.kit import Block
from bot.campaigns.campaign import Reading
from bot.insight.assessment import Current


def blocks(reading: Reading, options: CardOptions, *, brief: bool, current: Current | None = None) -> Sequence[Block]:
    """Build the card without the buttons that need a message of this app. `brief` gives one short paragraph instead.

    `current` is the account's last assessment.
    """
    if brief:
        return short_list.brief(reading, options)
    return campaign_card.blocks_without_share(reading, options, current)
