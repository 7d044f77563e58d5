"""`/campaign mute` and `unmute`: anybody in a channel decides whether links get a preview there."""

from blocks import preview
from blocks.kit import Message
from bot.slack.asked import Asked
from bot.slack.leave import need_installation


async def mute(asked: Asked) -> Message:
    """No previews in this channel from now on. Raises StoreUnavailable, NotInstalled."""
    place = asked.place
    new = await place.workspace.mute(place.channel, place.user)
    await need_installation(place.workspace, place.desk)
    return preview.muted(asked.payload["command"], before=not new)


async def unmute(asked: Asked) -> Message:
    """Previews again. Raises StoreUnavailable."""
    place = asked.place
    new = await place.workspace.unmute(place.channel, place.user)
    return preview.unmuted(before=not new, off=not place.workspace.preferences.previews)
