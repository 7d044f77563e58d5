"""Who may do what with a digest. Anybody here may look, and pause one for a day in its channel.

Full members may make one; who looks after it (its owner and the backup) and managers may do everything with it.
"""

from bot.digests.digest import Digest
from bot.errors import DigestGone, NotAllowed, Outsider
from bot.slack.context.interaction import Interaction
from bot.slack.context.people import Membership


async def need_ours(interaction: Interaction) -> Membership:
    """Raises Outsider for somebody of another company, and where Slack does not say who somebody is."""
    who = await interaction.membership()
    if who is None or not who.ours:
        raise Outsider(unsure=who is None)
    return who


async def need_member(interaction: Interaction) -> Membership:
    """The same, and NotAllowed for guests."""
    who = await need_ours(interaction)
    if not who.member:
        raise NotAllowed(who="members")
    return who


async def need_keeper(interaction: Interaction, digest: Digest) -> None:
    """Raises NotAllowed for who neither looks after this digest nor is a manager, Outsider as above."""
    await need_ours(interaction)
    if not await keeps(interaction, digest):
        ask = [one for one in (digest.owner_id, digest.backup_id) if one and one != interaction.user]
        raise NotAllowed(tuple(ask), who="keepers")


async def keeps(interaction: Interaction, digest: Digest) -> bool:
    """Whether this person looks after it, as a full member of the workspace still, or is a manager."""
    who = await interaction.membership()
    if who is None or not who.member:
        return False
    if interaction.user in (digest.owner_id, digest.backup_id):
        return True
    return await interaction.is_manager()


async def seen(interaction: Interaction, digest_id: str) -> Digest:
    """The digest, for somebody who may look at it: in its own channel, or who may do everything with it anyway.

    Raises DigestGone, also where there is one that is not for this person; Outsider.
    """
    await need_ours(interaction)
    digest = await interaction.services.digests.read(interaction.workspace, digest_id)
    if digest.channel_id != interaction.channel and not await keeps(interaction, digest):
        raise DigestGone
    return digest
