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
WHY, UNSURE = "Short form: people of another company are in this channel.", "Short form: Slack does not tell this app"
_NUMBER = "+12125550143"


def campaign() -> dict[str, Any]:
    """The sample campaign with a group nobody answers, whose calls end at a telephone; its texts name both."""
    made = next(dict(one) for one in samples() if one["id"] == AEP)
    made["transferConfig"] |= {"softphoneFallbackType": "phone_number", "softphoneFallbackPhoneNumber": _NUMBER}
    made["client"] = {"id": SUNRISE}
    made |= {"name": f"{made['name']} 212-555-0143", "description": "Ring Dana at +1 (212) 555-0143"}
    return made


async def with_inside(make_world: MakeWorld, **options: Any) -> tuple[World, Clockwork]:
    """A connected workspace with that campaign, and some others."""
    carecycle = carecycle_with_keys(campaigns=[campaign(), *samples()[:3]])
    return await connected_timed(make_world, carecycle=carecycle, **options)


def is_whole(words: str) -> bool:
    """Whether it shows what is inside."""
    return "0143" in words and "Spanish" in words and WHY not in words and UNSURE not in words


def is_short(words: str, why: str = WHY) -> bool:
    """Whether it shows nothing of it, but the numbers, and says why."""
    return not INSIDE.search(words) and why in words and "1,204" in words


async def share(here: World, channel: str) -> str:
    """A card that somebody shared."""
    return said(await posted(here, channel))


async def refresh_posted(here: World, channel: str) -> str:
    """The same, with newer numbers."""
    card = await posted(here, channel)
    await press(here, card, "Refresh", user="U03MEMBER")
    return said(card)


async def for_everybody(here: World, channel: str) -> str:
    """An answer for everybody, where managers want that."""
    await set_up(here, audience="channel")
    answer = (await ask(here, AEP, channel=channel))[-1]
    assert answer.ephemeral_for is None
    return said(answer)


async def posted(here: World, channel: str) -> Message:
    """Asks and shares; the public card."""
    await press(here, await ask_one(here, AEP, channel=channel), "Share to channel")
    card = here.slack.workspace.messages[-1]
    assert card.ephemeral_for is None
    return card


async def share_in_thread(here: World, channel: str) -> str:
    """The card that somebody shared in a message's thread."""
    here.slack.workspace.channels[channel].bot_is_member = True
    (card,) = await use_shortcut(here, AEP, channel=channel)
    await press(here, card, "Share in thread")
    shared = here.slack.workspace.messages[-1]
    assert (shared.ephemeral_for, bool(shared.thread_ts)) == (None, True)
    return said(shared)


PUBLIC = (share, share_in_thread, refresh_posted, for_everybody)
