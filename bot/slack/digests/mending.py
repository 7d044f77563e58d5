"""Answer *Resume* under a message about several digests that one cause stopped."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from blocks import kit
from blocks.digests import listing as digest_listing
from blocks.digests import stopped
from blocks.kit import Message
from bot.digests.digest import Digest
from bot.slack.context.digest_rights import of_person
from bot.slack.context.interaction import Interaction
from bot.slack.digests import permissions
from bot.slack.digests.form_values import named, opened_in
from bot.slack.reply.message_bodies import REPLACE


def register(app: AsyncApp) -> None:
    """Listen for the button."""
    app.action(stopped.RESUME_ALL)(resume_all)


async def resume_all(ack: AsyncAck, interaction: Interaction) -> None:
    """Resume all digests that the same cause stopped in the same place and that this person may resume."""
    there = await opened_in(interaction)

    async def going_on() -> Message:
        now = there.services.clock.now()
        done = [await there.services.digests.resume(one, there.user) for one in await _alike(there)]
        text = "\n".join(digest_listing.resumed_note(one, now) for one in done)
        text = text or "Nothing is paused there anymore, so nothing was done."
        return Message(text, (kit.section(text),))

    await there.services.replies.afterwards(named(there, "digest mend"), ack, going_on, REPLACE, saves=True)


async def _alike(there: Interaction) -> list[Digest]:
    """Return the digests, the one that the button names first. Raise NotAllowed, Outsider, DigestGone."""
    first = await permissions.read_if_visible(there, there.value)
    await permissions.need_digest_manager(there, first)
    if first.pause is None or first.pause.why != "failed":
        return []
    of_channel = await there.services.digests.of_channel(there.workspace, first.channel_id)
    rest = [one for one in of_channel if one.id != first.id and _why(one) == _why(first)]
    rights = await of_person(there)
    return [first, *[one for one in rest if rights.may_manage(one)]]


def _why(digest: Digest) -> tuple[str, str] | None:
    return (digest.pause.why, digest.pause.detail) if digest.pause else None
