"""Check who may do what with a digest.

Everybody of this company may look at a digest in its channel. Full members may also pause it there for a day, and may
make digests. A digest's owner, its backup owner and managers may do everything with it.

Slack is asked anew who somebody is, unless a digest is only shown (`remembered=True`).
"""

from bot.digests.digest import Digest
from bot.errors import DigestGone, NotAllowed
from bot.slack.context.digest_rights import of_person
from bot.slack.context.interaction import Interaction


async def need_pauser(interaction: Interaction, digest: Digest) -> None:
    """Raise NotAllowed unless this person may pause the digest for a day: guests may not. Raise Outsider."""
    who = await interaction.person.need_own_company()
    if not who.member:
        raise NotAllowed(_keepers(interaction, digest), who="pausers")


async def need_digest_manager(interaction: Interaction, digest: Digest, *, remembered: bool = False) -> None:
    """Raise NotAllowed unless this person may manage the digest: its owner, its backup owner, or a manager.

    `remembered`: what Slack said within five minutes suffices to open something, but not to refuse it. Raise Outsider,
    StoreUnavailable.
    """
    await interaction.person.need_own_company(remembered=remembered)
    if not await _can_manage(interaction, digest, remembered=remembered):
        raise NotAllowed(_keepers(interaction, digest), who="owners")


async def _can_manage(interaction: Interaction, digest: Digest, *, remembered: bool) -> bool:
    """Return whether this person may manage the digest, and is still a full member. False: Slack does not say."""
    if remembered and (await of_person(interaction, remembered=True)).may_manage(digest):
        return True
    return (await of_person(interaction)).may_manage(digest)


async def read_if_visible(interaction: Interaction, digest_id: str, *, remembered: bool = False) -> Digest:
    """Return the digest, if this person may see it: in its own channel, or anywhere if they look after it.

    Who owns it, or is its backup, sees it also as a guest, who may do nothing with it.

    `remembered` is as in `need_digest_manager`. Raise DigestGone when it does not exist or is not for this person to
    see. Raise Outsider, StoreUnavailable.
    """
    await interaction.person.need_own_company(remembered=remembered)
    digest = await interaction.services.digests.read(interaction.workspace, digest_id)
    seen = digest.channel_id == interaction.channel or interaction.user in (digest.owner_id, digest.backup_id)
    if not seen and not await _can_manage(interaction, digest, remembered=remembered):
        raise DigestGone
    return digest


def _keepers(interaction: Interaction, digest: Digest) -> tuple[str, ...]:
    """Return the others who look after a digest, to name them to a person who may not do something with it."""
    return tuple(one for one in (digest.owner_id, digest.backup_id) if one and one != interaction.user)
