"""Check who may do what with a digest.

Everybody of this company may look at a digest in its channel, and pause it there for a day. Full members may make
digests. A digest's owner, its backup owner and managers may do everything with it.
"""

from bot.digests.digest import Digest
from bot.errors import DigestGone, NotAllowed, Outsider
from bot.slack.context.interaction import Interaction
from bot.slack.context.people import Membership


async def need_ours(interaction: Interaction) -> Membership:
    """Return the person's membership. Raise Outsider if they are of another company, or Slack does not say."""
    who = await interaction.membership()
    if who is None or not who.ours:
        raise Outsider(unsure=who is None)
    return who


async def need_member(interaction: Interaction) -> Membership:
    """Return the same for a full member. Raise NotAllowed for guests, and Outsider as above."""
    who = await need_ours(interaction)
    if not who.member:
        raise NotAllowed(who="members")
    return who


async def need_keeper(interaction: Interaction, digest: Digest) -> None:
    """Raise NotAllowed unless this person is its owner, its backup owner or a manager. Raise Outsider as above."""
    await need_ours(interaction)
    if not await keeps(interaction, digest):
        ask = [one for one in (digest.owner_id, digest.backup_id) if one and one != interaction.user]
        raise NotAllowed(tuple(ask), who="keepers")


async def keeps(interaction: Interaction, digest: Digest) -> bool:
    """Return whether this person is its owner, backup owner or a manager, and still a full member."""
    who = await interaction.membership()
    if who is None or not who.member:
        return False
    if interaction.user in (digest.owner_id, digest.backup_id):
        return True
    return await interaction.is_manager()


async def seen(interaction: Interaction, digest_id: str) -> Digest:
    """Return the digest, if this person may see it: in its own channel, or anywhere if they may do everything with it.

    Raise DigestGone when it does not exist or is not for this person to see. Raise Outsider.
    """
    await need_ours(interaction)
    digest = await interaction.services.digests.read(interaction.workspace, digest_id)
    if digest.channel_id != interaction.channel and not await keeps(interaction, digest):
        raise DigestGone
    return digest
