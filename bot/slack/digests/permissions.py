"""Check who may do what with a digest.

Everybody of this company may look at a digest in its channel, and pause it there for a day. Full members may make
digests. A digest's owner, its backup owner and managers may do everything with it.
"""

from bot.digests.digest import Digest
from bot.errors import DigestGone, NotAllowed
from bot.slack.context.interaction import Interaction


async def need_digest_manager(interaction: Interaction, digest: Digest) -> None:
    """Raise NotAllowed unless this person may manage the digest (`can_manage`). Raise Outsider."""
    await interaction.need_own_company()
    if not await can_manage(interaction, digest):
        ask = [one for one in (digest.owner_id, digest.backup_id) if one and one != interaction.user]
        raise NotAllowed(tuple(ask), who="owners")


async def can_manage(interaction: Interaction, digest: Digest) -> bool:
    """Return whether this person is the digest's owner, its backup owner or a manager, and still a full member.

    Return False when Slack does not say.
    """
    who = await interaction.membership()
    if who is None or not who.member:
        return False
    if interaction.user in (digest.owner_id, digest.backup_id):
        return True
    return await interaction.is_manager()


async def read_if_visible(interaction: Interaction, digest_id: str) -> Digest:
    """Return the digest, if this person may see it: in its own channel, or anywhere if they may do everything with it.

    Raise DigestGone when it does not exist or is not for this person to see. Raise Outsider.
    """
    await interaction.need_own_company()
    digest = await interaction.services.digests.read(interaction.workspace, digest_id)
    if digest.channel_id != interaction.channel and not await can_manage(interaction, digest):
        raise DigestGone
    return digest
