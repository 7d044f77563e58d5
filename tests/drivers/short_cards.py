"""Tell a short card from a whole one, and make a card public in every way there is."""

import re
from typing import Any

from playground.samples import SUNRISE, samples
from playground.slack.workspace import Message
from playground.world import World
from tests.conftest import AEP, Clockwork, MakeWorld
from tests.drivers.messages import use_shortcut
from tests.drivers.modals import carecycle_with_keys, connected_timed, set_up
from tests.drivers.slash_command import ask, ask_one, press, said

OUTSIDER, PARTNER, OURS = "U09PARTNER", "C03PARTNER", "C01AEP"
# Of agents, routing and phone numbers; the campaign below has something of each.
INSIDE = re.compile(
    r"Dana|Marcus|Spanish|Main desk|[Tt]ransfers to|Transfer|transferConfig|routing|agents? |0143|55501"
)
WHY, UNSURE = "Short form: people from another company are in this channel.", "Short form: Slack does not tell this app"
_NUMBER = "+12125550143"


def campaign() -> dict[str, Any]:
    """Return a sample campaign that falls back to a phone number; its texts hold an agent's name and phone numbers."""
    made = next(dict(one) for one in samples() if one["id"] == AEP)
    made["transferConfig"] |= {"softphoneFallbackType": "phone_number", "softphoneFallbackPhoneNumber": _NUMBER}
    made["client"] = {"id": SUNRISE}
    made |= {"name": f"{made['name']} 212-555-0143", "description": "Ring Dana at +1 (212) 555-0143"}
    return made


async def with_inside(make_world: MakeWorld, **options: Any) -> tuple[World, Clockwork]:
    """Make a connected workspace with that campaign and some others."""
    carecycle = carecycle_with_keys(campaigns=[campaign(), *samples()[:3]])
    return await connected_timed(make_world, carecycle=carecycle, **options)


def is_whole(words: str) -> bool:
    """Return whether a card shows what only the company itself may see."""
    return "0143" in words and "Spanish" in words and WHY not in words and UNSURE not in words


def is_short(words: str, why: str = WHY) -> bool:
    """Return whether a card shows nothing of that, but the numbers, and says why it is short."""
    return not INSIDE.search(words) and why in words and "1,204" in words


async def share(here: World, channel: str) -> str:
    """Share a card, and return its text."""
    return said(await posted(here, channel))


async def refresh_posted(here: World, channel: str) -> str:
    """Share a card, refresh it, and return its text."""
    card = await posted(here, channel)
    await press(here, card, "Refresh", user="U03MEMBER")
    return said(card)


async def for_everybody(here: World, channel: str) -> str:
    """Let answers be seen by everybody, ask, and return the text of the answer."""
    await set_up(here, audience="channel")
    answer = (await ask(here, AEP, channel=channel))[-1]
    assert answer.ephemeral_for is None
    return said(answer)


async def posted(here: World, channel: str) -> Message:
    """Ask for a campaign, share its card, and return the public card."""
    await press(here, await ask_one(here, AEP, channel=channel), "Share to channel")
    card = here.slack.workspace.messages[-1]
    assert card.ephemeral_for is None
    return card


async def share_in_thread(here: World, channel: str) -> str:
    """Share a card in a message's thread, and return its text."""
    here.slack.workspace.channels[channel].bot_is_member = True
    (card,) = await use_shortcut(here, AEP, channel=channel)
    await press(here, card, "Share in thread")
    shared = here.slack.workspace.messages[-1]
    assert (shared.ephemeral_for, bool(shared.thread_ts)) == (None, True)
    return said(shared)


PUBLIC = (share, share_in_thread, refresh_posted, for_everybody)
