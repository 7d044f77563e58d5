"""Find everything in a card that Slack would act on, to show that a name adds nothing."""

import re
from collections import Counter

from hypothesis import strategies as st

from blocks.kit import Block, Message

NASTY = st.text("<>!@#*_~`:|&;^ax1. \n\u200b\u202e>-/é", min_size=1, max_size=30)
_MARKUP = re.compile(r"<[^>]*>|(?:^|(?<=\n))(?:&gt;|>)|`|(?<![0-9A-Za-z])[*_~]|[*_~](?![0-9A-Za-z])|:[\w+'-]+:|[<>]")


def markup(card: Message | Block) -> Counter[str]:
    """Count all that Slack would act on in a card's mrkdwn: links, mentions, quotes, marks, emoji."""
    texts = [card.text] if isinstance(card, Message) else []
    parts = [card.blocks if isinstance(card, Message) else card]
    while parts:
        part = parts.pop()
        if isinstance(part, dict) and part.get("type") == "mrkdwn":
            assert part["verbatim"] is True, "Slack would make links of what looks like some"
            texts.append(part["text"])
        elif isinstance(part, dict):
            parts += part.values()
        elif isinstance(part, list | tuple):
            parts += part
    return Counter(mark for text in texts for mark in _MARKUP.findall(text))
