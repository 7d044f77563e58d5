"""Build the classic preview of a link, and the replies to `mute` and `unmute`.

A classic preview is blocks under the message, the same for everybody there.
"""

from collections.abc import Sequence

from blocks import kit
from blocks.campaigns import campaign as campaign_card
from blocks.campaigns import short_list
from blocks.card_options import CardOptions
from blocks.kit import Block, Message
from bot.campaigns.campaign import Reading


def blocks(reading: Reading, options: CardOptions, *, brief: bool) -> Sequence[Block]:
    """Build the card without the buttons that need a message of this app. `brief` gives one short paragraph instead."""
    if brief:
        return short_list.brief(reading, options)
    return campaign_card.blocks_without_share(reading, options)


def muted(command: str, *, before: bool) -> Message:
    """Build the reply to `/campaign mute`. `before`: the channel was muted already."""
    was = "were muted already" if before else "are muted"
    return _said(
        f"Previews of careCycle links {was} in this channel, for everybody. `{command} unmute` brings them back."
    )


def unmuted(*, before: bool, off: bool) -> Message:
    """Build the reply to `/campaign unmute`.

    `before`: the channel was not muted. `off`: managers have switched previews off in the whole workspace.
    """
    was = "were not muted in this channel" if before else "are shown in this channel again"
    but = " But managers have switched them off for the whole workspace." if off else ""
    return _said(f"Previews of careCycle links {was}.{but}")


def _said(text: str) -> Message:
    return Message(text, (kit.section(text),))
