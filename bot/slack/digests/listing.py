"""`/campaign digest`: the digests of a channel, for whoever asks alone."""

import asyncio

from blocks import digest_list
from blocks.digest_list import Note
from blocks.kit import Message
from bot.slack.asked import Asked
from bot.slack.digests import roles, rooms
from bot.slack.places import Place


async def listed(asked: Asked) -> Message:
    """The list for a typed command. Raises Outsider, StoreUnavailable."""
    return await message(asked.place)


async def message(place: Place, *, note: Note | None = None) -> Message:
    """The list as it is now; `note` says what came of a button. Raises as above."""
    await roles.need_ours(place)
    desk = place.desk
    if rooms.is_direct(place.channel):
        return digest_list.direct(desk.command)
    found, why = await asyncio.gather(
        desk.digests.of_channel(place.workspace, place.channel), rooms.why_not(place, place.channel)
    )
    if why == "direct":
        return digest_list.direct(desk.command)
    return digest_list.card(found, desk.clock.now(), note=note, room=why)
