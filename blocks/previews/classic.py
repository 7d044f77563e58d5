"""The preview of a link in its classic form: blocks under the message, the same for everybody there."""

from collections.abc import Sequence

from blocks import kit
from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import short_list
from blocks.card_options import CardOptions
from blocks.kit import Block, Message
from bot.campaigns.campaign import Reading


def blocks(reading: Reading, form: CardOptions, *, brief: bool) -> Sequence[Block]:
    """The card without the buttons that need a message of this app; `brief`: a paragraph, of one of several."""
    if brief:
        return short_list.card([(reading.campaign.id, reading)]).blocks
    return campaign_card.elsewhere(reading, form)


def muted(command: str, *, before: bool) -> Message:
    """After `/campaign mute`; `before`: it was so already."""
    was = "were muted already" if before else "are muted"
    return _said(
        f"Previews of careCycle links {was} in this channel, for everybody. `{command} unmute` brings them back."
    )


def unmuted(*, before: bool, off: bool) -> Message:
    """After `/campaign unmute`; `before`: nothing was muted; `off`: there are no previews in the whole workspace."""
    was = "were not muted in this channel" if before else "are shown in this channel again"
    but = " But managers have switched them off for the whole workspace." if off else ""
    return _said(f"Previews of careCycle links {was}.{but}")


def _said(text: str) -> Message:
    return Message(text, (kit.section(text),))
