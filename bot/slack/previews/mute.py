"""`/campaign mute` and `unmute`: anybody in a channel decides whether links get a preview there."""

from blocks.kit import Message
from blocks.previews import classic as classic_preview
from bot.slack.context.installed import need_installation
from bot.slack.context.typed_command import Asked


async def mute(asked: Asked) -> Message:
    """No previews in this channel from now on. Raises StoreUnavailable, NotInstalled."""
    place = asked.place
    new = await place.workspace.mute(place.channel, place.user)
    await need_installation(place.workspace, place.desk)
    return classic_preview.muted(asked.payload["command"], before=not new)


async def unmute(asked: Asked) -> Message:
    """Previews again. Raises StoreUnavailable."""
    place = asked.place
    new = await place.workspace.unmute(place.channel, place.user)
    return classic_preview.unmuted(before=not new, off=not place.workspace.preferences.previews)
